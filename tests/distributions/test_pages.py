"""Distributions as people see them and as programs do."""

import re
from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.distributions import queries
from aidtrack.distributions.models import Distribution
from aidtrack.distributions.models import DistributionStatus as Status
from aidtrack.distributions.queries import DistributionFilter
from aidtrack.identity.permissions import Role
from aidtrack.places.models import Place, PlaceKind
from tests.factories.distributions import hand_out, plan
from tests.factories.world import (
    World,
    held,
    make_item,
    make_person,
    make_site,
    make_stock,
    make_world,
)


@pytest.fixture
def lot(world) -> int:
    return make_stock(world, make_item(), 100, place_id=world.point_id)


@pytest.fixture
def browser(world, signed_in):
    return signed_in(world.logistician)


def filled(world: World, lot: int, **more: object) -> dict[str, object]:
    return {
        "key": str(uuid4()),
        "site_id": world.point_id,
        "distributed_on": clock.today().isoformat(),
        "households": "20",
        "women": "30",
        "lines-0-lot_id": lot,
        "lines-0-place_id": world.point_id,
        "lines-0-brought": "60",
        "lines-0-handed_out": "55",
        "lines-0-returned": "5",
        **more,
    }


def body(world: World, lot: int, **more: object) -> dict[str, object]:
    line = {"lot_id": lot, "place_id": world.point_id, "brought": 60, "handed_out": 60}
    return {
        "site_id": world.point_id,
        "distributed_on": clock.today().isoformat(),
        "households": 20,
        "lines": [line | more.pop("line", {})],
        **more,
    }


def send(client, address: str, content: dict[str, object], key=None):
    return client.post(address, json=content, headers={"Idempotency-Key": str(key or uuid4())})


def test_the_first_page_offers_the_first_step(browser):
    page = browser.get("/distributions")
    assert page.status_code == 200
    assert "No distribution yet" in page.text


def test_the_list_shows_what_was_handed_out(world, lot, browser):
    hand_out(world, lot, 40)
    plan(world, lot, 30)
    page = browser.get("/distributions?words=school&status=done").text
    assert "Thermal blanket <b>40</b>" in page
    assert "Thermal blanket <b>30</b>" not in page
    assert "Nothing matches" in browser.get("/distributions?words=nowhere").text


def test_the_views_above_the_list_count_what_they_open(world, lot):
    hand_out(world, lot, 40)
    plan(world, lot, 30)
    found = queries.how_many(world.logistician, DistributionFilter(words="school"), 10)
    assert found == {None: 2, Status.PLANNED: 1, Status.DONE: 1, Status.CANCELLED: 0}
    nowhere = queries.how_many(world.logistician, DistributionFilter(words="nowhere"), 10)
    assert set(nowhere.values()) == {0}


def test_someone_of_one_point_finds_its_distributions_only(world, lot):
    mine = hand_out(world, lot, 40)
    elsewhere = make_site(
        world.organisation_id, PlaceKind.DISTRIBUTION_POINT, "Stadium", world.area_id
    )
    for site_id, seen in ((world.point_id, [mine]), (elsewhere, [])):
        person = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=site_id)
        rows = queries.distributions(person, DistributionFilter()).rows
        assert [row.id for row in rows] == seen


def test_the_list_takes_few_statements_however_long(world, browser, statements):
    lot = make_stock(world, make_item(), 1000, place_id=world.point_id)
    counts = []
    for many in (2, 20):
        for _ in range(many):
            hand_out(world, lot, 2)
        with statements() as seen:
            browser.get("/distributions")
        counts.append(len(seen))
    # One of them asks whether a second factor is required here: a rule holds from the next page.
    assert counts[0] == counts[1] <= 9


def test_the_only_point_needs_no_choice_and_shows_its_stock(world, lot, browser):
    page = browser.get("/distributions/new").text
    assert "What was handed out at School 4" in page
    assert "<b>100</b> pieces" in page
    assert 'name="lines-0-brought"' in page


def test_of_several_points_one_is_chosen(world, lot, browser):
    second = make_site(
        world.organisation_id, PlaceKind.DISTRIBUTION_POINT, "Stadium", world.area_id
    )
    page = browser.get("/distributions/plan").text
    assert f"/distributions/plan?site_id={second}" in page
    assert "1 lot" in page
    assert "Nothing lies at this point" in browser.get(f"/distributions/new?site_id={second}").text


def test_without_any_point_the_page_says_what_is_missing(world, signed_in, database):
    other = make_world("Other")
    point = database.session.get_one(Place, other.point_id)
    point.is_active = False
    database.session.commit()
    assert (
        "no distribution point yet" in signed_in(other.logistician).get("/distributions/new").text
    )


def test_what_was_typed_is_recorded(world, lot, browser):
    answer = browser.post("/distributions/new", data=filled(world, lot))
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "20 households received at School 4" in page
    assert "DST/KG/" in page
    assert "/undo" in page
    assert held(world.point_id, lot) == 45


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(world, lot, browser):
    tents = make_stock(world, make_item("Tent"), 7, place_id=world.point_id)
    sent = filled(world, lot, **{"lines-0-handed_out": "54", "lines-0-returned": "4"})
    answer = browser.post("/distributions/new", data=sent)
    assert answer.status_code == 422
    assert "60 brought, but 54 handed out + 4 returned" in answer.text
    assert 'value="54"' in answer.text
    assert f'value="{tents}"' in answer.text  # The lot nobody touched is still offered.


