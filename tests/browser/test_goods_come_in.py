"""First story: a logistician writes down a promise and receives the goods."""

from playwright.sync_api import expect

from tests.browser.people import choose_goods, line, read_paper, sign_in
from tests.factories.world import make_item


def pledge(page, items):
    page.get_by_role("link", name="Donations", exact=True).first.click()
    page.get_by_role("link", name="Write down a donation").first.click()
    page.get_by_label("Donor").select_option(label="Lantern Foundation")
    for number, (item, packs) in enumerate(items, 1):
        choose_goods(line(page, number), item, packs)
    page.get_by_role("button", name="Write it down").click()


def test_a_promise_becomes_stock_with_its_note(world, page, database):
    make_item("Thermal blanket", pack=10)
    make_item("Family tent", pack=2)
    sign_in(page, world.logistician)

    pledge(page, [("Thermal blanket", 12), ("Family tent", 4)])
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lantern Foundation")
    expect(page.get_by_text("120").first).to_be_visible()

    page.get_by_role("link", name="Receive goods").first.click()
    page.get_by_role("link", name="Osh warehouse").click()
    page.get_by_label("Good").nth(0).fill("11")
    page.get_by_label("Damaged").nth(0).fill("1")
    page.get_by_label("Batch number").nth(0).fill("BL-77")
    page.get_by_role("button", name="Receive the goods").dblclick()

    expect(page.get_by_role("status").first).to_contain_text("Undo")
    note = read_paper(page, page.get_by_role("link", name="Goods received note").first)
    assert "GRN/KG/" in note
    assert "BL-77" in note
    assert "110" in note

    page.get_by_role("link", name="Stock", exact=True).first.click()
    rows = page.get_by_role("row").filter(has_text="Thermal blanket")
    # The double click received once; what came damaged is held until someone else approves it.
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Good")).to_contain_text("110")
    expect(rows.filter(has_text="All reserved")).to_contain_text("10 pieces")


def test_what_is_wrong_is_named_and_what_was_typed_is_kept(world, page, database):
    make_item("Antibiotic", pack=10, has_expiry=True)
    sign_in(page, world.logistician)
    pledge(page, [("Antibiotic", 5)])
    page.get_by_role("link", name="Receive goods").first.click()
    page.get_by_label("Batch number").first.fill("AB-1")
    page.get_by_role("button", name="Receive the goods").click()

    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("There is a problem")
    expect(page.get_by_label("Batch number").first).to_have_value("AB-1")
    page.get_by_label("Expir").first.fill("2030-01-31")
    page.get_by_role("button", name="Receive the goods").click()
    expect(page.get_by_role("link", name="Goods received note").first).to_be_visible()
