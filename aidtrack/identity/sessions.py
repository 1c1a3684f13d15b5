"""Sessions: each browser that someone signed in, seen and ended one by one.

They end as OWASP ASVS 5 asks (7.3): unused for half a day, or two weeks where the person chose
to stay signed in, and in any case after thirty days.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from aidtrack.core import clock
from aidtrack.core.db import db, note_unless_busy, transaction
from aidtrack.identity.models import Method, User, UserSession
from aidtrack.identity.passwords import hash_token

LASTS = timedelta(days=30)
IDLE = timedelta(hours=12)
IDLE_WHEN_STAYING = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)
FRESH = timedelta(minutes=15)
# How long an ended session is still told to its person and to their administrator.
KEPT = timedelta(days=30)
SHOWN_MAX = 100
ADDRESS_LETTERS_MAX = 45
DEVICE_LETTERS_MAX = 80
PARTS = (
    UserSession.id,
    UserSession.last_seen_at,
    UserSession.expires_at,
    UserSession.idle_minutes,
    UserSession.proved_at,
    UserSession.journey_id,
)
# Every request of a browser asks this; building a statement costs more than running it.
OF_SECRET = (
    select(User, *PARTS)
    .join(UserSession, UserSession.user_id == User.id)
    .where(
        UserSession.secret_hash == bindparam("secret_hash"),
        UserSession.revoked_at.is_(None),
        UserSession.expires_at > bindparam("now"),
        User.is_enabled,
    )
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as its person sees it. `is_here` is the one they look with."""

    id: int
    method: Method
    device: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    is_here: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """The session of a request. `is_due` when it should be noted that it was used."""

    id: int
    proved_at: datetime
    expires_at: datetime
    journey_id: int | None
    is_due: bool

    @property
    def is_fresh(self) -> bool:
        """Whether the person proved a moment ago who they are."""
        return clock.now() - self.proved_at < FRESH


def begin(
    user_id: int,
    *,
    method: Method,
    address: str,
    device: str,
    stay: bool,
    journey_id: int | None = None,
    expires_at: datetime | None = None,
) -> str:
    """A new session of someone who has just proved who they are; its secret, for the cookie.

    With `expires_at` it lasts until then, used or not.
    """
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    idle = IDLE_WHEN_STAYING if stay else IDLE
    with transaction() as session:
        session.add(
            UserSession(
                user_id=user_id,
                secret_hash=hash_token(secret),
                method=method,
                created_at=now,
                last_seen_at=now,
                expires_at=expires_at or now + LASTS,
                idle_minutes=_minutes(expires_at - now if expires_at else idle),
                proved_at=now,
                address=address[:ADDRESS_LETTERS_MAX],
                device=device[:DEVICE_LETTERS_MAX],
                journey_id=journey_id,
            )
        )
    return secret


def opened(secret: str) -> tuple[User, Opened] | None:
    """Whose session it is, in one query; None when it has ended or they are locked out."""
    now = clock.now()
    row = db.session.execute(OF_SECRET, {"secret_hash": hash_token(secret), "now": now}).first()
    if row is None or now - row.last_seen_at >= timedelta(minutes=row.idle_minutes):
        return None
    return row.User, Opened(
        id=row.id,
        proved_at=row.proved_at,
        expires_at=row.expires_at,
        journey_id=row.journey_id,
        is_due=now - row.last_seen_at >= SEEN_EVERY,
    )


def open_of(user_id: int, here: int | None = None) -> list[SessionRow]:
    """Where someone is signed in, the last used first; `here` is the session of the reader."""
    now = clock.now()
    rows = db.session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > now,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
        .limit(SHOWN_MAX)
    )
    return [
        SessionRow(
            id=row.id,
            method=row.method,
            device=row.device,
            address=row.address,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
            is_here=row.id == here,
        )
        for row in rows
        if now - row.last_seen_at < timedelta(minutes=row.idle_minutes)
    ]


def seen(session_id: int) -> None:
    """Note that it is used. Never waits: when someone writes just now, another request will."""
    now = clock.now()
    noted = (
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.last_seen_at < now - SEEN_EVERY)
        .values(last_seen_at=now)
    )
    note_unless_busy(noted)


def prove_again(session_id: int) -> None:
    """The person has just proved once more who they are."""
    with transaction() as session:
        session.execute(
            update(UserSession).where(UserSession.id == session_id).values(proved_at=clock.now())
        )


def revoke(secret: str) -> None:
    """End the session that holds this secret, in every copy of its cookie."""
    _revoke(UserSession.secret_hash == hash_token(secret))


def revoke_one(session_id: int, user_id: int) -> str | None:
    """End one session of a person; its device, or None when there is none to end."""
    with transaction() as session:
        row = session.get(UserSession, session_id, with_for_update=True)
        if row is None or row.user_id != user_id or row.revoked_at is not None:
            return None
        row.revoked_at = clock.now()
        return row.device


def revoke_all(user_id: int, except_secret: str | None = None) -> None:
    """End every session of a person, but the one that holds `except_secret`."""
    kept = [UserSession.secret_hash != hash_token(except_secret)] if except_secret else []
    _revoke(UserSession.user_id == user_id, *kept)


def revoke_journey(user_id: int, journey_id: int) -> None:
    """End what a driver opened with the link for this shipment."""
    _revoke(UserSession.user_id == user_id, UserSession.journey_id == journey_id)


def forget_old() -> int:
    """Take out sessions that ended long ago; how many."""
    before = clock.now() - KEPT
    with transaction() as session:
        gone = session.connection().execute(
            delete(UserSession).where(
                (UserSession.expires_at < before) | (UserSession.revoked_at < before)
            )
        )
        return gone.rowcount


def _revoke(*which: Any) -> None:
    with transaction() as session:
        session.execute(
            update(UserSession)
            .where(UserSession.revoked_at.is_(None), *which)
            .values(revoked_at=clock.now())
        )


def _minutes(span: timedelta) -> int:
    return max(int(span.total_seconds() // 60), 1)
