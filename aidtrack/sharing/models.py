"""What one organisation shows another: one record, for one purpose, until it is taken back."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.identity.models import Organisation, User


class Purpose(StrEnum):
    """What the other organisation needs the record for; it decides how much is shown."""

    FOLLOW = "follow"
    RECEIVE = "receive"
    REPORT = "report"
    PLAN = "plan"
    OTHER = "other"


class Share(Model):
    """One record of one organisation, open to one other. Shared anew, the same row says so.

    `ends_on` is the last day on which it is open; revoked before, it is closed at once. The
    record is named as the audit names it; `title` is what it was called then, so that neither
    side learns of it what came after.
    """

    __tablename__ = "share"
    __table_args__ = (
        CheckConstraint("organisation_id <> with_organisation_id", name="with_another"),
        CheckConstraint("purpose <> 'other' OR note <> ''", name="other_purpose_is_said"),
        UniqueConstraint("record_kind", "record_id", "with_organisation_id", name="uq_share_once"),
        Index("ix_share_with", "with_organisation_id", "record_kind", "record_id"),
        Index("ix_share_shared_at", "shared_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    record_kind: Mapped[str]
    record_id: Mapped[int] = mapped_column(Key)
    title: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    with_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    purpose: Mapped[Purpose]
    note: Mapped[str] = mapped_column(default="")
    shared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ends_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    with_organisation: Mapped[Organisation] = relationship(foreign_keys=[with_organisation_id])
    shared_by: Mapped[User | None] = relationship(foreign_keys=[shared_by_id])

    def is_open(self, on: date) -> bool:
        """Whether the other organisation may look on that day."""
        return self.revoked_at is None and (self.ends_on is None or self.ends_on >= on)
