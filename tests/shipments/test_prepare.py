"""Preparing: a draft keeps nothing and moves nothing."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.catalogue.models import ItemPack
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound, WrongStatus
from aidtrack.identity.permissions import Role
from aidtrack.sharing.models import Purpose
from aidtrack.shipments import overview, services
from aidtrack.shipments.goods import ShipmentDetails, WantedLine
from aidtrack.shipments.models import Shipment, ShipmentLine, ShipmentStatus
from tests.factories.sharing import make_share
from tests.factories.shipments import loads_of, make_draft, make_ready
from tests.factories.world import make_item, make_person, make_stock, make_world, reserved


@pytest.fixture
def item(world):
    return make_item()


def details(world, **more):
    return ShipmentDetails(world.warehouse_id, world.point_id, **more)


def prepare(world, *lines, about=None, actor=None, key=None):
    return services.prepare(
        about or details(world),
        lines,
        key=key or uuid4(),
        actor=actor or world.logistician,
        at=clock.now(),
    )


def test_a_draft_has_a_number_without_gaps_and_keeps_nothing(world, item):
    lot = make_stock(world, item, 100)
    first, second = prepare(world, WantedLine(item, 60)), prepare(world, WantedLine(item, 60))
    numbers = [db.session.get_one(Shipment, x).number for x in (first, second)]
    assert [number[-6:] for number in numbers] == ["000001", "000002"]
    assert reserved(world.bin_id, lot) == 0


def test_packs_become_pieces(world, item):
    pack = db.session.scalars(select(ItemPack).filter_by(item_id=item)).one()
    shipment_id = prepare(world, WantedLine(item, 6, pack.id))
    assert db.session.get_one(Shipment, shipment_id).lines[0].quantity == 60


def test_every_wrong_line_is_named_and_nothing_is_left_behind(world, item):
    lines = [WantedLine(item, 5), WantedLine(999_999, 5), WantedLine(item, 5, 999_999)]
    with pytest.raises(Invalid) as refused:
        prepare(world, *lines)
    named = [problem["field"] for problem in refused.value.facts["problems"]]
    assert named == ["lines-1-item_id", "lines-2-pack_id"]
    assert db.session.scalar(select(func.count(Shipment.id))) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"destination_id": "origin"}, "destination_id"),
        ({"destination_id": "bin"}, "destination_id"),
        ({"destination_id": 999_999}, "destination_id"),
        ({"driver_id": "logistician"}, "driver_id"),
        ({"expected_at": "before"}, "expected_at"),
    ],
)
def test_a_journey_that_cannot_be_is_refused(world, item, change, field):
    now = clock.now()
    known = {
        "origin": world.warehouse_id,
        "bin": world.bin_id,
        "logistician": world.logistician.user_id,
        "before": now - timedelta(hours=1),
    }
    about = details(world, departs_at=now)
    about = replace(about, **{name: known.get(value, value) for name, value in change.items()})
    with pytest.raises(Invalid) as refused:
        prepare(world, WantedLine(item, 1), about=about)
    assert refused.value.field == field


def test_goods_may_go_to_a_partner(world, item):
    partner = make_world("Partner")
    make_share(partner, "place", partner.point_id, world, Purpose.RECEIVE)
    about = replace(details(world), destination_id=partner.point_id)
    shipment_id = prepare(world, WantedLine(item, 1), about=about)
    assert db.session.get_one(Shipment, shipment_id).organisation_id == world.organisation_id


def test_a_strangers_warehouse_does_not_exist(world, item):
    stranger = make_world("Other").logistician
    with pytest.raises(Invalid, match="no such place"):
        prepare(world, WantedLine(item, 1), actor=stranger)


def test_auditors_may_not_prepare(world, item):
    with pytest.raises(NotAllowed):
        prepare(world, WantedLine(item, 1), actor=world.auditor)


def test_whoever_keeps_one_warehouse_sends_only_from_there(world, item):
    keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.other_warehouse_id)
    with pytest.raises((Invalid, NotAllowed)):
        prepare(world, WantedLine(item, 1), actor=keeper)
    about = replace(details(world), origin_id=world.other_warehouse_id)
    assert prepare(world, WantedLine(item, 1), about=about, actor=keeper)


def test_twice_is_once(world, item):
    key = uuid4()
    first = prepare(world, WantedLine(item, 1), key=key)
    assert prepare(world, WantedLine(item, 1), key=key) == first
    with pytest.raises(KeyReused):
        prepare(world, WantedLine(item, 2), key=key)


def change(world, shipment_id, *lines, about=None, actor=None):
    services.change(
        shipment_id,
        about or details(world),
        lines,
        key=uuid4(),
        actor=actor or world.logistician,
    )


def test_a_draft_can_be_changed(world, item):
    shipment_id = make_draft(world, (item, 10))
    change(world, shipment_id, WantedLine(item, 20), about=details(world, vehicle_plate="01 ABC"))
    shipment = db.session.get_one(Shipment, shipment_id, populate_existing=True)
    assert (shipment.vehicle_plate, shipment.lines[0].quantity) == ("01 ABC", 20)
    assert db.session.scalar(select(func.count(ShipmentLine.id))) == 1


def test_lots_stay_picked_when_only_the_journey_changes(world, item):
    make_stock(world, item, 100)
    shipment_id = make_ready(world, (item, 10))
    services.reopen(shipment_id, key=uuid4(), actor=world.logistician)
    change(world, shipment_id, WantedLine(item, 10), about=details(world, note="call first"))
    assert len(loads_of(shipment_id)) == 1
    change(world, shipment_id, WantedLine(item, 11))
    assert loads_of(shipment_id) == []


def test_what_is_ready_cannot_be_changed(world, item):
    make_stock(world, item, 100)
    shipment_id = make_ready(world, (item, 10))
    with pytest.raises(WrongStatus, match="ready to go"):
        change(world, shipment_id, WantedLine(item, 20))


def test_a_strangers_draft_does_not_exist(world, item):
    shipment_id = make_draft(world, (item, 10))
    stranger = make_world("Other").logistician
    with pytest.raises(NotFound):
        change(world, shipment_id, WantedLine(item, 1), actor=stranger)


def test_cancelling_frees_the_goods_and_keeps_the_number(world, item):
    lot = make_stock(world, item, 100)
    shipment_id = make_ready(world, (item, 10))
    services.cancel(shipment_id, reason="road closed", key=uuid4(), actor=world.logistician)
    status = db.session.get_one(Shipment, shipment_id, populate_existing=True).status
    assert (status, reserved(world.bin_id, lot)) == (ShipmentStatus.CANCELLED, 0)
    with pytest.raises(WrongStatus):
        services.cancel(shipment_id, reason="again", key=uuid4(), actor=world.logistician)


def test_cancelling_needs_a_reason(world, item):
    shipment_id = make_draft(world, (item, 10))
    with pytest.raises(Invalid) as refused:
        services.cancel(shipment_id, reason=" ", key=uuid4(), actor=world.logistician)
    assert refused.value.field == "reason"


def test_a_bar_code_scanned_as_a_quantity_does_not_hide_the_list(world, item):
    item = make_item("Generator", weight_mg=80_000_000)
    make_draft(world, (item, 614_141_123_457))
    [row] = overview.shipments(world.logistician, overview.ShipmentFilter()).rows
    assert row.weight_mg == pytest.approx(614_141_123_457 * 80_000_000)
