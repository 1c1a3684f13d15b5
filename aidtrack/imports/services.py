"""What can happen to a list: it is looked at, and it is taken in as a whole or not at all."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from aidtrack.core import audit, clock, idempotency
from aidtrack.core.db import is_postgresql, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.imports import listed_barcodes, queries
from aidtrack.imports.areas import AreaWork, write_areas
from aidtrack.imports.gazetteer import PlaceWork, read_gazetteer, write_places
from aidtrack.imports.headings import Kind
from aidtrack.imports.items import ItemWork, write_items
from aidtrack.imports.models import ImportRun, RunStatus
from aidtrack.imports.options import Options
from aidtrack.imports.plans import Plan
from aidtrack.imports.previews import (
    Counts,
    Preview,
    expect_may_take_in,
    home_of,
    make_plan,
    show,
    summary_of,
)
from aidtrack.imports.reading import MAX_BYTES
from aidtrack.imports.stock_posting import post_opening_stock
from aidtrack.imports.traces import traced
from aidtrack.imports.watching import PLANNED, WHOLE, WRITTEN, Stretch, Watch, unwatched
from aidtrack.jobs import queries as job_queries
from aidtrack.jobs import services as jobs
from aidtrack.stock.ledger import Source

NAME_LETTERS = 200
# A list of more rows is taken in as a job: a request must not take longer than people wait.
ROWS_AT_ONCE = 2_000
# Two imports at once could both find an item missing. They take turns, by this number.
_ONE_AT_A_TIME = 4_201_337


class HasProblems(RuleBroken):
    """The list has rows that cannot be taken in, so none of it is."""

    code = "has_problems"


class NothingToImport(RuleBroken):
    code = "nothing_to_import"


class PlanChanged(RuleBroken):
    """The database is no longer what the person saw the preview of."""

    code = "plan_changed"


class ImportedBefore(RuleBroken):
    """The very same stock list was taken in already; twice would double the stock."""

    code = "imported_before"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What was done. `counts` are those of the rows."""

    id: int
    kind: Kind
    counts: Counts
    applied_at: datetime


