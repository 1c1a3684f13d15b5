"""In a browser: a list follows what is typed, and nothing typed is lost."""

import re

from playwright.sync_api import expect

from tests.factories.world import make_item, make_stock, make_world


def test_a_list_follows_what_is_typed(database, signed_in_page):
    world = make_world()
    for name in ("Rice", "Rice cooker", "Tent"):
        make_stock(world, make_item(name), 10)
    page = signed_in_page(world.logistician)
    page.goto("/stock?sort=-lot&column=item&column=place")
    box = page.get_by_label("Item, lot or code")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    page.get_by_role("checkbox", name="Choose Rice, lot").check()

    box.press_sequentially("rice coo")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/stock\?words=rice\+coo&sort=-lot&column=item"))
    expect(box).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="1 row")).to_have_count(1)
    exported = page.get_by_role("link", name="Text (CSV)", include_hidden=True)
    expect(exported).to_have_attribute("href", re.compile(r"words=rice\+coo&sort=-lot.*format=csv"))

    for _letter in " coo":
        box.press("Backspace")
    expect(rows).to_have_count(2)
    expect(box).to_have_value("rice")
    box.press_sequentially("zzz")
    expect(page.get_by_text("Nothing matches").last).to_be_visible()
    page.get_by_role("link", name="Show everything").click()
    expect(rows).to_have_count(3)
    page.go_back()  # What was typed letter by letter is one step back, not seven.
    expect(box).to_have_value("ricezzz")
