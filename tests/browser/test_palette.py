"""The palette: from any page to a record by keys alone."""

import re

from playwright.sync_api import expect

from aidtrack.core.db import db
from aidtrack.shipments.models import Shipment
from tests.factories.reports import make_story
from tests.factories.world import make_item


def test_keys_open_it_choose_and_go(world, signed_in_page):
    make_item("Rope, thick")
    item = make_item("Rope, thin")
    page = signed_in_page(world.logistician)
    page.goto("/stock")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Find")
    expect(box).to_be_focused()
    box.press_sequentially("roep")
    expect(page.get_by_role("option", name=re.compile("Rope"))).to_have_count(2)
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option", name="Rope, thin")
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", f"item-{item}")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/items/{item}$"))


def test_a_russian_keyboard_opens_it_and_a_scan_goes_straight(world, signed_in_page):
    story = make_story(world)
    code = db.session.get_one(Shipment, story.shipment_id).code
    db.session.rollback()
    page = signed_in_page(world.logistician)
    page.goto("/stock")
    page.evaluate(
        """() => document.body.dispatchEvent(new KeyboardEvent("keydown",
            {key: "л", code: "KeyK", ctrlKey: true, bubbles: true, cancelable: true}))"""
    )
    box = page.get_by_role("combobox", name="Find")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/shipments/{story.shipment_id}$"))