def test_a_plan_is_made_and_recorded(world, lot, browser):
    sent = {
        "key": str(uuid4()),
        "site_id": world.point_id,
        "planned_on": "2026-12-01",
        "households_planned": "25",
        "lines-0-lot_id": lot,
        "lines-0-place_id": world.point_id,
        "lines-0-quantity": "60",
    }
    shown = browser.post("/distributions/plan", data=sent).location
    assert "Planned at School 4" in browser.get(shown).text
    assert 'value="60"' in browser.get(f"{shown}/record").text
    answer = browser.post(f"{shown}/record", data=filled(world, lot))
    assert answer.status_code == 303
    assert "20 households received" in browser.get(shown).text


def test_it_is_undone_from_its_page_with_a_reason(world, lot, browser):
    made = hand_out(world, lot, 40)
    address = f"/distributions/{made}/cancel"
    assert "Its goods are counted at the point again" in browser.get(address).text
    assert browser.post(address, data={"key": str(uuid4())}).status_code == 422
    browser.post(address, data={"key": str(uuid4()), "reason": "Twice"})
    page = browser.get(f"/distributions/{made}").text
    assert "This distribution is cancelled" in page
    assert "Twice" in page


def test_it_is_undone_from_its_message(world, lot, browser):
    made = hand_out(world, lot, 40)
    browser.post(f"/distributions/{made}/undo", data={"key": str(uuid4())})
    assert held(world.point_id, lot) == 100


def test_the_coordinator_is_not_offered_to_undo(world, lot, signed_in):
    made = hand_out(world, lot, 40)
    assert "/cancel" not in signed_in(world.coordinator).get(f"/distributions/{made}").text


@pytest.mark.parametrize("address", ["", "/record", "/cancel"])
def test_for_a_stranger_there_is_no_such_page(world, lot, signed_in, address):
    made = hand_out(world, lot, 40)
    stranger = signed_in(make_world("Stranger").logistician)
    assert stranger.get(f"/distributions/{made}{address}").status_code == 404


def test_donors_and_drivers_have_no_such_pages(world, signed_in):
    for person in (world.donor, world.driver):
        assert signed_in(person).get("/distributions").status_code == 403


def test_those_who_only_read_cannot_record(world, signed_in):
    assert signed_in(world.auditor).get("/distributions").status_code == 200
    assert signed_in(world.auditor).get("/distributions/new").status_code == 403


def test_a_program_records_and_reads(world, lot, api):
    client, key = api(world.logistician), uuid4()
    answer = send(client, "/api/v1/distributions", body(world, lot), key)
    assert answer.status_code == 201
    assert answer.json["head"]["items"][0]["handed_out"] == 60
    assert send(client, "/api/v1/distributions", body(world, lot), key).json == answer.json
    assert client.get(answer.headers["Location"]).json == answer.json
    assert client.get("/api/v1/distributions?status=done").json["rows"][0]["households"] == 20


def test_a_program_is_told_which_line_is_wrong(world, lot, api):
    wrong = body(world, lot, line={"brought": 101, "handed_out": 101})
    answer = send(api(world.logistician), "/api/v1/distributions", wrong)
    assert answer.status_code == 409
    error = answer.json["error"]
    assert error["code"] == "insufficient_stock"
    assert error["problems"][0]["field"] == "lines[0].brought"
    assert error["shortages"][0]["missing"] == 1


def test_a_program_plans_records_and_cancels(world, lot, api):
    client = api(world.logistician)
    planned = {
        "site_id": world.point_id,
        "planned_on": "2026-12-01",
        "households_planned": 25,
        "lines": [{"lot_id": lot, "place_id": world.point_id, "quantity": 60}],
    }
    made = send(client, "/api/v1/distributions/plans", planned)
    assert made.status_code == 201
    address = made.headers["Location"]
    content = body(world, lot)
    del content["site_id"]
    assert send(client, f"{address}/record", content).json["head"]["status"] == "done"
    cancelled = send(client, f"{address}/cancel", {"reason": "Wrong day"})
    assert cancelled.json["head"]["status"] == "cancelled"
    again = send(client, f"{address}/cancel", {"reason": "Wrong day"})
    assert (again.status_code, again.json["error"]["code"]) == (409, "wrong_status")


def test_the_number_is_taken_once(world, lot):
    first, second = hand_out(world, lot, 1), hand_out(world, lot, 1)
    numbers = [db.session.get_one(Distribution, x).number for x in (first, second)]
    assert [x.rsplit("/", 1)[1] for x in numbers] == ["000001", "000002"]


def test_two_people_who_write_down_the_same_hand_out_are_told(world, lot, browser):
    page = f"/distributions/new?site_id={world.point_id}"
    stamp = re.compile(r'name="version_seen" value="(\w+)"')
    seen = stamp.search(browser.get(page).text)[1]
    hand_out(world, lot, 10)
    told = browser.post(page, data=filled(world, lot, version_seen=seen))
    assert told.status_code == 422
    assert "written down after you opened this page" in told.text
    sent = filled(world, lot, version_seen=stamp.search(told.text)[1])
    assert [browser.post(page, data=sent).status_code for _twice in range(2)] == [303, 303]
    assert held(world.point_id, lot) == 100 - 10 - 55
