"""Passwords and their managers: every box says what it holds, and no password ages."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity import services
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import RoleAt
from tests.factories.world import PASSWORD


class Boxes(HTMLParser):
    """The boxes for e-mail addresses and passwords of a page, each with what it holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "input" and has.get("type") in {"email", "password"}:
            self.found.append(has)

    @property
    def held(self) -> list[tuple[str, str]]:
        return [(has["type"], has.get("autocomplete", "")) for has in self.found]


@pytest.fixture
def link(world, signed_in) -> str:
    """Where somebody who was invited chooses their first password."""
    invited = services.add_user(
        email="new@example.org", name="New",
        roles=[RoleAt(Role.DRIVER, world.organisation_id)], actor=world.admin,
    )  # fmt: skip
    page = signed_in(world.admin).post(f"/people/{invited}/link", data={"by_hand": "true"})
    return re.search(r"/sign-in/link/[\w-]+", page.text)[0]


def test_password_managers_know_every_box(world, client, signed_in, link):
    present, new = ("password", "current-password"), ("password", "new-password")
    assert Boxes(client.get("/sign-in").text).held == [("email", "username"), present]
    assert Boxes(client.get(link).text).held == [new]
    assert Boxes(signed_in(world.driver).get("/account/password").text).held == [present, new]


def test_no_box_for_a_password_is_closed_to_what_is_pasted(world, client, signed_in, link):
    asked = {"/sign-in": client, link: client, "/account/password": signed_in(world.driver)}
    for path, browser in asked.items():
        boxes = Boxes(browser.get(path).text).found
        assert boxes, path
        for box in boxes:
            assert not {"readonly", "disabled", "onpaste"} & set(box), path
            assert int(box.get("maxlength", 200)) >= 200, path


def test_a_password_of_five_years_ago_still_signs_in(world, client):
    email = db.session.get_one(User, world.driver.user_id).email
    with time_machine.travel(clock.now() + timedelta(days=5 * 365)):
        answer = client.post("/sign-in", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303
        assert client.get("/account").status_code == 200
