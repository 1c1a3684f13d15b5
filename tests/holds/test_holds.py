"""Goods kept apart: nobody can send them, and who and why is known."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound, WrongStatus
from aidtrack.holds import queries, services
from aidtrack.holds.models import HoldKind, HoldStatus, StockHold
from aidtrack.holds.queries import HoldFilter
from aidtrack.holds.services import Wanted
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.sealing import verification
from aidtrack.stock import ledger, write_offs
from aidtrack.stock import services as stock
from aidtrack.stock.ledger import Hold, InsufficientStock
from aidtrack.stock.models import Reason
from aidtrack.stock.services import Taking
from tests.factories.holds import hold
from tests.factories.world import held, make_item, make_person, make_stock, make_world, reserved


@pytest.fixture
def lot(world):
    return make_stock(world, make_item(), 1_000)


def row(hold_id: int) -> StockHold:
    db.session.rollback()
    return db.session.get_one(StockHold, hold_id)


def release(world, hold_id, **more):
    services.release(
        hold_id,
        **{"note": "Tested: good", "key": uuid4(), "actor": world.logistician, "at": clock.now()}
        | more,
    )


def write_off(world, hold_id):
    return services.write_off(
        hold_id,
        reason=Reason.DAMAGED,
        note="Crushed",
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )


def test_what_is_held_is_not_free(world, lot):
    hold_id = hold(world, lot, 400)
    assert reserved(world.bin_id, lot) == 400
    with pytest.raises(InsufficientStock):
        ledger.reserve([Hold(world.bin_id, lot, 601)])
    kept = queries.hold(hold_id, world.auditor)
    assert (kept.why, kept.held_by) == ("Wet corner", world.logistician.name)
    assert verification.verify().holds


def test_what_is_promised_cannot_be_held(world, lot):
    ledger.reserve([Hold(world.bin_id, lot, 700)])
    with pytest.raises(InsufficientStock):
        hold(world, lot, 400)


def test_it_goes_to_another_bin_and_back(world, lot):
    quarantine = places.add_bin(world.warehouse_id, name="Q-01", actor=world.admin)
    hold_id = hold(world, lot, 400, to_place_id=quarantine)
    assert (held(quarantine, lot), reserved(quarantine, lot)) == (400, 400)
    release(world, hold_id, to_place_id=world.bin_id)
    assert (held(quarantine, lot), held(world.bin_id, lot)) == (0, 1_000)
    assert reserved(world.bin_id, lot) == 0
    assert verification.verify().holds


def test_another_site_is_no_place_for_it(world, lot):
    with pytest.raises(Invalid, match="same site"):
        hold(world, lot, 4, to_place_id=world.other_warehouse_id)


def test_a_part_is_released_and_the_rest_stays_held(world, lot):
    hold_id = hold(world, lot, 400)
    release(world, hold_id, quantity=100)
    assert (row(hold_id).quantity, row(hold_id).status) == (300, HoldStatus.HELD)
    assert reserved(world.bin_id, lot) == 300
    (part,) = db.session.scalars(
        select(StockHold).where(StockHold.status == HoldStatus.RELEASED)
    ).all()
    assert (part.quantity, part.ended_note) == (100, "Tested: good")
    assert verification.verify().holds


def test_more_than_is_held_cannot_be_released(world, lot):
    hold_id = hold(world, lot, 4)
    with pytest.raises(Invalid, match="4 are held"):
        release(world, hold_id, quantity=5)


def test_it_is_released_once(world, lot):
    hold_id, key = hold(world, lot, 4), uuid4()
    release(world, hold_id, key=key)
    release(world, hold_id, key=key)
    with pytest.raises(WrongStatus):
        release(world, hold_id)
    assert reserved(world.bin_id, lot) == 0


def test_a_hold_sent_twice_counts_once(world, lot):
    key = uuid4()
    assert hold(world, lot, 4, key=key) == hold(world, lot, 4, key=key)
    assert reserved(world.bin_id, lot) == 4


def test_within_the_limit_it_is_written_off_at_once(world, lot):
    hold_id = hold(world, lot, 4)
    write_off(world, hold_id)
    assert (held(world.bin_id, lot), reserved(world.bin_id, lot)) == (996, 0)
    assert row(hold_id).status == HoldStatus.GONE


@pytest.mark.parametrize("ending", ["refused", "withdrawn"])
def test_above_the_limit_it_waits_and_is_held_again_when_it_ends(world, lot, ending):
    other = make_person(Role.LOGISTICIAN, world.organisation_id)
    hold_id = hold(world, lot, 600)
    write_off_id = write_off(world, hold_id)
    assert (row(hold_id).status, reserved(world.bin_id, lot)) == (HoldStatus.GONE, 600)
    if ending == "refused":
        write_offs.refuse(write_off_id, reason="Look again", actor=other, at=clock.now())
    else:
        write_offs.withdraw(write_off_id, actor=world.logistician, at=clock.now())
    assert (row(hold_id).status, reserved(world.bin_id, lot)) == (HoldStatus.HELD, 600)
    assert verification.verify().holds


def test_an_undone_write_off_is_held_again(world, lot):
    hold_id = hold(world, lot, 4)
    found = db.session.get_one(write_offs.WriteOff, write_off(world, hold_id))
    stock.undo(found.movement_id, reason="Found", key=uuid4(), actor=world.logistician)
    assert (row(hold_id).status, reserved(world.bin_id, lot)) == (HoldStatus.HELD, 4)
    assert verification.verify().holds


def test_all_that_has_expired_at_a_site_is_held_at_once(world):
    item = make_item(has_expiry=True)
    yesterday = clock.today() - timedelta(days=1)
    old = make_stock(world, item, 40, expires_on=yesterday)
    good = make_stock(world, item, 40, expires_on=clock.today())
    hold(world, old, 10)

    def all_of_it():
        return services.hold_expired(
            world.warehouse_id,
            to_place_id=None,
            key=uuid4(),
            actor=world.logistician,
            at=clock.now(),
        )

    assert all_of_it() == 1
    assert (reserved(world.bin_id, old), reserved(world.bin_id, good)) == (40, 0)
    with pytest.raises(Invalid, match="Nothing"):
        all_of_it()


def test_who_may_not_hold_is_refused_and_a_stranger_finds_nothing(world, lot):
    for reader in (world.auditor, world.coordinator):
        with pytest.raises(NotAllowed):
            hold(world, lot, 4, actor=reader)
    stranger = make_world("Strangers")
    with pytest.raises(NotFound):
        hold(world, lot, 4, actor=stranger.admin)
    hold_id = hold(world, lot, 4)
    with pytest.raises(NotFound):
        queries.hold(hold_id, stranger.admin)
    with pytest.raises(NotFound):
        release(world, hold_id, actor=stranger.admin)
    with pytest.raises(NotAllowed):
        release(world, hold_id, actor=world.auditor)
    assert not queries.holds(stranger.admin, HoldFilter()).rows


def test_a_hold_needs_a_reason(world, lot):
    with pytest.raises(Invalid, match="why"):
        services.hold(
            [Taking(lot, world.bin_id, 4)],
            Wanted(HoldKind.OTHER, "  "),
            key=uuid4(),
            actor=world.logistician,
            at=clock.now(),
        )


def test_the_list_shows_what_is_held_now_and_all_when_asked(world, lot, statements):
    first = hold(world, lot, 4)
    second = hold(world, lot, 5)
    release(world, first)
    assert [x.id for x in queries.holds(world.auditor, HoldFilter()).rows] == [second]
    with statements() as seen:
        every = queries.holds(world.auditor, HoldFilter(with_ended=True, words="wet")).rows
    assert [x.id for x in every] == [second, first]
    assert len(seen) == 1
