"""Who did what to which record, kept for ever beside the act itself."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import JSON, ForeignKey, Index, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core import clock
from aidtrack.core.db import Key, Model, UtcDateTime, db


class Doer(Protocol):
    """Whoever acts: a person with their name and the organisation they act for."""

    @property
    def user_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def organisation_id(self) -> int | None: ...


class AuditEntry(Model):
    """One act on one record. `facts` says what was chosen, never a password or a face."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_record", "record_kind", "record_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    action: Mapped[str]
    record_kind: Mapped[str]
    record_id: Mapped[int] = mapped_column(Key)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user_name: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    facts: Mapped[dict[str, object]] = mapped_column(JSON)


WRITE = insert(AuditEntry)


def record(
    actor: Doer, action: str, *, kind: str, record_id: int, facts: dict[str, object] | None = None
) -> None:
    """Write the entry in the caller's transaction: no act without its trace."""
    db.session.connection().execute(
        WRITE,
        {
            "action": action,
            "record_kind": kind,
            "record_id": record_id,
            "organisation_id": actor.organisation_id,
            "user_id": actor.user_id or None,
            "user_name": actor.name,
            "recorded_at": clock.now(),
            "facts": facts or {},
        },
    )


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
