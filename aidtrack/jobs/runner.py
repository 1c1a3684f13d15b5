"""Does one job: takes it, so that nobody else does, works, and reports what came of it.

A worker takes a waiting row by one guarded UPDATE; of two that try, one changes a row. What
it reports back names the attempt, so that a worker that was given up for dead reports to
nobody. Between the two no transaction of ours is open: the work opens its own.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import OperationalError

from aidtrack.core import audit, clock
from aidtrack.core.db import after_commit, db, transaction
from aidtrack.core.errors import Busy, NotAllowed, RuleBroken
from aidtrack.core.i18n import _, speaking
from aidtrack.identity import queries as identity
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, require_somewhere
from aidtrack.identity.services import system_actor
from aidtrack.jobs import queries
from aidtrack.jobs.models import Job, JobStatus
from aidtrack.jobs.progress import Cancelled, Progress, Stopped
from aidtrack.jobs.queue import queue, say_that_it_waits
from aidtrack.jobs.work import REPEATING, WORKS, Result

logger = logging.getLogger(__name__)
LOSSES_MAX = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that this worker has, read when it was taken. `name` is for the board."""

    id: int
    kind: str
    attempt: int
    name: str
    arguments: dict[str, Any]
    language: str
    user_id: int | None
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: columns of the row, and who cancelled it if somebody did."""

    status: JobStatus
    result: dict[str, Any]
    error: dict[str, Any]
    cancelled_by: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """Who works: a name of its own, whether it is to end, and a wait that ends with it."""

    name: str
    is_stopping: Callable[[], bool]
    wait: Callable[[float], object]


@audit.coming_from(audit.BY_JOB)
def run(job_id: int, worker: Worker) -> None:
    """Do the job if it still waits. Never raises for what the work does."""
    try:
        taken = take(job_id, worker)
    except (OperationalError, Busy) as error:
        logger.info("Job %s cannot be taken yet: %s", job_id, error)
        return  # It still waits, so a sweep sends its word again.
    if taken is None:
        return
    progress = Progress(queue().board, taken.name, worker.is_stopping)
    outcome = _work(taken, progress)
    db.session.rollback()
    while not report(taken, outcome, progress) and not worker.is_stopping():
        worker.wait(1)


def take(job_id: int, worker: Worker) -> Taken | None:
    """Have the job from now on; None when it does not wait (any more)."""
    with transaction() as session:
        changed = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.status == JobStatus.WAITING)
            .values(
                status=JobStatus.RUNNING,
                worker=worker.name,
                attempts=Job.attempts + 1,
                started_at=clock.now(),
            )
        )
        if _count(changed) == 0:
            return None
        job = session.scalars(
            select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
        ).one()
        return Taken(
            id=job.id,
            kind=job.kind,
            attempt=job.attempts,
            name=queries.name_of(job),
            arguments=job.arguments,
            language=job.language,
            user_id=job.user_id,
            organisation_id=job.organisation_id,
        )


def _work(taken: Taken, progress: Progress) -> Outcome:
    try:
        if taken.organisation_id is None:
            REPEATING[taken.kind].act(progress)
            return Outcome(JobStatus.DONE, {}, {})
        actor = _actor(taken.user_id, taken.organisation_id)
        with speaking(taken.language):
            return _work_as(actor, taken, progress)
    except Cancelled:
        return Outcome(JobStatus.CANCELLED, {}, {}, progress.cancelled_by)
    except (Stopped, Busy):
        return Outcome(JobStatus.WAITING, {}, {})
    except Exception:
        logger.exception("Job %s (%s) failed", taken.id, taken.kind)
        return Outcome(JobStatus.FAILED, {}, {"code": "broken", "message": ""})


def _work_as(actor: Actor, taken: Taken, progress: Progress) -> Outcome:
    """The work in the language in which it was asked for, with what they may do by now."""
    try:
        work = WORKS[taken.kind]
        if taken.user_id is not None and not actor.grants:
            raise NotAllowed(_("Whoever asked for this may not sign in any more."))
        require_somewhere(actor, work.permission, organisation_id=taken.organisation_id)
        progress.tell()
        result = work.act(taken.arguments, actor, progress) or Result()
    except Busy:
        raise
    except RuleBroken as refusal:
        logger.info("Job %s (%s) was refused: %s", taken.id, taken.kind, refusal.message)
        error = {"code": refusal.code, "message": refusal.message}
        return Outcome(JobStatus.FAILED, {}, error)
    return Outcome(JobStatus.DONE, {"url": result.url, "facts": result.facts}, {})


def _actor(user_id: int | None, organisation_id: int) -> Actor:
    """Who asked, with the roles they have today: none when they may not sign in any more."""
    if user_id is None:
        return system_actor(organisation_id)
    user = db.session.get_one(User, user_id)
    actor = replace(identity.actor_of(user), organisation_id=organisation_id)
    db.session.rollback()
    return actor if user.is_enabled else replace(actor, grants=())


def report(taken: Taken, outcome: Outcome, progress: Progress) -> bool:
    """Write how it ended, if the job is still ours. False when the database is not to be had."""
    ended = outcome.status is not JobStatus.WAITING
    try:
        with transaction() as session:
            changed = session.execute(
                update(Job)
                .where(
                    Job.id == taken.id,
                    Job.status == JobStatus.RUNNING,
                    Job.attempts == taken.attempt,
                )
                .values(
                    status=outcome.status,
                    worker="",
                    done=progress.done,
                    total=progress.total,
                    finished_at=clock.now() if ended else None,
                    result=outcome.result,
                    error=outcome.error,
                )
            )
            if _count(changed) and outcome.cancelled_by:
                _record_cancellation(taken, outcome.cancelled_by)
            if not ended:
                after_commit(partial(say_that_it_waits, taken.id))
    except (OperationalError, Busy) as error:
        logger.warning("Job %s ended, but that cannot be written yet: %s", taken.id, error)
        return False
    queue().board.drop(f"progress:{taken.name}", f"cancel:{taken.name}")
    return True


def _record_cancellation(taken: Taken, by: dict[str, Any]) -> None:
    who = Actor(by["user_id"], by["name"], taken.organisation_id, ())
    audit.record(who, "job.cancelled", kind="job", record_id=taken.id)


def give_up(job_id: int, attempt: int) -> None:
    """The worker that had the job is gone: it waits again, or fails once too often."""
    running = (Job.id == job_id, Job.status == JobStatus.RUNNING, Job.attempts == attempt)
    lost = {"code": "worker_lost", "message": ""}
    with transaction() as session:
        changed = session.execute(
            update(Job)
            .where(*running, Job.losses + 1 < LOSSES_MAX)
            .values(status=JobStatus.WAITING, worker="", losses=Job.losses + 1)
        )
        if _count(changed):
            after_commit(partial(say_that_it_waits, job_id))
            return
        session.execute(
            update(Job)
            .where(*running)
            .values(
                status=JobStatus.FAILED,
                worker="",
                losses=Job.losses + 1,
                finished_at=clock.now(),
                error=lost,
            )
        )


def _count(changed: Any) -> int:
    assert isinstance(changed, CursorResult)
    return changed.rowcount
