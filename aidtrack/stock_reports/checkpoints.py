"""Keeps what lay everywhere at some moments of the past, off the path of whoever posts.

A checkpoint is made whenever so many lines lie behind the last one that reading them takes
longer than reading what lay there. Goods that were moved earlier, and told of later, are taken
into each checkpoint that they come before. Only sealed movements are counted: none with a lower
number is still to be committed. Whatever is not counted yet, `amounts` adds by itself.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    column,
    func,
    insert,
    literal,
    select,
    table,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from aidtrack.core.db import Key, db, is_postgresql, transaction
from aidtrack.places.models import Place
from aidtrack.stock.models import StockLine, StockMovement
from aidtrack.stock_reports.amounts import MOMENTS
from aidtrack.stock_reports.models import Checkpoint, CheckpointBalance
from aidtrack.stock_reports.wanted import Clock

LINES_APART, LINES_A_BALANCE = 50_000, 4
READ_MOVEMENTS = 1_000
COLUMNS = ["checkpoint_id", "lot_id", "place_id", "quantity"]
# The package above is named here, not imported.
seal = table("seal", column("last_movement_id", Key))


def lines_apart(balances: int) -> int:
    """How many lines lie between a checkpoint of so many balances and the next.

    So few that they are soon read, so many that all checkpoints are smaller than the ledger.
    """
    return max(LINES_APART, LINES_A_BALANCE * balances)


def keep(apart: Callable[[int], int] = lines_apart) -> None:
    """Bring the checkpoints of both clocks up to date. Done twice, it comes to the same."""
    sealed_to = db.session.scalar(select(func.max(seal.c.last_movement_id))) or 0
    for clock in Clock:
        _take_in(clock, sealed_to)
        while _add_next(clock, sealed_to, apart):
            pass


def _newest(clock: Clock) -> Checkpoint | None:
    """Locked, so that nobody else adds the next or takes the same in."""
    return db.session.scalar(
        select(Checkpoint)
        .where(Checkpoint.clock == clock)
        .order_by(Checkpoint.at.desc())
        .limit(1)
        .with_for_update()
    )


def _take_in(clock: Clock, sealed_to: int) -> None:
    """Add what was told since to the checkpoints that it comes before."""
    with transaction() as session:
        newest = _newest(clock)
        if newest is None or newest.counted_to >= sealed_to:
            return
        moment = MOMENTS[clock]
        told = (
            StockMovement.id > newest.counted_to,
            StockMovement.id <= sealed_to,
            func.coalesce(moment, moment) < newest.at,
        )
        later = (Checkpoint.clock == clock) & (Checkpoint.at > moment)
        ends = union_all(
            *(each.add_columns(Checkpoint.id).join(Checkpoint, later) for each in _ends(*told))
        ).subquery("ends")
        sums = (
            select(ends.c.id, ends.c.lot_id, ends.c.place_id, func.sum(ends.c.quantity))
            .group_by(ends.c.id, ends.c.lot_id, ends.c.place_id)
            .having(func.sum(ends.c.quantity) != 0)
        )
        upsert = (postgresql if is_postgresql() else sqlite).insert(CheckpointBalance)
        session.execute(
            upsert.from_select(COLUMNS, sums).on_conflict_do_update(
                index_elements=COLUMNS[:3],
                set_={"quantity": CheckpointBalance.quantity + upsert.excluded.quantity},
            )
        )
        session.execute(
            update(Checkpoint).where(Checkpoint.clock == clock).values(counted_to=sealed_to)
        )


def _add_next(clock: Clock, sealed_to: int, apart: Callable[[int], int]) -> bool:
    """Make the next checkpoint, if so many lines lie behind the last one that it pays."""
    newest = _newest(clock)
    at = _next_moment(clock, newest, sealed_to, apart(_balances(newest)))
    if at is None:
        return False
    with transaction() as session:
        newest = _newest(clock)
        if newest is not None and newest.at >= at:  # Somebody made it meanwhile.
            return False
        made = Checkpoint(clock=clock, at=at, counted_to=newest.counted_to if newest else sealed_to)
        session.add(made)
        session.flush()
        session.execute(insert(CheckpointBalance).from_select(COLUMNS, _lying(made, newest)))
    return True


def _balances(newest: Checkpoint | None) -> int:
    if newest is None:
        return 0
    kept = select(func.count()).where(CheckpointBalance.checkpoint_id == newest.id)
    return db.session.scalar(kept) or 0


def _next_moment(
    clock: Clock, newest: Checkpoint | None, sealed_to: int, wanted: int
) -> datetime | None:
    """The first moment with so many lines between it and the newest checkpoint."""
    counted, before = 0, None
    for moment, lines in _in_order(clock, newest, sealed_to):
        if counted >= wanted and moment != before:
            return moment
        counted, before = counted + lines, moment
    return None


def _in_order(
    clock: Clock, newest: Checkpoint | None, sealed_to: int
) -> Iterator[tuple[datetime, int]]:
    """The moments of movements since a checkpoint, and how many lines each has."""
    moment = MOMENTS[clock]
    lines = select(func.count(StockLine.id)).where(StockLine.movement_id == StockMovement.id)
    found = (
        select(StockMovement.id, moment.label("moment"), lines.scalar_subquery().label("lines"))
        .where(StockMovement.id <= sealed_to)
        .order_by(moment, StockMovement.id)
        .limit(READ_MOVEMENTS)
    )
    after: list[ColumnElement[bool]] = [moment >= newest.at] if newest is not None else []
    while rows := db.session.execute(found.where(*after)).all():
        yield from ((row.moment, row.lines) for row in rows)
        last = rows[-1]
        after = [
            moment >= last.moment,
            tuple_(moment, StockMovement.id) > tuple_(last.moment, last.id),
        ]


def _lying(made: Checkpoint, newest: Checkpoint | None) -> Select[*tuple[Any, ...]]:
    """What lay everywhere at a moment, counted up from the checkpoint before it."""
    moment = MOMENTS[made.clock]
    since = [moment < made.at, StockMovement.id <= made.counted_to]
    parts = []
    if newest is not None:
        since.append(moment >= newest.at)
        kept = CheckpointBalance
        parts.append(
            select(kept.place_id, kept.lot_id, kept.quantity).where(kept.checkpoint_id == newest.id)
        )
    every = union_all(*parts, *_ends(*since)).subquery("every")
    quantity = func.sum(every.c.quantity)
    return (
        select(literal(made.id), every.c.lot_id, every.c.place_id, quantity)
        .group_by(every.c.lot_id, every.c.place_id)
        .having(quantity != 0)
    )


def _ends(*conditions: ColumnElement[bool]) -> list[Select[*tuple[Any, ...]]]:
    """What came to the places that we count, and what left them, by the lines of movements."""
    return [
        select(
            place.label("place_id"), StockLine.lot_id, (sign * StockLine.quantity).label("quantity")
        )
        .select_from(StockMovement)
        .join(StockLine, StockLine.movement_id == StockMovement.id)
        .join(Place, (Place.id == place) & Place.is_outside.is_(False))
        .where(*conditions)
        for place, sign in ((StockLine.to_place_id, 1), (StockLine.from_place_id, -1))
    ]
