"""A recall: nothing of it is sent or handed out, and every piece of it is found."""

from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound, WrongStatus
from aidtrack.holds import pieces, recalled, recalls
from aidtrack.holds.models import RecallStatus
from aidtrack.holds.pieces import Whereabout
from aidtrack.holds.recalled import RecallFilter
from aidtrack.holds.recalls import AlreadyRecalled
from aidtrack.sealing import verification
from aidtrack.shipments import services as shipments
from aidtrack.stock import ledger
from aidtrack.stock import services as stock
from aidtrack.stock.ledger import Hold, LotRecalled
from aidtrack.stock.loss_models import WriteOff
from aidtrack.stock.models import Lot
from tests.factories.distributions import hand_out
from tests.factories.holds import hold, recall
from tests.factories.shipments import deliver, dispatch, hand_over, make_dispatched, make_ready
from tests.factories.world import carry, make_item, make_stock, make_world
from tests.factories.write_offs import write_off

W = Whereabout


@pytest.fixture
def item(world):
    return make_item("Water tablets", pack=10)


@pytest.fixture
def lot(world, item):
    return make_stock(world, item, 1_000, batch_number="AQ-7")


def end(world, how, recall_id, **more):
    how(recall_id, **{"note": "Settled", "actor": world.logistician, "at": clock.now()} | more)


def recalled_by(lot_id: int) -> int | None:
    db.session.rollback()
    return db.session.get_one(Lot, lot_id).recall_id


def test_a_recalled_lot_is_neither_kept_nor_sent_nor_handed_out(world, item, lot):
    ready = make_ready(world, (item, 100))
    carry(world, lot, 50)
    at_school = make_stock(world, item, 30, place_id=world.point_id, batch_number="AQ-7")
    recall(world, lot, whole_batch=True)
    with pytest.raises(LotRecalled, match="recalled"):
        dispatch(world, ready)
    with pytest.raises(LotRecalled):
        ledger.reserve([Hold(world.bin_id, lot, 1)])
    with pytest.raises(LotRecalled):
        hand_out(world, at_school, 5)


def test_it_may_still_be_moved_held_given_up_and_taken_off_a_shipment(world, item, lot):
    ready = make_ready(world, (item, 100))
    recall(world, lot)
    carry(world, lot, 50)
    hold(world, lot, 5)
    write_off(world, lot, 5)
    shipments.reopen(ready, key=uuid4(), actor=world.logistician)
    assert verification.verify().holds


def test_the_whole_batch_goes_whoever_gave_it_and_nothing_else(world, item, lot):
    same = make_stock(world, item, 10, batch_number="AQ-7")
    other = make_stock(world, item, 10, batch_number="AQ-8")
    namesake = make_stock(world, make_item("Soap"), 10, batch_number="AQ-7")
    recall_id = recall(world, lot, whole_batch=True)
    found = [recalled_by(each) for each in (lot, same, other, namesake)]
    assert found == [recall_id, recall_id, None, None]
    row = recalled.recall(recall_id, world.auditor)
    assert (row.number[:3], row.lots, row.batch_number) == ("RC/", 2, "AQ-7")


def test_without_the_batch_only_the_lot_goes(world, item, lot):
    same = make_stock(world, item, 10, batch_number="AQ-7")
    recall(world, lot)
    assert recalled_by(same) is None


