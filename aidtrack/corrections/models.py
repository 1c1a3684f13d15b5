"""What was recorded wrongly, what is right, who said so and why."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.stock.models import Lot

ALSO = "also"


class CorrectionKind(StrEnum):
    """Facts: batch, expiry or pack of a whole lot. Part: of some of it, which becomes a lot."""

    FACTS = "facts"
    PART = "part"
    ITEM = "item"
    DONOR = "donor"
    QUANTITY = "quantity"


class Correction(Model):
    """One correction of one lot. It stays; what was wrong with it is undone beside it.

    `before` and `after` hold what the lot said and says, by the names of its columns; under ALSO
    stands what changed with it, by kind: the days of what was made of it.
    `quantity` counts what moved to `new_lot_id` (or back to the giver); of a whole lot's facts
    it is how much there was of it.
    """

    __tablename__ = "correction"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number", name="uq_correction_number"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_by"),
        Index("ix_correction_lot_id", "lot_id"),
        Index("ix_correction_new_lot_id", "new_lot_id"),
        Index("ix_correction_organisation_id_id", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str]
    kind: Mapped[CorrectionKind]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    new_lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str]
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("stock_movement.id"), unique=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undone_why: Mapped[str] = mapped_column(default="")

    lot: Mapped[Lot] = relationship(foreign_keys=[lot_id], viewonly=True)
    new_lot: Mapped[Lot | None] = relationship(foreign_keys=[new_lot_id], viewonly=True)

    @property
    def right(self) -> dict[str, Any]:
        """What the lot says since, and nothing else."""
        return {name: value for name, value in self.after.items() if name != ALSO}

    def also(self, what: str) -> dict[str, Any]:
        """What changed with it, by ids in words; empty when nothing did."""
        found: dict[str, Any] = self.after.get(ALSO, {}).get(what, {})
        return found
