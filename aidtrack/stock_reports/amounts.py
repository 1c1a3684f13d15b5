"""How much was where at a moment: counted back from today's balances, or up from a checkpoint.

Both come to the same, since every balance is the sum of its lines. What is nearer to today is
counted back, what is nearer to the last checkpoint before it, or to the beginning, is counted
up: in a ledger of any length there is one a few lines away.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from aidtrack.core.db import Key, db
from aidtrack.places.models import Place
from aidtrack.stock.models import StockBalance, StockLine, StockMovement
from aidtrack.stock.queries import HELD
from aidtrack.stock_reports import scope
from aidtrack.stock_reports.models import Checkpoint, CheckpointBalance
from aidtrack.stock_reports.wanted import By, Clock, Span, Wanted

Amounts = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
MOMENTS = {Clock.OCCURRED: StockMovement.occurred_at, Clock.RECORDED: StockMovement.recorded_at}

Origin = aliased(Place, name="origin")
Target = aliased(Place, name="target")


def held(wanted: Wanted, at: datetime | None) -> Amounts:
    """(place_id, lot_id, quantity) whose sums are what lay there; several rows for one place.

    Not narrowed to places, and to goods only where one item is meant: whoever sums them up
    joins what else they ask for.
    """
    if at is None:
        return now(wanted)
    base = _last_checkpoint(at, wanted.clock)
    if is_nearer_to_today(at, wanted.clock, since=base.at if base else None):
        return union_all(now(wanted), *_ends(lines_of(wanted, Span(start=at)), sign=-1))
    if base is None:
        return union_all(*_ends(lines_of(wanted, Span(end=at)), sign=1))
    return union_all(
        _kept(wanted, base),
        *_ends(lines_of(wanted, Span(base.at, at)), sign=1),
        *_ends(_told_late(wanted, base), sign=1),
    )


def _last_checkpoint(at: datetime, clock: Clock) -> Checkpoint | None:
    return db.session.scalar(
        select(Checkpoint)
        .where(Checkpoint.clock == clock, Checkpoint.at <= at)
        .order_by(Checkpoint.at.desc())
        .limit(1)
    )


def _kept(wanted: Wanted, base: Checkpoint) -> Select[*tuple[Any, ...]]:
    """What lay everywhere at a checkpoint."""
    kept = CheckpointBalance
    found = select(kept.place_id, kept.lot_id, kept.quantity).where(kept.checkpoint_id == base.id)
    if wanted.names_goods:
        found = found.where(kept.lot_id.in_(scope.lot_ids(wanted)))
    return found


def _told_late(wanted: Wanted, base: Checkpoint) -> list[ColumnElement[bool]]:
    """The WHERE on lines from before a checkpoint that it does not count yet.

    Asked once more for how far it counts: whoever takes them in may do so just now. Not entered
    by the moment, for all of the past comes before it.
    """
    counted_to = select(Checkpoint.counted_to).where(Checkpoint.id == base.id).scalar_subquery()
    moment = MOMENTS[wanted.clock]
    found: list[ColumnElement[bool]] = [
        StockLine.movement_id > base.counted_to,
        StockLine.movement_id.in_(
            select(StockMovement.id).where(
                StockMovement.id > base.counted_to,
                StockMovement.id > counted_to,
                func.coalesce(moment, moment) < base.at,
            )
        ),
    ]
    if wanted.names_goods:
        found.append(StockLine.lot_id.in_(scope.lot_ids(wanted)))
    return found


def summed(found: Amounts, *figures: str) -> Select[*tuple[Any, ...]]:
    """One row for each place and lot of which anything is left: most lots of a long history are
    used up, and are not looked up for what they were.
    """
    rows = found.subquery("rows")
    sums = [func.sum(rows.c[name]).label(name) for name in figures]
    return (
        select(rows.c.place_id, rows.c.lot_id, *sums)
        .group_by(rows.c.place_id, rows.c.lot_id)
        .having(or_(*(func.sum(rows.c[name]) != 0 for name in figures)))
    )


def now(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Today's balances, from the index of what is in stock."""
    found = select(StockBalance.place_id, StockBalance.lot_id, StockBalance.quantity).where(HELD)
    if wanted.names_goods:
        found = found.where(StockBalance.lot_id.in_(scope.lot_ids(wanted)))
    return found


