"""Each lot is offered or left with its reason; unusual ones go only once somebody says why."""

from datetime import timedelta
from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import NotAllowed, NotFound
from aidtrack.donations.pledges import PledgedLine
from aidtrack.holds import shelf_lives
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.shipments import queries, services
from aidtrack.shipments.loading import ReasonNeeded
from aidtrack.shipments.models import Shipment, ShipmentLine
from aidtrack.stock.allocation import LeftOut
from tests.factories.donations import lines_of, make_pledge
from tests.factories.holds import hold, recall
from tests.factories.shipments import make_draft, make_ready
from tests.factories.world import make_item, make_person, make_stock, make_world, reserved
from tests.factories.write_offs import write_off


@pytest.fixture
def item(world):
    return make_item("Insulin", pack=10)


def day(days):
    return clock.today() + timedelta(days=days)


def lots(world, shipment_id):
    (check,) = queries.checks(shipment_id, world.logistician)
    return {lot.lot_id: lot for lot in check.lots}


def ready(world, shipment_id, why="", actor=None):
    services.ready(
        shipment_id, why=why, key=uuid4(), actor=actor or world.logistician, at=clock.now()
    )


def least(world, days, site_id=None):
    shelf_lives.set_least(
        organisation_id=world.organisation_id,
        site_id=site_id,
        days=days,
        actor=world.logistician,
    )


def meant_for(world, item, area_id) -> int:
    """The line of a donation that is meant for an area."""
    donation_id = make_pledge(world, PledgedLine(item, 1_000), earmark_area_id=area_id)
    return lines_of(donation_id)[0]


def test_every_lot_says_why_it_goes_or_stays(world, item):
    make_person(Role.LOGISTICIAN, world.organisation_id)
    first = make_stock(world, item, 30, expires_on=day(200))
    held = make_stock(world, item, 40, expires_on=day(20))
    hold(world, held, 40)
    closed = make_stock(world, item, 50, expires_on=day(30))
    recall(world, closed)
    expired = make_stock(world, item, 60, expires_on=day(-1))
    lost = make_stock(world, item, 2_000, expires_on=day(40))
    write_off(world, lost, 2_000)
    promised = make_stock(world, item, 70, expires_on=day(10))
    other = make_ready(world, (item, 70))
    spare = make_stock(world, item, 80, expires_on=day(300))
    found = lots(world, make_draft(world, (item, 30)))
    assert {lot_id: lot.left_out for lot_id, lot in found.items()} == {
        first: None,
        held: LeftOut.HELD,
        closed: LeftOut.RECALLED,
        expired: LeftOut.EXPIRED,
        lost: LeftOut.WRITING_OFF,
        promised: LeftOut.RESERVED,
        spare: LeftOut.NOT_NEEDED,
    }
    number = db.session.get_one(Shipment, other).number
    for lot_id, words in (
        (first, "expires first"),
        (held, f"Wet corner ({world.logistician.name})"),
        (closed, "The maker says so"),
        (expired, "expired on"),
        (lost, "WO/"),
        (promised, number),
        (spare, "others expire first"),
    ):
        assert words in found[lot_id].reason


def test_a_held_part_is_named_beside_what_goes(world, item):
    lot = make_stock(world, item, 100)
    hold(world, lot, 40)
    found = lots(world, make_draft(world, (item, 50)))[lot]
    assert found.picked == 50
    assert "40 held" in found.reason


def test_short_dated_goods_go_last_and_need_a_reason(world, item):
    short = make_stock(world, item, 100, expires_on=day(50))
    long = make_stock(world, item, 30, expires_on=day(200))
    least(world, 90, world.point_id)
    few = make_draft(world, (item, 20))
    assert [lot.picked for lot in lots(world, few).values()] == [20, 0]
    assert "short-dated" in lots(world, few)[short].reason
    many = make_draft(world, (item, 60))
    assert lots(world, many)[short].needs_reason
    with pytest.raises(ReasonNeeded, match="short-dated") as refused:
        ready(world, many)
    assert refused.value.field == "why"
    assert reserved(world.bin_id, long) == 0
    ready(world, many, "Used up within a week")
    (line,) = db.session.query(ShipmentLine).filter_by(shipment_id=many)
    assert line.why_taken == "Used up within a week"
    assert (reserved(world.bin_id, short), reserved(world.bin_id, long)) == (30, 30)


def test_a_site_without_its_own_limit_has_the_organisations(world, item):
    lot = make_stock(world, item, 100, expires_on=day(50))
    least(world, 90)
    assert lots(world, make_draft(world, (item, 10)))[lot].needs_reason
    least(world, 30, world.point_id)
    assert not lots(world, make_draft(world, (item, 10)))[lot].needs_reason
    least(world, None, world.point_id)
    least(world, None)
    assert not lots(world, make_draft(world, (item, 10)))[lot].needs_reason


def test_goods_meant_for_another_area_go_last_and_need_a_reason(world, item):
    elsewhere = places.add_area(pcode="KG02", name="Jalal-Abad", level=1, country="KG")
    line = meant_for(world, item, elsewhere)
    meant = make_stock(world, item, 50, expires_on=day(20), donation_line_id=line)
    free = make_stock(world, item, 50, expires_on=day(90))
    found = lots(world, make_draft(world, (item, 50)))
    assert (found[free].picked, found[meant].picked) == (50, 0)
    assert found[meant].reason == "meant for Jalal-Abad"
    both = make_draft(world, (item, 80))
    with pytest.raises(ReasonNeeded, match="Jalal-Abad"):
        ready(world, both)
    ready(world, both, "The donor agreed by letter")


def test_goods_meant_for_the_area_of_the_destination_need_none(world, item):
    line = meant_for(world, item, world.area_id)
    meant = make_stock(world, item, 50, donation_line_id=line)
    shipment_id = make_draft(world, (item, 50))
    assert not lots(world, shipment_id)[meant].needs_reason
    ready(world, shipment_id)


def test_who_may_not_change_a_place_sets_no_limit(world):
    with pytest.raises(NotAllowed):
        shelf_lives.set_least(
            organisation_id=world.organisation_id,
            site_id=world.point_id,
            days=9,
            actor=world.auditor,
        )
    with pytest.raises(NotFound):
        shelf_lives.set_least(
            organisation_id=world.organisation_id,
            site_id=world.point_id,
            days=9,
            actor=make_world("Strangers").admin,
        )
