"""Each number of the first page is the number of rows of the list that it opens."""

import re
from datetime import timedelta

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.donations.services import PledgedLine
from aidtrack.identity.permissions import Role
from aidtrack.reports.numbers import OF_ROLE, asked_of, count, told
from aidtrack.shipments.deliveries import HandedOver
from aidtrack.stock.minimums import set_minimum
from tests.factories.distributions import plan
from tests.factories.donations import make_donation, make_pledge
from tests.factories.reports import make_story
from tests.factories.shipments import (
    deliver,
    dispatch,
    hand_over,
    loads_of,
    make_dispatched,
    make_draft,
    make_ready,
)
from tests.factories.world import make_item, make_person, make_stock, make_world
from tests.jobs import works
from tests.jobs.conftest import queue_url
from tests.jobs.waiting import ask, do_what_waits

__all__ = ["queue_url", "works"]
EXPECTED = {
    "arriving_today": 2,
    "leaving_today": 2,
    "on_the_road": 4,
    "differences": 1,
    "silent": 2,
    "donations_to_come": 2,
    "distributions_planned": 1,
    "below_minimum": 3,
    "expiring": 3,
    "expired": 1,
    "jobs": 1,
    "failed_jobs": 1,
}


@pytest.fixture
def world(world):
    """Two of most things that are counted, and of each something beside it that is not."""
    item = make_item()
    make_stock(world, item, 500)
    now, day = clock.now(), timedelta(days=1)
    make_dispatched(world, (item, 10), expected_at=now - day)
    make_dispatched(world, (item, 10), expected_at=now + 5 * day)
    left_long_ago = make_ready(world, (item, 10))
    dispatch(world, left_long_ago, at=now - 2 * day)
    make_draft(world, (item, 10), departs_at=now - day, expected_at=now + 5 * day)
    make_ready(world, (item, 10), departs_at=now - day, expected_at=now - day)
    make_ready(world, (item, 10), departs_at=now + 5 * day)
    damaged = make_dispatched(world, (item, 10), expected_at=now + 5 * day)
    (load,) = loads_of(damaged)
    deliver(world, hand_over(damaged, HandedOver(load.id, good=8, damaged=2)))
    for quantity in (5, 6):
        make_pledge(world, PledgedLine(item, quantity))
    make_donation(world, item, 10)
    plan(world, make_stock(world, item, 20, place_id=world.point_id), 5)
    biscuits = make_item("Biscuits", has_expiry=True)
    for days in (-3, 5, 60, 61, 200):
        make_stock(world, biscuits, 10, expires_on=clock.today() + timedelta(days=days))
    for quantity in (1_000, 10):
        set_minimum(biscuits, quantity, site_id=site_of(quantity, world), actor=world.admin)
    set_minimum(item, 5, site_id=world.warehouse_id, actor=world.admin)
    set_minimum(item, 9_000, actor=world.admin)
    return world


def site_of(quantity, world):
    return world.warehouse_id if quantity == 1_000 else world.other_warehouse_id


def rows_of(page):
    """How many rows the table of a page has; a list that is empty has no table."""
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    return body[1].count("<tr") if body else 0


@pytest.fixture
def jobs(world, queue_url):
    """Of each person two jobs: one failed, one waiting."""
    for person in (world.logistician, world.admin):
        ask(person, "test.refuse", key=f"refused {person.user_id}")
    do_what_waits()
    for person in (world.logistician, world.admin):
        ask(person, key=f"waiting {person.user_id}")


@pytest.mark.parametrize("who", ["logistician", "coordinator", "auditor", "admin"])
def test_each_number_is_the_number_of_rows_that_it_opens(world, jobs, signed_in, who):
    person = getattr(world, who)
    browser = signed_in(person)
    home = browser.get("/home").text
    names = asked_of(person)
    for number in told(person, count(person, names)):
        shown = rows_of(browser.get(number.url).text)
        assert (number.name, number.total) == (number.name, shown)
        assert f'href="{number.url.replace("&", "&amp;")}"' in home
        if who in ("logistician", "admin"):
            assert (number.name, number.total) == (number.name, EXPECTED[number.name])


def test_people_are_asked_about_what_is_theirs_to_do(world, jobs):
    assert set(asked_of(world.admin)) == set(EXPECTED)
    assert "jobs" not in asked_of(world.auditor)
    assert asked_of(world.coordinator)[0] == "donations_to_come"
    for person in (world.driver, world.donor):
        assert asked_of(person) == ()
    assert asked_of(world.coordinator) == OF_ROLE[Role.COORDINATOR]


def test_who_works_at_one_site_counts_what_lies_and_moves_there(world, signed_in):
    here = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
    browser = signed_in(here)
    numbers = told(here, count(here, asked_of(here)))
    for number in numbers:
        assert (number.name, rows_of(browser.get(number.url).text)) == (number.name, number.total)
    assert {number.name: number.total for number in numbers}["expired"] == 0


def test_another_organisation_counts_nothing_of_it(world):
    stranger = make_world("Other Society").admin
    totals = count(stranger, asked_of(stranger))
    assert set(totals.values()) == {0}


def test_all_numbers_take_one_statement(world, statements):
    make_story(world)
    db.session.rollback()
    with statements() as seen:
        count(world.admin, asked_of(world.admin))
    assert len([each for each in seen if each.startswith("SELECT")]) == 1
