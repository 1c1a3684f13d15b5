"""Third story: a donor signs in, sees only their own gift, and reads the PDF."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.identity.permissions import Role
from aidtrack.stock.models import Lot
from tests.browser.people import read_paper, sign_in
from tests.factories import shipments as road
from tests.factories.distributions import hand_out
from tests.factories.donations import make_donation
from tests.factories.world import make_donor, make_item, make_person


@pytest.fixture
def given(world):
    """120 blankets: 50 delivered, of which 30 handed out; 10 on the road; 60 in stock."""
    item = make_item("Thermal blanket", pack=10)
    make_donation(world, item, 120)
    (lot,) = db.session.scalars(select(Lot.id)).all()
    delivered = road.make_dispatched(world, (item, 50))
    road.confirm(world, road.hand_over(delivered))
    hand_out(world, lot, 30)
    road.make_dispatched(world, (item, 10))
    return lot


def test_the_gift_adds_up_on_the_page_and_on_paper(world, given, page):
    sign_in(page, world.donor)
    page.locator("main a[href*='/donor/donations/']").first.click()
    for figure in ("120", "30", "20", "10", "60"):
        expect(page.locator("main").get_by_text(figure, exact=True).first).to_be_visible()
    expect(page.locator("main")).to_contain_text("Adds up to 120")

    page.get_by_role("link", name="My donations").first.click()
    page.get_by_role("button", name="Report, PDF").first.click()
    page.wait_for_url("**/papers/*.pdf")
    page.goto("/donor")
    report = read_paper(page, page.get_by_role("link", name="Donor distribution report").first)
    assert "DDR/KG/" in report
    assert "given 120" in report
    assert "handed out 30" in report
    assert "Batken" in report
    assert "DOES NOT BALANCE" not in report.upper()


def test_another_donor_sees_nothing_of_it(world, given, page):
    other = make_donor(world.organisation_id, "Nordlys Aid Fund")
    stranger = make_person(Role.DONOR, world.organisation_id, donor_id=other)
    sign_in(page, stranger)
    expect(page.locator("main")).not_to_contain_text("Thermal blanket")
    answer = page.request.get("/donor/donations/1")
    assert answer.status == 404
