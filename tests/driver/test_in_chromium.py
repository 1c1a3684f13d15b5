"""The office makes a link; a phone in the driver's hand opens it, reports, and is shut out."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.walking import AXE, MEASURE
from tests.factories.shipments import make_dispatched
from tests.factories.world import held, make_item, make_stock, make_world

DRIVER_TAP, OFFICE_TAP = 48, 44


def expect_easy(page: Page, tap: int) -> None:
    """Nothing is in the way of eyes and hands, by day and by night."""
    assert page.evaluate(MEASURE, tap) == []
    page.evaluate(AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run().then((found) => found.violations)")
        assert [f"{each['id']} {each['nodes'][0]['html']}" for each in found] == []


def test_a_driver_travels_by_a_link_until_it_is_revoked(
    signed_in_page, browser, server, problems
) -> None:
    world = make_world()
    item = make_item("Blanket", pack=10)
    lot = make_stock(world, item, 150)
    shipment_id = make_dispatched(world, (item, 150))

    office = signed_in_page(world.logistician)
    office.goto(f"/shipments/{shipment_id}")
    office.get_by_role("link", name="Driver's link").click()
    office.get_by_role("button", name="Make the link").click()
    expect(office.get_by_role("img", name="Square to scan, which opens the link")).to_be_visible()
    expect_easy(office, OFFICE_TAP)
    address = office.get_by_text(re.compile("^http.*/j/")).inner_text()

    context = browser.new_context(base_url=server, viewport={"width": 360, "height": 740})
    phone = context.new_page()
    problems.watch(phone)
    phone.goto(urlsplit(address).path)
    expect_easy(phone, DRIVER_TAP)
    phone.get_by_role("button", name="Begin the journey").click()
    expect(phone.get_by_role("heading", name="School 4")).to_be_visible()
    assert "/j/" not in phone.url
    phone.get_by_label("You and this page").click()
    phone.get_by_role("link", name="Leave the journey").click()
    expect(phone.get_by_role("heading", name="Leave the journey", level=1)).to_be_visible()
    expect_easy(phone, DRIVER_TAP)
    phone.go_back()
    phone.get_by_label("Received by").fill("Gulnara")
    phone.get_by_role("button", name="All 15 handed over").click()
    expect(phone.get_by_text("The office has it")).to_be_visible()
    assert held(world.point_id, lot) == 150

    office.goto(f"/shipments/{shipment_id}/driver-link")
    expect(office.get_by_text("In use")).to_be_visible()
    expect_easy(office, OFFICE_TAP)
    office.get_by_role("button", name="Revoke the link").click()
    expect(office.get_by_text("The phone is signed out")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="This journey has ended here")).to_be_visible()
    expect_easy(phone, DRIVER_TAP)
    context.close()
