"""Lets a phone send the same request twice and have it count once."""

import hashlib
import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core import clock
from aidtrack.core.db import Key, Model, UtcDateTime, db, is_postgresql
from aidtrack.core.errors import KeyReused
from aidtrack.core.i18n import _

# What older versions did not ask. Left empty, a request is the same as it was then, so that
# what was sent before an update and is sent again after it counts once.
ASKED_LATER = frozenset({"languages"})


class CompletedRequest(Model):
    """One request that succeeded, kept for ever so that a repeat gets the same answer."""

    __tablename__ = "completed_request"

    key: Mapped[UUID] = mapped_column(primary_key=True)
    action: Mapped[str]
    fingerprint: Mapped[str]
    result_id: Mapped[int] = mapped_column(Key)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:key)")
WRITE = insert(CompletedRequest)


def earlier_result(key: UUID, action: str, request: dict[str, object]) -> int | None:
    """The id an identical earlier request produced, or None if this is the first.

    Call inside `transaction()`. The same request sent again meanwhile waits here for the first.
    """
    if is_postgresql():  # SQLite knows one writer at a time anyway.
        # A key has 128 bits, a lock 64: two keys that share one would only wait for each other.
        number = int.from_bytes(key.bytes[:8], signed=True)
        db.session.execute(ONE_AT_A_TIME, {"key": number})
    earlier = db.session.get(CompletedRequest, key)
    if earlier is None:
        return None
    if (earlier.action, earlier.fingerprint) != (action, fingerprint(request)):
        raise KeyReused(_("This key was already used for a different request."), field="key")
    return earlier.result_id


def is_known(key: UUID | None) -> bool:
    """Whether something was done under this key already: the request is a repeat."""
    return key is not None and db.session.get(CompletedRequest, key) is not None


def remember(key: UUID, action: str, request: dict[str, object], result_id: int) -> None:
    """Keep the outcome, for the same request sent again."""
    db.session.connection().execute(
        WRITE,
        {
            "key": key,
            "action": action,
            "fingerprint": fingerprint(request),
            "result_id": result_id,
            "recorded_at": clock.now(),
        },
    )


def fingerprint(request: dict[str, object]) -> str:
    canonical = json.dumps(_as_ever(request), sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _as_ever(said: object) -> object:
    if not isinstance(said, dict):
        return said
    return {
        name: _as_ever(value) for name, value in said.items() if value or name not in ASKED_LATER
    }
