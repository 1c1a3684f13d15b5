"""Signing in as a browser does it: what was sent goes on, what was typed can be looked at."""

from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import select, update

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity import sessions
from aidtrack.identity.models import User, UserSession
from tests.factories.world import PASSWORD

# Whether a box takes what is pasted, be it rows of a spreadsheet.
PASTE = r"""box => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", "one\ttwo\nthree");
  const happens = {clipboardData, bubbles: true, cancelable: true};
  return box.dispatchEvent(new ClipboardEvent("paste", happens));
}"""


def test_a_dangerous_act_goes_on_after_the_password(signed_in_page, world):
    page = signed_in_page(world.admin)
    long_ago = clock.now() - sessions.FRESH - timedelta(minutes=1)
    db.session.execute(update(UserSession).values(proved_at=long_ago))
    db.session.commit()
    page.goto(f"/people/{world.driver.user_id}")
    page.get_by_role("button", name="Lock out").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Locked out on every device.")).to_be_visible()
    db.session.rollback()
    asked = select(User.is_enabled).where(User.id == world.driver.user_id)
    assert db.session.scalar(asked) is False


def test_a_password_is_shown_to_whoever_types_it_and_sent_hidden(page, world):
    email = db.session.get_one(User, world.driver.user_id).email
    db.session.rollback()
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    box = page.get_by_label("Password", exact=True)
    box.fill(PASSWORD)
    expect(box).to_have_attribute("type", "password")
    show = page.get_by_role("button", name="Show")
    show.click()
    expect(box).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    show.click()
    expect(box).to_have_attribute("type", "password")
    assert box.evaluate(PASTE), "a script keeps a password from being pasted"
    box.press("Enter")
    expect(page.get_by_text("Sign in", exact=True)).to_have_count(0)


def test_whoever_is_added_is_invited_at_once(signed_in_page, world):
    page = signed_in_page(world.admin)
    page.goto("/people/new")
    page.get_by_label("Name of the person").fill("Nurlan")
    page.get_by_label("E-mail address").fill("nurlan@example.org")
    page.get_by_label("Role", exact=True).select_option("logistician")
    page.get_by_role("button", name="Add the person").click()
    expect(page.get_by_text("Copy the link now")).to_be_visible()
    link = page.locator("bdi.code").inner_text()
    assert "/sign-in/link/" in link
