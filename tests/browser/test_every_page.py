"""One walk through every page: for every eye and hand, light on the wire, from here alone."""

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from aidtrack import demo
from aidtrack.demo.cast import LOGINS
from aidtrack.identity import queries as identity
from tests.browser import demo_pages, walking
from tests.clients import session_cookie

SignIn = Callable[[Any], FlaskClient]
LANGUAGES = ("en", "ar")
A_LIST = b"Item name,Unit\nThermal blanket,piece\n"
# No link leads here, for the reason given.
WITHOUT_LINK = {"/said-day": "scripts ask it"}

pytestmark = pytest.mark.pages


@pytest.fixture
def told(app: Flask, signed_in: SignIn) -> None:
    """The demo, and a list that was brought and not taken in yet."""
    demo.tell()
    _role, administrator = LOGINS[0]
    browser = signed_in(identity.user_by_email(administrator))
    sent = {"kind": "items", "file": (BytesIO(A_LIST), "list.csv"), "make_missing": "true"}
    answer = browser.post("/imports", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text


def test_nothing_is_wrong_on_any_page(told, app, signed_in, server):
    stops = demo_pages.stops(app, signed_in)
    lost = set(demo_pages.unseen(app, stops)) - set(WITHOUT_LINK)
    cookies = {
        (email, language): session_cookie(app, identity.user_by_email(email), language)
        for _role, email in LOGINS
        for language in LANGUAGES
    }
    report = in_own_thread(lambda: walking.walk(server, stops, cookies, LANGUAGES))
    wrong = [f"no link of the demo leads to {rule}" for rule in sorted(lost)]
    wrong += dict.fromkeys(report.wrong)
    assert not wrong, "\n".join(["", *wrong])


def in_own_thread(act: Callable[[], Any]) -> Any:
    """What `act` answers. The main thread may have the event loop of other browser tests."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(act()))
    thread.start()
    thread.join()
    assert answers, "the walk broke off; the reason is above"
    return answers[0]
