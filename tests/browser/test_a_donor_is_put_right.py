"""A gift was booked under the wrong donor: it is seen first, then put right, then found again."""

from playwright.sync_api import expect

from tests.browser.people import sign_in
from tests.factories.gifts import make_gift
from tests.factories.world import make_donor, make_item


def test_a_wrong_donor_is_seen_and_put_right(world, page, database):
    item = make_item("Soap")
    gift = make_gift(world, item, 100)
    donor = make_donor(world.organisation_id, "Nordlys")
    make_gift(world, item, 0, pledged=100, donor_id=donor)
    sign_in(page, world.admin)  # For whoever received it may not change whose it was.

    page.goto(f"/lots/{gift.lot_id}")
    page.get_by_role("link", name="Correct", exact=True).click()
    page.get_by_role("link", name="The donor or the donation").click()
    page.get_by_label("The right donation").select_option(index=1)
    page.get_by_label("How many pieces").first.fill("60")
    page.get_by_label("How it came to be wrong").fill("The truck was Nordlys'")
    page.get_by_role("button", name="See what changes").click()

    expect(page.get_by_text("Nothing is done yet")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Nordlys")).to_contain_text("Lantern Foundation")
    page.get_by_role("button", name="Correct it").dblclick()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Wrong donor")
    expect(page.get_by_text("The truck was Nordlys'").first).to_be_visible()
    page.get_by_role("link", name="The new lot").click()
    expect(page.get_by_text("Nordlys").first).to_be_visible()
