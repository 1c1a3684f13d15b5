"""What came of donations: receipts that stand and corrections, the same for pages and rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Row, bindparam, case, func, literal, select, union_all

from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.donations.models import (
    DonationCorrection,
    DonationLine,
    GoodsReceipt,
    GoodsReceiptLine,
)

# Stated on the donor's paper, but neither good nor damaged.
MISSING: ColumnElement[int] = case(
    (
        GoodsReceiptLine.stated > GoodsReceiptLine.good + GoodsReceiptLine.damaged,
        GoodsReceiptLine.stated - GoodsReceiptLine.good - GoodsReceiptLine.damaged,
    ),
    else_=0,
)
SUMS = (
    func.sum(GoodsReceiptLine.good).label("good"),
    func.sum(GoodsReceiptLine.damaged).label("damaged"),
    func.sum(MISSING).label("missing"),
)
_BY_RECEIPTS = (
    select(GoodsReceiptLine.donation_line_id, *SUMS)
    .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
    .where(
        GoodsReceipt.donation_id.in_(bindparam("donation_ids", expanding=True)),
        GoodsReceipt.undone_at.is_(None),
    )
    .group_by(GoodsReceiptLine.donation_line_id)
)
_BY_CORRECTIONS = (
    select(
        DonationCorrection.donation_line_id,
        func.sum(DonationCorrection.quantity).label("good"),
        literal(0).label("damaged"),
        literal(0).label("missing"),
    )
    .join(DonationLine, DonationLine.id == DonationCorrection.donation_line_id)
    .where(DonationLine.donation_id.in_(bindparam("donation_ids", expanding=True)))
    .group_by(DonationCorrection.donation_line_id)
    .having(func.sum(DonationCorrection.quantity) != 0)
)
_BOTH = union_all(_BY_RECEIPTS, _BY_CORRECTIONS).subquery()
RECEIVED = select(
    _BOTH.c.donation_line_id,
    func.sum(_BOTH.c.good).label("good"),
    func.sum(_BOTH.c.damaged).label("damaged"),
    func.sum(_BOTH.c.missing).label("missing"),
).group_by(_BOTH.c.donation_line_id)


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of something, in base units."""

    good: int = 0
    damaged: int = 0
    missing: int = 0

    @property
    def given(self) -> int:
        """What the donor has given: an arrival that lacks something was given whole."""
        return self.good + self.damaged + self.missing


NOTHING = Counted()


def received(donation_ids: Iterable[int]) -> dict[int, Counted]:
    """What came of each donation line of which anything came, by the line's id."""
    rows = db.session.connection().execute(RECEIVED, {"donation_ids": list(donation_ids)})
    return {row.donation_line_id: counted(row) for row in rows}


def counted(row: Row) -> Counted:
    """The sums of a row, which PostgreSQL gives as decimals."""
    return Counted(int(row.good), int(row.damaged), int(row.missing))


class CountedLine:
    """What is said alike of a line promised and of a lot received; both have these fields."""

    __slots__ = ()

    if TYPE_CHECKING:
        item_name: str
        item_names: dict[str, str]
        good: int
        damaged: int
        missing: int

    @property
    def item_label(self) -> str:
        """The item's name in the reader's language."""
        return name_in(self.item_name, self.item_names)

    @property
    def given(self) -> int:
        return self.good + self.damaged + self.missing
