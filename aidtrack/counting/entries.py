"""Saving what was counted, one line at a time, with what the books held at that moment.

A balance stays locked while its line is saved, so each posting of the ledger is either in the
figure of the books that is kept with it, or has a higher number than the last line kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from aidtrack.core import audit
from aidtrack.core.db import db, is_postgresql, transaction
from aidtrack.core.errors import Invalid, KeyReused, NotFound, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.counting import counts
from aidtrack.counting.models import (
    BEING_COUNTED,
    KIND,
    CountEntry,
    CountLine,
    StockCount,
)
from aidtrack.counting.planning import people_who_count
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place
from aidtrack.stock import ledger
from aidtrack.stock.ledger_sql import BalanceKey
from aidtrack.stock.models import StockLine, StockMovement

QUANTITY_MAX = 10**12


@dataclass(frozen=True, slots=True)
class Counted:
    """What somebody counted: base units, as typed, and when by their clock.

    `counted_by_id` is said when a figure is entered from paper for whoever counted.
    """

    quantity: int
    counted_at: datetime
    typed: str = ""
    note: str = ""
    counted_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A figure that is safe on the server."""

    line_id: int
    quantity: int


def save(
    count_id: int, line_id: int, counted: Counted, *, key: UUID, actor: Actor, at: datetime
) -> Saved:
    """Keep what was counted of one line. The same key counts once."""
    with transaction() as session:
        count = reached(count_id, actor)
        line = session.get(CountLine, line_id)
        if line is None or line.count_id != count.id:
            raise NotFound(_("There is no such line to count."), field="line_id")
        if _is_kept(key, line, counted):
            return Saved(line.id, counted.quantity)
        counts.expect(count, *BEING_COUNTED)
        if line.round != count.round:
            raise WrongStatus(_("This line is not counted again."))
        new = NewFigure(line, key, counted.quantity, counted.typed)
        if not keep(count, [new], counted, actor, at=at):
            _is_kept(key, line, counted)  # Another tablet sent it in the same moment.
        return Saved(line.id, counted.quantity)


def save_page(
    count_id: int,
    figures: Mapping[int, tuple[int, str]],
    *,
    key: UUID,
    actor: Actor,
    at: datetime,
    counted_by_id: int | None = None,
) -> int:
    """Keep a page of figures that came together: (quantity, as typed) by line. What was kept
    before and is the same is no figure of its own. Returns how many were new.
    """
    with transaction() as session:
        count = reached(count_id, actor)
        counts.expect(count, *BEING_COUNTED)
        by_id = counted_by_id or actor.user_id
        known = _own(count, counts.part_for(count, by_id))
        lines = session.scalars(
            select(CountLine)
            .where(CountLine.count_id == count.id, CountLine.round == count.round)
            .order_by(CountLine.id)
        )
        fresh = [
            NewFigure(line, UUID(int=(key.int + line.id) % 2**128), *figures[line.id])
            for line in lines
            if line.id in figures and known.get(line.id) != figures[line.id][0]
        ]
        if fresh:
            keep(count, fresh, Counted(0, at, counted_by_id=counted_by_id), actor, at=at)
            facts = {"number": count.number, "lines": len(fresh)}
            audit.record(actor, "count.page_saved", kind=KIND, record_id=count.id, facts=facts)
        return len(fresh)


def bin_is_empty(
    count_id: int,
    place_id: int,
    *,
    key: UUID,
    actor: Actor,
    at: datetime,
    counted_by_id: int | None = None,
) -> int:
    """Nothing lies in a bin: every line of it that this person has no figure for becomes zero.

    Returns how many did.
    """
    with transaction() as session:
        count = reached(count_id, actor)
        counts.expect(count, *BEING_COUNTED)
        place = session.get(Place, place_id)
        if place is None or count.site_id not in {place.id, place.site_id}:
            raise NotFound(_("There is no such place."))
        known = _own(count, counts.part_for(count, counted_by_id or actor.user_id))
        lines = session.scalars(
            select(CountLine)
            .where(
                CountLine.count_id == count.id,
                CountLine.place_id == place_id,
                CountLine.round == count.round,
            )
            .order_by(CountLine.id)
        )
        empty = [
            NewFigure(line, UUID(int=(key.int + line.id) % 2**128), 0, "0")
            for line in lines
            if line.id not in known
        ]
        if empty:
            keep(count, empty, Counted(0, at, counted_by_id=counted_by_id), actor, at=at)
        facts = {"number": count.number, "place": place_id, "lines": len(empty)}
        audit.record(actor, "count.bin_emptied", kind=KIND, record_id=count.id, facts=facts)
        return len(empty)


def reached(count_id: int, actor: Actor, *, shared: bool = True) -> StockCount:
    count = counts.locked(count_id, actor, shared=shared)
    counts.require_here(Permission.COUNT_STOCK, count, actor)
    return count


