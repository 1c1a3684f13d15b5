"""A count by two people, with a movement in between, by keys alone and through a lost network."""

import re

import pytest
from playwright.sync_api import expect

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity.permissions import Role
from aidtrack.stock import services
from aidtrack.stock.services import Taking
from tests.browser.people import sign_in
from tests.browsers import PATIENCE_MS
from tests.factories.counts import kept, make_count
from tests.factories.world import held, make_item, make_person, make_stock


@pytest.fixture
def new_page(browser, server):
    """Pages of others, each in a browser of their own."""
    windows = []

    def open_page():
        windows.append(browser.new_context(base_url=server, locale="en-GB"))
        windows[-1].set_default_timeout(PATIENCE_MS)
        return windows[-1].new_page()

    yield open_page
    for window in windows:
        window.close()


def box(page, item):
    return page.get_by_label(item)


def type_and_go_on(page, text):
    """As a hand on the keyboard does it: slower than any scanner."""
    page.keyboard.type(text, delay=60)
    page.keyboard.press("Enter")


def enter(page, item, text, shown):
    box(page, item).focus()
    type_and_go_on(page, text)
    expect(page.get_by_text(shown)).to_be_visible()


def scan(page, code):
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def approve(page, person, count):
    """The approver reads what differs, and agrees."""
    sign_in(page, person)
    page.goto(f"/counts/{count}")
    row = page.get_by_role("row").filter(has_text="Blanket")
    expect(row).to_contain_text(re.compile("70.*68.*−2", re.DOTALL))
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status").first).to_contain_text("corrected")


def move(world, lot, quantity, key):
    services.move(
        [Taking(lot, world.bin_id, quantity)],
        to_place_id=world.warehouse_id,
        key=key,
        actor=world.logistician,
        at=clock.now(),
    )


def test_two_count_while_goods_move(world, page, new_page, key, database):
    blankets = make_stock(world, make_item("Blanket"), 100, batch_number="BL-1")
    tents = make_stock(world, make_item("Tent"), 7, batch_number="TN-1")
    second = make_person(Role.LOGISTICIAN, world.organisation_id)
    approver = make_person(Role.LOGISTICIAN, world.organisation_id)
    count = make_count(world, number=2)
    db.session.rollback()

    sign_in(page, world.logistician)
    page.goto(f"/counts/{count}/count")
    expect(page.get_by_text("Counted: 0 of 2")).to_be_visible()
    box(page, "Blanket").focus()
    type_and_go_on(page, "9x10+8")
    expect(box(page, "Tent")).to_be_focused()
    type_and_go_on(page, "7")
    expect(page.get_by_text("✓ 98")).to_be_visible()
    expect(page.get_by_text("✓ 7")).to_be_visible()
    page.get_by_role("button", name="I have counted everything").click()
    expect(page.get_by_role("status").first).to_contain_text("other counter")

    move(world, blankets, 30, key)

    other = new_page()
    sign_in(other, second)
    other.goto(f"/counts/{count}/count")
    other.get_by_label("Scan or type").focus()
    scan(other, "TN-1")
    expect(box(other, "Tent")).to_be_focused()
    other.context.set_offline(True)
    type_and_go_on(other, "7")
    expect(other.get_by_text("Not sent yet: 1")).to_be_visible()
    other.context.set_offline(False)
    expect(other.get_by_text("✓ 7")).to_be_visible()
    enter(other, "Blanket", "68", "✓ 68")
    other.get_by_role("button", name="I have counted everything").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("counted again")

    other.get_by_role("link", name="Count", exact=True).click()
    expect(other.get_by_label("Tent")).to_have_count(0)
    enter(other, "Blanket", "68", "✓ 68")
    other.get_by_role("button", name="I have counted everything").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("waits for approval")

    approve(new_page(), approver, count)
    assert kept(count).status == "done"
    assert (held(world.bin_id, blankets), held(world.warehouse_id, blankets)) == (68, 30)
    assert held(world.bin_id, tents) == 7
