"""The first page of the day says what needs its reader, and how much."""

from datetime import timedelta

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.donations.services import PledgedLine
from aidtrack.reports.today import today
from aidtrack.shipments.deliveries import HandedOver
from tests.factories.distributions import plan
from tests.factories.donations import make_donation, make_pledge
from tests.factories.reports import issue, make_story
from tests.factories.shipments import (
    deliver,
    hand_over,
    loads_of,
    make_dispatched,
    make_draft,
)
from tests.factories.world import make_item, make_stock, make_world


@pytest.fixture
def browser(world, signed_in):
    return signed_in(world.logistician)


def in_days(days: int):
    return clock.today() + timedelta(days=days)


def test_a_new_organisation_is_led_through_its_first_hour(world, browser):
    page = browser.get("/home").text
    assert "The first hour" in page
    assert "Nothing needs you today" in page
    steps = {step.name: step.is_done for step in today(world.logistician).steps}
    done = {name for name, is_done in steps.items() if is_done}
    assert done == {"warehouse", "point", "donor", "people"}


def test_once_set_up_the_card_is_gone(world, browser):
    make_story(world)
    issue(world)
    assert today(world.logistician).is_set_up
    assert "The first hour" not in browser.get("/home").text


def test_the_coordinator_is_not_asked_to_set_anything_up(world):
    assert today(world.coordinator).steps == ()


def test_expired_and_expiring_lots_are_counted_apart(world, browser):
    item = make_item("Biscuits", has_expiry=True)
    make_stock(world, item, 10, expires_on=in_days(-3), batch_number="OLD")
    make_stock(world, item, 10, expires_on=in_days(38), batch_number="BP-03")
    make_stock(world, item, 10, expires_on=in_days(60))
    make_stock(world, item, 10, expires_on=in_days(200))
    found = today(world.logistician)
    assert (found.expired.total, found.expiring.total) == (1, 2)
    assert found.needs == 2
    page = browser.get("/home").text
    assert "2 things need you today" in page
    assert "Biscuits, lot BP-03, expires in 3" in page
    assert "1 lot in stock has expired" in page


def test_goods_that_came_bad_need_settling(world, browser):
    item = make_item()
    make_donation(world, item, 50)
    shipment = make_dispatched(world, (item, 20))
    (load,) = loads_of(shipment)
    deliver(world, hand_over(shipment, HandedOver(load.id, good=15, damaged=5)))
    (row,) = today(world.logistician).attention
    assert row.id == shipment
    page = browser.get("/home").text
    assert "One thing needs you today" in page
    assert f"/shipments/{shipment}" in page


def test_late_gifts_and_due_distributions_are_named(world, browser):
    make_pledge(world, PledgedLine(make_item(), 70), expected_on=in_days(-1))
    make_pledge(world, PledgedLine(make_item(), 70), expected_on=in_days(20))
    lot = make_stock(world, make_item(), 20, place_id=world.point_id)
    plan(world, lot, 5)
    plan(world, lot, 5, planned_on=in_days(9))
    page = browser.get("/home").text
    assert "2 things need you today" in page
    assert "Goods of Lantern Foundation are expected" in page
    assert "What was handed out at School 4?" in page


def test_what_comes_and_what_leaves(world, browser):
    item = make_item()
    make_donation(world, item, 50)
    make_draft(world, (item, 5))
    make_dispatched(world, (item, 20))
    found = today(world.logistician)
    assert (found.arriving.total, found.leaving.total) == (1, 1)
    page = browser.get("/home").text
    assert "From Osh warehouse" in page
    assert "To School 4" in page


def test_who_reads_only_is_not_told_to_do_anything(world, signed_in):
    make_pledge(world, PledgedLine(make_item(), 70), expected_on=in_days(-1))
    page = signed_in(world.auditor).get("/home").text
    assert "One thing needs somebody today" in page
    assert "Needs you" not in page
    assert "/receive" not in page


def test_areas_reached_are_shown_with_their_households(world, browser):
    make_story(world)
    (area,) = today(world.logistician).reached
    assert (area.area, area.households) == ("Batken", 20)
    assert "20 households in Batken" in browser.get("/home").text


def test_another_office_has_its_own_day(world):
    make_story(world)
    found = today(make_world("Elsewhere").logistician)
    assert (found.needs, found.reached, found.arriving.total) == (0, (), 0)


def test_the_page_takes_the_same_statements_however_much_there_is(world, browser, statements):
    counts = []
    for many in (1, 4):
        for _ in range(many):
            make_story(world)
            make_pledge(world, PledgedLine(make_item(), 70), expected_on=in_days(-1))
            make_stock(world, make_item(has_expiry=True), 10, expires_on=in_days(5))
        db.session.rollback()
        with statements() as seen:
            assert browser.get("/home").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 20


def test_donors_and_drivers_have_their_own_first_page(world, signed_in):
    for person in (world.donor, world.driver):
        assert signed_in(person).get("/home").status_code == 403
    assert signed_in(world.donor).get("/").location == "/donor"
    assert signed_in(world.auditor).get("/").location == "/home"


def test_a_program_reads_the_day(world, api):
    make_story(world)
    answer = api(world.coordinator).get("/api/v1/today").json
    assert answer["reached"][0]["households"] == 20
    assert answer["arriving"]["total"] == 1
