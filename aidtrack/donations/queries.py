"""Reads donations and receipts."""

from dataclasses import dataclass

from sqlalchemy import case, func, select

from aidtrack.core.db import db
from aidtrack.donations.models import GoodsReceipt, GoodsReceiptLine

MISSING = case(
    (
        GoodsReceiptLine.stated > GoodsReceiptLine.good + GoodsReceiptLine.damaged,
        GoodsReceiptLine.stated - GoodsReceiptLine.good - GoodsReceiptLine.damaged,
    ),
    else_=0,
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of something, in base units; receipts that were undone do not count."""

    good: int = 0
    damaged: int = 0
    missing: int = 0

    @property
    def given(self) -> int:
        return self.good + self.damaged + self.missing


def received(donation_id: int) -> dict[int, Counted]:
    """What came of each line that anything came of, by the line's id."""
    rows = db.session.execute(
        select(
            GoodsReceiptLine.donation_line_id,
            func.sum(GoodsReceiptLine.good).label("good"),
            func.sum(GoodsReceiptLine.damaged).label("damaged"),
            func.sum(MISSING).label("missing"),
        )
        .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
        .where(GoodsReceipt.donation_id == donation_id, GoodsReceipt.undone_at.is_(None))
        .group_by(GoodsReceiptLine.donation_line_id)
    )
    return {
        row.donation_line_id: Counted(int(row.good), int(row.damaged), int(row.missing))
        for row in rows
    }
