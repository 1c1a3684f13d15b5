"""Handing over: what is good has arrived, the rest stays on the road until it is settled."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound, WrongStatus
from aidtrack.identity.permissions import Role
from aidtrack.sharing.models import Purpose
from aidtrack.shipments import deliveries, queries, reversals
from aidtrack.shipments.deliveries import HandedOver, MoreThanOnTheRoad
from aidtrack.shipments.models import Delivery, DeliveryLine, Shipment, ShipmentStatus
from aidtrack.shipments.reversals import AlreadyUndone, GoodsWentOn
from aidtrack.stock import ledger
from aidtrack.stock.models import MovementKind, Reason
from tests.factories.sharing import make_share
from tests.factories.shipments import (
    deliver,
    hand_over,
    loads_of,
    make_dispatched,
    make_ready,
)
from tests.factories.world import held, make_item, make_person, make_stock, make_world


@pytest.fixture
def lot(world):
    return make_stock(world, make_item("Blanket"), 100)


@pytest.fixture
def on_the_road(world, lot) -> int:
    return make_dispatched(world, (item_of(lot), 60))


def item_of(lot_id):
    return db.session.scalar(select(ledger.Lot.item_id).filter_by(id=lot_id))


def the(shipment_id) -> Shipment:
    return db.session.get_one(Shipment, shipment_id, populate_existing=True)


def only_load(shipment_id):
    (load,) = loads_of(shipment_id)
    return load


def test_everything_handed_over_ends_the_journey(world, lot, on_the_road):
    deliver(world, hand_over(on_the_road))
    assert held(world.point_id, lot) == 60
    assert held(the(on_the_road).in_transit_place_id, lot) == 0
    assert the(on_the_road).status == ShipmentStatus.DELIVERED


def test_damaged_and_missing_stay_on_the_road(world, lot, on_the_road):
    said = HandedOver(only_load(on_the_road).id, good=50, damaged=6, missing=4, reason=Reason.WET)
    deliver(world, hand_over(on_the_road, said))
    load = only_load(on_the_road)
    assert (held(world.point_id, lot), load.delivered, load.on_the_road) == (50, 50, 10)
    assert the(on_the_road).status == ShipmentStatus.ON_THE_ROAD
    (detail,) = queries.detail(on_the_road, world.logistician).loads
    assert (detail.damaged, detail.missing, detail.to_settle) == (6, 4, 10)
    assert detail.reasons == (Reason.WET,)


def test_what_nobody_gave_a_reason_for_gets_the_plain_one(world, on_the_road):
    deliver(world, hand_over(on_the_road, HandedOver(only_load(on_the_road).id, missing=4)))
    assert db.session.scalars(select(DeliveryLine.reason)).one() == Reason.MISSING


def test_it_may_be_handed_over_in_several_goes(world, lot, on_the_road):
    for good in (20, 40):
        deliver(world, hand_over(on_the_road, HandedOver(only_load(on_the_road).id, good=good)))
    assert held(world.point_id, lot) == 60
    assert the(on_the_road).status == ShipmentStatus.DELIVERED


def test_more_than_is_on_the_road_is_refused_by_name(world, lot, on_the_road):
    said = HandedOver(only_load(on_the_road).id, good=55, damaged=6)
    with pytest.raises(MoreThanOnTheRoad, match=r"60 of Blanket \(lot B-12\).*not 61"):
        deliver(world, hand_over(on_the_road, said))
    assert held(world.point_id, lot) == 0
    assert db.session.scalar(select(func.count(Delivery.id))) == 0


@pytest.mark.parametrize(
    "lines",
    [[], [HandedOver(999_999, good=1)], [HandedOver(0)], [HandedOver(0, good=1)] * 2],
    ids=["nothing", "foreign", "zero", "twice"],
)
def test_goods_that_make_no_sense_are_refused(world, on_the_road, lines):
    load_id = only_load(on_the_road).id
    lines = [HandedOver(x.load_id or load_id, x.good) for x in lines]
    said = deliveries.HandOver(on_the_road, tuple(lines), clock.now(), "Somebody")
    with pytest.raises(Invalid):
        deliver(world, said)


def test_whoever_received_it_must_be_named(world, on_the_road):
    with pytest.raises(Invalid) as refused:
        deliver(world, hand_over(on_the_road, receiver_name=""))
    assert refused.value.field == "receiver_name"


def test_what_has_not_left_cannot_arrive(world, lot):
    shipment_id = make_ready(world, (item_of(lot), 10))
    with pytest.raises(WrongStatus, match="ready to go"):
        deliver(world, hand_over(shipment_id))


def test_a_wrong_clock_cannot_deliver_before_departure_or_in_the_future(world, on_the_road):
    left_at = the(on_the_road).dispatched_at
    load_id = only_load(on_the_road).id
    for said_at in (left_at - timedelta(days=900), left_at + timedelta(days=900)):
        said = hand_over(on_the_road, HandedOver(load_id, good=1), occurred_at=said_at)
        delivery = db.session.get_one(Delivery, deliver(world, said))
        assert left_at <= delivery.delivered_at <= clock.now()


def test_the_receiving_office_may_say_what_arrived(world, lot):
    partner = make_world("Partner")
    make_share(partner, "place", partner.point_id, world, Purpose.RECEIVE)
    shipment_id = make_dispatched(world, (item_of(lot), 60), destination_id=partner.point_id)
    deliver(world, hand_over(shipment_id), partner.logistician)
    assert held(partner.point_id, lot) == 60


def test_strangers_find_nothing_and_others_may_not(world, on_the_road):
    with pytest.raises(NotFound):
        deliver(world, hand_over(on_the_road), make_world("Other").logistician)
    with pytest.raises(NotAllowed):
        deliver(world, hand_over(on_the_road), world.auditor)


def test_another_driver_finds_nothing(world, on_the_road):
    with pytest.raises(NotFound):
        deliver(world, hand_over(on_the_road), make_person(Role.DRIVER, world.organisation_id))


def test_typed_twice_is_once(world, lot, on_the_road):
    said, key = hand_over(on_the_road), uuid4()
    first, second = (
        deliveries.deliver(said, key=key, actor=world.logistician, at=clock.now())
        for _time in range(2)
    )
    assert first == second
    assert held(world.point_id, lot) == 60


def undo(world, delivery_id, reason="counted wrongly", actor=None):
    reversals.undo_delivery(
        delivery_id,
        reason=reason,
        key=uuid4(),
        actor=actor or world.logistician,
        at=clock.now(),
    )


def test_a_hand_over_undone_is_on_the_road_again(world, lot, on_the_road):
    delivery_id = deliver(world, hand_over(on_the_road))
    undo(world, delivery_id)
    assert (held(world.point_id, lot), only_load(on_the_road).on_the_road) == (0, 60)
    assert the(on_the_road).status == ShipmentStatus.ON_THE_ROAD
    with pytest.raises(AlreadyUndone):
        undo(world, delivery_id)
    deliver(world, hand_over(on_the_road))
    assert held(world.point_id, lot) == 60


def test_what_was_undone_is_not_to_be_settled(world, on_the_road):
    said = HandedOver(only_load(on_the_road).id, good=50, damaged=10)
    undo(world, deliver(world, hand_over(on_the_road, said)))
    assert queries.detail(on_the_road, world.logistician).to_settle == ()


def test_a_hand_over_is_not_undone_once_its_goods_went_on(world, lot, on_the_road):
    delivery_id = deliver(world, hand_over(on_the_road))
    ledger.post(
        [ledger.Transfer(lot, world.point_id, world.other_warehouse_id, 10)],
        kind=MovementKind.MOVE,
        source=ledger.Source("test", 1),
        organisation_id=world.organisation_id,
        recorded_by_id=world.admin.user_id,
        occurred_at=clock.now(),
    )
    with pytest.raises(GoodsWentOn, match="10 short of Blanket"):
        undo(world, delivery_id)
    assert only_load(on_the_road).delivered == 60


def test_undoing_needs_a_reason_and_the_right(world, on_the_road):
    delivery_id = deliver(world, hand_over(on_the_road))
    with pytest.raises(Invalid):
        undo(world, delivery_id, reason="")
    with pytest.raises(NotAllowed):
        undo(world, delivery_id, actor=world.coordinator)
    with pytest.raises(NotFound):
        undo(world, delivery_id, actor=make_world("Other").logistician)
    with pytest.raises(NotFound):
        undo(world, 999_999)


def test_twenty_lines_take_as_many_statements_as_one(world, statements):
    items = [make_item(f"Item {n}") for n in range(20)]
    for number in items:
        make_stock(world, number, 100)
    counts = []
    for some in (items[:1], items):
        said = hand_over(make_dispatched(world, *((number, 10) for number in some)))
        with statements() as seen:
            deliver(world, said)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 16
