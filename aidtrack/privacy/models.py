"""How long data of people is kept, and who was erased."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core.db import Model, UtcDateTime


class RetentionPeriod(Model):
    """How many months one organisation keeps one kind, where it is not the usual time."""

    __tablename__ = "retention_period"
    __table_args__ = (CheckConstraint("months > 0", name="months_positive"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    months: Mapped[int]


class ErasedPerson(Model):
    """An account of which only its number is left, so that what it did stays one person's."""

    __tablename__ = "erased_person"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)
