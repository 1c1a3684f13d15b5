"""The card of the first hour: ticked by what is there, put away by each, back from help."""

from aidtrack.core import clock
from aidtrack.donations.services import PledgedLine
from aidtrack.identity import cards
from aidtrack.identity import services as identity
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.reports.first_hour import steps
from tests.factories.distributions import hand_out
from tests.factories.donations import lines_of, lots_of, make_pledge, make_receipt
from tests.factories.reports import issue
from tests.factories.shipments import deliver, hand_over, make_dispatched
from tests.factories.world import (
    make_donor,
    make_item,
    make_person,
    make_site,
    make_stock,
    make_world,
)


def done(actor):
    return {step.name for step in steps(actor) if step.is_done}


def url_of(actor, name):
    return {step.name: step.url for step in steps(actor)}[name]


def test_each_step_is_ticked_once_it_is_taken(app):
    organisation = identity.add_organisation(
        name="New Society", short_name="New", country="KG", time_zone="Asia/Bishkek"
    )
    boss = make_person(Role.ADMINISTRATOR, organisation)
    assert done(boss) == set()
    make_item()
    assert done(boss) == {"items"}
    make_site(organisation, PlaceKind.WAREHOUSE, "Store")
    assert done(boss) == {"items", "warehouse"}
    area = places.add_area(pcode="KG05", name="Batken", level=1, country="KG")
    make_site(organisation, PlaceKind.DISTRIBUTION_POINT, "School", area)
    make_person(Role.LOGISTICIAN, organisation)
    make_donor(organisation, "Lantern")
    assert done(boss) == {"items", "warehouse", "point", "people", "donor"}


def test_goods_tick_the_steps_on_their_way(world):
    item = make_item()
    before = done(world.admin)
    assert url_of(world.admin, "receive") == "/donations/new"
    donation = make_pledge(world, PledgedLine(item, 50))
    assert url_of(world.admin, "receive") == "/donations?view=expected"
    make_receipt(world, donation, *lots_of(lines_of(donation), 50))
    assert done(world.admin) - before == {"receive"}
    shipment = make_dispatched(world, (item, 20))
    assert done(world.admin) - before == {"receive", "ship"}
    deliver(world, hand_over(shipment))
    assert done(world.admin) - before == {"receive", "ship", "confirm"}
    lot = make_stock(world, item, 20, place_id=world.point_id)
    hand_out(world, lot, 5)
    assert done(world.admin) - before == {"receive", "ship", "confirm", "hand_out"}
    issue(world)
    assert len(done(world.admin)) == len(steps(world.admin))


def test_a_step_of_another_organisation_ticks_nothing_here(world):
    item = make_item()
    make_stock(world, item, 50)
    make_dispatched(world, (item, 20))
    stranger = make_world("Other Society").admin
    assert "ship" in done(world.admin)
    assert "ship" not in done(stranger)


def test_who_may_not_take_a_step_is_told_who_does(world, signed_in):
    assert url_of(world.logistician, "people") == ""
    assert url_of(world.admin, "people") == "/people"
    for step in steps(world.admin):
        assert signed_in(world.admin).get(step.url).status_code == 200
    assert steps(world.coordinator) == steps(world.auditor) == ()


def test_a_person_puts_it_away_for_themselves_and_help_brings_it_back(world, signed_in):
    browser, other = signed_in(world.logistician), signed_in(world.admin)
    assert "The first hour" in browser.get("/home").text
    for _click in range(2):
        answer = browser.post("/home/first-hour/put-away")
        assert answer.location == "/home"
    page = browser.get("/home").text
    assert "The first hour is put away" in page
    assert "Open a warehouse" not in page
    assert "Open a warehouse" in other.get("/home").text
    assert "/home/first-hour/bring-back" in browser.get("/help").text
    for _click in range(2):
        browser.post("/home/first-hour/bring-back")
    assert "Open a warehouse" in browser.get("/home").text


def test_who_sets_nothing_up_finds_no_such_card_in_help(world, signed_in):
    assert "bring-back" not in signed_in(world.coordinator).get("/help").text
    assert signed_in(world.donor).post("/home/first-hour/put-away").status_code == 403


def test_a_card_put_away_takes_no_counting(world, statements):
    cards.put_away(cards.FIRST_HOUR, actor=world.admin, at=clock.now())
    with statements() as seen:
        assert steps(world.admin) == ()
    assert len([each for each in seen if each.startswith("SELECT")]) == 1
