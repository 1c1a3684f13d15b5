"""Reads people, their roles and their organisations."""

from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.models import ApiToken, Organisation, RoleAssignment, User
from aidtrack.identity.passwords import hash_token
from aidtrack.identity.permissions import Actor, Grant, Permission, Role, require


def actor_of(user: User) -> Actor:
    """Everything the person may do; works for the organisation of their first role."""
    rows = db.session.execute(
        select(
            RoleAssignment.role,
            RoleAssignment.organisation_id,
            RoleAssignment.site_id,
            RoleAssignment.donor_id,
            Organisation.time_zone,
        )
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .where(RoleAssignment.user_id == user.id)
        .order_by(RoleAssignment.id)
    ).all()
    return Actor(
        user_id=user.id,
        name=user.name,
        organisation_id=rows[0].organisation_id if rows else None,
        grants=tuple(Grant(r.role, r.organisation_id, r.site_id, r.donor_id) for r in rows),
        language=user.language,
        time_zone=rows[0].time_zone if rows else "UTC",
    )


def user_of_token(token: str) -> User | None:
    """The person a bearer token speaks for, unless it was revoked or they were disabled."""
    return db.session.scalar(
        select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(
            ApiToken.token_hash == hash_token(token),
            ApiToken.revoked_at.is_(None),
            User.is_enabled,
        )
    )


def user_by_email(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def people(actor: Actor) -> list[User]:
    """Everyone with a role at an organisation whose people the actor manages."""
    require(actor, Permission.MANAGE_PEOPLE)
    return list(
        db.session.scalars(
            select(User)
            .join(RoleAssignment)
            .where(
                RoleAssignment.organisation_id.in_(actor.organisations(Permission.MANAGE_PEOPLE))
            )
            .distinct()
            .order_by(User.name, User.id)
        )
    )


def person(user_id: int, actor: Actor) -> User:
    """One of `people`. Raises NotFound for anyone else."""
    for user in people(actor):
        if user.id == user_id:
            return user
    raise NotFound(_("There is no such person."))


def drivers(organisation_id: int) -> list[User]:
    """People who may drive for an organisation, by name."""
    return list(
        db.session.scalars(
            select(User)
            .join(RoleAssignment)
            .where(
                RoleAssignment.organisation_id == organisation_id,
                RoleAssignment.role == Role.DRIVER,
                User.is_enabled,
            )
            .distinct()
            .order_by(User.name, User.id)
        )
    )


def tokens(actor: Actor) -> list[ApiToken]:
    """The actor's own tokens, newest first."""
    return list(
        db.session.scalars(
            select(ApiToken).where(ApiToken.user_id == actor.user_id).order_by(ApiToken.id.desc())
        )
    )


def organisation(organisation_id: int) -> Organisation:
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound(_("There is no such organisation."))
    return found


def organisations() -> list[Organisation]:
    """Every organisation of the installation: partners must be able to name each other."""
    return list(db.session.scalars(select(Organisation).order_by(Organisation.name)))
