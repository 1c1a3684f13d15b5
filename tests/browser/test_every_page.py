"""One walk through every page: for every eye and hand, light on the wire, from here alone."""

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from aidtrack.demo.cast import LOGINS
from aidtrack.identity import queries as identity
from tests.browser import demo_pages, walking
from tests.clients import session_cookie

SignIn = Callable[[Any], FlaskClient]
LANGUAGES = ("en", "ar")
ROWS_OF_A_JOB = 2_001  # More than are taken in while somebody waits.
# No link leads here, for the reason given.
WITHOUT_LINK = {
    "/account/data": "a file",
    "/d/leave": "for phones that came by a driver's link",
    "/j": "phones are led here whose driver's link has ended",
    "/j/<token>": "given by hand, and kept by nobody",
    "/mail/unsubscribe/<token>": "stands in letters",
    "/people/<int:user_id>/data": "a file",
    "/people/named/<path:name>/data": "a file",
    "/people/named/<path:name>/erase": "follows a search for a name, which the walk does not type",
    "/receipts/<int:receipt_id>/lose-again": "opens once somebody refused what a receipt lost",
    "/remarks/files/<int:attachment_id>": "a file",
    "/remarks/thumbnails/<int:attachment_id>": "a picture",
    "/s/<path:code>": "the square on a label leads here, and it leads on",
    "/said-day": "scripts ask it",
    "/scan/give": "leads on to the item that was chosen for a code",
    "/account/security/codes": "opens when codes are being set up",
    "/sign-in/again": "asks who it is before something dangerous",
    "/sign-in/link/<secret>": "stands in letters, or is given by hand",
    "/sign-in/second": "follows a right password",
    "/sign-in/with/<key>/back": "another service leads here",
    "/search/suggestions": "scripts ask it",
}

pytestmark = pytest.mark.pages


@pytest.fixture
def busy(told: None, app: Flask, signed_in: SignIn) -> None:
    """The demo, and what people do beside it: a list, long work, a comment, a saved view."""
    _role, administrator = LOGINS[0]
    browser = signed_in(identity.user_by_email(administrator))
    bring(browser, 1)
    run = bring(browser, ROWS_OF_A_JOB)
    page = browser.get(run).text
    sent = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("key", "seen")}
    post(browser, f"{run}/apply", sent)
    post(browser, "/remarks/shipment/1", {"words": "Two cartons are wet.", "key": str(uuid4())})
    view = {"name": "Soon", "list": "stock", "query": "view=expiring"}
    post(browser, "/views/new?list=stock&query=view%3Dexpiring", view)


def bring(browser: FlaskClient, rows: int) -> str:
    """The address of a list of items that was brought and not taken in yet."""
    lines = ["Item name,Unit", *(f"Blanket no. {number},piece" for number in range(rows))]
    file = (BytesIO("\n".join(lines).encode()), "list.csv")
    return post(browser, "/imports", {"kind": "items", "file": file, "make_missing": "true"})


def post(browser: FlaskClient, path: str, sent: dict[str, Any]) -> str:
    """Where the answer leads."""
    answer = browser.post(path, data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.location


def test_nothing_is_wrong_on_any_page(busy, app, signed_in, server):
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
