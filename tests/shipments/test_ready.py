"""Making ready: the first to expire goes first, an expired lot never, a shortage has ways out."""

from datetime import timedelta
from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound, WrongStatus
from aidtrack.shipments import loading, queries, services
from aidtrack.shipments.loading import LineChoice, LotChoice, ShortOfGoods
from aidtrack.shipments.models import Shipment, ShipmentStatus
from aidtrack.shipments.shortages import LineCheck, MendKind
from aidtrack.stock.allocation import LeftOut
from tests.factories.shipments import loads_of, make_draft, make_ready
from tests.factories.world import make_item, make_stock, make_world, reserved


@pytest.fixture
def item(world):
    return make_item("Blanket", pack=10)


def day(days):
    return clock.today() + timedelta(days=days)


def make_ready_now(world, shipment_id, key=None):
    services.ready(shipment_id, key=key or uuid4(), actor=world.logistician, at=clock.now())


def only_check(world, shipment_id) -> LineCheck:
    (check,) = queries.checks(shipment_id, world.logistician)
    return check


def pick(world, shipment_id, *lots, quantity=None):
    (line,) = db.session.get_one(Shipment, shipment_id).lines
    loading.pick_loads(
        shipment_id,
        [LineChoice(line.id, quantity)],
        [LotChoice(line.id, lot, place, n) for lot, place, n in lots],
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )


def mend(world, shipment_id, kind):
    """Do what the button of the refusal does."""
    check = only_check(world, shipment_id)
    way = next(way for way in check.mends if way.kind == kind)
    loading.pick_loads(
        shipment_id,
        [LineChoice(check.line_id, way.quantity)],
        [LotChoice(check.line_id, x.lot_id, x.place_id, x.quantity) for x in way.picks],
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )


def test_the_first_to_expire_is_kept_and_an_expired_lot_never(world, item):
    expired = make_stock(world, item, 100, expires_on=day(-1))
    later = make_stock(world, item, 100, expires_on=day(300))
    sooner = make_stock(world, item, 100, expires_on=day(30))
    make_ready(world, (item, 150))
    kept = [reserved(world.bin_id, lot) for lot in (expired, sooner, later)]
    assert kept == [0, 100, 50]


def test_every_lot_left_out_is_explained(world, item):
    expired = make_stock(world, item, 100, expires_on=day(-1))
    kept = make_stock(world, item, 50, expires_on=day(10))
    other = make_ready(world, (item, 50))
    taken = make_stock(world, item, 100, expires_on=day(20))
    spare = make_stock(world, item, 100, expires_on=day(30))
    check = only_check(world, make_draft(world, (item, 80)))
    why = {lot.lot_id: lot.left_out for lot in check.lots}
    assert why == {
        expired: LeftOut.EXPIRED,
        kept: LeftOut.RESERVED,
        taken: None,
        spare: LeftOut.NOT_NEEDED,
    }
    number = db.session.get_one(Shipment, other).number
    assert [lot.held_for for lot in check.lots if lot.lot_id == kept] == [(number,)]


def test_a_shortage_names_every_line_and_keeps_nothing(world, item):
    tent = make_item("Tent", pack=2)
    blankets, tents = make_stock(world, item, 40), make_stock(world, tent, 3)
    enough = make_item("Stove")
    stoves = make_stock(world, enough, 5)
    shipment_id = make_draft(world, (item, 60), (tent, 8), (enough, 5))
    with pytest.raises(ShortOfGoods, match="Blanket.*Tent") as refused:
        make_ready_now(world, shipment_id)
    assert [x["missing"] for x in refused.value.facts["shortages"]] == [20, 5]
    assert [reserved(world.bin_id, lot) for lot in (blankets, tents, stoves)] == [0, 0, 0]
    assert db.session.get_one(Shipment, shipment_id).status == ShipmentStatus.DRAFT


def test_the_refusal_offers_to_send_only_what_is_there(world, item):
    lot = make_stock(world, item, 40)
    shipment_id = make_draft(world, (item, 60))
    mend(world, shipment_id, MendKind.SEND_ONLY)
    make_ready_now(world, shipment_id)
    assert reserved(world.bin_id, lot) == 40
    assert db.session.get_one(Shipment, shipment_id).lines[0].quantity == 40


def test_the_refusal_offers_another_lot(world, item):
    chosen = make_stock(world, item, 60, batch_number="B-12")
    other = make_stock(world, item, 100, batch_number="B-14")
    shipment_id = make_draft(world, (item, 60))
    pick(world, shipment_id, (chosen, world.bin_id, 60))
    competitor = make_draft(world, (item, 20))
    pick(world, competitor, (chosen, world.bin_id, 20))
    make_ready_now(world, competitor)

    with pytest.raises(ShortOfGoods, match="40 .*of lot B-12 of Blanket free"):
        make_ready_now(world, shipment_id)
    assert only_check(world, shipment_id).mends[0].label == "Take 20 from lot B-14"
    mend(world, shipment_id, MendKind.TAKE_OTHERS)
    make_ready_now(world, shipment_id)
    assert (reserved(world.bin_id, chosen), reserved(world.bin_id, other)) == (60, 20)


