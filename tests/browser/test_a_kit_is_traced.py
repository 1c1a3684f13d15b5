"""A kit is built of what two donors gave, sent and handed out; both see what became of theirs."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.identity.permissions import Role
from aidtrack.kits.models import KitLot
from tests.browser.people import choose_place, read_paper, sign_in
from tests.factories import shipments as road
from tests.factories.distributions import hand_out
from tests.factories.donations import make_donation
from tests.factories.kits import make_kit
from tests.factories.world import make_donor, make_item, make_person


@pytest.fixture
def other_donor(world):
    return make_donor(world.organisation_id, "Nordlys Aid Fund")


@pytest.fixture
def kit(world, other_donor):
    """120 soaps of one donor and 60 towels of another; a kit holds four and two of them."""
    soap, towel = make_item("Soap"), make_item("Towel")
    make_donation(world, soap, 120)
    make_donation(replace(world, donor_id=other_donor), towel, 60)
    return make_kit((soap, 4), (towel, 2))


def test_both_donors_see_their_goods_reach_people_inside_kits(world, kit, other_donor, page):
    sign_in(page, world.logistician)
    page.goto("/kits")
    page.get_by_role("link", name="Hygiene kit").click()
    page.get_by_role("link", name="Build", exact=True).first.click()
    choose_place(page.get_by_label("Build at"), "Osh warehouse")
    page.get_by_label("How many kits").fill("25")
    page.get_by_role("button", name="Show the parts").click()
    takes = page.get_by_label("Take")
    expect(takes.nth(0)).to_have_value("100")
    expect(takes.nth(1)).to_have_value("50")
    page.get_by_role("button", name="Build the kits").click()
    main = page.locator("main")
    expect(main).to_contain_text("Made of")
    for donor in ("Lantern Foundation", "Nordlys Aid Fund"):
        expect(main).to_contain_text(donor)

    (lot,) = db.session.scalars(select(KitLot.lot_id)).all()
    shipment = road.make_dispatched(world, (kit, 20))
    road.confirm(world, road.hand_over(shipment))
    hand_out(world, lot, 15)

    other = make_person(Role.DONOR, world.organisation_id, donor_id=other_donor)
    for person, item, given, reached in (
        (world.donor, "Soap", 120, 60),
        (other, "Towel", 60, 30),
    ):
        page.context.clear_cookies()
        sign_in(page, person)
        page.locator("main a[href*='/donor/donations/']").first.click()
        expect(main).to_contain_text(f"Adds up to {given}")
        expect(main.get_by_text(str(reached), exact=True).first).to_be_visible()
        expect(main).to_contain_text(f"{item}, in Hygiene kit")
        page.goto("/donor")
        page.get_by_role("button", name="Report, PDF").first.click()
        page.wait_for_url("**/papers/*.pdf")
        page.goto("/donor")
        report = read_paper(page, page.get_by_role("link", name="Donor distribution report").first)
        assert f"handed out {reached}" in report
        assert f"{item}, in Hygiene kit" in report
        assert "DOES NOT BALANCE" not in report.upper()
