"""Goods found: what was lost comes back first, and no donor's gift grows."""

from functools import partial

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db, transaction
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.sealing import verification
from aidtrack.stock import found, ledger
from aidtrack.stock.models import Lot, MovementKind
from tests.factories.world import held, make_item, make_stock
from tests.factories.write_offs import write_off
from tests.races import all_at_once


@pytest.fixture
def lot(world) -> int:
    return make_stock(world, make_item(), 100)


def lost_place(world, stage=PlaceKind.LOST_IN_WAREHOUSE) -> int:
    return places.outside_place(stage, world.organisation_id)


def find(world, lot, quantity, **more):
    with transaction():
        lines = found.lines_of_found(lot, world.bin_id, quantity, world.organisation_id, **more)
        ledger.post(
            lines,
            kind=MovementKind.FOUND,
            source=ledger.Source("test", 1),
            organisation_id=world.organisation_id,
            recorded_by_id=world.logistician.user_id,
            occurred_at=clock.now(),
        )
    return lines


def test_what_was_lost_comes_back_under_the_reason_it_was_lost_for(world, lot):
    write_off(world, lot, 10)
    (line,) = find(world, lot, 4)
    assert (line.lot_id, line.reason) == (lot, "wet")
    assert (held(lost_place(world), lot), held(world.bin_id, lot)) == (6, 94)


def test_what_is_beyond_the_loss_is_a_lot_that_nobody_gave(world, lot):
    write_off(world, lot, 3)
    back, beyond = find(world, lot, 10)
    assert (back.quantity, beyond.quantity) == (3, 7)
    ours, new = db.session.get_one(Lot, lot), db.session.get_one(Lot, beyond.lot_id)
    assert (new.donor_id, new.donation_line_id) == (None, None)
    assert (new.item_id, new.batch_number, new.expires_on, new.pack_id) == (
        ours.item_id, ours.batch_number, ours.expires_on, ours.pack_id,
    )  # fmt: skip
    assert beyond.from_place_id == lost_place(world, PlaceKind.FOUND)
    assert held(world.bin_id, lot) == 100
    assert verification.verify().holds


def test_what_was_lost_elsewhere_in_the_chain_is_left_there(world, lot):
    write_off(world, lot, 10)
    (line,) = find(world, lot, 4, stage=PlaceKind.LOST_IN_TRANSPORT)
    assert line.lot_id != lot
    assert held(lost_place(world), lot) == 10


def test_two_who_find_the_same_at_once_take_back_no_more_than_was_lost(world, lot, app):
    write_off(world, lot, 5)
    places.outside_place(PlaceKind.FOUND, world.organisation_id)
    taken = all_at_once(app, [partial(find, world, lot, 4)] * 4)
    back = [line.quantity for lines in taken for line in lines if line.lot_id == lot]
    assert sum(back) == 5
    assert held(lost_place(world), lot) == 0
    assert verification.verify().holds
