"""At the same moment: a recall and a truck that leaves, a hold and a promise, two recalls."""

from functools import partial
from threading import Event

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aidtrack.core.db import db, is_postgresql, transaction
from aidtrack.holds import pieces
from aidtrack.holds.pieces import Whereabout
from aidtrack.sealing import verification
from aidtrack.shipments.models import Shipment, ShipmentStatus
from aidtrack.stock import batch_turns, ledger
from aidtrack.stock.ledger import Hold, NewLot
from aidtrack.stock.models import Lot
from tests.factories.gifts import make_gift
from tests.factories.holds import hold, recall
from tests.factories.shipments import dispatch, make_ready
from tests.factories.world import carry, held, make_item, make_stock, reserved
from tests.races import PATIENCE_S, all_at_once, at_once, endings

ROUNDS = 4
LEAD_S = 1


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_truck_leaves_before_the_recall_or_not_at_all(app, world, turn):
    item = make_item()
    lot = make_stock(world, item, 100)
    shipment_id = make_ready(world, (item, 60))
    acts = [lambda: dispatch(world, shipment_id), lambda: recall(world, lot)]
    outcomes = endings(app, *(acts if turn % 2 else acts[::-1]))
    db.session.rollback()
    status = db.session.get_one(Shipment, shipment_id).status
    recall_id = db.session.get_one(Lot, lot).recall_id
    assert recall_id is not None
    found = pieces.pieces_of(recall_id, world.organisation_id)
    if status == ShipmentStatus.ON_THE_ROAD:
        assert outcomes == {"done": 2}
        assert found.totals[Whereabout.ON_THE_ROAD] == 60
    else:
        assert outcomes == {"done": 1, "lot_recalled": 1}
        assert found.totals[Whereabout.ON_THE_ROAD] == 0
    assert found.unexplained == 0
    assert verification.verify().holds


def test_eight_hold_and_promise_the_last_five_and_five_are_kept(app, world):
    lot = make_stock(world, make_item(), 5)

    def either(number: int) -> None:
        if number % 2:
            hold(world, lot, 1)
        else:
            ledger.reserve([Hold(world.bin_id, lot, 1)])

    outcomes = at_once(app, either, 8)
    assert outcomes == {"done": 5, "insufficient_stock": 3}
    assert reserved(world.bin_id, lot) == 5


def test_a_hold_and_a_move_at_once_leave_every_promise_where_it_lies(app, world):
    lot = make_stock(world, make_item(), 5)

    def either(number: int) -> None:
        if number % 2:
            hold(world, lot, 1, to_place_id=world.warehouse_id)
        else:
            carry(world, lot, 1)

    outcomes = at_once(app, either, 8)
    assert outcomes == {"done": 5, "insufficient_stock": 3}
    assert held(world.warehouse_id, lot) == 5
    assert verification.verify().holds


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_what_is_received_while_its_batch_is_recalled_is_recalled_or_not_received(app, world, turn):
    """Each receipt makes a new lot of the batch that the recall cannot see before."""
    item = make_item()
    lot = make_stock(world, item, 10, batch_number="AQ-7")
    gifts = [make_gift(world, item, 0, pledged=5) for _each in range(4)]
    acts = [
        lambda: recall(world, lot, whole_batch=True),
        *(partial(gift.receive, 5, "AQ-7") for gift in gifts),
    ]
    outcomes = endings(app, *(acts[turn:] + acts[:turn]))
    assert outcomes["done"] + outcomes["busy"] == len(acts)
    db.session.rollback()
    recall_id = db.session.get_one(Lot, lot).recall_id
    assert recall_id is not None
    lots = db.session.scalars(select(Lot).filter_by(item_id=item, batch_number="AQ-7")).all()
    assert {each.recall_id for each in lots} == {recall_id}
    assert len(lots) == outcomes["done"]
    found = pieces.pieces_of(recall_id, world.organisation_id)
    assert (found.given, found.unexplained) == (10 + 5 * (outcomes["done"] - 1), 0)


def test_a_recall_waits_for_lots_of_its_batch_that_are_not_written_yet(app, world):
    item = make_item()
    lot = make_stock(world, item, 10, batch_number="AQ-7")
    new = NewLot(item, world.organisation_id, batch_number="AQ-7")
    is_made, is_recalled = Event(), Event()

    def receive() -> None:
        with transaction():
            ledger.create_lots([new])
            is_made.set()
            is_recalled.wait(timeout=LEAD_S)  # It would be by now, if it did not wait.

    def recall_it() -> None:
        is_made.wait(timeout=PATIENCE_S)
        recall(world, lot, whole_batch=True)
        is_recalled.set()

    assert endings(app, receive, recall_it) == {"done": 2}
    db.session.rollback()
    lots = db.session.scalars(select(Lot).filter_by(item_id=item, batch_number="AQ-7")).all()
    assert [each.recall_id is None for each in lots] == [False, False]


def test_a_lot_made_of_a_batch_waits_for_nobody(app, world):
    """Whoever holds balances and then makes lots of the batch is refused, not caught in a ring."""
    batch = (world.organisation_id, make_item(), "AQ-7")
    other = (world.organisation_id + 1, *batch[1:])
    with Session(db.engine) as recalling:
        batch_turns.take(recalling, batch)
        assert all_at_once(app, [partial(_share, batch), partial(_share, other)]) == (
            ["busy", None] if is_postgresql() else [None, None]
        )


def _share(batch):
    batch_turns.share(db.session(), [batch])
    db.session.rollback()


def test_of_many_recalls_of_one_lot_one_is_made(app, world):
    lot = make_stock(world, make_item(), 5)
    outcomes = at_once(app, lambda _number: recall(world, lot), 6)
    assert outcomes == {"done": 1, "already_recalled": 5}
