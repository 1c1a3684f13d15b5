"""Who did what to which record, from where: kept for ever beside the act itself.

Entries are never changed and never deleted; the database refuses it too. They are sealed with
the ledger. Only what names a person can be taken out again (`redaction`): an entry's digest
covers it by a digest of its own, which stays behind.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any, Protocol

import msgspec
from sqlalchemy import JSON, ForeignKey, Index, String, Text, cast, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core import clock
from aidtrack.core.acts import topic_of
from aidtrack.core.db import Key, Model, UtcDateTime, db


class Channel(StrEnum):
    """The way an act came in."""

    BROWSER = "browser"
    API = "api"
    PHONE = "phone"
    JOB = "job"
    COMMAND_LINE = "command_line"


def _no_session() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Origin:
    """From where somebody acts. `device` is a few words, such as "Firefox on Windows".

    `session` is asked when something is recorded: by then it is known who acts.
    """

    channel: Channel
    address: str = ""
    device: str = ""
    session: Callable[[], int | None] = _no_session


OUTSIDE, BY_JOB = Origin(Channel.COMMAND_LINE), Origin(Channel.JOB)
# Set at the edge: before each request and around each job. Nobody passes it on.
origin: ContextVar[Origin] = ContextVar("origin", default=OUTSIDE)


@contextmanager
def coming_from(where: Origin) -> Iterator[None]:
    """What is recorded inside came from there."""
    token = origin.set(where)
    try:
        yield
    finally:
        origin.reset(token)


ADDRESS_LETTERS_MAX = 45
DEVICE_LETTERS_MAX = 80
# What a daily job looks for: addresses and devices that were kept long enough.
SAYS_WHERE = text("(address <> '' OR device <> '')")
CHANGES = "changes"
ROWS_A_TIME = 1_000
# Facts, and fields of what changed, that may name a person or say something of one.
PERSONAL = frozenset(
    {
        "address", "contact", "contact_name", "device", "driver", "driver_license",
        "driver_name", "driver_phone", "email", "from", "label", "name", "names", "note",
        "person", "phone", "reason", "receiver", "receiver_name", "subject", "text", "to",
        "user", "who", "why",
    }
)  # fmt: skip
# Of an entry from before its facts were told apart: any of them may name a person.
EVERY_FACT = "*"


class Doer(Protocol):
    """Whoever acts: a person with their name and the organisation they act for."""

    @property
    def user_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def organisation_id(self) -> int | None: ...


class AuditEntry(Model):
    """One act on one record. `facts` says what was chosen, never a password or a face.

    `personal` names the facts that may name a person. The salt keeps their digest from being
    guessed; it is empty once they were taken out.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_record", "record_kind", "record_id", "id"),
        Index("ix_audit_entry_recorded", "recorded_at", "id"),
        Index("ix_audit_entry_organisation", "organisation_id", "recorded_at", "id"),
        Index("ix_audit_entry_topic", "organisation_id", "topic", "recorded_at", "id"),
        Index("ix_audit_entry_kind", "organisation_id", "record_kind", "recorded_at", "id"),
        Index("ix_audit_entry_channel", "organisation_id", "channel", "recorded_at", "id"),
        Index("ix_audit_entry_user", "user_id", "recorded_at", "id"),
        Index(
            "ix_audit_entry_from_where",
            "organisation_id",
            "recorded_at",
            "id",
            sqlite_where=SAYS_WHERE,
            postgresql_where=SAYS_WHERE,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    action: Mapped[str]
    topic: Mapped[str] = mapped_column(String(20))
    record_kind: Mapped[str]
    record_id: Mapped[int] = mapped_column(Key)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user_name: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(ADDRESS_LETTERS_MAX))
    device: Mapped[str] = mapped_column(String(DEVICE_LETTERS_MAX))
    # No foreign key: a session is forgotten long before what was done in it.
    session_id: Mapped[int | None] = mapped_column(Key)
    facts: Mapped[dict[str, object]] = mapped_column(JSON)
    personal: Mapped[list[str]] = mapped_column(JSON)
    salt: Mapped[str] = mapped_column(String(32))

    @property
    def is_redacted(self) -> bool:
        """Whether what names people was taken out."""
        return not self.salt


class AuditRedaction(Model):
    """What names people was taken out of an entry; its digest stays, so that seals hold.

    `act_id` is the entry that says who took it out.
    """

    __tablename__ = "audit_redaction"
    __table_args__ = (Index("ix_audit_redaction_act_id", "act_id"),)

    entry_id: Mapped[int] = mapped_column(Key, ForeignKey("audit_entry.id"), primary_key=True)
    act_id: Mapped[int] = mapped_column(Key, ForeignKey("audit_entry.id"))
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str]
    redacted_at: Mapped[datetime] = mapped_column(UtcDateTime)


WRITE = insert(AuditEntry)


