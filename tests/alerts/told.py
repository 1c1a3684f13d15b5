"""Reads what people were told, and says how they want to be told."""

from sqlalchemy import delete, select

from aidtrack.alerts import queries, services, telling
from aidtrack.alerts.models import Alert, AlertKind, Mail, Rhythm, Way
from aidtrack.alerts.queries import AlertRow
from aidtrack.alerts.services import Times
from aidtrack.core.db import db, transaction
from aidtrack.core.mail import PostOffice
from aidtrack.identity.models import RoleAssignment, User
from aidtrack.identity.permissions import Actor, Role

AT_ANY_TIME = Times(Rhythm.DAILY, weekday=0, digest_hour=7, quiet_from=None, quiet_until=None)


def inbox(actor: Actor) -> list[AlertRow]:
    return list(queries.inbox(actor).rows)


def titles(actor: Actor) -> list[str]:
    return [row.title for row in inbox(actor)]


def receivers(kind: AlertKind) -> set[int]:
    """The ids of everybody who was told something of this kind."""
    return set(db.session.scalars(select(Alert.user_id).filter_by(kind=kind)))


def wants(actor: Actor, kind: AlertKind, way: Way, times: Times = AT_ANY_TIME) -> None:
    services.save_settings({kind: way}, times, actor=actor)


def speaks(actor: Actor, language: str) -> None:
    with transaction() as session:
        session.get_one(User, actor.user_id).language = language


def take_roles(actor: Actor) -> None:
    """Leave them nothing where they worked, as when they go to another organisation."""
    with transaction() as session:
        session.execute(delete(RoleAssignment).where(RoleAssignment.user_id == actor.user_id))


def works_at(actor: Actor, role: Role, organisation_id: int) -> None:
    with transaction() as session:
        session.add(
            RoleAssignment(user_id=actor.user_id, role=role, organisation_id=organisation_id)
        )


def forget_everything(office: PostOffice) -> None:
    """Tell what has happened so far, and empty every inbox: a story begins after this."""
    telling.tell_news(office)
    with transaction() as session:
        session.execute(delete(Alert))
        session.execute(delete(Mail))