def test_the_refusal_offers_to_take_a_line_out(world, item):
    make_stock(world, item, 10)
    shipment_id = make_draft(world, (item, 10), (make_item("Tent"), 5))
    _blankets, tents = queries.checks(shipment_id, world.logistician)
    assert [way.kind for way in tents.mends] == [MendKind.TAKE_OUT]
    loading.pick_loads(
        shipment_id,
        [LineChoice(tents.line_id, 0)],
        [],
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )
    make_ready_now(world, shipment_id)
    assert len(loads_of(shipment_id)) == 1


def test_the_only_line_cannot_be_taken_out(world, item):
    shipment_id = make_draft(world, (item, 10))
    with pytest.raises(Invalid, match="at least one line"):
        pick(world, shipment_id, quantity=0)


def test_two_lines_of_one_item_do_not_take_the_same_goods(world, item):
    make_stock(world, item, 50)
    shipment_id = make_draft(world, (item, 30), (item, 30))
    with pytest.raises(ShortOfGoods) as refused:
        make_ready_now(world, shipment_id)
    assert [x["missing"] for x in refused.value.facts["shortages"]] == [10]


def test_lots_can_be_chosen_by_hand(world, item):
    first = make_stock(world, item, 50, expires_on=day(10))
    second = make_stock(world, item, 50, expires_on=day(20))
    shipment_id = make_draft(world, (item, 40))
    pick(world, shipment_id, (second, world.bin_id, 40))
    make_ready_now(world, shipment_id)
    assert (reserved(world.bin_id, first), reserved(world.bin_id, second)) == (0, 40)


def test_every_lot_that_cannot_be_taken_is_named(world, item):
    lot = make_stock(world, item, 50)
    expired = make_stock(world, item, 50, expires_on=day(-1))
    other = make_stock(world, make_item("Tent"), 50)
    shipment_id = make_draft(world, (item, 100))
    with pytest.raises(Invalid) as refused:
        pick(
            world,
            shipment_id,
            (lot, world.bin_id, 51),
            (expired, world.bin_id, 1),
            (other, world.bin_id, 1),
            (lot, world.bin_id, 1),
        )
    problems = refused.value.facts["problems"]
    assert [x["field"] for x in problems] == [f"loads-{n}-quantity" for n in range(4)]
    assert loads_of(shipment_id) == []


def test_not_more_than_was_asked_for_is_picked(world, item):
    lot = make_stock(world, item, 50)
    shipment_id = make_draft(world, (item, 10))
    with pytest.raises(Invalid) as refused:
        pick(world, shipment_id, (lot, world.bin_id, 11))
    assert "Only 10" in refused.value.facts["problems"][0]["message"]


def test_reopening_gives_the_goods_back(world, item):
    lot = make_stock(world, item, 50)
    shipment_id = make_ready(world, (item, 40))
    services.reopen(shipment_id, key=uuid4(), actor=world.logistician)
    assert reserved(world.bin_id, lot) == 0


def test_made_ready_twice_is_once(world, item):
    lot = make_stock(world, item, 50)
    shipment_id, key = make_draft(world, (item, 40)), uuid4()
    for _time in range(2):
        make_ready_now(world, shipment_id, key)
    assert reserved(world.bin_id, lot) == 40


def test_strangers_find_nothing_and_auditors_may_not(world, item):
    shipment_id = make_draft(world, (item, 1))
    stranger = make_world("Other").logistician
    with pytest.raises(NotFound):
        services.ready(shipment_id, key=uuid4(), actor=stranger, at=clock.now())
    with pytest.raises(NotAllowed):
        services.ready(shipment_id, key=uuid4(), actor=world.auditor, at=clock.now())


def test_checking_takes_as_many_statements_for_twenty_lines_as_for_one(world, statements):
    items = [make_item(f"Item {n}") for n in range(20)]
    for number in items:
        make_stock(world, number, 100)
    counts = []
    for some in (items[:1], items):
        shipment_id = make_draft(world, *((number, 10) for number in some))
        with statements() as seen:
            make_ready_now(world, shipment_id)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_is_no_draft_has_nothing_to_propose(world, item):
    make_stock(world, item, 50)
    shipment_id = make_ready(world, (item, 40))
    with pytest.raises(WrongStatus, match="ready to go"):
        queries.checks(shipment_id, world.logistician)
