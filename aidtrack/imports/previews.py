"""From the kept bytes of a list to its plan, and from the plan to what people are shown."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from aidtrack.core import clock
from aidtrack.core.errors import NotAllowed
from aidtrack.core.i18n import _
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require_everywhere
from aidtrack.imports.areas import plan_areas, read_areas
from aidtrack.imports.cells import same_name
from aidtrack.imports.gazetteer import read_gazetteer
from aidtrack.imports.headings import Kind, ListName
from aidtrack.imports.items import plan_items, read_catalogue
from aidtrack.imports.models import ImportRun, RunStatus
from aidtrack.imports.options import Options
from aidtrack.imports.places import plan_places
from aidtrack.imports.plans import ROWS_SHOWN, Extra, Outcome, Plan, RowPlan, Trouble
from aidtrack.imports.reading import read
from aidtrack.imports.recognise import recognise
from aidtrack.imports.stock import Owner, plan_stock

NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows will create or change something, and how many will not."""

    create: int = 0
    change: int = 0
    unchanged: int = 0
    skip: int = 0
    problem: int = 0

    @property
    def total(self) -> int:
        return self.create + self.change + self.unchanged + self.skip + self.problem


@dataclass(frozen=True, slots=True)
class ExtraGroup:
    """Things that will be made along the way: how many of a kind, and the first names."""

    kind: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, or (once `applied_at` is set) what it did.

    `rows` and `problems` hold the first 200; `problem_count` and `counts` count all.
    Send `fingerprint` with the wish to apply: it says which preview was seen.
    """

    id: int
    kind: Kind
    list_name: ListName
    filename: str
    status: RunStatus
    previewed_at: datetime
    applied_at: datetime | None
    counts: Counts
    notes: tuple[str, ...]
    extras: tuple[ExtraGroup, ...]
    unused_columns: tuple[str, ...]
    rows: tuple[RowPlan, ...]
    problems: tuple[Trouble, ...]
    problem_count: int
    can_apply: bool
    fingerprint: str
    imported_before_at: datetime | None


def make_plan(session: Session, run: ImportRun, data: bytes, actor: Actor) -> Plan:
    """Read the list and compare it with the database as it is now. Changes nothing."""
    expect_may_take_in(run, actor)
    options = Options.from_json(run.options)
    table = read(data, encoding=options.encoding, sheet=options.sheet)
    recognised = recognise(table, run.kind)
    organisation = session.get_one(Organisation, run.organisation_id)
    if recognised.list_name is ListName.AREAS:
        plan = plan_areas(recognised, read_areas(session))
    elif recognised.list_name is ListName.ITEMS:
        plan = plan_items(
            recognised,
            read_catalogue(session, run.organisation_id),
            currency=organisation.currency,
        )
    elif recognised.list_name is ListName.PLACES:
        gazetteer = read_gazetteer(session, run.organisation_id)
        plan = plan_places(recognised, gazetteer, options, organisation=organisation.name)
    else:
        plan = plan_stock(
            recognised,
            read_catalogue(session, run.organisation_id),
            read_gazetteer(session, run.organisation_id),
            options,
            owner=_owner(session, organisation, actor),
            today=clock.today(),
        )
    return replace(plan, notes=(*table.notes, *plan.notes))


def expect_may_take_in(run: ImportRun, actor: Actor) -> None:
    """Goods are more than a list: a token for lists alone brings none into stock."""
    if run.kind is Kind.STOCK:
        require_everywhere(actor, Permission.MOVE_STOCK, organisation_id=run.organisation_id)


def _owner(session: Session, organisation: Organisation, actor: Actor) -> Owner:
    """The organisation, and the others for which the actor may bring in stock."""
    ids = actor.organisations(Permission.RUN_IMPORTS) - {organisation.id}
    rows = session.execute(
        select(Organisation.name, Organisation.id).where(Organisation.id.in_(ids))
    )
    others = {same_name(name): key for name, key in rows}
    return Owner(organisation.id, organisation.name, organisation.currency, others)


def show(run: ImportRun, plan: Plan, imported_before_at: datetime | None) -> Preview:
    """The preview of a list that was not applied yet."""
    return Preview(
        id=run.id,
        kind=run.kind,
        list_name=plan.list_name,
        filename=run.filename,
        status=run.status,
        previewed_at=run.previewed_at,
        applied_at=run.applied_at,
        counts=counts_of(plan),
        notes=plan.notes,
        extras=grouped(plan.extras),
        unused_columns=plan.unused_columns,
        rows=plan.rows[:ROWS_SHOWN],
        problems=plan.troubles[:ROWS_SHOWN],
        problem_count=len(plan.troubles),
        can_apply=plan.has_work,
        fingerprint=plan.fingerprint,
        imported_before_at=imported_before_at,
    )


def show_applied(run: ImportRun) -> Preview:
    """What an applied import did, from what was kept of it."""
    kept = run.summary
    return Preview(
        id=run.id,
        kind=run.kind,
        list_name=ListName(kept["list_name"]),
        filename=run.filename,
        status=run.status,
        previewed_at=run.previewed_at,
        applied_at=run.applied_at,
        counts=Counts(**kept["counts"]),
        notes=tuple(kept["notes"]),
        extras=tuple(
            ExtraGroup(group["kind"], group["count"], tuple(group["names"]))
            for group in kept["extras"]
        ),
        unused_columns=(),
        rows=(),
        problems=(),
        problem_count=0,
        can_apply=False,
        fingerprint="",
        imported_before_at=None,
    )


def summary_of(plan: Plan) -> dict[str, Any]:
    """What is kept of a plan that was carried out; `show_applied` reads it."""
    return {
        "list_name": str(plan.list_name),
        "counts": asdict(counts_of(plan)),
        "notes": list(plan.notes),
        "extras": [asdict(group) for group in grouped(plan.extras)],
    }


def counts_of(plan: Plan) -> Counts:
    return Counts(**{str(outcome): plan.counts[outcome] for outcome in Outcome})


def grouped(extras: Iterable[Extra]) -> tuple[ExtraGroup, ...]:
    names: dict[str, list[str]] = {}
    for extra in extras:
        names.setdefault(extra.kind, []).append(extra.name)
    return tuple(
        ExtraGroup(kind, len(some), tuple(some[:NAMES_SHOWN])) for kind, some in names.items()
    )


def home_of(actor: Actor) -> int:
    """The organisation that the actor imports for: all of it must be theirs to fill."""
    organisation_id = actor.organisation_id
    if organisation_id not in actor.organisations(Permission.RUN_IMPORTS):
        raise NotAllowed(
            _("Your role does not allow imports for the whole organisation."),
            permission=str(Permission.RUN_IMPORTS),
        )
    return organisation_id