def record(
    actor: Doer,
    action: str,
    *,
    kind: str,
    record_id: int,
    facts: Mapping[str, object] | None = None,
    organisation_id: int | None = None,
) -> None:
    """Write the entry in the caller's transaction: no act without its trace.

    It belongs to the organisation that the actor works for, unless another is named.
    """
    db.session.connection().execute(
        WRITE,
        row(
            actor,
            action,
            kind=kind,
            record_id=record_id,
            facts=facts or {},
            organisation_id=organisation_id,
        ),
    )


def record_many(
    actor: Doer, action: str, *, kind: str, records: Iterable[tuple[int, Mapping[str, object]]]
) -> None:
    """The same act on many records, each with its own facts."""
    rows = [
        row(actor, action, kind=kind, record_id=record_id, facts=facts)
        for record_id, facts in records
    ]
    for start in range(0, len(rows), ROWS_A_TIME):
        db.session.connection().execute(WRITE, rows[start : start + ROWS_A_TIME])


def row(
    actor: Doer,
    action: str,
    *,
    kind: str,
    record_id: int,
    facts: Mapping[str, object],
    organisation_id: int | None = None,
) -> dict[str, Any]:
    """The columns of an entry that is made now."""
    came = origin.get()
    return {
        "action": action,
        "topic": topic_of(action),
        "record_kind": kind,
        "record_id": record_id,
        "organisation_id": organisation_id or actor.organisation_id,
        "user_id": actor.user_id or None,
        "user_name": actor.name,
        "recorded_at": clock.now(),
        "channel": came.channel,
        "address": came.address[:ADDRESS_LETTERS_MAX],
        "device": came.device[:DEVICE_LETTERS_MAX],
        "session_id": came.session(),
        "facts": dict(facts),
        "personal": personal_among(facts),
        "salt": secrets.token_hex(16),
    }


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """The facts of an entry about what changed: {"changes": {"name": ["old", "new"]}}."""
    differing = {
        name: [before[name], value] for name, value in after.items() if before[name] != value
    }
    return {CHANGES: differing}


def history(
    kind: str, record_id: int, limit: int = 100, before_id: int | None = None
) -> list[AuditEntry]:
    """What happened to a record, newest first; before an entry when one is named."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(
                AuditEntry.record_kind == kind,
                AuditEntry.record_id == record_id,
                *([AuditEntry.id < before_id] if before_id is not None else []),
            )
            .order_by(AuditEntry.id.desc())
            .limit(limit)
        )
    )


def personal_among(facts: Mapping[str, object]) -> list[str]:
    """The names of facts that may name a person; of what changed as "changes.name"."""
    changed = facts.get(CHANGES)
    inside = changed if isinstance(changed, dict) else {}
    return sorted(PERSONAL & facts.keys()) + [
        f"{CHANGES}.{name}" for name in sorted(PERSONAL & inside.keys())
    ]


def parted(
    facts: Mapping[str, Any], personal: Iterable[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(open facts, those that may name a person by their names)."""
    names = set(personal)
    if not names:
        return dict(facts), {}
    if EVERY_FACT in names:
        return {}, dict(facts)
    private = {name: facts[name] for name in names & facts.keys()}
    open_facts = {name: value for name, value in facts.items() if name not in names}
    changed = facts.get(CHANGES)
    if isinstance(changed, dict):
        kept = {}
        for name, pair in changed.items():
            if f"{CHANGES}.{name}" in names:
                private[f"{CHANGES}.{name}"] = pair
            else:
                kept[name] = pair
        open_facts[CHANGES] = kept
    return open_facts, private


_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.decode
# What `digest` reads of an entry, in this order.
SEALED = (
    AuditEntry.id,
    AuditEntry.action,
    AuditEntry.record_kind,
    AuditEntry.record_id,
    AuditEntry.organisation_id,
    AuditEntry.user_id,
    AuditEntry.recorded_at,
    AuditEntry.topic,
    AuditEntry.channel,
    AuditEntry.session_id,
    # As text: parsed once, faster than the databases' drivers do.
    cast(AuditEntry.personal, Text).label("personal"),
    cast(AuditEntry.facts, Text).label("facts"),
    AuditEntry.user_name,
    AuditEntry.address,
    AuditEntry.device,
    AuditEntry.salt,
)
OPEN_COLUMNS = 10


@lru_cache(maxsize=1_000)
def _names(personal: str) -> tuple[str, ...]:
    return tuple(_decode(personal))


def parted_of(entry: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """`parted`, of a row that was read as SEALED."""
    return parted(_decode(entry.facts), _names(entry.personal))


def digest(entry: Any, kept: str | None = None) -> bytes:
    """SHA-256 over an entry's open columns and facts, and over the digest of what names people.

    `kept` is that inner digest, which counts where they were taken out.
    """
    open_facts, private = parted_of(entry)
    inner = kept if kept and not entry.salt else personal_digest(entry, private)
    told = (*entry[:OPEN_COLUMNS], _names(entry.personal), open_facts, inner)
    return sha256(_encode(told)).digest()


def personal_digest(entry: Any, private: Mapping[str, Any]) -> str:
    """SHA-256 over the salt and everything of an entry that may name a person."""
    told = [entry.salt, entry.user_name, entry.address, entry.device, private]
    return sha256(_encode(told)).hexdigest()
