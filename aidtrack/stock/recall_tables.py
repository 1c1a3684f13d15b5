"""Which recalls have which lots.

Recalls stand above the stock: their tables are named here once, not imported.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Integer, String, column, select, table
from sqlalchemy.orm import Session

from aidtrack.core.db import Key, UtcDateTime

recall = table(
    "recall",
    column("id", Key),
    column("organisation_id", Integer()),
    column("item_id", Integer()),
    *(column(name, String()) for name in ("number", "batch_number", "reason", "status")),
    column("started_at", UtcDateTime()),
)
recall_lot = table(
    "recall_lot", column("recall_id", Key), column("lot_id", Key), column("is_made", Boolean())
)
LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Recalled:
    """A lot that a recall has, and since when."""

    recall_id: int
    lot_id: int
    started_at: datetime


def recalls_of(session: Session, lot_ids: Collection[int]) -> list[Recalled]:
    """Every recall of each lot that is not lifted, in one statement."""
    rows = session.execute(
        select(recall.c.id, recall_lot.c.lot_id, recall.c.started_at)
        .join_from(recall_lot, recall, recall.c.id == recall_lot.c.recall_id)
        .where(recall_lot.c.lot_id.in_(lot_ids), recall.c.status != LIFTED)
        .order_by(recall.c.id, recall_lot.c.lot_id)
    )
    return [Recalled(row.id, row.lot_id, row.started_at) for row in rows]
