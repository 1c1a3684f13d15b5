"""The first lines of an item in the order of time, read through windows that widen.

An index knows the moments of movements, another the movements of a lot; none knows both. So
lines are looked for among a few movements, then among many times as many, up to all of them. A
busy item fills a page from the first few; one that rarely moves has few lines altogether.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.paging import Sorting
from aidtrack.stock.models import StockLine, StockMovement
from aidtrack.stock_reports import amounts, lines, scope
from aidtrack.stock_reports.amounts import MOMENTS
from aidtrack.stock_reports.wanted import Span, Wanted


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of an item with no more lines than `few` all are read: that takes no longer than to ask
    for a window. Else so many movements at first.
    """

    few: int = 3_000
    movements: tuple[int, ...] = (250, 4_000, 64_000, 1_024_000)


def first_rows(
    chosen: Select[*tuple[Any, ...]],
    wanted: Wanted,
    span: Span,
    sorting: Sorting,
    *,
    cursor: str | None,
    limit: int,
    sizes: Sizes = Sizes(),
) -> Sequence[Any]:
    """So many of the chosen lines behind the cursor, fewer only where there are no more."""
    found = chosen.where(*sorting.after(cursor))
    is_few = not wanted.names_goods or _has_few(wanted, sizes.few)
    for window in _windows(wanted, span, sorting, cursor, () if is_few else sizes.movements):
        rows = db.session.execute(lines.statement(found.where(*window), sorting, limit)).all()
        if len(rows) == limit:
            return rows
    return db.session.execute(lines.statement(found, sorting, limit)).all()


def _windows(
    wanted: Wanted, span: Span, sorting: Sorting, cursor: str | None, counts: Sequence[int]
) -> Iterator[list[ColumnElement[bool]]]:
    """The WHERE of each window but the last, which is all of it."""
    moment = MOMENTS[wanted.clock]
    first = moment.desc() if sorting.is_descending else moment
    behind = sorting.after(cursor)[:1]  # By its moment alone, for it is of a line.
    for count in counts:
        some = (
            select(StockMovement.id, moment.label("moment"))
            .where(*amounts.during(span, wanted.clock), *behind)
            .order_by(first)
            .limit(count)
            .subquery("some")
        )
        edge = func.min(some.c.moment) if sorting.is_descending else func.max(some.c.moment)
        found = db.session.execute(
            select(
                func.count().label("movements"),
                edge.label("edge"),
                func.min(some.c.id).label("lowest"),
                func.max(some.c.id).label("highest"),
            ).select_from(some)
        ).one()
        if found.movements < count:
            return
        # Others of the same moment as the last may be left out: that moment is not in it.
        yield [
            moment > found.edge if sorting.is_descending else moment < found.edge,
            StockLine.movement_id.between(found.lowest, found.highest),
        ]


def _has_few(wanted: Wanted, few: int) -> bool:
    every = select(StockLine.id).where(StockLine.lot_id.in_(scope.lot_ids(wanted)))
    return paging.count_up_to(few + 1, every) <= few
