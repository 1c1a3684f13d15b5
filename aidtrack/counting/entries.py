"""Saving what was counted, one line at a time, with what the books held at that moment.

A balance stays locked while its line is saved, so each posting of the ledger is either in the
figure of the books that is kept with it, or has a higher number than the last line kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, case, func, insert, or_, select, update

from aidtrack.catalogue.models import Item
from aidtrack.core import audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, KeyReused, NotFound, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.counting import counts
from aidtrack.counting.models import (
    BEING_COUNTED,
    UNFINISHED,
    CountEntry,
    CountLine,
    StockCount,
)
from aidtrack.counting.planning import KIND, people_who_count
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import IN_STOCK, Place
from aidtrack.stock import ledger
from aidtrack.stock import queries as stock
from aidtrack.stock.ledger_sql import BalanceKey
from aidtrack.stock.models import Lot, StockLine, StockMovement

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
class FoundGoods:
    """Goods that lie where the books have none: a lot, or what is written on them."""

    place_id: int
    lot_id: int | None = None
    item_id: int | None = None
    batch_number: str = ""
    expires_on: date | None = None


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
        count = _reached(count_id, actor)
        line = session.get(CountLine, line_id)
        if line is None or line.count_id != count.id:
            raise NotFound(_("There is no such line to count."), field="line_id")
        earlier = _earlier(key)
        if earlier is not None:
            if (earlier.line_id, earlier.quantity) != (line.id, counted.quantity):
                message = _("This key was already used for a different request.")
                raise KeyReused(message, field="key")
            return Saved(line.id, earlier.quantity)
        counts.expect(count, *BEING_COUNTED)
        if line.round != count.round:
            raise WrongStatus(_("This line is not counted again."))
        _keep_all(count, [(line, key)], counted, actor=actor, at=at)
        return Saved(line.id, counted.quantity)


def add(
    count_id: int, found: FoundGoods, counted: Counted, *, key: UUID, actor: Actor, at: datetime
) -> Saved:
    """Count goods that the books do not have there: a line more, and its figure.

    A lot that lies there after all is counted on its own line.
    """
    with transaction() as session:
        count = _reached(count_id, actor, shared=False)
        earlier = _earlier(key)
        if earlier is not None:
            return Saved(earlier.line_id, earlier.quantity)
        counts.expect(count, *BEING_COUNTED)
        place = session.get(Place, found.place_id)
        if place is None or place.site_id != count.site_id or place.kind not in IN_STOCK:
            raise Invalid(_("Choose a bin of this site."), field="place_id")
        lot = _lot(found, count, actor)
        line = _line_of(count, place, lot, found)
        _keep_all(count, [(line, key)], counted, actor=actor, at=at)
        facts = {"number": count.number, "line": line.id, "lot": line.lot_id}
        audit.record(actor, "count.goods_added", kind=KIND, record_id=count.id, facts=facts)
        return Saved(line.id, counted.quantity)


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
        count = _reached(count_id, actor)
        counts.expect(count, *BEING_COUNTED)
        by_id = counted_by_id or actor.user_id
        mine = (
            select(CountEntry.line_id)
            .where(CountEntry.line_id == CountLine.id, CountEntry.round == count.round)
            .where(CountEntry.counter == counts.part_for(count, by_id))
        )
        lines = session.scalars(
            select(CountLine)
            .where(
                CountLine.count_id == count.id,
                CountLine.place_id == place_id,
                CountLine.round == count.round,
                ~mine.exists(),
            )
            .order_by(CountLine.id)
        ).all()
        _keep_all(
            count,
            [(x, UUID(int=(key.int + n) % 2**128)) for n, x in enumerate(lines)],
            Counted(0, at, counted_by_id=counted_by_id),
            actor=actor,
            at=at,
        )
        facts = {"number": count.number, "place": place_id, "lines": len(lines)}
        audit.record(actor, "count.bin_emptied", kind=KIND, record_id=count.id, facts=facts)
        return len(lines)


def _reached(count_id: int, actor: Actor, *, shared: bool = True) -> StockCount:
    count = counts.locked(count_id, actor, shared=shared)
    counts.require_here(Permission.COUNT_STOCK, count, actor)
    return count


def _earlier(key: UUID) -> CountEntry | None:
    return db.session.scalar(select(CountEntry).filter_by(key=key))


def _keep_all(
    count: StockCount,
    lines: Sequence[tuple[CountLine, UUID]],
    counted: Counted,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """The same figure for several lines, each with its key."""
    if not lines:
        return
    if counted.quantity > QUANTITY_MAX:
        raise Invalid(_("This is more than can lie there."), field="counted")
    by_id = counted.counted_by_id or actor.user_id
    part = counts.part_for(count, by_id)
    if by_id not in {actor.user_id, count.first_counter_id, count.second_counter_id}:
        _expect_may_count(count, by_id)
    if part == counts.SECOND and count.second_counter_id is None:
        _take_part(count, by_id)
    moment = min(max(counted.counted_at, count.planned_at), at)
    books, last_line_id = _books([line for line, _key in lines], moment, at)
    db.session.execute(
        insert(CountEntry),
        [
            {
                "line_id": line.id,
                "round": count.round,
                "counter": part,
                "quantity": counted.quantity,
                "typed": counted.typed,
                "note": counted.note.strip(),
                "counted_at": moment,
                "counted_by_id": by_id,
                "recorded_at": at,
                "entered_by_id": actor.user_id,
                "book_quantity": books.get((line.place_id, line.lot_id or 0), 0),
                "last_line_id": last_line_id,
                "key": key,
            }
            for line, key in lines
        ],
    )


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


def _lot(found: FoundGoods, count: StockCount, actor: Actor) -> Lot | None:
    """The lot that was found: as scanned, or the one at this site that its words fit."""
    if found.lot_id is not None:
        return stock.lot(found.lot_id, actor)
    if found.item_id is None or db.session.get(Item, found.item_id) is None:
        raise Invalid(_("Say which item it is."), field="item_id")
    fitting = db.session.scalars(
        select(Lot)
        .join(CountLine, CountLine.lot_id == Lot.id)
        .where(
            CountLine.count_id == count.id,
            Lot.item_id == found.item_id,
            Lot.batch_number == found.batch_number.strip(),
            Lot.expires_on == found.expires_on if found.expires_on else Lot.expires_on.is_(None),
        )
        .distinct()
        .limit(2)
    ).all()
    return fitting[0] if len(fitting) == 1 else None


def _line_of(count: StockCount, place: Place, lot: Lot | None, found: FoundGoods) -> CountLine:
    if lot is not None:
        _expect_not_elsewhere(count, place, lot)
        known = db.session.scalar(
            select(CountLine).filter_by(count_id=count.id, place_id=place.id, lot_id=lot.id)
        )
        if known is not None:
            if known.round != count.round:
                raise WrongStatus(_("This lot is counted there already, and is not counted again."))
            return known
    line = CountLine(
        count_id=count.id,
        place_id=place.id,
        item_id=lot.item_id if lot else found.item_id,
        lot_id=lot.id if lot else None,
        batch_number=lot.batch_number if lot else found.batch_number.strip(),
        expires_on=lot.expires_on if lot else found.expires_on,
        is_added=True,
        round=count.round,
    )
    db.session.add(line)
    db.session.flush()
    return line


def _expect_not_elsewhere(count: StockCount, place: Place, lot: Lot) -> None:
    """Two counts must not correct the same lot in the same bin."""
    number = db.session.scalar(
        select(StockCount.number)
        .join(CountLine, CountLine.count_id == StockCount.id)
        .where(
            CountLine.lot_id == lot.id,
            CountLine.place_id == place.id,
            StockCount.id != count.id,
            StockCount.status.in_(UNFINISHED),
        )
        .limit(1)
    )
    if number is not None:
        raise WrongStatus(_("This lot is counted there in %(number)s.", number=number))