def test_every_piece_is_found_and_adds_up(world, item, lot, statements):
    arrived = make_dispatched(world, (item, 300))
    deliver(world, hand_over(arrived))
    hand_out(world, lot, 120)
    on_the_road = make_dispatched(
        world, (item, 200), driver_name="Aibek", driver_phone="+996 555 12", vehicle_plate="01KG7"
    )
    write_off(world, lot, 7)
    recall_id = recall(world, lot)
    with statements() as seen:
        found = pieces.pieces_of(recall_id, world.organisation_id)
    assert (found.given, found.unexplained) == (1_000, 0)
    assert found.totals == {
        W.IN_STOCK: 1_000 - 300 - 200 - 7 + 180,
        W.AT_PARTNERS: 0,
        W.ON_THE_ROAD: 200,
        W.HANDED_OUT: 120,
        W.LOST: 7,
        W.RETURNED: 0,
    }
    (road,) = found.of(W.ON_THE_ROAD)
    assert (road.path, road.contact) == (
        f"/shipments/{on_the_road}",
        "Aibek · +996 555 12 · 01KG7",
    )
    (handed,) = found.of(W.HANDED_OUT)
    assert handed.households
    assert handed.on == clock.today()
    assert handed.record
    assert sum(not each.startswith("BEGIN") for each in seen) == 10


def test_what_was_undone_is_not_where_it_went(world, lot):
    lost = db.session.get_one(WriteOff, write_off(world, lot, 7))
    stock.undo(lost.movement_id, reason="Found", key=uuid4(), actor=world.logistician)
    found = pieces.pieces_of(recall(world, lot), world.organisation_id)
    assert found.totals[W.LOST] == 0
    assert found.of(W.LOST) == []
    assert found.totals[W.IN_STOCK] == 1_000


def test_shipments_that_are_ready_with_it_are_named(world, item, lot):
    ready = make_ready(world, (item, 100))
    recall_id = recall(world, lot)
    (waiting,) = recalled.waiting_with(recall_id)
    assert (waiting.id, waiting.quantity) == (ready, 100)
    shipments.reopen(ready, key=uuid4(), actor=world.logistician)
    assert recalled.waiting_with(recall_id) == []


def test_it_is_recalled_once(world, lot):
    key = uuid4()
    assert recall(world, lot, key=key) == recall(world, lot, key=key)
    with pytest.raises(AlreadyRecalled):
        recall(world, lot)


def test_a_lifted_recall_frees_its_lots_and_a_closed_one_does_not(world, lot):
    first = recall(world, lot)
    end(world, recalls.close, first)
    assert recalled_by(lot) == first
    with pytest.raises(WrongStatus):
        end(world, recalls.close, first)
    end(world, recalls.lift, first)
    assert recalled_by(lot) is None
    with pytest.raises(WrongStatus):
        end(world, recalls.lift, first)
    assert recalled.recall(first, world.auditor).status == RecallStatus.LIFTED
    ledger.reserve([Hold(world.bin_id, lot, 1)])


def test_a_lot_of_two_recalls_stays_closed_when_one_is_lifted(world, item, lot):
    same = make_stock(world, item, 10, batch_number="AQ-7")
    first = recall(world, same)
    second = recall(world, lot, whole_batch=True)
    end(world, recalls.lift, first)
    assert recalled_by(same) == second
    assert recalled_by(lot) == second


def test_a_recall_needs_a_reason_and_a_batch_to_take_whole(world, item, lot):
    with pytest.raises(Invalid, match="why"):
        recall(world, lot, reason=" ")
    bare = make_stock(world, item, 10, batch_number="")
    with pytest.raises(Invalid, match="no batch number"):
        recall(world, bare, whole_batch=True)


def test_who_may_not_recall_is_refused_and_a_stranger_finds_nothing(world, lot):
    for reader in (world.auditor, world.coordinator):
        with pytest.raises(NotAllowed):
            recall(world, lot, actor=reader)
    stranger = make_world("Strangers")
    with pytest.raises(NotFound):
        recall(world, lot, actor=stranger.admin)
    recall_id = recall(world, lot)
    with pytest.raises(NotFound):
        recalled.recall(recall_id, stranger.admin)
    with pytest.raises(NotFound):
        end(world, recalls.lift, recall_id, actor=stranger.admin)
    with pytest.raises(NotAllowed):
        end(world, recalls.lift, recall_id, actor=world.auditor)
    assert not recalled.recalls(stranger.admin, RecallFilter()).rows
