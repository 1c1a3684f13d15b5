"""Passkeys in Chromium with its virtual authenticator: added, used alone and as a second step."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from aidtrack.core import clock
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.identity.models import User, UserSession
from aidtrack.signin import factor_answers
from aidtrack.signin.factor_models import Passkey, SpentChallenge
from tests.browsers import Problems
from tests.clients import session_cookie
from tests.factories.world import PASSWORD

PLATFORM = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """A browser at `localhost`, where passkeys work without https, and the device's lock."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.tools = page.context.new_cdp_session(page)
        self.tools.send("WebAuthn.enable")
        made = self.tools.send("WebAuthn.addVirtualAuthenticator", {"options": PLATFORM})
        self.authenticator = made["authenticatorId"]

    def verifies(self, *, person: bool) -> None:
        """Whether the finger on it is the right one."""
        wanted = {"authenticatorId": self.authenticator, "isUserVerified": person}
        self.tools.send("WebAuthn.setUserVerified", wanted)

    def goto(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def add_passkey(self, name: str = "My phone") -> None:
        self.goto("/account/security")
        self.page.get_by_role("link", name="Add").click()
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_role("button", name="Add the passkey").click()
        expect(self.page.get_by_text("The passkey is added.")).to_be_visible()
        expect(self.page.get_by_text(name)).to_be_visible()

    def shows_passkey(self) -> None:
        self.page.get_by_role("button", name="Use your passkey").click()

    def forgets(self) -> None:
        """Nobody is signed in here any more; the passkey stays in the device."""
        self.page.context.clear_cookies()


@pytest.fixture
def address(server):
    return f"http://localhost:{urlsplit(server).port}"


@pytest.fixture
def problems(context, address):
    """As for other stories, but at `localhost`."""
    problems = Problems(urlsplit(address).netloc)
    context.on("page", problems.watch)
    yield problems
    assert not problems, "\n".join(problems)


@pytest.fixture
def device(app, context, page, address, world):
    """The logistician's, who has signed in."""
    name, value = session_cookie(app, world.logistician)
    context.add_cookies([{"name": name, "value": value, "url": address}])
    return Device(page, address)


def entries(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def email_of(person) -> str:
    email = db.session.scalar(select(User.email).where(User.id == person.user_id))
    db.session.rollback()
    return email


def test_a_passkey_is_added_and_opens_the_account_alone(world, device, page):
    device.add_passkey()
    device.forgets()
    device.goto("/sign-in?next=/items")
    page.get_by_role("link", name="Sign in with a passkey").click()
    device.shows_passkey()
    expect(page).to_have_url(f"{device.address}/items")
    row = db.session.scalars(select(Passkey)).one()
    assert (row.name, row.user_id) == ("My phone", world.logistician.user_id)
    assert row.sign_count > 1
    assert row.last_used_at is not None
    assert len(db.session.scalars(select(SpentChallenge)).all()) == 2


def test_a_passkey_is_the_second_step_after_a_password(world, device, page):
    device.add_passkey()
    device.forgets()
    device.goto("/sign-in")
    page.get_by_label("E-mail").fill(email_of(world.logistician))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    device.shows_passkey()
    expect(page).not_to_have_url(f"{device.address}/sign-in/second")
    device.goto("/account/security")
    expect(page.get_by_text("My phone")).to_be_visible()


def test_an_answer_is_taken_once_and_for_its_question_only(app, world, device, page):
    device.add_passkey()
    device.forgets()
    device.goto("/sign-in/passkey")
    before = page.context.cookies()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        device.shows_passkey()
    expect(page).not_to_have_url(f"{device.address}/sign-in/passkey")
    form = {"answer": sent.value.post_data_json["answer"]}
    host = {"base_url": device.address}

    replaying = app.test_client()
    for cookie in before:
        replaying.set_cookie(cookie["name"], cookie["value"], domain="localhost")
    answer = replaying.post("/sign-in/passkey", data=form, **host)
    assert answer.status_code == 422
    assert "This passkey was not accepted." in answer.text
    assert not entries("user.passkey_cloned")  # It was the question that was spent.

    elsewhere = app.test_client()
    elsewhere.get("/sign-in/passkey", **host)  # Another question, of another browser.
    assert elsewhere.post("/sign-in/passkey", data=form, **host).status_code == 422
    assert elsewhere.get("/account", **host).status_code == 303


def test_a_copy_whose_counter_ran_backwards_is_refused_and_recorded(world, device, page):
    device.add_passkey()
    row = db.session.scalars(select(Passkey)).one()
    row.sign_count = 1000
    db.session.commit()
    device.forgets()
    device.goto("/sign-in/passkey")
    device.shows_passkey()
    expect(page.get_by_text("This passkey was not accepted.").first).to_be_visible()
    assert [x.record_id for x in entries("user.passkey_cloned")] == [world.logistician.user_id]


def test_a_finger_that_is_not_theirs_opens_nothing(world, device, page):
    device.add_passkey()
    device.forgets()
    device.verifies(person=False)
    device.goto("/sign-in/passkey")
    device.shows_passkey()
    expect(page.get_by_text("The passkey did not answer.")).to_be_visible()
    expect(page).to_have_url(f"{device.address}/sign-in/passkey")


def test_what_is_asked_of_the_browser_names_nobody(client, world):
    page = client.get("/sign-in/passkey")
    asked = page.text.split('data-options="')[1].split('"')[0].replace("&#34;", '"')
    options = json.loads(asked)
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")
    assert options["rpId"] == "localhost"
    again = client.get("/sign-in/passkey").text.split('data-options="')[1].split('"')[0]
    assert again != asked


def test_a_passkey_proves_again_who_it_is_and_what_was_asked_for_happens(world, device, page):
    device.add_passkey()
    db.session.execute(update(UserSession).values(proved_at=clock.now() - timedelta(hours=1)))
    db.session.commit()
    device.goto("/account/security")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    device.shows_passkey()  # Instead of the password,
    expect(page.get_by_label("Password")).to_have_count(0)
    device.shows_passkey()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    assert not db.session.scalars(select(Passkey)).all()


def test_in_production_passkeys_are_for_the_public_address_only(client, world, app, monkeypatch):
    monkeypatch.setitem(app.config, "IS_PRODUCTION", True)
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://aid.example.org:8443")
    page = client.get("/sign-in/passkey", headers={"Host": "evil.example.org"}).text
    assert "aid.example.org" in page.split('data-options="')[1].split('"')[0]
    with app.test_request_context(headers={"Host": "evil.example.org"}):
        site = factor_answers.site()
    assert (site.host, site.origin) == ("aid.example.org", "https://aid.example.org:8443")


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "null", '{"id": "\\u0000"}', '{"id": "\\ud800"}', '{"id": 7}', "{" * 9000,
     '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}'],
)  # fmt: skip
def test_nonsense_is_no_passkey(client, world, answer):
    client.get("/sign-in/passkey")
    refused = client.post("/sign-in/passkey", data={"answer": answer})
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
