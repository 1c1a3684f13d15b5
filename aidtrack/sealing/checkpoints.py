"""Counts again what lay everywhere at each checkpoint of the reports.

Each is the one before it and the lines between them, so the ledger is read once for each clock.
The package above is named here, not imported.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    column,
    func,
    literal_column,
    select,
    table,
    union_all,
)

from aidtrack.core.db import Key, UtcDateTime, db
from aidtrack.places.models import Place
from aidtrack.stock.models import StockLine, StockMovement

MOMENTS = {"occurred": StockMovement.occurred_at, "recorded": StockMovement.recorded_at}
checkpoint = table(
    "checkpoint",
    column("id", Key),
    column("clock", String()),
    column("at", UtcDateTime()),
    column("counted_to", Key),
)
balance = table(
    "checkpoint_balance",
    *(column(name, Key) for name in ("checkpoint_id", "lot_id", "place_id", "quantity")),
)


def wrong_balances(limit: int) -> Iterator[tuple[str, str]]:
    """(the key of a row that disagrees, what is wrong), at most so many of a checkpoint."""
    for clock in MOMENTS:
        made = db.session.execute(
            select(checkpoint).where(checkpoint.c.clock == clock).order_by(checkpoint.c.at)
        ).all()
        for before, each in zip([None, *made], made, strict=False):
            for row in db.session.execute(_different(before, each, limit)):
                counted = f"what lay before and the lines since add up to {int(row.counted)}"
                key = f"checkpoint {each.id}, place {row.place_id}, lot {row.lot_id}"
                yield key, f"it says {int(row.kept)}, {counted}"


def _different(before: Any, each: Any, limit: int) -> Select[*tuple[Any, ...]]:
    zero: ColumnElement[int] = literal_column("0", Key)
    quantity = balance.c.quantity
    parts = [_balances(each, quantity, zero), *_lines(before, each, zero)]
    if before is not None:
        parts.append(_balances(before, zero, quantity))
    every = union_all(*parts).subquery("every")
    kept, counted = func.sum(every.c.kept), func.sum(every.c.counted)
    return (
        select(every.c.place_id, every.c.lot_id, kept.label("kept"), counted.label("counted"))
        .group_by(every.c.place_id, every.c.lot_id)
        .having(kept != counted)
        .order_by(every.c.place_id, every.c.lot_id)
        .limit(limit)
    )


def _balances(
    of: Any, kept: ColumnElement[int], counted: ColumnElement[int]
) -> Select[*tuple[Any, ...]]:
    return select(
        balance.c.place_id, balance.c.lot_id, kept.label("kept"), counted.label("counted")
    ).where(balance.c.checkpoint_id == of.id)


def _lines(before: Any, each: Any, zero: Any) -> Sequence[Select[*tuple[Any, ...]]]:
    """Both ends of the lines between two checkpoints, at places that are counted."""
    moment = MOMENTS[each.clock]
    between = [moment < each.at, StockMovement.id <= each.counted_to]
    if before is not None:
        between.append(moment >= before.at)
    inside = select(Place.id).where(Place.is_outside.is_(False))
    return [
        select(
            place.label("place_id"),
            StockLine.lot_id,
            zero.label("kept"),
            (sign * StockLine.quantity).label("counted"),
        )
        .select_from(StockMovement)
        .join(StockLine, StockLine.movement_id == StockMovement.id)
        .where(*between, place.in_(inside))
        for place, sign in ((StockLine.to_place_id, 1), (StockLine.from_place_id, -1))
    ]
