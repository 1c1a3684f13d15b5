"""The script makes pages quicker; without it they work the same."""

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def parts(page: Page) -> Page:
    page.goto("/styleguide")
    return page


def test_more_lines_appear_at_once_and_can_be_taken_out(parts):
    lines = parts.locator("[data-lines]").first
    expect(lines.locator("[data-line]")).to_have_count(3)
    lines.get_by_role("button", name="Add lines").click()
    expect(lines.locator("[data-line]")).to_have_count(4)
    expect(lines.locator("[name='lines-3-item_id']")).to_be_focused()
    lines.get_by_role("button", name="Take this line out").last.click()
    expect(lines.locator("[data-line]")).to_have_count(3)


def test_packs_are_shown_as_pieces_while_typing(parts):
    line = parts.locator("[data-line]").first
    line.get_by_label("How many").fill("1 200")
    line.get_by_label("Packed in").select_option(label="carton of 24")
    expect(line.locator("output")).to_have_text("× 24 = 28,800 pieces")
    line.get_by_label("How many").fill("1.5")
    expect(line.locator("output")).to_have_text("")


def test_the_problem_is_where_reading_starts(parts):
    expect(parts.locator(".problem").first).to_be_focused()
    parts.locator(".problem a").first.click()
    expect(parts.locator("[id='leaves_on']").first).to_be_focused()


def test_dark_is_chosen_once_and_remembered(page, browser: Browser, server):
    dark = browser.new_context(base_url=server, color_scheme="dark").new_page()
    dark.goto("/sign-in")
    expect(dark.locator("html")).to_have_attribute("data-bs-theme", "dark")
    dark.context.add_cookies([{"name": "theme", "value": "light", "url": server}])
    dark.goto("/sign-in")
    expect(dark.locator("html")).to_have_attribute("data-bs-theme", "light")
    dark.context.close()


def test_without_the_script_more_lines_come_from_the_server(browser: Browser, server, parts):
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/styleguide")
    expect(page.locator("[data-lines]").first.locator("[data-line]")).to_have_count(3)
    expect(page.get_by_role("button", name="Take this line out")).to_have_count(0)
    context.close()
