"""Doing work: by one of two, as the person who asked, and what becomes of it when it fails."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from aidtrack.core.db import transaction
from aidtrack.identity.models import User
from aidtrack.jobs import queries, runner, services
from aidtrack.jobs.models import JobStatus
from aidtrack.jobs.queue import queue
from tests.factories.world import World
from tests.jobs.waiting import HERE, ask, do_what_waits, job, traces
from tests.races import all_at_once


def test_of_two_workers_one_does_it(world: World, app: Flask) -> None:
    # Two keys for the work itself: only the row stands between the two workers.
    job_id = ask(world.logistician)
    all_at_once(app, [lambda: runner.run(job_id, HERE)] * 2)
    assert (job(job_id).status, job(job_id).attempts, traces()) == (JobStatus.DONE, 1, 1)


def test_what_came_out_is_told(world: World) -> None:
    job_id = ask(world.logistician)
    assert do_what_waits() == 1
    row = queries.show(job_id, world.logistician)
    assert (row.title, row.message, row.result_url) == (
        "Leave a trace of rope", "A trace of rope is left.", "/home"
    )  # fmt: skip


def test_a_refusal_is_told_in_words_and_can_be_tried_again(world: World) -> None:
    job_id = ask(world.logistician, "test.refuse")
    do_what_waits()
    row = queries.show(job_id, world.logistician)
    assert (row.status, row.error_code) == (JobStatus.FAILED, "invalid")
    assert row.message == "There are too few blankets."
    services.try_again(job_id, actor=world.logistician)
    assert job(job_id).status is JobStatus.WAITING
    assert ask(world.logistician, "test.refuse", mended=True) == job_id
    do_what_waits()
    assert job(job_id).status is JobStatus.FAILED, "a job that waits keeps what was asked"
    assert ask(world.logistician, "test.refuse", mended=True) == job_id
    do_what_waits()
    assert job(job_id).status is JobStatus.DONE


def test_a_bug_is_told_without_its_inside(world: World, caplog: pytest.LogCaptureFixture) -> None:
    job_id = ask(world.logistician, "test.break")
    do_what_waits()
    row = queries.show(job_id, world.logistician)
    assert (row.status, row.error_code) == (JobStatus.FAILED, "broken")
    assert "Something went wrong inside AidTrack" in row.message
    assert "the machine stops here" in caplog.text


def test_who_may_not_any_more_gets_nothing_done(world: World) -> None:
    job_id = ask(world.logistician)
    with transaction() as session:
        session.execute(
            update(User).where(User.id == world.logistician.user_id).values(is_enabled=False)
        )
    do_what_waits()
    assert (job(job_id).status, job(job_id).error["code"]) == (JobStatus.FAILED, "not_allowed")
    assert traces() == 0


def test_a_worker_given_up_for_dead_reports_to_nobody(world: World) -> None:
    job_id = ask(world.logistician)
    late = runner.take(job_id, HERE)
    runner.give_up(job_id, late.attempt)
    assert job(job_id).status is JobStatus.WAITING
    again = runner.take(job_id, HERE)
    lost = runner.Outcome(JobStatus.FAILED, {}, {"code": "late", "message": ""})
    progress = runner.Progress(queue().board, late.name, HERE.is_stopping)
    assert runner.report(late, lost, progress)
    assert (job(job_id).status, job(job_id).attempts) == (JobStatus.RUNNING, again.attempt)


def test_work_that_kills_its_worker_is_not_tried_for_ever(world: World) -> None:
    job_id = ask(world.logistician)
    for _ in range(runner.LOSSES_MAX):
        runner.give_up(job_id, runner.take(job_id, HERE).attempt)
    row = queries.show(job_id, world.logistician)
    assert (row.status, row.error_code) == (JobStatus.FAILED, "worker_lost")
    assert "stopped three times" in row.message


def test_a_job_that_is_stopped_waits_for_the_next_worker(world: World, tmp_path: Path) -> None:
    job_id = ask(world.logistician, gate=str(tmp_path / "gate"))
    ending = runner.Worker("ends", is_stopping=lambda: True, wait=lambda _seconds: None)
    runner.run(job_id, ending)
    assert (job(job_id).status, job(job_id).losses) == (JobStatus.WAITING, 0)
    assert traces() == 0
