"""Second story: goods go out, and the driver's phone confirms, also after a lost signal."""

import re

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.sealing import verification
from aidtrack.shipments.models import FieldReport, Shipment
from tests.browser.people import choose_goods, choose_place, line, read_paper, sign_in
from tests.factories.world import held, make_item, make_stock


@pytest.fixture
def lot(world):
    return make_stock(world, make_item("Thermal blanket", pack=10), 400)


def send(page, world):
    """From the stock of the warehouse to the school, by the logistician."""
    page.get_by_role("link", name="Shipments", exact=True).first.click()
    page.get_by_role("link", name="Send goods").first.click()
    page.get_by_label("From").select_option(label="Osh warehouse")
    choose_place(page.get_by_label("To", exact=True), "School 4")
    choose_goods(line(page, 1), "Thermal blanket", 12)
    page.get_by_label("Driver (optional)").select_option(label=world.driver.name)
    page.get_by_label("Vehicle plate").fill("01 KG 417 ABT")
    page.get_by_role("button", name="Save, then check the goods").click()
    page.get_by_role("button", name="Make ready").first.click()
    page.get_by_role("link", name="Send it off").click()
    page.get_by_label("Seal number").fill("S-40817")
    page.get_by_role("button", name="It leaves now").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("On the road")


def now_held(place_id: int, lot_id: int) -> int:
    """What the ledger says now, whatever this test has read before."""
    db.session.rollback()
    return held(place_id, lot_id)


def the_shipment() -> Shipment:
    db.session.rollback()
    return db.session.scalars(select(Shipment)).one()


@pytest.fixture
def phone(browser: Browser, server, problems):
    context = browser.new_context(
        base_url=server, locale="en-GB", viewport={"width": 360, "height": 740}, has_touch=True
    )
    page = context.new_page()
    yield page
    context.close()


def test_the_phone_confirms_and_the_rest_stays_on_the_road(world, lot, page, phone):
    sign_in(page, world.logistician)
    send(page, world)
    waybill = read_paper(page, page.get_by_role("link", name="Waybill").first)
    assert "WB/KG/" in waybill
    assert "S-40817" in waybill
    assert "5 of 5" in waybill

    sign_in(phone, world.driver)
    phone.get_by_role("link", name="School 4").click()
    phone.get_by_role("link", name="Not all").click()
    phone.get_by_text("Not all of it is good").first.click()
    phone.locator("[name$=damaged_packs]").fill("1")
    phone.get_by_label("Reason").first.select_option(label="Wet")
    phone.get_by_label("Received by").fill("Gulnara Asanova")
    phone.get_by_role("button", name="Confirm the hand-over").click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()

    road_id = the_shipment().in_transit_place_id
    assert now_held(world.point_id, lot) == 110
    assert now_held(road_id, lot) == 10

    page.reload()
    expect(page.get_by_role("row").filter(has_text="Thermal blanket").first).to_contain_text("110")
    page.get_by_role("link", name="Settle the rest").first.click()
    page.locator("[name$=lost_packs]").fill("1")
    page.get_by_label("Reason").first.select_option(label="Wet")
    page.get_by_role("button", name="Settle it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delivered")
    assert now_held(road_id, lot) == 0
    assert verification.verify().holds


def test_a_tap_without_signal_is_tapped_again_and_counts_once(world, lot, page, phone, problems):
    sign_in(page, world.logistician)
    send(page, world)
    sign_in(phone, world.driver)
    phone.get_by_role("link", name="School 4").click()
    phone.get_by_label("Received by").fill("Gulnara Asanova")

    phone.context.set_offline(True)
    phone.get_by_role("button", name="All 12 handed over").click(no_wait_after=True)
    expect(phone.locator("body")).to_contain_text("ERR_INTERNET_DISCONNECTED")
    phone.context.set_offline(False)
    phone.reload()  # The browser sends the same form, with the same key, once more.
    expect(phone.locator("main")).to_contain_text("Nothing to hand over now")
    phone.reload()

    assert now_held(world.point_id, lot) == 120
    assert len(db.session.scalars(select(FieldReport)).all()) == 1  # Kept once.


def test_a_shortage_brings_its_way_out_and_keeps_what_was_typed(world, page, database):
    make_stock(world, make_item("Family tent", pack=2), 6)
    sign_in(page, world.logistician)
    page.get_by_role("link", name="Shipments", exact=True).first.click()
    page.get_by_role("link", name="Send goods").first.click()
    page.get_by_label("From").select_option(label="Osh warehouse")
    choose_place(page.get_by_label("To", exact=True), "School 4")
    choose_goods(line(page, 1), "Family tent", 5)
    page.get_by_role("button", name="Save, then check the goods").click()
    expect(page.locator("main")).to_contain_text("What would mend it")
    page.get_by_role("button", name=re.compile("Send only")).first.click()
    page.get_by_role("button", name="Make ready").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ready")


def test_anyone_with_the_code_sees_what_is_on_board_and_no_people(world, lot, page):
    sign_in(page, world.logistician)
    send(page, world)
    code = the_shipment().code
    stranger = page.context.browser.new_context(base_url=page.url.split("/shipments")[0])
    reader = stranger.new_page()
    reader.goto(f"/t/{code}")
    expect(reader.get_by_text("Thermal blanket").first).to_be_visible()
    seen = reader.locator("body").inner_text()
    assert world.driver.name not in seen
    assert "01 KG 417 ABT" not in seen
    stranger.close()
