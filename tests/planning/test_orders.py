"""What to order: what is free and what comes, against the levels."""

import pytest

from aidtrack.core.errors import Invalid
from aidtrack.identity.permissions import Role
from aidtrack.planning import queries
from aidtrack.stock import minimums
from aidtrack.stock.minimums import MinimumFilter
from tests.factories.distributions import hand_out
from tests.factories.shipments import deliver, hand_over, make_dispatched
from tests.factories.world import make_item, make_person, make_stock, make_world

TO_ORDER = MinimumFilter(to_order=True)


def level(world, item, quantity=10, **more):
    more = {"site_id": world.warehouse_id, "reorder_at": 40, "order_up_to": 100} | more
    return minimums.set_minimum(item, quantity, actor=world.logistician, **more)


def row(world, level_id):
    return queries.order(level_id, world.logistician)


def test_more_is_ordered_once_free_and_coming_are_down_to_the_level(world):
    soap, tent = make_item("Soap"), make_item("Tent")
    make_stock(world, soap, 40)
    make_stock(world, tent, 41)
    short, enough = level(world, soap), level(world, tent)
    assert (row(world, short).is_to_order, row(world, short).order) == (True, 60)
    assert (row(world, enough).is_to_order, row(world, enough).order) == (False, 0)
    listed = queries.orders(world.logistician, TO_ORDER).rows
    assert [each.level.id for each in listed] == [short]


def test_what_is_on_the_road_to_a_site_is_not_ordered_again(world):
    soap = make_item("Soap")
    make_stock(world, soap, 50)
    there = level(world, soap, site_id=world.point_id, reorder_at=20)
    assert row(world, there).order == 100
    shipment = make_dispatched(world, (soap, 30))
    on_its_way = row(world, there)
    assert (on_its_way.coming, on_its_way.is_to_order) == (30, False)
    assert queries.orders(world.logistician, TO_ORDER).rows == []
    deliver(world, hand_over(shipment))
    arrived = row(world, there)
    assert (arrived.coming, arrived.level.free, arrived.is_to_order) == (0, 30, False)


def test_an_office_as_a_whole_counts_what_moves_between_its_own_sites(world):
    soap = make_item("Soap")
    make_stock(world, soap, 50)
    office = level(world, soap, site_id=None)
    make_dispatched(world, (soap, 30))
    counted = row(world, office)
    assert (counted.level.free, counted.coming, counted.issued) == (20, 30, 0)
    assert not counted.is_to_order


def test_how_long_stock_lasts_follows_what_really_left(world):
    soap = make_item("Soap")
    lot = make_stock(world, soap, 90, place_id=world.point_id)
    here = level(world, soap, site_id=world.point_id)
    assert row(world, here).tenths_of_months is None
    hand_out(world, lot, 30)
    told = row(world, here)
    assert (told.issued, told.monthly, told.tenths_of_months) == (30, 5, 120)


def test_the_levels_stand_in_order(world):
    soap = make_item("Soap")
    for wrong, field in (
        ({"reorder_at": 9}, "reorder_at"),
        ({"reorder_at": None}, "reorder_at"),
        ({"order_up_to": 40}, "order_up_to"),
    ):
        with pytest.raises(Invalid) as refused:
            level(world, soap, **wrong)
        assert refused.value.field == field


def test_a_stranger_sees_no_orders(world):
    level(world, make_item("Soap"))
    other = make_world("Other Relief")
    assert queries.orders(other.logistician, TO_ORDER).rows == []


def test_statements_do_not_grow_with_levels(world, statements):
    def read():
        with statements() as seen:
            queries.orders(world.logistician, TO_ORDER)
        return len(seen)

    level(world, make_item("Soap"))
    few = read()
    for number in range(8):
        level(world, make_item(f"Item {number}"))
    assert read() == few


class TestPages:
    def test_the_list_says_how_much_to_order(self, world, signed_in):
        soap = make_item("Soap")
        make_stock(world, soap, 40)
        level(world, soap)
        page = signed_in(world.logistician).get("/stock/minimums?order=1").text
        assert "To order" in page
        assert "order 60" in page

    def test_levels_are_set_over_json(self, world, signed_in):
        soap = make_item("Soap")
        program = signed_in(world.logistician)
        sent = {"item_id": soap, "site_id": world.warehouse_id, "quantity": 5, "reorder_at": 20}
        answer = program.put("/api/v1/levels", json=sent | {"order_up_to": 30})
        assert answer.status_code == 200
        assert answer.get_json()["order"] == 30
        told = program.get("/api/v1/levels?order=1").get_json()
        assert [each["item_id"] for each in told["rows"]] == [soap]
        level_id = answer.get_json()["id"]
        assert program.delete(f"/api/v1/levels/{level_id}").status_code == 204

    def test_an_auditor_sets_nothing_over_json(self, world, signed_in):
        auditor = signed_in(make_person(Role.AUDITOR, world.organisation_id))
        sent = {"item_id": make_item("Soap"), "quantity": 5}
        assert auditor.put("/api/v1/levels", json=sent).status_code == 403
