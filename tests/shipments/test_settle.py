"""Settling the rest: it came back, or it is lost; every piece is accounted for."""

from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound, WrongStatus
from aidtrack.identity.duties import SameHands
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.sealing import verification
from aidtrack.sharing.models import Purpose
from aidtrack.shipments import queries, settlement
from aidtrack.shipments.balances import Outcome
from aidtrack.shipments.deliveries import HandedOver, MoreThanOnTheRoad
from aidtrack.shipments.models import Shipment, ShipmentStatus
from aidtrack.shipments.settlement import Settled
from aidtrack.stock import services as stock
from aidtrack.stock.models import Reason
from aidtrack.stock.services import UndoneElsewhere
from tests.factories.sharing import make_share
from tests.factories.shipments import deliver, hand_over, loads_of, make_dispatched
from tests.factories.world import held, make_item, make_stock, make_world, reserved
from tests.factories.write_offs import approve, refuse


@pytest.fixture
def item(world):
    return make_item("Blanket")


@pytest.fixture
def lot(world, item):
    return make_stock(world, item, 100)


@pytest.fixture
def on_the_road(world, item, lot):
    return make_dispatched(world, (item, 60))


def settled(shipment_id, quantity, reason=Reason.NOT_NEEDED):
    return [Settled(loads_of(shipment_id)[0].id, quantity, reason)]


def bring_back(world, shipment_id, quantity, **more):
    more = {"key": uuid4(), "actor": world.logistician, "at": clock.now()} | more
    return settlement.return_to_origin(shipment_id, settled(shipment_id, quantity), **more)


def lose(world, shipment_id, quantity, **more):
    more = {"key": uuid4(), "actor": world.logistician, "at": clock.now()} | more
    lines = settled(shipment_id, quantity, Reason.STOLEN)
    return settlement.report_lost(shipment_id, lines, **more)


def status_of(shipment_id):
    return db.session.get_one(Shipment, shipment_id, populate_existing=True).status


def test_what_comes_back_is_free_in_its_bin(world, lot, on_the_road):
    bring_back(world, on_the_road, 10)
    assert (held(world.bin_id, lot), reserved(world.bin_id, lot)) == (50, 0)
    assert loads_of(on_the_road)[0].on_the_road == 50


def test_what_is_lost_is_lost_in_transport(world, lot, on_the_road):
    lose(world, on_the_road, 10, note="checkpoint")
    lost = places.outside_place(PlaceKind.LOST_IN_TRANSPORT, world.organisation_id)
    assert (held(lost, lot), loads_of(on_the_road)[0].lost) == (10, 10)


def test_when_all_is_accounted_for_the_journey_is_over(world, lot, on_the_road):
    load_id = loads_of(on_the_road)[0].id
    deliver(world, hand_over(on_the_road, HandedOver(load_id, good=50, damaged=10)))
    bring_back(world, on_the_road, 4)
    assert status_of(on_the_road) == ShipmentStatus.ON_THE_ROAD
    lose(world, on_the_road, 6)
    assert status_of(on_the_road) == ShipmentStatus.DELIVERED
    detail = queries.detail(on_the_road, world.logistician)
    assert (detail.outcome, detail.to_settle) == (Outcome.IN_PART, ())
    road = db.session.get_one(Shipment, on_the_road).in_transit_place_id
    assert held(road, lot) == 0


@pytest.mark.parametrize(
    ("back", "lost", "outcome"),
    [
        (60, 0, Outcome.ALL_RETURNED),
        (0, 60, Outcome.ALL_LOST),
        (30, 30, Outcome.NOTHING_ARRIVED),
    ],
)
def test_a_journey_on_which_nothing_arrived_says_so(world, on_the_road, back, lost, outcome):
    if back:
        bring_back(world, on_the_road, back)
    if lost:
        lose(world, on_the_road, lost)
    assert queries.detail(on_the_road, world.logistician).outcome == outcome


def test_both_at_once_or_neither(world, lot, on_the_road):
    with pytest.raises(MoreThanOnTheRoad):
        settlement.settle(
            on_the_road,
            returned=settled(on_the_road, 40),
            lost=settled(on_the_road, 21),
            key=uuid4(),
            actor=world.logistician,
            at=clock.now(),
        )
    assert held(world.bin_id, lot) == 40
    settlement.settle(
        on_the_road,
        returned=settled(on_the_road, 40),
        lost=settled(on_the_road, 20),
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )
    assert status_of(on_the_road) == ShipmentStatus.DELIVERED


def test_more_than_is_on_the_road_is_refused_by_name(world, on_the_road):
    with pytest.raises(MoreThanOnTheRoad, match="60 of Blanket"):
        lose(world, on_the_road, 61)


