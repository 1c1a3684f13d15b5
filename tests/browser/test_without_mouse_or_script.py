"""Fourth story: goods come in and go out by keyboard alone, and without any JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.identity.models import User
from aidtrack.sealing import verification
from aidtrack.shipments.models import Shipment, ShipmentStatus
from tests.browser.people import line, sign_in
from tests.factories.world import PASSWORD, make_item

BLANKET = "Thermal blanket"
# Further than from one end of a page to the other.
STEPS_MAX = 200
# What the focused element is called, and whether an eye can find it: within a day, Chromium
# marks the part that is being typed.
FOCUSED = """() => {
  const at = document.activeElement;
  const label = at.labels && at.labels.length ? at.labels[0] : at;
  const ring = getComputedStyle(at.closest(".find") || at);
  return [(at.getAttribute("aria-label") || label.innerText || "").trim(), at.localName,
    at === document.body || ring.outlineStyle !== "none" || at.matches("main, [type^=date]")];
}"""


@pytest.fixture
def world(world):
    make_item(BLANKET, pack=10)
    return world


@pytest.fixture
def bare(browser: Browser, server, problems):
    """A page of a browser whose JavaScript is turned off."""
    context = browser.new_context(base_url=server, locale="en-GB", java_script_enabled=False)
    context.on("page", problems.watch)
    yield context.new_page()
    context.close()


class Keys:
    """A person with a keyboard and no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, name: str, kind: str = "", *, times: int = 1) -> None:
        """Tab to what is called so; the ring around each stop must be seen."""
        for _step in range(STEPS_MAX):
            self.page.keyboard.press("Tab")
            called, element, is_seen = self.page.evaluate(FOCUSED)
            assert is_seen, f"nobody sees that {called or element} has the focus"
            if called.startswith(name) and element in (kind or element):
                times -= 1
                if not times:
                    return
        raise AssertionError(f"no Tab leads to {name} in {self.page.inner_text('main')}")

    def press(self, name: str, kind: str = "") -> None:
        """Reach a link or button and press Enter, which opens the next page."""
        before = self.page.url
        self.reach(name, kind)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        assert self.page.url != before or kind == "button"

    def fill(self, name: str, text: str, kind: str = "") -> None:
        self.reach(name, kind)
        self.page.keyboard.type(text)


def sent_and_true() -> bool:
    """Whether the one shipment is on the road, and the ledger holds."""
    db.session.rollback()
    shipment = db.session.scalars(select(Shipment)).one()
    return shipment.status == ShipmentStatus.ON_THE_ROAD and verification.verify().holds


def email_of(person) -> str:
    email = db.session.scalar(select(User.email).where(User.id == person.user_id))
    db.session.rollback()
    return email


def test_goods_come_in_and_go_out_by_keyboard_alone(world, page):
    keys = Keys(page)
    page.goto("/sign-in")
    keys.fill("E-mail", email_of(world.logistician))
    keys.fill("Password", PASSWORD, "input")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    keys.press("Receive", "a")
    keys.press("Write down a donation")
    keys.fill("Donor", "Lantern")
    keys.fill("Item", BLANKET)
    keys.fill("How many", "12")
    keys.fill("Packed in", "b")
    keys.press("Write it down", "button")
    keys.press("Receive goods", "a")
    keys.press("Osh warehouse", "a")
    keys.fill("Good", "12")
    keys.press("Receive the goods", "button")
    expect(page.get_by_role("link", name="Goods received note").first).to_be_visible()

    keys.press("Shipments", "a")
    keys.press("Send goods", "a")
    keys.fill("From", "Osh")
    keys.fill("To", "School")
    keys.fill("Item", BLANKET)
    keys.fill("How many", "5")
    keys.fill("Packed in", "b")
    keys.press("Save, then check the goods", "button")
    keys.press("Make ready", "button")
    keys.press("Send it off")
    keys.press("It leaves now", "button")
    expect(page.get_by_role("heading", level=1)).to_contain_text("On the road")
    assert sent_and_true()


def choose(page: Page, packs: int) -> None:
    """An item and its packs in the first row, all packs of all items being offered."""
    row = line(page, 1)
    offered = page.locator(f"datalist option[value*='{BLANKET}']").first
    row.get_by_label("Item").fill(offered.get_attribute("value"))
    row.get_by_label("How many").fill(str(packs))
    pack = row.get_by_label("Packed in")
    pack.select_option(pack.locator("option").nth(1).get_attribute("value"))


def test_goods_come_in_and_go_out_without_javascript(world, bare):
    sign_in(bare, world.logistician)
    bare.goto("/donations/new")
    bare.get_by_label("Donor").select_option(label="Lantern Foundation")
    choose(bare, 12)
    rows = bare.get_by_role("group", name="Line").count()
    bare.get_by_role("button", name="Add lines").click()  # From the server.
    expect(bare.get_by_role("group", name="Line")).to_have_count(rows + 3)
    bare.get_by_role("button", name="Write it down").click()
    bare.get_by_role("link", name="Receive goods").first.click()
    bare.get_by_role("link", name="Osh warehouse").click()
    bare.get_by_label("Good").first.fill("12")
    bare.get_by_role("button", name="Receive the goods").click()
    expect(bare.get_by_role("link", name="Goods received note").first).to_be_visible()

    bare.goto("/shipments/new")
    bare.get_by_label("From", exact=True).select_option(label="Osh warehouse")
    place = bare.get_by_label("To", exact=True)
    school = place.locator("option").filter(has_text="School 4").first
    place.select_option(school.get_attribute("value"))
    choose(bare, 5)
    bare.get_by_role("button", name="Save, then check the goods").click()
    bare.get_by_role("button", name="Make ready").first.click()
    bare.get_by_role("link", name="Send it off").click()
    bare.get_by_role("button", name="It leaves now").click()
    expect(bare.get_by_role("heading", level=1)).to_contain_text("On the road")
    assert sent_and_true()
