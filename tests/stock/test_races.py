"""Many at once: nothing is taken twice, nothing is promised twice, nobody waits for ever."""

from collections import Counter
from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.sealing import verification
from aidtrack.stock import ledger
from aidtrack.stock import services as stock
from aidtrack.stock.ledger import Hold, Source, Transfer
from aidtrack.stock.models import MovementKind, StockMovement
from aidtrack.stock.services import Taking
from tests.factories.kits import build, make_kit
from tests.factories.world import World, carry, held, make_item, make_stock, reserved
from tests.races import all_at_once, at_once

THREADS = 8


def take(world: World, transfers: list[Transfer]) -> None:
    ledger.post(
        transfers,
        kind=MovementKind.MOVE,
        source=Source("race", 1),
        organisation_id=world.organisation_id,
        recorded_by_id=world.admin.user_id,
        occurred_at=clock.now(),
    )


def test_eight_at_once_take_the_last_five_boxes_and_five_leave(app, world):
    lot = make_stock(world, make_item(), 5)
    outcomes = at_once(
        app, lambda _n: take(world, [Transfer(lot, world.bin_id, world.point_id, 1)]), THREADS
    )
    assert outcomes == {"done": 5, "insufficient_stock": 3}
    assert (held(world.bin_id, lot), held(world.point_id, lot)) == (0, 5)
    assert verification.verify().holds


def test_eight_at_once_reserve_the_last_five_boxes_and_five_are_kept(app, world):
    lot = make_stock(world, make_item(), 5)
    outcomes = at_once(app, lambda _n: ledger.reserve([Hold(world.bin_id, lot, 1)]), THREADS)
    assert outcomes == {"done": 5, "insufficient_stock": 3}
    assert reserved(world.bin_id, lot) == 5


def test_movements_that_cross_each_other_do_not_deadlock(app, world):
    lots = [make_stock(world, make_item(f"Item {n}"), 100) for n in range(6)]
    for lot in lots:
        take(world, [Transfer(lot, world.bin_id, world.point_id, 50)])

    def swap(number: int) -> None:
        ways = [(world.bin_id, world.point_id), (world.point_id, world.bin_id)]
        origin, target = ways[number % 2]
        order = lots if number % 3 else lots[::-1]
        take(world, [Transfer(lot, origin, target, 1) for lot in order])

    assert at_once(app, swap, THREADS) == {"done": 8}
    assert verification.verify().holds


def test_a_place_of_the_outside_is_made_once_however_many_ask(app, world):
    made: list[int] = []
    outcomes = at_once(
        app,
        lambda _n: made.append(places.outside_place(PlaceKind.RETURNED, world.organisation_id)),
        THREADS,
    )
    assert outcomes == {"done": 8}
    assert len(set(made)) == 1


def test_a_movement_is_undone_once_from_however_many_tabs(app, world):
    lot = make_stock(world, make_item(), 100)
    movement = carry(world, lot, 5)
    make_more = [Transfer(lot, world.bin_id, world.warehouse_id, 60)]
    take(world, make_more)
    actor = world.logistician
    outcomes = at_once(
        app, lambda _n: stock.undo(movement, reason="Twice", key=uuid4(), actor=actor), 4
    )
    assert outcomes == {"done": 1, "already_reversed": 3}
    assert (held(world.bin_id, lot), held(world.warehouse_id, lot)) == (40, 60)


@pytest.mark.parametrize("_again", range(5))  # Whoever waits for whom is left to chance.
def test_a_form_sent_several_times_at_once_counts_once(app, world, _again):
    item = make_item()
    lot = make_stock(world, item, 100)
    kit = make_kit((item, 2))
    to_move, to_build = uuid4(), uuid4()

    def move() -> int:
        return stock.move(
            [Taking(lot, world.bin_id, 5)],
            to_place_id=world.warehouse_id,
            key=to_move,
            actor=world.logistician,
            at=at,
        )

    at = clock.now()
    outcomes = all_at_once(app, [move, move, *[lambda: build(world, kit, 5, key=to_build)] * 2])
    moves, builds = outcomes[:2], outcomes[2:]
    assert len(set(moves)) == len(set(map(str, builds))) == 1
    kinds = db.session.scalars(select(StockMovement.kind).order_by(StockMovement.id))
    assert Counter(kinds) == dict.fromkeys(
        (MovementKind.OPENING, MovementKind.MOVE, MovementKind.MAKE), 1
    )
    # The kit may have taken what was moved, for that lies at the same site.
    assert held(world.bin_id, lot) + held(world.warehouse_id, lot) == 90
