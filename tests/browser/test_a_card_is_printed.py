"""A storekeeper follows a figure to its stock card, reads it from both ends and prints it."""

from playwright.sync_api import expect

from tests.browser.people import sign_in
from tests.factories.world import make_item, make_stock


def test_a_figure_leads_to_its_card_and_the_card_is_printed(world, page, database):
    item = make_item("Family tent")
    for quantity in (29, 11):
        make_stock(world, item, quantity)
    sign_in(page, world.logistician)

    page.goto("/stock/reports")
    page.get_by_role("link", name="Stock on hand").click()
    page.get_by_label("A row for each").select_option(label="Place")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row").filter(has_text="Family tent")).to_contain_text("40")
    page.get_by_role("link", name="Family tent").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Stock card")
    rows = page.locator("tbody tr")
    expect(rows.first).to_contain_text("Closing")
    page.get_by_label("Oldest first").check()
    page.get_by_role("button", name="Show").click()
    expect(rows.first).to_contain_text("Opening")
    expect(rows.nth(1)).to_contain_text("29")
    expect(rows.last).to_contain_text("40")

    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    expect(page.get_by_role("link", name="PDF")).to_be_hidden()
    expect(page.get_by_text("Osh warehouse", exact=True).last).to_be_visible()
    expect(rows.last).to_be_visible()