@pytest.mark.parametrize("lines", [[], [Settled(999_999, 1, Reason.OTHER)]])
def test_goods_that_are_not_on_board_are_refused(world, on_the_road, lines):
    with pytest.raises(Invalid):
        settlement.report_lost(
            on_the_road, lines, key=uuid4(), actor=world.logistician, at=clock.now()
        )


def test_what_is_over_cannot_be_settled_again(world, on_the_road):
    bring_back(world, on_the_road, 60)
    with pytest.raises(WrongStatus):
        lose(world, on_the_road, 1)


def test_twice_is_once(world, lot, on_the_road):
    key = uuid4()
    assert bring_back(world, on_the_road, 10, key=key) == bring_back(
        world, on_the_road, 10, key=key
    )
    assert held(world.bin_id, lot) == 50


def test_strangers_find_nothing_and_coordinators_may_not(world, on_the_road):
    with pytest.raises(NotAllowed):
        lose(world, on_the_road, 1, actor=world.coordinator)
    with pytest.raises(NotFound):
        lose(world, on_the_road, 1, actor=make_world("Other").logistician)


class TestWorthTooMuch:
    """What is lost above the limit stays on the road, held, until someone else approves it."""

    @pytest.fixture
    def precious(self, world, item):
        make_stock(world, item, 60, unit_value_minor=20_00)
        return make_dispatched(world, (item, 60))

    def test_it_waits_and_the_journey_is_not_over(self, world, precious):
        lose(world, precious, 60)
        assert (loads_of(precious)[0].lost, status_of(precious)) == (0, ShipmentStatus.ON_THE_ROAD)
        with pytest.raises(MoreThanOnTheRoad, match="wait to be approved"):
            lose(world, precious, 1)
        with pytest.raises(MoreThanOnTheRoad, match="wait to be approved"):
            deliver(world, hand_over(precious, HandedOver(loads_of(precious)[0].id, good=1)))
        assert verification.verify().holds

    def test_approved_by_another_it_is_lost_and_the_journey_over(self, world, precious):
        approve(lose(world, precious, 60), world.admin)
        assert (loads_of(precious)[0].lost, status_of(precious)) == (60, ShipmentStatus.DELIVERED)
        assert verification.verify().holds

    def test_refused_it_may_still_be_delivered(self, world, precious):
        write_off_id = lose(world, precious, 60)
        with pytest.raises(SameHands):
            approve(write_off_id, world.logistician)
        refuse(write_off_id, world.admin)
        deliver(world, hand_over(precious, HandedOver(loads_of(precious)[0].id, good=60)))
        assert status_of(precious) == ShipmentStatus.DELIVERED

    def test_posted_it_is_undone_where_its_shipment_is(self, world, precious):
        movement_id = approve(lose(world, precious, 60), world.admin)
        with pytest.raises(UndoneElsewhere):
            stock.undo(movement_id, reason="Found", key=uuid4(), actor=world.admin)

    def test_its_page_says_that_it_waits(self, world, precious, signed_in):
        write_off_id = lose(world, precious, 60)
        page = signed_in(world.logistician).get(f"/shipments/{precious}").text
        assert f"/stock/write-offs/{write_off_id}" in page
        assert "Until then it counts as on the road" in page

    def test_who_gets_the_goods_is_not_led_to_the_senders_write_off(self, world, signed_in):
        other = make_world("Receivers")
        make_share(other, "place", other.point_id, world, Purpose.RECEIVE)
        item = make_item("Tent")
        make_stock(world, item, 60, unit_value_minor=100_00)
        shipment_id = make_dispatched(world, (item, 60), destination_id=other.point_id)
        write_off_id = lose(world, shipment_id, 60)
        page = signed_in(other.logistician).get(f"/shipments/{shipment_id}")
        assert page.status_code == 200
        assert f"/stock/write-offs/{write_off_id}" not in page.text


def test_both_at_once_lock_numbers_before_balances_as_write_offs_do(world, on_the_road, statements):
    """In another order, whoever writes off the same lot meanwhile and this would both wait."""
    (load,) = loads_of(on_the_road)
    with statements() as seen:
        settlement.settle(
            on_the_road,
            returned=[Settled(load.id, 20, Reason.NOT_NEEDED)],
            lost=[Settled(load.id, 40, Reason.STOLEN)],
            key=uuid4(),
            actor=world.logistician,
            at=clock.now(),
        )
    locked = [
        table
        for statement in seen
        for table in ("number_series", "stock_balance")
        if table in statement
    ]
    assert locked[0] == "number_series"
    assert locked[-1] == "stock_balance"
    (load,) = loads_of(on_the_road)
    assert (load.returned, load.lost) == (20, 40)
    assert status_of(on_the_road) == ShipmentStatus.DELIVERED
