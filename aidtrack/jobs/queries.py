"""Reads jobs: whose they are, how far they are, when they will be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from aidtrack.core import clock, paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, lazy
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.jobs.board import BEAT
from aidtrack.jobs.models import UNFINISHED, Job, JobStatus
from aidtrack.jobs.queue import queue
from aidtrack.jobs.work import WORKS

BY_ASKED = Order(
    "asked", (Job.asked_at, Job.id), (datetime, int), lambda row: (row.asked_at, row.id)
)
SILENCE_SECONDS = 120
# A failure that nobody tried again is news for a week.
FAILED_DAYS = 7
# Why a job failed that could not say so itself.
WITHOUT_WORDS = {
    "broken": lazy("Something went wrong inside AidTrack. The server's log says more."),
    "worker_lost": lazy(
        "The worker stopped three times while doing this. The server may be short of memory."
    ),
}


class JobView(StrEnum):
    """Ready-made views of the list: all, those that wait or run, those that failed lately."""

    ALL = "all"
    UNFINISHED = "unfinished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as its page, its list and the API show it.

    `done` of `total` steps; total 0 when that is not known. `is_wanted` is false once
    somebody asked to cancel it; `may_change` tells whether the reader may do so. `message`
    is what came out, or why it failed.
    """

    id: int
    kind: str
    title: str
    status: JobStatus
    done: int
    total: int
    is_wanted: bool
    may_change: bool
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expected_end_at: datetime | None
    message: str
    error_code: str
    result_url: str

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED

    @property
    def can_be_tried_again(self) -> bool:
        return self.status in (JobStatus.FAILED, JobStatus.CANCELLED)


def own(job_id: int, actor: Actor) -> Job:
    """The job if it is the actor's, or their organisation's to manage. Raises NotFound."""
    job = db.session.get(Job, job_id)
    if job is None or not _may_change(job, actor):
        raise NotFound(_("There is no such job."))
    return job


def show(job_id: int, actor: Actor) -> JobRow:
    """One job as it is now, for its owner or whoever shares such work. Raises NotFound."""
    job = db.session.get(Job, job_id)
    if job is None or not (_may_change(job, actor) or _shares(job, actor)):
        raise NotFound(_("There is no such job."))
    (row,) = _rows([job], actor)
    return row


def _may_change(job: Job, actor: Actor) -> bool:
    if job.organisation_id is None:
        return False
    mine = job.user_id is not None and job.user_id == actor.user_id
    return mine or job.organisation_id in actor.organisations(Permission.MANAGE_JOBS)


def _shares(job: Job, actor: Actor) -> bool:
    work = WORKS.get(job.kind)
    if work is None or not work.is_shared:
        return False
    return job.organisation_id in actor.organisations(work.permission)


def jobs(
    actor: Actor,
    *,
    everyone: bool = False,
    view: JobView = JobView.ALL,
    status: JobStatus | None = None,
    sorting: Sorting = BY_ASKED.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[JobRow]:
    """The actor's jobs, or `everyone`'s of the organisations they manage; newest first."""
    whose = (
        Job.organisation_id.in_(actor.organisations(Permission.MANAGE_JOBS))
        if everyone
        else _mine(actor)
    )
    narrowed = _narrowed(view) + ([Job.status == status] if status else [])
    found = db.session.scalars(
        select(Job)
        .where(whose, *narrowed, *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    return sorting.page(_rows(found, actor), limit)


def counting(actor: Actor, view: JobView) -> Select[Any]:
    """The statement that counts the actor's own jobs of a view, for pages that ask much."""
    return select(func.count(Job.id)).where(_mine(actor), *_narrowed(view))


def _mine(actor: Actor) -> ColumnElement[bool]:
    return (Job.user_id == actor.user_id) & Job.organisation_id.is_not(None)


def _narrowed(view: JobView) -> list[ColumnElement[bool]]:
    if view is JobView.UNFINISHED:
        return [Job.status.in_(UNFINISHED)]
    if view is JobView.FAILED:
        since = clock.now() - timedelta(days=FAILED_DAYS)
        return [Job.status == JobStatus.FAILED, Job.finished_at >= since]
    return []


def unfinished(kind: str, key: str) -> int | None:
    """The job of that key while it waits or runs. For pages of what it works on."""
    return db.session.scalar(
        select(Job.id).where(Job.kind == kind, Job.key == key, Job.status.in_(UNFINISHED))
    )


def job_of(kind: str, key: str) -> int | None:
    """The job of that key, however it ended."""
    return db.session.scalar(select(Job.id).where(Job.kind == kind, Job.key == key))


def waiting_count() -> int:
    """How many jobs of anyone wait; for whoever looks after the machine."""
    statement = select(func.count(Job.id)).where(Job.status == JobStatus.WAITING)
    return db.session.scalars(statement).one()


def worker_is_silent() -> bool:
    """Whether no worker has reported for two minutes."""
    beat = queue().board.get(BEAT)
    if beat is None:
        return True
    return clock.now() - datetime.fromisoformat(beat) > timedelta(seconds=SILENCE_SECONDS)


def name_of(job: Job) -> str:
    """What notes on the board call this attempt: never again what another job is called."""
    return f"{job.id}-{job.asked_at.timestamp():.6f}-{job.attempts}"


def _rows(found: Sequence[Job], actor: Actor) -> list[JobRow]:
    names = {job.id: name_of(job) for job in found if job.status is JobStatus.RUNNING}
    wanted = [f"{what}:{name}" for name in names.values() for what in ("progress", "cancel")]
    notes = (queue().board.get_many(wanted) or {}) if wanted else {}
    return [
        _row(
            job,
            notes.get(f"progress:{names.get(job.id)}", {}),
            is_wanted=f"cancel:{names.get(job.id)}" not in notes,
            may_change=_may_change(job, actor),
        )
        for job in found
    ]


def _row(job: Job, told: dict[str, Any], *, is_wanted: bool, may_change: bool) -> JobRow:
    work = WORKS.get(job.kind)
    code = job.error.get("code", "")
    message = job.error.get("message") or str(WITHOUT_WORDS.get(code, ""))
    if job.status is JobStatus.DONE and work and work.done:
        message = str(work.done) % job.result.get("facts", {})
    return JobRow(
        id=job.id,
        kind=job.kind,
        title=str(work.title) % job.about if work else job.kind,
        status=job.status,
        done=told.get("done", job.done),
        total=told.get("total", job.total),
        is_wanted=is_wanted,
        may_change=may_change,
        asked_by=job.user_name,
        asked_at=job.asked_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        expected_end_at=_expected_end(job, told),
        message=message,
        error_code=code,
        result_url=job.result.get("url", ""),
    )


def _expected_end(job: Job, told: dict[str, Any]) -> datetime | None:
    """At the pace so far, counted from when the worker began."""
    if not told.get("done") or job.started_at is None:
        return None
    whole = told["seconds"] * told["total"] / told["done"]
    return max(clock.now(), job.started_at + timedelta(seconds=whole))
