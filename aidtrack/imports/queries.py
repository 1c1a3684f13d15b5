"""Reads imports: what a list would do or did, and the lists so far."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.imports.headings import Kind
from aidtrack.imports.models import ImportRun, RunStatus
from aidtrack.imports.options import Options
from aidtrack.imports.plans import troubles_csv
from aidtrack.imports.previews import Counts, Preview, make_plan, show, show_applied
from aidtrack.jobs import queries as jobs
from aidtrack.places import queries as places

TAKE_IN = "imports.take_in"
WORDS_MAX = 6
BY_NUMBER = Order("number", (ImportRun.id,), (int,), lambda row: (row.id,))
BY_FILENAME = Order(
    "list", (ImportRun.filename, ImportRun.id), (str, int), lambda row: (row.filename, row.id)
)


@dataclass(frozen=True, slots=True)
class RunRow:
    """One list of the page of imports. `counts` is None until it was taken in."""

    id: int
    kind: Kind
    filename: str
    status: RunStatus
    previewed_at: datetime
    applied_at: datetime | None
    by: str
    counts: Counts | None


def preview(run_id: int, actor: Actor) -> Preview:
    """What the list would do now, or what it did. Raises NotFound."""
    run = own(run_id, actor)
    if run.status is RunStatus.APPLIED:
        return show_applied(run)
    plan = make_plan(db.session(), run, run.data, actor)
    return show(run, plan, imported_before_at(run))


def job_at_work(run_id: int, actor: Actor) -> int | None:
    """The job that is taking the list in, while it waits or runs. Raises NotFound."""
    return jobs.unfinished(TAKE_IN, str(own(run_id, actor).id))


def options(run_id: int, actor: Actor) -> Options:
    """What was said about the list. Raises NotFound."""
    return Options.from_json(own(run_id, actor).options)


def problems_csv(run_id: int, actor: Actor) -> str:
    """Every problem of the list, one a line, safe to open in a spreadsheet."""
    run = own(run_id, actor)
    if run.status is RunStatus.APPLIED:
        return troubles_csv(())
    return troubles_csv(make_plan(db.session(), run, run.data, actor).troubles)


def imported_before_at(run: ImportRun) -> datetime | None:
    """When the very same file was last taken in by the organisation, as the same kind."""
    return db.session.scalar(
        select(func.max(ImportRun.applied_at)).where(
            ImportRun.organisation_id == run.organisation_id,
            ImportRun.checksum == run.checksum,
            ImportRun.kind == run.kind,
            ImportRun.status == RunStatus.APPLIED,
            *([ImportRun.id != run.id] if run.id else []),
        )
    )


def runs(
    actor: Actor,
    *,
    words: str = "",
    kind: Kind | None = None,
    status: RunStatus | None = None,
    sorting: Sorting = BY_NUMBER.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[RunRow]:
    """The lists of the actor's organisations, newest first."""
    rows = db.session.execute(
        select(
            ImportRun.id,
            ImportRun.kind,
            ImportRun.filename,
            ImportRun.status,
            ImportRun.previewed_at,
            ImportRun.applied_at,
            ImportRun.summary,
            User.name,
        )
        .outerjoin(
            User, User.id == func.coalesce(ImportRun.applied_by_id, ImportRun.previewed_by_id)
        )
        .where(
            ImportRun.organisation_id.in_(actor.organisations(Permission.RUN_IMPORTS)),
            *(ImportRun.filename.icontains(word, autoescape=True) for word in _words(words)),
            *([ImportRun.kind == kind] if kind else []),
            *([ImportRun.status == status] if status else []),
            *sorting.after(cursor),
        )
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    return sorting.page([_run(row) for row in rows], limit)


def _words(words: str) -> list[str]:
    return words.split()[:WORDS_MAX]


def _run(row: Any) -> RunRow:
    return RunRow(
        id=row.id,
        kind=row.kind,
        filename=row.filename,
        status=row.status,
        previewed_at=row.previewed_at,
        applied_at=row.applied_at,
        by=row.name or "",
        counts=Counts(**row.summary["counts"]) if row.summary else None,
    )


def site_choices(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the warehouses and points that stock may be put in."""
    page = places.sites(actor, permission=Permission.RUN_IMPORTS, limit=paging.PAGE_ROWS_MAX)
    return [
        (site.id, site.name_in())
        for site in page.rows
        if site.organisation_id == actor.organisation_id
    ]


def own(run_id: int, actor: Actor) -> ImportRun:
    """The list if it is of an organisation that the actor imports for. Raises NotFound."""
    run = db.session.get(ImportRun, run_id)
    if run is None or run.organisation_id not in actor.organisations(Permission.RUN_IMPORTS):
        raise NotFound(_("There is no such import."))
    return run
