"""The list of jobs: its columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.jobs import queries
from aidtrack.jobs.models import JobStatus
from aidtrack.jobs.queries import JobRow
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.web.statuses import badge_of


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[JobRow]:
    wanted = form.wanted(actor)
    return queries.jobs(actor, **wanted, sorting=sorting, cursor=cursor, limit=limit)


def _percent(job: JobRow) -> int | None:
    is_known = job.status is JobStatus.RUNNING and job.total
    return job.done * 100 // job.total if is_known else None


JOBS = ListPage(
    name="jobs",
    path="/jobs",
    heading=lazy("Jobs"),
    columns=(
        Column(
            "job",
            lazy("Job"),
            (
                Cell(lazy("Job"), lambda row: row.title),
                Cell(lazy("What came of it"), lambda row: row.message),
            ),
            is_fixed=True,
        ),
        Column(
            "asked",
            lazy("Asked for"),
            (Cell(lazy("Asked for"), lambda row: row.asked_at, is_moment=True),),
            order=queries.BY_ASKED,
        ),
        Column(
            "by",
            lazy("Asked for by"),
            (Cell(lazy("Asked for by"), lambda row: row.asked_by),),
            is_usual=False,
        ),
        Column(
            "ended",
            lazy("Ended"),
            (Cell(lazy("Ended"), lambda row: row.finished_at, is_moment=True),),
            is_usual=False,
        ),
        Column("far", lazy("How far"), (Cell(lazy("How far, %"), _percent),), kind="num"),
        Column(
            "state",
            lazy("State"),
            (Cell(lazy("State"), lambda row: badge_of(row.status).label),),
        ),
    ),
    usual=queries.BY_ASKED.down,
    rows=_rows,
)
