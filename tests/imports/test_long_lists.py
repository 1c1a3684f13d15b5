"""Long lists become jobs: taken in once, whole, and told on the way."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from aidtrack.catalogue.models import Item
from aidtrack.core import db as core_db
from aidtrack.core.db import db
from aidtrack.imports.services import ROWS_AT_ONCE
from aidtrack.jobs.models import Job, JobStatus
from tests.factories.world import World, make_person
from tests.imports.samples import csv_of
from tests.imports.test_pages import bring, fingerprint
from tests.jobs.waiting import do_what_waits, job

SignIn = Callable[[Any], FlaskClient]
LONG = csv_of([["Code", "Name"], *([f"A{n}", f"Rope {n}"] for n in range(ROWS_AT_ONCE + 1))])


def items() -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count(Item.id))).one()


@pytest.fixture
def browser(signed_in: SignIn, world: World) -> FlaskClient:
    return signed_in(world.logistician)


def test_a_long_list_is_taken_in_by_a_job(browser: FlaskClient) -> None:
    url = bring(browser, LONG, "items").location
    sent = fingerprint(browser, url)
    answer = browser.post(f"{url}/apply", data=sent)
    assert answer.status_code == 303
    assert answer.location.startswith("/jobs/")
    assert browser.get(url).location == answer.location, "the list's page leads to its job"
    assert browser.post(f"{url}/apply", data=sent).location == answer.location
    assert items() == 0
    assert do_what_waits() == 1
    page = browser.get(answer.location).text
    assert "The list is taken in: 2001 new, 0 changed." in page
    assert f'href="{url}"' in page
    assert "This list is taken in" in browser.get(url).text
    assert items() == ROWS_AT_ONCE + 1
    assert browser.post(f"{url}/apply", data=sent).location == answer.location
    assert do_what_waits() == 0


def test_a_plan_that_changed_before_its_turn_is_refused_in_words(browser: FlaskClient) -> None:
    url = bring(browser, LONG, "items").location
    sent = fingerprint(browser, url)
    other = bring(browser, csv_of([["Code", "Name"], ["A1", "Another rope"]]), "items").location
    browser.post(f"{other}/apply", data=fingerprint(browser, other))
    first = browser.post(f"{url}/apply", data=sent).location
    do_what_waits()
    assert "Something changed since this preview was made" in browser.get(first).text
    assert items() == 1
    # The list's page shows what it would do by now, and the same job tries that.
    again = browser.post(f"{url}/apply", data=fingerprint(browser, url)).location
    assert again == first
    do_what_waits()
    assert job(db.session.scalars(select(Job.id)).one()).status is JobStatus.DONE
    assert items() == ROWS_AT_ONCE + 1


def test_colleagues_who_import_may_look_at_it(
    browser: FlaskClient, signed_in: SignIn, world: World
) -> None:
    url = bring(browser, LONG, "items").location
    path = browser.post(f"{url}/apply", data=fingerprint(browser, url)).location
    colleague = make_person(world.logistician.grants[0].role, world.organisation_id)
    page = signed_in(colleague).get(url, follow_redirects=True).text
    assert "Take in the list list.csv" in page
    assert "Cancel this job" not in page
    assert signed_in(world.coordinator).get(path).status_code == 404


def test_whoever_writes_meanwhile_is_told_to_wait(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    if core_db.is_postgresql():
        pytest.skip("PostgreSQL lets many write at once")
    monkeypatch.setattr(core_db, "BUSY_TIMEOUT_MS", 10)
    db.engine.dispose()
    with db.engine.connect() as other:
        other.connection.execute("BEGIN IMMEDIATE")
        answer = bring(browser, csv_of([["Code", "Name"], ["A1", "Rope"]]), "items")
    db.engine.dispose()
    assert answer.status_code == 422
    assert "A long list is being taken in just now. Nothing was saved" in answer.text


def test_programs_get_a_job_for_a_long_list(api: SignIn, world: World) -> None:
    program = api(world.logistician)
    form = {"kind": "items", "file": (BytesIO(LONG), "list.csv"), "make_missing": "true"}
    run = program.post("/api/v1/imports", data=form, content_type="multipart/form-data").json
    answer = program.post(
        f"/api/v1/imports/{run['id']}/apply",
        json={"key": "0e9b8a5e-6f0e-4b7e-9c57-5f6f5c6b7a11", "seen": run["fingerprint"]},
    )
    assert answer.status_code == 202
    assert answer.json["status"] == "waiting"
    do_what_waits()
    told = program.get(answer.headers["Location"]).json
    assert (told["status"], told["result_url"]) == ("done", f"/imports/{run['id']}")