def _is_kept(key: UUID, line: CountLine, counted: Counted) -> bool:
    """Whether this very figure was kept under its key. Raises KeyReused for another one."""
    earlier = earlier_entry(key)
    if earlier is None:
        return False
    if (earlier.line_id, earlier.quantity) != (line.id, counted.quantity):
        raise KeyReused(_("This key was already used for a different request."), field="key")
    return True


def earlier_entry(key: UUID) -> CountEntry | None:
    return db.session.scalar(select(CountEntry).filter_by(key=key))


def _own(count: StockCount, part: int) -> dict[int, int]:
    """What one counter has found in this round, by line."""
    rows = db.session.execute(
        select(CountEntry.line_id, CountEntry.quantity)
        .join(CountLine, CountLine.id == CountEntry.line_id)
        .where(
            CountLine.count_id == count.id,
            CountEntry.round == count.round,
            CountEntry.counter == part,
        )
        .order_by(CountEntry.id)
    )
    return {row.line_id: row.quantity for row in rows}


@dataclass(frozen=True, slots=True)
class NewFigure:
    """A figure to keep."""

    line: CountLine
    key: UUID
    quantity: int
    typed: str


def keep(
    count: StockCount, new: Sequence[NewFigure], counted: Counted, actor: Actor, *, at: datetime
) -> bool:
    """Figures of one person and moment, with what the books held then: a fixed number of
    statements. A key that was kept meanwhile is kept once; says of a single one whether it is new.
    """
    if any(each.quantity > QUANTITY_MAX for each in new):
        raise Invalid(_("This is more than can lie there."), field="counted")
    by_id = counted.counted_by_id or actor.user_id
    part = counts.part_for(count, by_id)
    if by_id not in {actor.user_id, count.first_counter_id, count.second_counter_id}:
        _expect_may_count(count, by_id)
    if part == counts.SECOND and count.second_counter_id is None:
        _take_part(count, by_id)
    moment = min(max(counted.counted_at, count.planned_at), at)
    books, last_line_id = _books([each.line for each in new], moment, at)
    dialect: Any = postgresql if is_postgresql() else sqlite
    kept = db.session.connection().execute(
        dialect.insert(CountEntry).on_conflict_do_nothing(index_elements=["key"]),
        [
            {
                "line_id": each.line.id,
                "round": count.round,
                "counter": part,
                "quantity": each.quantity,
                "typed": each.typed,
                "note": counted.note.strip(),
                "counted_at": moment,
                "counted_by_id": by_id,
                "recorded_at": at,
                "entered_by_id": actor.user_id,
                "book_quantity": books.get((each.line.place_id, each.line.lot_id or 0), 0),
                "last_line_id": last_line_id,
                "key": each.key,
            }
            for each in new
        ],
    )
    return len(new) > 1 or kept.rowcount > 0


def _expect_may_count(count: StockCount, user_id: int) -> None:
    site = db.session.get_one(Place, count.site_id)
    if user_id not in dict(people_who_count(site)):
        raise Invalid(_("Choose somebody who may count here."), field="counted_by_id")


def _take_part(count: StockCount, user_id: int) -> None:
    """Whoever gives the first figure as second counter is the second counter from then on."""
    taken = db.session.execute(
        update(StockCount)
        .where(StockCount.id == count.id, StockCount.second_counter_id.is_(None))
        .values(second_counter_id=user_id)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(count)
    if cast(CursorResult[Any], taken).rowcount == 0:
        counts.part_for(count, user_id)  # Somebody else was quicker, or another tablet of theirs.


def _books(
    lines: Sequence[CountLine], moment: datetime, at: datetime
) -> tuple[dict[BalanceKey, int], int]:
    """What the books held of the lines then, and the last line of the ledger that this goes by.

    A figure that a tablet sends late was counted earlier: what happened since is taken off.
    """
    keys = {(line.place_id, line.lot_id) for line in lines if line.lot_id is not None}
    held = ledger.hold_still(keys) if keys else {}
    if moment < at:
        for line in lines:
            if line.lot_id is not None:
                held[line.place_id, line.lot_id] -= _moved_since(line, moment)
    last = db.session.scalar(select(func.max(StockLine.id))) or 0
    return held, last


def _moved_since(line: CountLine, moment: datetime) -> int:
    gained = case(
        (StockLine.to_place_id == line.place_id, StockLine.quantity), else_=-StockLine.quantity
    )
    asked = (
        select(func.coalesce(func.sum(gained), 0))
        .join(StockMovement, StockMovement.id == StockLine.movement_id)
        .where(
            StockLine.lot_id == line.lot_id,
            or_(StockLine.from_place_id == line.place_id, StockLine.to_place_id == line.place_id),
            StockMovement.occurred_at > moment,
            StockMovement.recorded_at > moment,
        )
    )
    return int(db.session.scalar(asked) or 0)
