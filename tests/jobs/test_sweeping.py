"""Sweeping: lost words are sent again, the dead are noticed, the clock is kept by one."""

from datetime import timedelta

import time_machine
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.jobs import queries, runner, sweeper
from aidtrack.jobs.models import Job, JobStatus
from aidtrack.jobs.queue import queue
from aidtrack.jobs.sweeper import Watch, sweep
from tests.factories.world import World
from tests.jobs.waiting import HERE, ask, job


class Hand:
    """The hand of a clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def later(**span: float) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(**span), tick=False)


def test_a_lost_word_is_sent_again(world: World) -> None:
    sweep("here", Watch(30))  # The clock's own words are out of the way now.
    job_id = ask(world.logistician)
    queue().huey.flush()
    sweep("here", Watch(30))
    assert queue().is_empty(), "its word may still be on its way"
    with later(seconds=sweeper.WORD_SECONDS + 1):
        sweep("here", Watch(30))
    assert job_id in [word.args[0] for word in queue().huey.pending()]


def test_a_worker_is_dead_when_its_beat_stands_still_before_our_eyes() -> None:
    hand = Hand()
    watch = Watch(30, hand)
    assert watch.gone({"a": "1", "b": None}) == set()
    hand.seconds = 20
    assert watch.gone({"a": "2", "b": None}) == set()
    hand.seconds = 40
    assert watch.gone({"a": "2", "b": None}) == {"b"}
    hand.seconds = 51
    assert watch.gone({"a": "2"}) == {"a"}


def test_the_job_of_a_dead_worker_waits_again(world: World) -> None:
    hand = Hand()
    watch = Watch(30, hand)
    job_id = ask(world.logistician)
    runner.take(job_id, runner.Worker("dead", HERE.is_stopping, HERE.wait))
    sweep("here", watch)
    hand.seconds = 29
    sweep("here", watch)
    assert job(job_id).status is JobStatus.RUNNING
    hand.seconds = 31
    sweep("here", watch)
    assert (job(job_id).status, job(job_id).losses) == (JobStatus.WAITING, 1)


def test_one_sweep_of_several_sets_the_clock_off(world: World) -> None:
    def clockwork() -> Job:
        return job(db.session.scalar(select(Job.id).filter_by(kind="test.clock")))

    for _ in range(2):
        sweep("here", Watch(30))
    assert (clockwork().status, clockwork().attempts) == (JobStatus.WAITING, 0)
    runner.run(clockwork().id, HERE)
    assert (clockwork().status, clockwork().attempts) == (JobStatus.DONE, 1)
    sweep("here", Watch(30))
    assert clockwork().status is JobStatus.DONE
    with later(minutes=5, seconds=1):
        sweep("here", Watch(30))
        assert clockwork().status is JobStatus.WAITING
    assert queries.jobs(world.admin, everyone=True).rows == []
