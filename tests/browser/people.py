"""How people of the stories find their way: sign in, choose, read a paper."""

import re
from io import BytesIO
from typing import Any

from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.identity.models import User
from tests.factories.world import PASSWORD


def sign_in(page: Page, person: Any) -> None:
    """By the page, as a person does it: address, password, enter."""
    email = db.session.scalar(select(User.email).where(User.id == person.user_id))
    db.session.rollback()
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Sign in", exact=True)).to_have_count(0)
    page.wait_for_load_state()  # What is pressed before its scripts stand is lost.


def line(page: Page, number: int) -> Any:
    """A row of repeating lines, counted from 1."""
    return page.get_by_role("group", name="Line").nth(number - 1)


def choose_goods(row: Any, item: str, packs: int) -> None:
    """An item from the list that its box offers, and a number of its packs."""
    offered = row.page.locator(f"datalist option[value^='{item}']").first
    row.get_by_label("Item").fill(offered.get_attribute("value"))
    row.get_by_label("Item").press("Tab")
    row.get_by_label("How many").fill(str(packs))
    pack = row.get_by_label("Packed in")
    fits = pack.locator("option:not([disabled]):not([hidden])")
    expect(fits).to_have_count(2)  # Pieces, and the one pack of this item.
    pack.select_option(fits.nth(1).get_attribute("value"))


def choose_place(box: Any, name: str) -> None:
    """A place whose label in the list begins with its name."""
    wanted = box.locator("option").filter(has_text=name).first
    box.select_option(wanted.get_attribute("value"))


def read_paper(page: Page, link: Any) -> str:
    """The text of the PDF that a link opens, fetched with the person's own cookie."""
    answer = page.request.get(link.get_attribute("href"))
    assert answer.status == 200, answer.status
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.body())).pages
    return re.sub(r"\s+", " ", " ".join(each.extract_text() for each in pages))