def preview(
    kind: Kind | str,
    filename: str,
    data: bytes,
    *,
    actor: Actor,
    options: Options | None = None,
) -> Preview:
    """Keep the list and say what taking it in would do. Nothing else is saved.

    Raises Unreadable or NotThisList (both Invalid) when the file as a whole is of no use;
    faults of rows stand in the preview.
    """
    organisation_id = home_of(actor)
    if len(data) > MAX_BYTES:
        raise Invalid(
            _("The file is larger than %(limit)s MB.", limit=MAX_BYTES // 1024 // 1024),
            field="file",
        )
    checksum = hashlib.sha256(data).hexdigest()
    with transaction() as session:
        run = _waiting(session, organisation_id, Kind(kind), checksum) or ImportRun(
            organisation_id=organisation_id, kind=Kind(kind), checksum=checksum, data=data
        )
        run.filename = _plain_name(filename)
        run.options = (options or Options()).as_json()
        run.previewed_at = clock.now()
        run.previewed_by_id = actor.user_id or None
        run.status = RunStatus.PREVIEWED
        with session.no_autoflush:
            plan = make_plan(session, run, data, actor)
        run.row_count = len(plan.rows)
        session.add(run)
        session.flush()
        return show(run, plan, queries.imported_before_at(run))


def preview_again(run_id: int, *, actor: Actor, options: Options) -> Preview:
    """Look at a kept list with other options. Raises as `preview` does."""
    with transaction() as session:
        run = _own(session, run_id, actor)
        if run.status is RunStatus.APPLIED:
            raise _taken_in_already(run)
        run.options = options.as_json()
        run.previewed_at = clock.now()
        plan = make_plan(session, run, run.data, actor)
        run.row_count = len(plan.rows)
        return show(run, plan, queries.imported_before_at(run))


def take_in(
    run_id: int, *, actor: Actor, key: UUID, seen: str | None = None, again: bool = False
) -> ImportResult | int:
    """A short list is taken in, as `apply` does; for a long one, the id of the job that will.

    The job is one a list, however often it is asked for. What refuses the list without
    reading it, refuses it here already.
    """
    run = queries.own(run_id, actor)
    expect_may_take_in(run, actor)
    if run.row_count <= ROWS_AT_ONCE:
        return apply(run_id, actor=actor, key=key, seen=seen, again=again)
    earlier = job_queries.job_of(queries.TAKE_IN, str(run_id))
    if run.status is RunStatus.APPLIED and earlier is not None:
        return earlier
    _expect_new(run, again=again)
    return jobs.enqueue(
        queries.TAKE_IN,
        {"run": run_id, "key": str(key), "seen": seen, "again": again},
        actor=actor,
        key=str(run_id),
        about={"file": run.filename},
    )


def apply(
    run_id: int,
    *,
    actor: Actor,
    key: UUID,
    seen: str | None = None,
    again: bool = False,
    watch: Watch = unwatched,
) -> ImportResult:
    """Take the list in, all of it or nothing.

    `seen` is the fingerprint of the preview that the person agreed to: PlanChanged when
    the same list would now do something else. `again` takes in the same stock list once
    more, which is otherwise refused as ImportedBefore.
    """
    request: dict[str, object] = {"run": run_id, "again": again}
    try:
        with transaction() as session:
            _wait_for_turn(session)
            run = _own(session, run_id, actor)
            if idempotency.earlier_result(key, "import.apply", request) is None:
                watch(0, WHOLE)
                plan = _agreed_plan(session, run, actor, seen=seen, again=again)
                with traced(session, actor, source=run.filename):
                    _carry_out(session, run, plan, actor, Stretch(watch, PLANNED, WRITTEN))
                idempotency.remember(key, "import.apply", request, run.id)
            assert run.applied_at is not None
            counts = Counts(**run.summary["counts"])
            return ImportResult(run.id, run.kind, counts, run.applied_at)
    except IntegrityError as error:
        # Someone made by hand, meanwhile, what the list was going to make.
        raise _changed() from error


def _agreed_plan(
    session: Session, run: ImportRun, actor: Actor, *, seen: str | None, again: bool
) -> Plan:
    _expect_new(run, again=again)
    plan = make_plan(session, run, run.data, actor)
    if seen is not None and seen != plan.fingerprint:
        raise _changed()
    if plan.troubles:
        raise HasProblems(
            _("Some rows cannot be taken in. Mend the list and choose it again."),
            problem_count=len(plan.troubles),
        )
    if not plan.has_work:
        raise NothingToImport(_("Everything in this list is already here."))
    return plan


def _expect_new(run: ImportRun, *, again: bool) -> None:
    if run.status is RunStatus.APPLIED:
        raise _taken_in_already(run)
    before = queries.imported_before_at(run)
    if before and run.kind is Kind.STOCK and not again:
        raise ImportedBefore(
            _(
                "This very file was already taken in on %(day)s. Once more would count the same"
                " goods twice.",
                day=before.date().isoformat(),
            ),
            field="again",
            imported_before_at=before.isoformat(),
        )


def _taken_in_already(run: ImportRun) -> WrongStatus:
    return WrongStatus(_("This list was already taken in."), applied_at=str(run.applied_at))


def _changed() -> PlanChanged:
    return PlanChanged(
        _("Something changed since this preview was made. Look at the new one below.")
    )


def _carry_out(
    session: Session, run: ImportRun, plan: Plan, actor: Actor, stretch: Stretch
) -> None:
    stretch.step(0, 1)
    now = clock.now()
    if isinstance(plan.work, AreaWork):
        write_areas(session, plan.work)
    elif isinstance(plan.work, ItemWork):
        ids = write_items(session, plan.work, run.organisation_id)
        items = [*((ids[each.code], each) for each in plan.work.new), *plan.work.changed]
        listed_barcodes.give(items, organisation_id=run.organisation_id, actor=actor)
    elif isinstance(plan.work, PlaceWork):
        write_places(session, plan.work, run.organisation_id)
    else:
        if not actor.user_id:
            raise Invalid(_("Stock is taken in by a person. Say who you are."), field="user")
        post_opening_stock(
            session,
            plan.work,
            read_gazetteer(session, run.organisation_id),
            source=Source("import", run.id),
            organisation_id=run.organisation_id,
            recorded_by_id=actor.user_id,
            occurred_at=now,
            note=run.filename,
            stretch=stretch,
        )
    run.status = RunStatus.APPLIED
    run.applied_at = now
    run.applied_by_id = actor.user_id or None
    run.summary = summary_of(plan)
    facts: dict[str, object] = {"file": run.filename, "sha256": run.checksum, "kind": str(run.kind)}
    facts |= {str(outcome): count for outcome, count in plan.counts.items()}
    audit.record(actor, "import.applied", kind="import_run", record_id=run.id, facts=facts)


def _waiting(session: Session, organisation_id: int, kind: Kind, checksum: str) -> ImportRun | None:
    """The same list, looked at before and not taken in: it need not be kept twice."""
    return session.scalar(
        select(ImportRun)
        .filter_by(
            organisation_id=organisation_id,
            kind=kind,
            checksum=checksum,
            status=RunStatus.PREVIEWED,
        )
        .order_by(ImportRun.id.desc())
        .limit(1)
    )


def _own(session: Session, run_id: int, actor: Actor) -> ImportRun:
    run = session.get(ImportRun, run_id, options=[undefer(ImportRun.data)], with_for_update=True)
    if run is None or run.organisation_id not in actor.organisations(Permission.RUN_IMPORTS):
        raise NotFound(_("There is no such import."))
    return run


def _wait_for_turn(session: Session) -> None:
    # SQLite's transaction() already lets one writer in at a time.
    if is_postgresql():
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})


def _plain_name(filename: str) -> str:
    """The last part of the name, printable and of a bearable length."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in name if sign.isprintable())[:NAME_LETTERS] or _("list")
