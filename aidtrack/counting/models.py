"""Counts: what was to be counted, what each counter found, and when each lot was counted last."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    event,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from aidtrack.catalogue.models import Item
from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot

KIND = "stock_count"


class CountStatus(StrEnum):
    COUNTING = "counting"
    RECOUNTING = "recounting"
    REVIEW = "review"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNDONE = "undone"


BEING_COUNTED = (CountStatus.COUNTING, CountStatus.RECOUNTING)
UNFINISHED = (*BEING_COUNTED, CountStatus.REVIEW)


class StockCount(Model):
    """One count of a site or a part of it, by one or two people who do not see each other's
    figures.

    `scope` says what it was narrowed to, `left_out` how many lots were left to other counts.
    The second counter may be anybody until somebody is. `round` goes up with each recount. The
    four figures of accuracy are kept when it is done, values in the organisation's currency.
    """

    __tablename__ = "stock_count"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number", name="uq_stock_count_number"),
        CheckConstraint("counters IN (1, 2)", name="one_or_two_counters"),
        CheckConstraint("first_counter_id <> second_counter_id", name="counters_differ"),
        CheckConstraint(
            "(status IN ('counting', 'recounting', 'review')) = (decided_at IS NULL)",
            name="decided_or_unfinished",
        ),
        Index("ix_stock_count_site_id", "site_id", "status"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str]
    status: Mapped[CountStatus]
    site_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    is_blind: Mapped[bool]
    counters: Mapped[int]
    scope: Mapped[dict[str, Any]] = mapped_column(JSON)
    left_out: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    round: Mapped[int]
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    first_counter_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    second_counter_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    first_done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decision_note: Mapped[str] = mapped_column(default="")
    currency: Mapped[str]
    lines_counted: Mapped[int | None]
    lines_right: Mapped[int | None]
    value_counted_minor: Mapped[int | None] = mapped_column(BigInteger)
    value_off_minor: Mapped[int | None] = mapped_column(BigInteger)

    site: Mapped[Place] = relationship(viewonly=True)


class CountLine(Model):
    """A lot in a bin that is to be counted: the books hold some, or a counter found it.

    Goods that the books do not know at all have no lot, only what is written on them. The
    figures are those that the approval went by.
    """

    __tablename__ = "stock_count_line"
    __table_args__ = (
        UniqueConstraint("count_id", "place_id", "lot_id", name="uq_stock_count_line_once"),
        Index("ix_stock_count_line_lot_id", "lot_id", "place_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    batch_number: Mapped[str] = mapped_column(default="")
    expires_on: Mapped[date | None]
    is_added: Mapped[bool]
    round: Mapped[int]
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    book_quantity: Mapped[int | None] = mapped_column(BigInteger)
    counted_quantity: Mapped[int | None] = mapped_column(BigInteger)

    place: Mapped[Place] = relationship(viewonly=True)
    item: Mapped[Item] = relationship(viewonly=True)
    lot: Mapped[Lot | None] = relationship(viewonly=True)


class CountEntry(Model):
    """What one person counted of a line. Written once; whoever counts again adds another.

    `book_quantity` is what the books held when it was counted. Ledger lines up to
    `last_line_id` are in it; later ones that say they happened before are not, and the review
    names them. Figures from paper are entered by somebody else.
    """

    __tablename__ = "stock_count_entry"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        Index("ix_stock_count_entry_line_id", "line_id", "round"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("stock_count_line.id"))
    round: Mapped[int]
    counter: Mapped[int]
    quantity: Mapped[int] = mapped_column(BigInteger)
    typed: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    book_quantity: Mapped[int] = mapped_column(BigInteger)
    last_line_id: Mapped[int] = mapped_column(Key)
    key: Mapped[UUID] = mapped_column(unique=True)


class LastCounted(Model):
    """When a lot in a bin was counted last, by a count that was approved."""

    __tablename__ = "stock_last_counted"
    __table_args__ = (Index("ix_stock_last_counted_count_id", "count_id"),)

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"))


def _refuse_to_rewrite(_mapper: Mapper, _connection: Connection, _row: object) -> None:
    raise AssertionError("What was counted is never changed. Count again.")


event.listen(CountEntry, "before_update", _refuse_to_rewrite)
event.listen(CountEntry, "before_delete", _refuse_to_rewrite)