def is_nearer_to_today(at: datetime, clock: Clock, *, since: datetime | None = None) -> bool:
    """Rather than to an earlier moment, by default the beginning.

    By the numbers of movements, which grow with time: a few looks into an index.
    """
    first_after = _first_from(at, clock)
    latest = db.session.scalar(select(func.max(StockMovement.id))) or 0
    start = _first_from(since, clock) if since is not None else None
    return first_after is None or 2 * first_after >= (start or 0) + latest


def _first_from(at: datetime, clock: Clock) -> int | None:
    moment = MOMENTS[clock]
    return db.session.scalar(select(StockMovement.id).where(moment >= at).order_by(moment).limit(1))


def during(span: Span, clock: Clock) -> list[ColumnElement[bool]]:
    """The WHERE on movements."""
    moment = MOMENTS[clock]
    found: list[ColumnElement[bool]] = []
    if span.start is not None:
        found.append(moment >= span.start)
    if span.end is not None:
        found.append(moment < span.end)
    return found


def lines_of(wanted: Wanted, span: Span) -> list[ColumnElement[bool]]:
    """The WHERE on lines of a stretch of time, so that both databases enter by an index: by the
    lots and the numbers of its movements where an item is named, else by the moments.
    """
    conditions = during(span, wanted.clock)
    if not wanted.names_goods:
        if not conditions:
            return []
        return [StockLine.movement_id.in_(select(StockMovement.id).where(*conditions))]
    found: list[ColumnElement[bool]] = [StockLine.lot_id.in_(scope.lot_ids(wanted))]
    if conditions:
        own = StockMovement.id == StockLine.movement_id
        found.append(exists().where(own, *conditions).correlate(StockLine))
    if span.start is not None:
        found += _numbered_as(conditions, is_open=span.end is None)
    return found


def _numbered_as(
    conditions: Sequence[ColumnElement[bool]], *, is_open: bool
) -> list[ColumnElement[bool]]:
    """The WHERE on lines of movements between the lowest and the highest number of some.

    In the same statement, for others write meanwhile. As sums, or PostgreSQL would look for
    the lowest number by walking up from the first movement of all.
    """
    number = StockMovement.id + 0
    lowest, highest = (
        select(end(number)).where(*conditions).correlate(None).scalar_subquery()
        for end in (func.min, func.max)
    )
    found = [StockLine.movement_id >= lowest]
    return found if is_open else [*found, StockLine.movement_id <= highest]


def _ends(
    conditions: Sequence[ColumnElement[bool]], *, sign: int
) -> list[Select[*tuple[Any, ...]]]:
    """Both ends of some lines: what came counts with the sign, what left against it."""
    return [
        select(
            place.label("place_id"), StockLine.lot_id, (way * StockLine.quantity).label("quantity")
        ).where(*conditions)
        for place, way in ((StockLine.to_place_id, sign), (StockLine.from_place_id, -sign))
    ]


def turned_over(wanted: Wanted, span: Span, actor: Any) -> Amounts:
    """(place_id, lot_id, came, went): lines that crossed the bounds of what a row counts.

    Where a row is a bin, each move counts; where it is a site, moves between its bins do not;
    else moves between any of the places do not.
    """
    arms: list[Select[*tuple[Any, ...]]] = []
    for place, other, column, far in (
        (Target, Origin, StockLine.to_place_id, StockLine.from_place_id),
        (Origin, Target, StockLine.from_place_id, StockLine.to_place_id),
    ):
        came = StockLine.quantity if place is Target else literal_column("0")
        went = literal_column("0") if place is Target else StockLine.quantity
        arms.append(
            select(column.label("place_id"), StockLine.lot_id, came.label("came"),
                   went.label("went"))
            .select_from(StockLine)
            .join(place, place.id == column)
            .join(other, other.id == far)
            .where(
                *lines_of(wanted, span),
                *scope.within(place, wanted, actor),
                *_apart(place, other, wanted, actor),
            )
        )  # fmt: skip
    return union_all(*arms)


def _apart(place: Any, other: Any, wanted: Wanted, actor: Any) -> list[ColumnElement[bool]]:
    """The WHERE of lines that cross from what a row counts to what it does not."""
    if wanted.by is By.BIN or wanted.bin_id is not None:
        return []
    if wanted.by is By.SITE:
        return [func.coalesce(other.site_id, 0) != place.site_id]
    inside = exists().where(Place.id == other.id, *scope.within(Place, wanted, actor))
    return [~inside]


# Keeps SQLite from entering by the places, and so from all that ever lay there.
PLACE_OF_HELD = literal_column("+held.place_id", Key)
