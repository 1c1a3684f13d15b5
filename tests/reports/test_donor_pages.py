"""Donors see their own gifts, whole, and nobody else's."""

from uuid import uuid4

import pytest

from aidtrack.core.db import db
from aidtrack.distributions.counts import People
from aidtrack.donations.services import PledgedLine
from aidtrack.identity.permissions import Role
from tests.factories.donations import make_donation, make_pledge
from tests.factories.reports import Story, issue, make_story
from tests.factories.world import make_donor, make_item, make_person, make_world


@pytest.fixture
def story(world) -> Story:
    return make_story(world)


@pytest.fixture
def browser(world, signed_in):
    return signed_in(world.donor)


@pytest.fixture
def other_donor(world):
    """Somebody who speaks for another donor of the same organisation."""
    donor_id = make_donor(world.organisation_id, "Other donor")
    return make_person(Role.DONOR, world.organisation_id, donor_id=donor_id)


def test_a_donor_sees_each_gift_as_an_equation(story, browser):
    page = browser.get("/donor").text
    assert "Your gifts reached 20 households" in page
    assert "Adds up to 100" in page
    for words in ("with families", "waiting at a delivery place", "on the road", "given back"):
        assert words in page
    assert "Wet" in page
    assert "Batken" in page


def test_the_way_of_one_donation_is_told_step_by_step(story, browser):
    page = browser.get(f"/donor/donations/{story.donation_id}").text
    assert "Your 100 × Thermal blanket: 30 are with families" in page
    for words in ("Received in Osh warehouse", "Delivered to School 4", "Given back to you"):
        assert words in page
    assert "Handed out at School 4, Batken" in page
    assert "GRN/KG/" in page


def test_a_convoy_under_way_is_no_step(story, browser):
    page = browser.get(f"/donor/donations/{story.donation_id}").text
    assert "In transit" not in page
    assert page.count("SHP/") == 0


def test_small_groups_are_withheld(world, browser):
    story = make_story(world, people=People(households=4, women=6))
    page = browser.get("/donor").text
    assert "it could tell of a group of fewer than ten" in page
    assert "Your gifts reached 1 area" in page
    assert "•" in browser.get(f"/donor/donations/{story.donation_id}").text


def test_a_donor_makes_their_own_report(story, browser):
    answer = browser.post(f"/donor/{story.world.donor_id}/report", data={"key": str(uuid4())})
    assert answer.status_code == 303
    assert browser.get(answer.location).data.startswith(b"%PDF")
    page = browser.get("/donor").text
    assert "DDR/KG/" in page
    assert "Donor distribution report" in page


def test_a_day_to_come_is_refused_beside_its_field(story, browser):
    sent = {"key": str(uuid4()), "as_of": "2099-01-01"}
    answer = browser.post(f"/donor/{story.world.donor_id}/report", data=sent)
    assert answer.status_code == 422
    assert "This day has not come yet" in answer.text


def test_before_anything_was_given_the_page_says_so(browser):
    assert "No donation yet" in browser.get("/donor").text


def test_a_promise_is_shown(world, browser):

    make_pledge(world, PledgedLine(make_item(), 70))
    page = browser.get("/donor").text
    assert "Not here yet" in page
    assert "70 still to come" in page


def test_another_donor_sees_nothing_of_it(story, other_donor, signed_in):
    stranger, world = signed_in(other_donor), story.world
    assert "Thermal blanket" not in stranger.get("/donor").text
    assert stranger.get(f"/donor?donor_id={world.donor_id}").status_code == 404
    assert stranger.get(f"/donor/donations/{story.donation_id}").status_code == 404
    report = stranger.post(f"/donor/{world.donor_id}/report", data={"key": str(uuid4())})
    assert report.status_code == 404
    paper = issue(world)
    assert stranger.get(f"/papers/{paper}.pdf").status_code == 404


def test_a_donor_of_another_organisation_sees_nothing_of_it(story, signed_in):
    stranger = signed_in(make_world("Elsewhere").donor)
    assert stranger.get(f"/donor/donations/{story.donation_id}").status_code == 404


def test_the_pages_of_the_office_are_not_for_donors(browser, world):
    for address in ("/home", "/areas", "/reports", f"/reports/donors/{world.donor_id}"):
        assert browser.get(address).status_code == 403


def test_the_office_sees_what_the_donor_sees_and_makes_the_report(story, signed_in):
    office = signed_in(story.world.coordinator)
    assert "Lantern Foundation" in office.get("/reports").text
    address = f"/reports/donors/{story.world.donor_id}"
    assert "Adds up to 100" in office.get(address).text
    answer = office.post(address, data={"key": str(uuid4())})
    assert answer.status_code == 303
    assert "DDR/KG/" in office.get(address).text


def test_who_only_reads_is_not_offered_to_make_one(story, signed_in):
    auditor = signed_in(story.world.auditor)
    address = f"/reports/donors/{story.world.donor_id}"
    assert "Make the report" not in auditor.get(address).text
    assert auditor.post(address, data={"key": str(uuid4())}).status_code == 403


def test_donors_of_other_offices_are_unknown(story, signed_in):
    stranger = signed_in(make_world("Elsewhere").logistician)
    assert stranger.get(f"/reports/donors/{story.world.donor_id}").status_code == 404


def test_the_donor_page_takes_few_statements_however_much_was_given(world, browser, statements):
    counts = []
    for many in (1, 4):
        for _ in range(many):
            make_story(world)
        db.session.rollback()
        with statements() as seen:
            assert browser.get("/donor").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 18


def test_a_program_reads_the_account_and_issues_the_report(story, api):
    client = api(story.world.donor)
    (account,) = client.get("/api/v1/donor/donations").json
    position = account["donations"][0]["gifts"][0]["position"]
    assert (position["given"], position["handed_out"], position["at_delivery_place"]) == (
        100,
        30,
        10,
    )
    one = client.get(f"/api/v1/donor/donations/{story.donation_id}").json
    assert {step["kind"] for step in one["steps"]} >= {"received", "delivered", "handed_out"}
    made = client.post(
        "/api/v1/reports/donor",
        json={"donor_id": story.world.donor_id},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert made.status_code == 201
    assert made.json[0]["number"].startswith("DDR/KG/")
    papers = client.get(f"/api/v1/reports/donors/{story.world.donor_id}/papers").json
    assert [paper["id"] for paper in papers] == [made.json[0]["id"]]


def test_a_program_of_another_donor_reads_nothing(story, other_donor, api):
    client, world = api(other_donor), story.world
    assert client.get(f"/api/v1/donor/donations/{story.donation_id}").status_code == 404
    assert client.get(f"/api/v1/reports/donors/{world.donor_id}").status_code == 404
    assert client.get(f"/api/v1/reports/donors/{world.donor_id}/papers").status_code == 404
    made = client.post(
        "/api/v1/reports/donor",
        json={"donor_id": world.donor_id},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert made.status_code == 404


def test_a_cancelled_donation_is_nobodys(world, browser):
    donation_id, _receipt = make_donation(world, make_item(), 5)
    assert browser.get(f"/donor/donations/{donation_id}").status_code == 200
    assert browser.get("/donor/donations/99999").status_code == 404
