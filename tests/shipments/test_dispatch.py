"""Dispatching: what was kept leaves as one movement, with its waybill."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
import time_machine
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound, WrongStatus
from aidtrack.documents.layouts.waybill import Waybill
from aidtrack.documents.models import Paper, PaperStatus
from aidtrack.sharing.models import Purpose
from aidtrack.shipments import reversals, services
from aidtrack.shipments.deliveries import HandedOver
from aidtrack.shipments.loading import ExpiredGoods
from aidtrack.shipments.models import Shipment, ShipmentStatus
from aidtrack.shipments.reversals import GoodsWentOn
from aidtrack.stock.models import MovementKind, StockMovement
from tests.factories.sharing import make_share
from tests.factories.shipments import (
    confirm,
    dispatch,
    hand_over,
    loads_of,
    make_dispatched,
    make_draft,
    make_ready,
)
from tests.factories.world import held, make_item, make_stock, make_world, reserved


@pytest.fixture
def item(world):
    return make_item("Blanket", names={"ru": "Одеяло"})


def the(shipment_id) -> Shipment:
    return db.session.get_one(Shipment, shipment_id, populate_existing=True)


def test_the_goods_are_on_the_road(world, item):
    lot = make_stock(world, item, 100)
    shipment_id = make_ready(world, (item, 60))
    dispatch(world, shipment_id, seal_number="S-40817")
    shipment = the(shipment_id)
    assert (held(world.bin_id, lot), reserved(world.bin_id, lot)) == (40, 0)
    assert held(shipment.in_transit_place_id, lot) == 60
    assert (shipment.status, shipment.seal_number) == (ShipmentStatus.ON_THE_ROAD, "S-40817")


def test_the_waybill_freezes_what_is_on_board(world, item):
    make_stock(world, item, 100, batch_number="B-12")
    shipment_id = make_ready(
        world, (item, 65), vehicle_plate="01 KG 412", requisition_reference="REQ-9"
    )
    paper_id = dispatch(world, shipment_id, seal_number="S-1")
    paper = db.session.get_one(Paper, paper_id)
    facts = msgspec.json.decode(paper.facts, type=Waybill)
    (line,) = facts.lines
    assert paper.number.endswith("/000001")
    assert (line.units, line.packs, line.pack_size, line.lot) == (65, 6, 10, "B-12")
    assert line.weight_mg == 65 * 1_500_000
    assert (facts.vehicle_plate, facts.seal_number, line.requisition) == (
        "01 KG 412", "S-1", "REQ-9",
    )  # fmt: skip
    assert "UTC+6" in facts.departure


def test_the_waybill_speaks_both_languages_of_the_organisation(world, item):
    organisation = the(make_draft(world, (item, 1))).organisation
    organisation.second_language = "ru"
    db.session.commit()
    make_stock(world, item, 10)
    shipment_id = make_dispatched(world, (item, 10))
    content = db.session.scalars(select(Paper.facts).filter_by(source_id=shipment_id)).one()
    facts = msgspec.json.decode(content, type=Waybill)
    assert facts.languages == ("en", "ru")
    assert facts.lines[0].item_name == ("Blanket", "Одеяло")


def test_the_waybill_speaks_the_languages_chosen_where_it_is_issued(signed_in, world, item):
    make_stock(world, item, 10)
    shipment_id = make_ready(world, (item, 10))
    browser = signed_in(world.logistician)
    page = browser.get(f"/shipments/{shipment_id}/dispatch").text
    assert 'name="paper_language"' in page
    sent = {"key": str(uuid4()), "paper_language": "ru", "paper_second_language": "ar"}
    assert browser.post(f"/shipments/{shipment_id}/dispatch", data=sent).status_code == 303
    content = db.session.scalars(select(Paper.facts).filter_by(source_id=shipment_id)).one()
    facts = msgspec.json.decode(content, type=Waybill)
    assert facts.languages == ("ru", "ar")
    assert facts.lines[0].unit == ("штука", "قطعة")


def test_a_draft_cannot_leave(world, item):
    shipment_id = make_draft(world, (item, 1))
    with pytest.raises(WrongStatus, match="a draft"):
        dispatch(world, shipment_id)


def test_what_expired_since_it_was_kept_stays_and_is_named(world, item):
    lot = make_stock(world, item, 10, batch_number="OR-21", expires_on=clock.today())
    shipment_id = make_ready(world, (item, 10))
    with (
        time_machine.travel(clock.now() + timedelta(days=1)),
        pytest.raises(ExpiredGoods, match="Blanket"),
    ):
        dispatch(world, shipment_id)
    assert (held(world.bin_id, lot), reserved(world.bin_id, lot)) == (10, 10)
    assert db.session.scalar(select(func.count(Paper.id))) == 0


def test_it_cannot_have_left_in_the_future(world, item):
    make_stock(world, item, 10)
    shipment_id = make_ready(world, (item, 10))
    with pytest.raises(Invalid) as refused:
        dispatch(world, shipment_id, departed_at=clock.now() + timedelta(hours=1))
    assert refused.value.field == "departed_at"


def test_the_movement_happened_when_it_left(world, item):
    make_stock(world, item, 10)
    left_at = clock.now() - timedelta(hours=3)
    dispatch(world, make_ready(world, (item, 10)), departed_at=left_at)
    movement = db.session.scalars(select(StockMovement).filter_by(kind=MovementKind.DISPATCH)).one()
    assert movement.occurred_at == left_at < movement.recorded_at


def test_twice_is_once(world, item):
    make_stock(world, item, 10)
    shipment_id, key = make_ready(world, (item, 10)), uuid4()
    first = dispatch(world, shipment_id, key=key)
    assert dispatch(world, shipment_id, key=key) == first
    assert db.session.scalar(select(func.count(Paper.id))) == 1
    with pytest.raises(KeyReused):
        dispatch(world, shipment_id, key=key, seal_number="another")
    with pytest.raises(WrongStatus, match="on the road"):
        dispatch(world, shipment_id)


def test_strangers_find_nothing_and_coordinators_may_not(world, item):
    make_stock(world, item, 10)
    shipment_id = make_ready(world, (item, 10))
    with pytest.raises(NotFound):
        dispatch(world, shipment_id, actor=make_world("Other").logistician)
    with pytest.raises(NotAllowed):
        dispatch(world, shipment_id, actor=world.coordinator)


def test_twenty_lines_take_as_many_statements_as_one(world, statements):
    items = [make_item(f"Item {n}") for n in range(20)]
    for number in items:
        make_stock(world, number, 100)
    counts = []
    for some in (items[:1], items):
        shipment_id = make_ready(world, *((number, 10) for number in some))
        with statements() as seen:
            dispatch(world, shipment_id)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 18


def undo(world, shipment_id, reason="wrong truck", actor=None):
    actor = actor or world.logistician
    reversals.undo_dispatch(shipment_id, reason=reason, key=uuid4(), actor=actor)


def test_a_departure_undone_keeps_the_goods_in_their_bins(world, item):
    lot = make_stock(world, item, 100)
    shipment_id = make_dispatched(world, (item, 60))
    undo(world, shipment_id)
    assert (held(world.bin_id, lot), reserved(world.bin_id, lot)) == (100, 60)
    assert the(shipment_id).status == ShipmentStatus.READY
    assert db.session.scalars(select(Paper.status)).all() == [PaperStatus.VOID]


def test_after_an_undone_departure_it_can_leave_again_with_a_new_waybill(world, item):
    lot = make_stock(world, item, 100)
    shipment_id = make_dispatched(world, (item, 60))
    undo(world, shipment_id)
    dispatch(world, shipment_id)
    assert held(the(shipment_id).in_transit_place_id, lot) == 60
    statuses = db.session.scalars(select(Paper.status).order_by(Paper.id)).all()
    assert statuses == [PaperStatus.VOID, PaperStatus.VALID]
    undo(world, shipment_id)
    assert held(world.bin_id, lot) == 100


def test_a_departure_is_not_undone_once_something_arrived(world, item):
    make_stock(world, item, 100)
    shipment_id = make_dispatched(world, (item, 60))
    (load,) = loads_of(shipment_id)
    confirm(world, hand_over(shipment_id, HandedOver(load.id, good=10)))
    with pytest.raises(GoodsWentOn):
        undo(world, shipment_id)


def test_undoing_a_departure_needs_a_reason_and_the_right(world, item):
    make_stock(world, item, 100)
    shipment_id = make_dispatched(world, (item, 60))
    with pytest.raises(Invalid):
        undo(world, shipment_id, reason="  ")
    with pytest.raises(NotAllowed):
        undo(world, shipment_id, actor=world.coordinator)


def test_a_receiver_sees_it_once_it_is_ready_but_cannot_send_it(world, item):
    partner = make_world("Partner")
    make_share(partner, "place", partner.point_id, world, Purpose.RECEIVE)
    make_stock(world, item, 100)
    draft = make_draft(world, (item, 60), destination_id=partner.point_id)
    with pytest.raises(NotFound):
        dispatch(world, draft, actor=partner.logistician)
    services.ready(draft, key=uuid4(), actor=world.logistician, at=clock.now())
    with pytest.raises(NotAllowed):
        dispatch(world, draft, actor=partner.logistician)
