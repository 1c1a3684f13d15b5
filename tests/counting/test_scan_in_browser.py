"""Scanning while counting: any code of goods or bins leads to its line."""

import re

from playwright.sync_api import expect

from aidtrack.core.db import db
from aidtrack.scanning import services
from aidtrack.scanning.codes import box_code, place_code
from tests.factories.counts import make_count
from tests.factories.world import make_item, make_stock

BLANKETS, SOAP, TENTS = "4006381333931", "2900000000018", "2900000000025"


def scan(page, code):
    page.get_by_label("Scan or type").focus()
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_any_code_leads_to_its_line(world, signed_in_page):
    """Two makers numbered a batch alike; the third item is here, but not this batch of it."""
    for name, code, batch in (
        ("Blanket", BLANKETS, "X1"),
        ("Soap", SOAP, "X1"),
        ("Tent", TENTS, "T1"),
    ):
        item_id = make_item(name)
        lot_id = make_stock(world, item_id, 5, batch_number=batch)
        services.add_barcode(item_id, code, actor=world.logistician)
    count = make_count(world)
    db.session.rollback()
    page = signed_in_page(world.logistician)
    page.goto(f"/counts/{count}/count")
    said = page.locator("[data-said]")

    for code, item in (
        (TENTS, "Tent"),
        (f"(01)0{SOAP}(17)271231(10)X1", "Soap"),
        (f"(01)0{BLANKETS}(10)x1", "Blanket"),
        (box_code(lot_id, 5), "Tent"),
        (place_code(world.bin_id), "Blanket"),
    ):
        scan(page, code)
        expect(page.get_by_label(item)).to_be_focused()
    scan(page, "X1")
    expect(said).to_contain_text("Lines that fit: 2")
    expect(page.get_by_label("Blanket")).to_be_focused()

    scan(page, f"(01)0{TENTS}(10)T9")
    expect(said).to_contain_text("Not on this list: Tent · T9")
    page.get_by_role("link", name="Goods found").last.click()
    expect(page.get_by_label("Batch number")).to_have_value("T9")
    expect(page.get_by_label("Item")).to_have_value(re.compile("^Tent"))


def test_without_a_network_a_code_is_kept(world, signed_in_page, problems):
    item_id = make_item("Blanket")
    make_stock(world, item_id, 5, batch_number="X1")
    services.add_barcode(item_id, BLANKETS, actor=world.logistician)
    count = make_count(world)
    db.session.rollback()
    page = signed_in_page(world.logistician)
    page.goto(f"/counts/{count}/count")
    page.context.set_offline(True)
    scan(page, f"(01)0{BLANKETS}(10)X1")
    expect(page.get_by_label("Blanket")).to_be_focused()
    scan(page, BLANKETS)
    expect(page.locator("[data-said]")).to_contain_text("is kept")
    problems.clear()  # The two codes that could not be asked about.
    page.context.set_offline(False)
    page.reload()
    page.get_by_role("button", name=BLANKETS).click()
    expect(page.get_by_label("Blanket")).to_be_focused()
    expect(page.get_by_role("button", name=BLANKETS)).to_have_count(0)
