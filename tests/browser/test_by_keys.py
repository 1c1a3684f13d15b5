"""What keys do on pages: letters, Enter through lines, pasted cells, days as they are said."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import line, sign_in
from tests.factories.world import make_item, make_stock

PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def world(world):
    for name in ("Blanket", "Tent", "Water filter"):
        make_stock(world, make_item(name, pack=10), 40)
    return world


def russian(page, key, code):
    """A key as a Russian keyboard layout sends it: another letter at the same place."""
    page.evaluate(
        "([key, code]) => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }))",
        [key, code],
    )


def test_letters_go_to_pages_and_through_rows_on_any_layout(world, page):
    sign_in(page, world.logistician)
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page).to_have_url(re.compile(r"/stock$"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tbody tr").nth(1).locator("a").first).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator("tbody tr").nth(0).get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/lots/\d+$"))
    russian(page, "п", "KeyG")
    russian(page, "е", "KeyT")
    expect(page).to_have_url(re.compile(r"/shipments$"))


def test_the_shortcuts_open_over_the_page_and_letters_can_be_turned_off(world, page):
    sign_in(page, world.logistician)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Next row")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.goto("/shortcuts")
    page.get_by_role("button", name="Turn letters off").click()
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.keyboard.press("?")
    expect(page.get_by_text("Shortcuts of one letter are off")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Turn letters on").click()
    expect(page.get_by_text("Shortcuts of one letter are on")).to_be_visible()


def test_cells_of_a_spreadsheet_fill_lines_and_add_those_that_lack(world, page):
    sign_in(page, world.logistician)
    page.goto("/donations/new")
    line(page, 1).get_by_label("Item").focus()
    rows = ["Blanket\t12", "Tent\t4*6", "Water filter\t7", "Blanket\t1"]
    page.evaluate(PASTE, "\n".join(rows) + "\n")
    expect(line(page, 4).get_by_label("How many")).to_have_value("1")
    expect(line(page, 2).get_by_label("Item")).to_have_value("Tent")
    page.get_by_label("Donor").select_option(label="Lantern Foundation")
    line(page, 4).get_by_label("How many").press("Control+Enter")
    expect(page.get_by_text("24").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lantern Foundation")


def test_enter_goes_on_through_a_line_and_days_may_be_said(world, page):
    sign_in(page, world.logistician)
    page.goto("/donations/new")
    first = line(page, 1)
    first.get_by_label("Item").fill("Blanket")
    first.get_by_label("Item").press("Enter")
    expect(first.get_by_label("How many")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/donations/new$"))
    expected = page.get_by_label("Expected on")
    expected.fill("12/2031")
    expected.press("Tab")
    expect(expected).to_have_value("2031-12-31")
