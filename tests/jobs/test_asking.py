"""Asking for work: with the transaction or not at all, once for a key, by those who may."""

import logging

import pytest
from flask import Flask

from aidtrack.core.db import db, transaction
from aidtrack.core.errors import KeyReused, NotAllowed, NotFound, WrongStatus
from aidtrack.jobs import services
from aidtrack.jobs.models import Job, JobStatus
from aidtrack.jobs.queue import EXTENSION, queue
from tests.databases import free_socket
from tests.factories.world import World, make_world
from tests.jobs.waiting import ask, do_what_waits, job


def test_a_failed_transaction_asks_for_nothing(world: World) -> None:
    def asks_and_fails() -> None:
        with transaction():
            ask(world.logistician)
            raise RuntimeError("the rest fails")

    with pytest.raises(RuntimeError):
        asks_and_fails()
    assert db.session.query(Job).count() == 0
    assert queue().is_empty()


def test_the_word_goes_out_after_the_commit(world: World) -> None:
    with transaction():
        job_id = ask(world.logistician)
        assert queue().is_empty()
    assert not queue().is_empty()
    assert job(job_id).status is JobStatus.WAITING


def test_the_same_key_is_the_same_job(world: World) -> None:
    first = ask(world.logistician)
    assert ask(world.logistician) == first
    assert ask(world.logistician, key="b") != first
    do_what_waits()
    assert ask(world.logistician) == first
    assert job(first).status is JobStatus.DONE


def test_the_key_of_another_organisation_is_not_ours(world: World) -> None:
    ask(world.logistician)
    with pytest.raises(KeyReused):
        ask(make_world("Other society").logistician)


def test_who_may_not_do_it_may_not_ask_for_it(world: World) -> None:
    with pytest.raises(NotAllowed):
        ask(world.auditor)
    assert db.session.query(Job).count() == 0


def test_a_queue_that_is_down_stops_nobody(
    world: World, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with free_socket() as free:
        nobody = f"redis://127.0.0.1:{free.getsockname()[1]}/0"
    app.config["QUEUE_URL"] = nobody
    app.extensions.pop(EXTENSION, None)
    with caplog.at_level(logging.WARNING):
        job_id = ask(world.logistician)
    assert "the queue cannot be reached" in caplog.text
    assert job(job_id).status is JobStatus.WAITING


def test_a_cancelled_job_that_waited_never_begins(world: World) -> None:
    job_id = ask(world.logistician)
    services.cancel(job_id, actor=world.logistician)
    assert do_what_waits() == 0
    assert job(job_id).status is JobStatus.CANCELLED
    with pytest.raises(WrongStatus):
        services.cancel(job_id, actor=world.logistician)


def test_only_the_owner_and_administrators_stop_a_job(world: World) -> None:
    job_id = ask(world.logistician)
    for actor in (world.coordinator, world.auditor, make_world("Other society").admin):
        with pytest.raises(NotFound):
            services.cancel(job_id, actor=actor)
    services.cancel(job_id, actor=world.admin)


def test_what_did_not_fail_is_not_tried_again(world: World) -> None:
    job_id = ask(world.logistician)
    with pytest.raises(WrongStatus):
        services.try_again(job_id, actor=world.logistician)
