"""The tables of losses: what was written off, who agreed, what was found, for which reasons."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.core.i18n import name_in
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock.models import Lot, Reason


class LossAct(StrEnum):
    """What somebody does with goods, or with what the books say of them, for a reason."""

    LOSS = "loss"
    DESTRUCTION = "destruction"
    ADJUSTMENT = "adjustment"
    RETURN = "return"
    FOUND = "found"


class LossReason(Model):
    """A reason in the list of one organisation.

    `cause` is the stable word that stands on the lines of the ledger, so that organisations can
    be compared. One whose `code` is such a word says how the organisation words that very reason.
    """

    __tablename__ = "loss_reason"
    __table_args__ = (UniqueConstraint("organisation_id", "code", name="uq_loss_reason_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str]
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    cause: Mapped[Reason]
    acts: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_active: Mapped[bool] = mapped_column(default=True)

    def name_in(self, language: str | None = None) -> str:
        return name_in(self.name, self.names, language)


class WriteOffStatus(StrEnum):
    """Posted: its goods have left the stock. Undone: it was a mistake, they never left."""

    WAITING = "waiting"
    POSTED = "posted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


class WhyApproved(StrEnum):
    """Why a second person is asked. What has no known value in the organisation's currency
    counts as above the limit.
    """

    ABOVE_LIMIT = "above_limit"
    WITH_OTHERS = "with_others"
    VALUE_UNKNOWN = "value_unknown"


class ClaimState(StrEnum):
    """Whether somebody else shall pay for a loss, and what came of it."""

    NONE = "none"
    OPEN = "open"
    PAID = "paid"
    REFUSED = "refused"


class WriteOff(Model):
    """Goods that somebody says are lost: what, where in the chain, why, and who agreed.

    While it waits its goods are held, so that nobody sends them. `stage` is the kind of place
    where losses like it are counted; goods given back to their donor are RETURNED.
    `value_minor` is None where it is not known in `currency`. `finder` is who noticed it;
    `location` and `disposal` say where the goods are now and what becomes of them. `claim_minor`
    is in `currency`. The paper is its loss report.
    """

    __tablename__ = "write_off"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number", name="uq_write_off_number"),
        CheckConstraint("(status = 'waiting') = (decided_at IS NULL)", name="decided_or_waiting"),
        CheckConstraint(
            "(status IN ('posted', 'undone')) = (movement_id IS NOT NULL)", name="posted_has_moved"
        ),
        Index("ix_write_off_prepared", "site_id", "prepared_by_id", "prepared_at"),
        Index("ix_write_off_shipment_id", "shipment_id"),
        Index("ix_write_off_distribution_id", "distribution_id"),
        Index("ix_write_off_receipt_id", "receipt_id"),
        # Few claims are open at a time, of however many losses.
        Index(
            "ix_write_off_open_claims",
            "id",
            sqlite_where=text("claim = 'open'"),
            postgresql_where=text("claim = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str]
    act: Mapped[LossAct] = mapped_column(default=LossAct.LOSS)
    status: Mapped[WriteOffStatus]
    stage: Mapped[PlaceKind]
    site_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"))
    distribution_id: Mapped[int | None] = mapped_column(ForeignKey("distribution.id"))
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("goods_receipt.id"))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(default="")
    finder: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    disposal: Mapped[str] = mapped_column(default="")
    witnesses: Mapped[str] = mapped_column(default="")
    value_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str]
    limit_minor: Mapped[int] = mapped_column(BigInteger)
    why_approved: Mapped[WhyApproved | None]
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decision_note: Mapped[str] = mapped_column(default="")
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("stock_movement.id"), unique=True)
    claim: Mapped[ClaimState] = mapped_column(default=ClaimState.NONE)
    claim_against: Mapped[str] = mapped_column(default="")
    claim_minor: Mapped[int | None] = mapped_column(BigInteger)
    claim_note: Mapped[str] = mapped_column(default="")
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))

    site: Mapped[Place] = relationship(viewonly=True)
    lines: Mapped[list["WriteOffLine"]] = relationship(order_by="WriteOffLine.id", viewonly=True)


class WriteOffLine(Model):
    """A quantity of one lot where it lies, why it is lost and what it is worth, if known.

    `load_id`: what a shipment carries of it, when it was lost on the road. `found`: how much of
    it came back since. `reason_id`: how the organisation words the reason.
    """

    __tablename__ = "write_off_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("found BETWEEN 0 AND quantity", name="found_of_it"),
        Index("ix_write_off_line_write_off_id", "write_off_id"),
        Index("ix_write_off_line_lot_id", "lot_id"),
        Index("ix_write_off_line_load_id", "load_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    write_off_id: Mapped[int] = mapped_column(ForeignKey("write_off.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    load_id: Mapped[int | None] = mapped_column(ForeignKey("shipment_load.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    found: Mapped[int] = mapped_column(BigInteger, default=0)
    reason: Mapped[Reason]
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("loss_reason.id"))
    value_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]

    lot: Mapped[Lot] = relationship(viewonly=True)
    place: Mapped[Place] = relationship(viewonly=True)
    worded: Mapped[LossReason | None] = relationship(viewonly=True)


class StockFind(Model):
    """Goods that turned up: those of a write-off, or more than the books said (None).

    What was undone since was lost all the same.
    """

    __tablename__ = "stock_find"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number", name="uq_stock_find_number"),
        Index("ix_stock_find_write_off_id", "write_off_id"),
        Index("ix_stock_find_found", "site_id", "found_by_id", "found_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str]
    write_off_id: Mapped[int | None] = mapped_column(ForeignKey("write_off.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    note: Mapped[str] = mapped_column(default="")
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    found_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("loss_reason.id"))
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("stock_movement.id"), unique=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    lines: Mapped[list["StockFindLine"]] = relationship(order_by="StockFindLine.id", viewonly=True)


class StockFindLine(Model):
    """How much of a lot turned up, and into which bin it went."""

    __tablename__ = "stock_find_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_stock_find_line_find_id", "find_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    find_id: Mapped[int] = mapped_column(ForeignKey("stock_find.id"))
    write_off_line_id: Mapped[int | None] = mapped_column(ForeignKey("write_off_line.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)

    place: Mapped[Place] = relationship(viewonly=True)
