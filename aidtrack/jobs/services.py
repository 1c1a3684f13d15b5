"""What people do with long work: ask for it, cancel it, try it again."""

import json
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from aidtrack.core import audit, clock
from aidtrack.core.db import after_commit, is_postgresql, transaction
from aidtrack.core.errors import KeyReused, NotFound, WrongStatus
from aidtrack.core.i18n import _, current_language
from aidtrack.identity.permissions import Actor, require_somewhere
from aidtrack.jobs import queries
from aidtrack.jobs.models import Job, JobStatus
from aidtrack.jobs.queue import queue, say_that_it_waits
from aidtrack.jobs.work import WORKS

ARGUMENT_LETTERS_MAX = 100_000


def enqueue(
    kind: str,
    arguments: dict[str, Any],
    *,
    actor: Actor,
    key: str,
    about: dict[str, Any] | None = None,
) -> int:
    """Ask for work; the id of its job. `about` fills the title. All of it is JSON.

    Joins the caller's transaction: a worker hears of it after the commit, never without one.
    The same key again is the same job. One that failed or was cancelled is tried again, with
    the new arguments.
    """
    assert len(json.dumps(arguments)) < ARGUMENT_LETTERS_MAX, "keep what is large in a row"
    require_somewhere(actor, WORKS[kind].permission, organisation_id=actor.organisation_id)
    with transaction() as session:
        job, is_new = _job_of_key(session, kind, key, actor)
        if job.organisation_id != actor.organisation_id:
            raise KeyReused(_("This key was already used for a different request."), field="key")
        if not is_new and job.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
            return job.id
        job.arguments = arguments
        job.about = about or {}
        job.user_id = actor.user_id or None
        job.user_name = actor.name
        job.language = current_language()
        wait_again(job)
        return job.id


def cancel(job_id: int, *, actor: Actor) -> None:
    """A waiting job never begins; a running one ends at its next step, and nothing of it stays."""
    job = queries.own(job_id, actor)
    if job.status is JobStatus.RUNNING:
        # No row is written: on SQLite the work itself may hold the write lock.
        wish = {"user_id": actor.user_id, "name": actor.name}
        queue().board.put(f"cancel:{queries.name_of(job)}", wish)
        return
    with transaction() as session:
        job = session.get_one(Job, job_id, with_for_update=True, populate_existing=True)
        if job.status is not JobStatus.WAITING:
            raise WrongStatus(_("This job waits no more: look at it again."))
        job.status = JobStatus.CANCELLED
        job.finished_at = clock.now()
        audit.record(actor, "job.cancelled", kind="job", record_id=job.id)


def try_again(job_id: int, *, actor: Actor) -> None:
    """Do what failed or was cancelled once more, as the person who asked for it."""
    queries.own(job_id, actor)
    with transaction() as session:
        job = session.get_one(Job, job_id, with_for_update=True, populate_existing=True)
        if job.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
            raise WrongStatus(_("This job did not fail: look at it again."))
        if job.kind not in WORKS:
            raise NotFound(_("There is no such work any more."))
        require_somewhere(actor, WORKS[job.kind].permission, organisation_id=job.organisation_id)
        wait_again(job)
        audit.record(actor, "job.tried_again", kind="job", record_id=job.id)


def wait_again(job: Job) -> None:
    """From its beginning, as if it had just been asked for. Inside `transaction()`."""
    job.status = JobStatus.WAITING
    job.asked_at = clock.now()
    job.started_at = job.finished_at = None
    job.losses = job.done = job.total = 0
    job.result, job.error = {}, {}
    after_commit(partial(say_that_it_waits, job.id))


def _job_of_key(session: Session, kind: str, key: str, actor: Actor) -> tuple[Job, bool]:
    """The job of that key, locked, and whether it was made just now: by one of two at once."""
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    made = session.execute(
        insert(Job)
        .values(
            kind=kind,
            key=key,
            organisation_id=actor.organisation_id,
            user_id=actor.user_id or None,
            user_name=actor.name,
            about={},
            arguments={},
            asked_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["kind", "key"])
        .returning(Job.id)
    ).all()
    statement = select(Job).filter_by(kind=kind, key=key).with_for_update()
    job = session.scalars(statement.execution_options(populate_existing=True)).one()
    return job, bool(made)
