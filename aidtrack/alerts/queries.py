"""Reads what somebody was told, how they want to be told, and how mail fares."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, literal, or_, select

from aidtrack.alerts import kinds, wording
from aidtrack.alerts.kinds import CONCERNS, NEVER_MAILED
from aidtrack.alerts.models import (
    Alert,
    AlertChoice,
    AlertKind,
    AlertTimes,
    Mail,
    Rhythm,
    Way,
)
from aidtrack.alerts.people import STILL_ALLOWED
from aidtrack.core import outbox, paging
from aidtrack.core.db import db
from aidtrack.core.paging import Page
from aidtrack.identity import queries as identity
from aidtrack.identity.permissions import Actor, Permission, require_somewhere
from aidtrack.identity.queries import managed

UNREAD_COUNTED_MAX = 100
FAILURES_SHOWN = 20
# Every page asks this: building the statement would take longer than running it.
_UNREAD = (
    select(literal(1))
    .where(Alert.user_id == bindparam("user_id"), Alert.read_at.is_(None), STILL_ALLOWED)
    .limit(UNREAD_COUNTED_MAX)
    .subquery()
)
UNREAD = select(func.count()).select_from(_UNREAD)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert in the reader's words."""

    id: int
    kind: AlertKind
    title: str
    lines: tuple[str, ...]
    icon: str
    tone: str
    path: str
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class KindChoice:
    """How somebody is told of one kind, and whether it can be mailed."""

    kind: AlertKind
    label: str
    hint: str
    way: Way
    can_be_mailed: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """How and when somebody wants to be told; hours of their own time zone."""

    kinds: tuple[KindChoice, ...]
    rhythm: Rhythm
    weekday: int
    digest_hour: int
    quiet_from: int | None
    quiet_until: int | None
    has_address: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """A letter that could not be sent, and the server's words; not what it said."""

    to_address: str
    attempts: int
    error: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailState:
    """How mail fares: for the whole installation, and whose letters failed of those one knows."""

    waiting: int
    late: int
    last_sent_at: datetime | None
    failures: tuple[Failure, ...]


def unread_count(actor: Actor) -> int:
    """How many alerts wait unread; UNREAD_COUNTED_MAX means as many or more."""
    return db.session.connection().scalar(UNREAD, {"user_id": actor.user_id}) or 0


def inbox(
    actor: Actor,
    *,
    unread: bool = False,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[AlertRow]:
    """What the actor was told, newest first: a keyset page, one statement."""
    found = db.session.scalars(
        select(Alert)
        .where(
            Alert.user_id == actor.user_id,
            STILL_ALLOWED,
            *([Alert.read_at.is_(None)] if unread else []),
            *paging.before((Alert.id,), cursor, (int,)),
        )
        .order_by(Alert.id.desc())
        .limit(limit + 1)
    ).all()
    return paging.page([_row(alert, actor) for alert in found], limit, lambda row: (row.id,))


def settings(actor: Actor) -> Settings:
    """How the actor is told of what their roles let concern them."""
    roles = frozenset(grant.role for grant in actor.grants)
    chosen = {
        row.kind: row.way
        for row in db.session.scalars(select(AlertChoice).filter_by(user_id=actor.user_id))
    }
    times = db.session.get(AlertTimes, actor.user_id)
    return Settings(
        kinds=tuple(_choice(kind, chosen.get(kind)) for kind in kinds.kinds_for(roles)),
        rhythm=times.rhythm if times else Rhythm.DAILY,
        weekday=times.weekday if times else 0,
        digest_hour=times.digest_hour if times else 7,
        quiet_from=times.quiet_from if times else None,
        quiet_until=times.quiet_until if times else None,
        has_address=outbox.is_address(address_of(actor)),
    )


def address_of(actor: Actor) -> str:
    """Where the actor's mail goes."""
    return identity.user(actor.user_id).email or ""


def mail_state(actor: Actor) -> MailState:
    """How mail fares. Whose letters failed is told of people of the actor's organisations."""
    require_somewhere(actor, Permission.MANAGE_ORGANISATION)
    waiting, late = db.session.execute(
        select(
            func.count(),
            func.count().filter(Mail.error != ""),
        ).where(outbox.WAITING)
    ).one()
    return MailState(
        waiting=waiting,
        late=late,
        last_sent_at=db.session.scalar(select(func.max(Mail.sent_at))),
        failures=tuple(_failures(actor)),
    )


def _failures(actor: Actor) -> list[Failure]:
    """Letters that wait after a failure or were given up, the newest first."""
    rows = db.session.scalars(
        select(Mail)
        .where(
            Mail.sent_at.is_(None),
            Mail.error != "",
            or_(Mail.user_id.is_(None), Mail.user_id.in_(managed(actor))),
        )
        .order_by(Mail.id.desc())
        .limit(FAILURES_SHOWN)
    )
    return [
        Failure(
            to_address=row.to_address,
            attempts=row.attempts,
            error=row.error,
            next_at=row.next_at if row.given_up_at is None else None,
        )
        for row in rows
    ]


def _row(alert: Alert, actor: Actor) -> AlertRow:
    said = wording.told(alert.kind, alert.facts, actor.time_zone)
    concern = CONCERNS[alert.kind]
    return AlertRow(
        id=alert.id,
        kind=alert.kind,
        title=said.title,
        lines=said.lines,
        icon=concern.icon,
        tone=concern.tone,
        path=alert.path,
        at=alert.created_at,
        is_read=alert.read_at is not None,
    )


def _choice(kind: AlertKind, way: Way | None) -> KindChoice:
    concern = CONCERNS[kind]
    return KindChoice(
        kind=kind,
        label=str(concern.label),
        hint=str(concern.hint),
        way=way or concern.way,
        can_be_mailed=kind not in NEVER_MAILED,
    )
