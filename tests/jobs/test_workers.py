"""Real workers: killed, stopped, cancelled, on every kind of queue."""

import signal
from pathlib import Path

import pytest

from aidtrack.core import audit
from aidtrack.jobs import queries, services
from aidtrack.jobs.models import JobStatus
from tests.factories.world import World
from tests.jobs.conftest import StartWorker
from tests.jobs.waiting import ask, job, traces, until

QUEUES = ["sqlite", "postgresql", "redis"]


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A file that lets the work go on; `.reached` beside it says that the work waits there."""
    return tmp_path / "gate"


def begun(gate: Path) -> Path:
    return gate.with_suffix(".reached")


@pytest.mark.parametrize("queue_url", QUEUES, indirect=True)
def test_of_two_workers_one_is_killed_and_every_job_is_done_once(
    world: World, start_worker: StartWorker, gate: Path
) -> None:
    held = ask(world.logistician, gate=str(gate))
    workers = [start_worker(), start_worker()]
    until(begun(gate).exists, "the work to begin")
    (holder,) = [x for x in workers if f"-{x.pid}-" in job(held).worker]
    holder.send_signal(signal.SIGKILL)
    holder.wait(timeout=30)
    assert job(held).status is JobStatus.RUNNING
    gate.touch()
    asked = [held, *(ask(world.logistician, key=str(number)) for number in range(6))]
    until(
        lambda: all(job(job_id).status is JobStatus.DONE for job_id in asked),
        "the other worker to finish",
    )
    assert [job(job_id).attempts for job_id in asked] == [2, 1, 1, 1, 1, 1, 1]
    assert (job(held).losses, traces()) == (1, len(asked))
    assert not queries.worker_is_silent()


def test_a_running_job_is_cancelled_and_nothing_of_it_stays(
    world: World, start_worker: StartWorker, gate: Path
) -> None:
    job_id = ask(world.logistician, gate=str(gate))
    start_worker()
    until(begun(gate).exists, "the work to begin")
    until(lambda: queries.show(job_id, world.logistician).done == 1, "progress to be told")
    # The work holds SQLite's write lock all the while: the wish must not wait for it.
    services.cancel(job_id, actor=world.admin)
    assert not queries.show(job_id, world.logistician).is_wanted
    until(lambda: job(job_id).status is JobStatus.CANCELLED, "the work to stop")
    assert traces() == 0
    (entry,) = audit.history("job", job_id)
    assert (entry.action, entry.user_id) == ("job.cancelled", world.admin.user_id)


def test_a_worker_told_to_end_gives_its_job_back(
    world: World, start_worker: StartWorker, gate: Path
) -> None:
    job_id = ask(world.logistician, "test.wait", gate=str(gate))
    worker = start_worker()
    until(begun(gate).exists, "the work to begin")
    worker.terminate()
    assert worker.wait(timeout=60) == 0
    assert (job(job_id).status, job(job_id).losses) == (JobStatus.WAITING, 0)
    gate.touch()
    start_worker()
    until(lambda: job(job_id).status is JobStatus.DONE, "the next worker to do it")
