"""Counts of the made-up operation: one corrected the books, one waits, one is under way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from aidtrack.catalogue.queries import categories
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.counting import approving, entries, lines, planning, rounds
from aidtrack.counting.models import BEING_COUNTED, CountStatus, StockCount
from aidtrack.counting.planning import Counters, Scope
from aidtrack.identity.permissions import Actor
from aidtrack.stock import queries as stock

if TYPE_CHECKING:
    from aidtrack.demo.story import Telling

SITE = "Osh main warehouse"


def tell(telling: Telling) -> None:
    telling.on(-2.6, partial(_correct_food, telling))
    telling.on(-0.4, partial(_count_shelter, telling))
    telling.on(-0.3, partial(_begin_household, telling))


def _correct_food(telling: Telling) -> None:
    """Twelve are missing; another agrees, and the books are corrected."""
    count = _count(telling, "Food", number=1, note="Before the trucks of the week.", gone=12)
    approving.approve(
        count.id,
        note="The lock of the food cage was changed.",
        key=_key("approve"),
        actor=telling.cast.overseer(SITE),
        at=clock.now(),
    )


def _count_shelter(telling: Telling) -> None:
    """Two are missing, and it waits for somebody else to say what they think of it."""
    _count(telling, "Shelter", number=1, note="After the hall was cleared.", gone=2)


def _count(telling: Telling, category: str, *, number: int, note: str, gone: int) -> StockCount:
    """The keeper counts alone; of one lot some are missing, and still are when counted again."""
    keeper = telling.cast.keeper(SITE)
    count = _plan(telling, category, number=number, note=note)
    books = _books(telling)
    short = next(line for line in _to_count(count) if books[_key_of(line)][1] > gone)
    status = CountStatus.COUNTING
    while status in BEING_COUNTED:
        for line in _to_count(count):
            missing = gone if line.id == short.id else 0
            _save(count, line.id, books[_key_of(line)][0] - missing, keeper)
        status = rounds.finish(count.id, actor=keeper, at=clock.now())
    return count


def _begin_household(telling: Telling) -> None:
    """Two count; the first is half through."""
    keeper = telling.cast.keeper(SITE)
    count = _plan(telling, "Household", number=2, note="")
    books = _books(telling)
    some = _to_count(count)
    for line in some[: len(some) // 2]:
        _save(count, line.id, books[_key_of(line)][0], keeper)


def _plan(telling: Telling, category: str, *, number: int, note: str) -> StockCount:
    keeper = telling.cast.keeper(SITE)
    site_id = telling.cast.sites[SITE]
    count_id = planning.plan(
        site_id,
        Scope(category_id={each.name: each.id for each in categories()}[category]),
        Counters(keeper.user_id, number=number),
        is_blind=True,
        note=note,
        key=_key(category),
        actor=keeper,
        at=clock.now(),
    )
    return db.session.get_one(StockCount, count_id)


def _books(telling: Telling) -> dict[tuple[int, int], tuple[int, int]]:
    """(held, free) by lot and bin."""
    rows = stock.stock_of_site(telling.cast.sites[SITE])
    return {(row.lot_id, row.place_id): (row.quantity, row.free) for row in rows}


def _to_count(count: StockCount) -> list[lines.LineToCount]:
    found = lines.to_count(db.session.get_one(StockCount, count.id), 1, page=None)
    return [line for each in found.bins for line in each.lines]


def _save(count: StockCount, line_id: int, quantity: int, actor: Actor) -> None:
    now = clock.now()
    counted = entries.Counted(quantity, now, typed=str(quantity))
    key = _key(f"{line_id} {db.session.get_one(StockCount, count.id).round}")
    entries.save(count.id, line_id, counted, key=key, actor=actor, at=now)


def _key_of(line: lines.LineToCount) -> tuple[int, int]:
    assert line.lot_id is not None
    return line.lot_id, line.place_id


def _key(name: str) -> UUID:
    """The same each time, without a throw of the story's dice, which the rest hangs on."""
    return uuid5(NAMESPACE_URL, f"aidtrack:demo:count:{name}")
