"""Many at once: nothing leaves twice, nothing is counted twice."""

from collections import Counter
from uuid import uuid4

from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.shipments import services
from aidtrack.shipments.models import Delivery, FieldReport, Shipment, ShipmentStatus
from aidtrack.stock.models import StockMovement
from tests.factories.shipments import (
    confirm,
    dispatch,
    hand_over,
    make_dispatched,
    make_draft,
    make_ready,
)
from tests.factories.world import held, make_item, make_stock, reserved
from tests.races import all_at_once


def test_eight_shipments_want_the_last_five_boxes_and_five_leave(app, world):
    lot = make_stock(world, make_item(pack=10), 5)
    item = db.session.get_one(StockMovement, 1).lines[0].lot.item_id
    drafts = [make_draft(world, (item, 1)) for _number in range(8)]

    def send(shipment_id: int) -> str:
        services.ready(shipment_id, key=uuid4(), actor=world.logistician, at=clock.now())
        dispatch(world, shipment_id)
        return "left"

    results = all_at_once(app, [lambda x=x: send(x) for x in drafts])

    left = Counter(results)["left"]
    assert (left, held(world.bin_id, lot), reserved(world.bin_id, lot)) == (5, 0, 0)
    assert set(results) - {"left"} <= {"short_of_goods", "insufficient_stock"}
    on_the_road = select(func.count(Shipment.id)).filter_by(status=ShipmentStatus.ON_THE_ROAD)
    assert db.session.scalar(on_the_road) == 5


def test_one_shipment_sent_off_eight_times_at_once_leaves_once(app, world):
    item = make_item()
    lot = make_stock(world, item, 100)
    shipment_id = make_ready(world, (item, 10))
    results = all_at_once(app, [lambda: dispatch(world, shipment_id)] * 8)
    assert Counter(results)["wrong_status"] == 7
    assert held(world.bin_id, lot) == 90


def test_one_key_sent_twenty_times_at_once_is_one_delivery(app, world):
    item = make_item()
    lot = make_stock(world, item, 100)
    said, key = hand_over(make_dispatched(world, (item, 60))), uuid4()
    outcomes = all_at_once(app, [lambda: confirm(world, said, key=key)] * 20)
    assert {outcome.state for outcome in outcomes} == {"applied"}
    assert len({outcome.delivery_id for outcome in outcomes}) == 1
    assert held(world.point_id, lot) == 60
    assert db.session.scalar(select(func.count(Delivery.id))) == 1
    assert db.session.scalar(select(func.count(FieldReport.id))) == 1


def test_two_phones_hand_over_the_same_goods_and_one_waits(app, world):
    item = make_item()
    lot = make_stock(world, item, 100)
    said = hand_over(make_dispatched(world, (item, 60)))
    outcomes = all_at_once(app, [lambda: confirm(world, said)] * 4)
    assert Counter(outcome.state for outcome in outcomes) == {"applied": 1, "needs_attention": 3}
    assert held(world.point_id, lot) == 60
