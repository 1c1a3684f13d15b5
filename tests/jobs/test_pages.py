"""Pages and API of jobs: how far, how it ended, stop it, try it again; strangers see nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from aidtrack.core import clock
from aidtrack.jobs import runner
from aidtrack.jobs.board import BEAT
from aidtrack.jobs.models import JobStatus
from aidtrack.jobs.progress import Progress
from aidtrack.jobs.queue import queue
from tests.factories.world import World, make_world
from tests.jobs.waiting import HERE, ask, do_what_waits, job
from tests.statements import Statements

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def browser(signed_in: SignIn, world: World) -> FlaskClient:
    return signed_in(world.logistician)


def half_done(job_id: int) -> None:
    """A worker has it, and told that half is done."""
    taken = runner.take(job_id, HERE)
    assert taken is not None
    progress = Progress(queue().board, taken.name, HERE.is_stopping)
    progress.step(1, 2)


def test_a_job_is_shown_from_its_beginning_to_its_end(world: World, browser: FlaskClient) -> None:
    assert "No job yet" in browser.get("/jobs").text
    job_id = ask(world.logistician)
    page = browser.get(f"/jobs/{job_id}").text
    assert "Leave a trace of rope" in page
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in page
    do_what_waits()
    page = browser.get(f"/jobs/{job_id}").text
    assert "A trace of rope is left." in page
    assert 'href="/home"' in page
    assert "refresh" not in page
    assert "Done" in browser.get("/jobs").text


def test_a_running_job_says_how_far_it_is(world: World, browser: FlaskClient, api: SignIn) -> None:
    job_id = ask(world.logistician)
    half_done(job_id)
    page = browser.get(f"/jobs/{job_id}").text
    assert "50%" in page
    assert "Expected end" in page
    assert "50%" in browser.get("/jobs").text
    told = api(world.logistician).get(f"/api/v1/jobs/{job_id}").json
    assert (told["status"], told["done"], told["total"]) == ("running", 1, 2)
    assert told["expected_end_at"] >= told["started_at"]


def test_the_page_says_when_nobody_works(world: World, browser: FlaskClient) -> None:
    job_id = ask(world.logistician)
    silence = "No worker has reported for 2 minutes"
    assert silence in browser.get(f"/jobs/{job_id}").text
    assert silence in browser.get("/jobs").text
    queue().board.put(BEAT, clock.now().isoformat())
    assert silence not in browser.get(f"/jobs/{job_id}").text
    assert silence not in browser.get("/jobs").text


def test_a_job_is_cancelled_and_tried_again_by_its_buttons(
    world: World, browser: FlaskClient
) -> None:
    job_id = ask(world.logistician)
    page = browser.post(f"/jobs/{job_id}/cancel", follow_redirects=True).text
    assert "Cancelled" in page
    assert "Cancel this job" not in page
    late = browser.post(f"/jobs/{job_id}/cancel", follow_redirects=True).text
    assert "This job waits no more" in late
    assert "Waiting" in browser.post(f"/jobs/{job_id}/try-again", follow_redirects=True).text
    half_done(job_id)
    assert "Stopping" in browser.post(f"/jobs/{job_id}/cancel", follow_redirects=True).text


def test_programs_cancel_and_try_again(world: World, api: SignIn) -> None:
    program = api(world.logistician)
    job_id = ask(world.logistician, "test.refuse")
    do_what_waits()
    told = program.get("/api/v1/jobs").json["rows"][0]
    assert (told["status"], told["message"]) == ("failed", "There are too few blankets.")
    again = program.post(f"/api/v1/jobs/{job_id}/try-again")
    assert (again.status_code, again.json["status"]) == (200, "waiting")
    assert program.post(f"/api/v1/jobs/{job_id}/cancel").json["status"] == "cancelled"
    refused = program.post(f"/api/v1/jobs/{job_id}/cancel")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "wrong_status")


def test_the_job_of_another_does_not_exist(world: World, signed_in: SignIn, api: SignIn) -> None:
    job_id = ask(world.logistician)
    for person in (world.coordinator, world.auditor, make_world("Other society").admin):
        assert signed_in(person).get(f"/jobs/{job_id}").status_code == 404
        assert signed_in(person).post(f"/jobs/{job_id}/cancel").status_code == 404
        assert api(person).get(f"/api/v1/jobs/{job_id}").status_code == 404
        assert "Leave a trace" not in signed_in(person).get("/jobs?whose=everyone").text
    assert job(job_id).status is JobStatus.WAITING


def test_an_administrator_sees_everyones_jobs(world: World, signed_in: SignIn) -> None:
    job_id = ask(world.logistician)
    boss = signed_in(world.admin)
    assert "Leave a trace" not in boss.get("/jobs").text
    assert "Leave a trace" in boss.get("/jobs?whose=everyone").text
    assert "Cancel this job" in boss.get(f"/jobs/{job_id}").text


def test_drivers_donors_and_strangers_have_no_jobs(
    world: World, signed_in: SignIn, client: FlaskClient
) -> None:
    for person in (world.driver, world.donor):
        assert signed_in(person).get("/jobs").status_code == 403
    assert client.get("/jobs").status_code == 303


def test_the_list_asks_no_more_for_more_jobs(
    world: World, browser: FlaskClient, statements: Statements
) -> None:
    half_done(ask(world.logistician))
    browser.get("/jobs")
    with statements() as few:
        browser.get("/jobs")
    for number in range(20):
        half_done(ask(world.logistician, key=str(number)))
    with statements() as many:
        assert browser.get("/jobs").text.count("50%") == 21
    assert len(many) == len(few)
