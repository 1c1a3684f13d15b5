"""Pages of imports: choose, look, take in, mend."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from aidtrack.core.db import db
from aidtrack.imports.models import ImportRun
from aidtrack.stock.models import StockLine
from tests.factories.world import World, make_item
from tests.imports.samples import csv_of, stock_rows

SignIn = Callable[[Any], FlaskClient]
TENT = ["Osh warehouse", "A-01", "T1", "Tent", "L-7", "2030-06-30", "40"]
STOCK = csv_of(stock_rows(TENT))


def bring(client: FlaskClient, data: bytes, kind: str = "stock", **options: Any) -> TestResponse:
    form = {"kind": kind, "file": (BytesIO(data), "list.csv"), "make_missing": "true", **options}
    return client.post("/imports", data=form, content_type="multipart/form-data")


def fingerprint(client: FlaskClient, url: str) -> dict[str, str]:
    """The hidden fields of the page that takes the list in."""
    page = client.get(url).text
    return {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("key", "seen")}


@pytest.fixture
def browser(signed_in: SignIn, world: World) -> FlaskClient:
    return signed_in(world.logistician)


def test_a_list_is_brought_looked_at_and_taken_in(browser: FlaskClient) -> None:
    assert "No list yet" in browser.get("/imports").text
    answer = bring(browser, STOCK)
    assert answer.status_code == 303
    page = browser.get(answer.location)
    assert "Nothing is saved yet" in page.text
    assert "T1 Tent" in page.text
    sent = fingerprint(browser, answer.location)
    done = browser.post(f"{answer.location}/apply", data=sent, follow_redirects=True)
    assert "This list is taken in" in done.text
    assert db.session.scalar(select(func.count()).select_from(StockLine)) == 1
    assert "Taken in" in browser.get("/imports").text


def test_a_file_of_no_use_says_so_beside_the_form(browser: FlaskClient) -> None:
    answer = bring(browser, STOCK, kind="items")
    assert answer.status_code == 422
    assert "This looks like a list of stock, not a list of items." in answer.text
    assert bring(browser, b"").status_code == 422
    nothing = browser.post("/imports", data={}, content_type="multipart/form-data")
    assert nothing.status_code == 422
    assert "Choose a file." in nothing.text


def test_problems_are_shown_and_can_be_taken_home(browser: FlaskClient) -> None:
    answer = bring(browser, csv_of(stock_rows([*TENT[:5], "=1+1", "many"])))
    page = browser.get(answer.location)
    assert "2 problems stand in the way" in page.text
    assert "is not a number" in page.text
    assert "/apply" not in page.text
    text = browser.get(f"{answer.location}/problems.csv")
    assert text.mimetype == "text/csv"
    assert "'=1+1" in text.text


def test_a_name_in_a_list_is_shown_as_text(browser: FlaskClient) -> None:
    answer = bring(browser, csv_of(stock_rows([*TENT[:3], "<script>alert(1)</script>", *TENT[4:]])))
    page = browser.get(answer.location).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_plan_that_changed_is_shown_anew(browser: FlaskClient) -> None:
    url = bring(browser, STOCK).location
    sent = fingerprint(browser, url)
    make_item("Tent")
    answer = browser.post(f"{url}/apply", data=sent)
    assert answer.status_code == 422
    assert "Something changed since this preview was made" in answer.text
    assert db.session.scalar(select(func.count()).select_from(StockLine)) == 0
    page = answer.text
    sent["seen"] = page.split('name="seen" value="')[1].split('"')[0]
    assert browser.post(f"{url}/apply", data=sent).status_code == 303


def test_the_same_stock_list_again_must_be_ticked(browser: FlaskClient) -> None:
    url = bring(browser, STOCK).location
    browser.post(f"{url}/apply", data=fingerprint(browser, url))
    again = bring(browser, STOCK).location
    assert "This very file was already taken in" in browser.get(again).text
    sent = fingerprint(browser, again)
    assert browser.post(f"{again}/apply", data=sent).status_code == 422
    assert browser.post(f"{again}/apply", data={**sent, "again": "true"}).status_code == 303


def test_a_list_is_read_differently_without_bringing_it_again(browser: FlaskClient) -> None:
    url = bring(browser, csv_of(stock_rows([*TENT[:5], "03/04/2030", "5"]))).location
    assert "problem stands in the way" in browser.get(url).text
    form = browser.get(f"{url}/options")
    assert form.status_code == 200
    data = {"date_order": "day_first", "counting": "pieces", "make_missing": "true"}
    assert browser.post(f"{url}/options", data=data).status_code == 303
    assert "Nothing is saved yet" in browser.get(url).text
    assert db.session.scalars(select(ImportRun)).one().options["date_order"] == "day_first"


def test_imports_need_their_permission(
    signed_in: SignIn, world: World, browser: FlaskClient
) -> None:
    url = bring(browser, STOCK).location
    for person in (world.coordinator, world.driver, world.donor, world.auditor):
        assert signed_in(person).get("/imports").status_code == 403
        assert signed_in(person).get(url).status_code == 403
        assert signed_in(person).post(f"{url}/apply", data={}).status_code == 403


def test_imports_need_someone_signed_in(client: FlaskClient, world: World) -> None:
    assert client.get("/imports").status_code == 303
    assert client.get("/imports/1/problems.csv").status_code == 303
