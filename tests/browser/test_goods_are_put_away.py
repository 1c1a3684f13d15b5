"""Goods are received to the dock, and put away from there into bins that are suggested."""

from playwright.sync_api import expect

from aidtrack.donations.services import PledgedLine
from aidtrack.places import services as places
from aidtrack.places.models import Purpose
from tests.browser.people import sign_in
from tests.factories.donations import make_pledge
from tests.factories.world import make_item


def test_what_is_left_at_the_dock_is_put_away_and_split(world, page, database):
    actor = world.logistician
    zone = places.add_bin(world.warehouse_id, name="Hall", actor=actor)
    places.add_bins(world.warehouse_id, ["7"], zone_id=zone, actor=actor)
    places.add_bins(world.warehouse_id, ["Dock"], purpose=Purpose.RECEIVING, actor=actor)
    donation = make_pledge(world, PledgedLine(make_item("Thermal blanket"), 40))
    sign_in(page, actor)

    page.goto(f"/donations/{donation}/receive?site_id={world.warehouse_id}")
    expect(page.get_by_label("Bin", exact=True)).to_have_value("A-01")
    expect(page.get_by_text("Suggested bin: it is empty")).to_be_visible()
    page.get_by_label("Leave everything at the dock").check()
    page.get_by_role("button", name="Receive the goods").click()
    expect(page.get_by_role("status").first).to_contain_text("The goods are received.")

    page.goto("/stock")
    page.get_by_role("link", name="Put away").click()
    page.get_by_label("How many").fill("30")
    expect(page.get_by_label("Into bin")).to_have_value("A-01")
    page.get_by_role("button", name="Put away").click()
    expect(page.get_by_role("status").first).to_contain_text("1 lot is put away.")

    expect(page.get_by_label("How many")).to_have_value("10")
    expect(page.get_by_text("Suggested: the same lot lies there")).to_be_visible()
    page.get_by_label("Into bin").fill("7")
    page.get_by_role("button", name="Put away").click()
    expect(page.get_by_text("Nothing waits here")).to_be_visible()

    page.goto(f"/stock?site_id={world.warehouse_id}")
    rows = page.get_by_role("row").filter(has_text="Thermal blanket")
    expect(rows.filter(has_text="Hall › 7")).to_contain_text("10")
    expect(rows.filter(has_text="A-01")).to_contain_text("30")
