"""The numbers of the first page: each counts exactly what the list behind it shows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from aidtrack.core.db import db
from aidtrack.core.i18n import lazy
from aidtrack.distributions import queries as distributions
from aidtrack.distributions.models import Distribution, DistributionStatus
from aidtrack.donations.models import Donation, DonationStatus
from aidtrack.donations.receipts import seen_by
from aidtrack.identity.permissions import Actor, Permission, Role
from aidtrack.jobs import queries as jobs
from aidtrack.jobs.queries import JobView
from aidtrack.shipments.overview import ShipmentView
from aidtrack.shipments.overview import counting as shipments
from aidtrack.stock import minimums
from aidtrack.stock.queries import StockFilter, StockView, rows_held

# Where lines are counted, counting stops here, and the page says "1,000 or more".
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Number:
    """How many there are, in words, and the list that shows them.

    `is_bad` when they ask for somebody; `is_at_least` when counting stopped there.
    """

    name: str
    label: str
    total: int
    url: str
    icon: str
    is_bad: bool
    is_at_least: bool


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a number is counted: a statement with one count, or else rows up to MOST."""

    label: object
    url: str
    icon: str
    permission: Permission
    counted: Callable[[Actor], Select[Any]]
    tone: str = ""
    is_rows: bool = False


def _stock(view: StockView) -> Callable[[Actor], Select[Any]]:
    return lambda actor: rows_held(actor, StockFilter(view=view))


def _shipments(view: ShipmentView) -> Callable[[Actor], Select[Any]]:
    return lambda actor: shipments(actor, view)


def _jobs(view: JobView) -> Callable[[Actor], Select[Any]]:
    return lambda actor: jobs.counting(actor, view)


def _donations(actor: Actor) -> Select[Any]:
    return select(func.count(Donation.id)).where(
        Donation.organisation_id.in_(seen_by(actor)), Donation.status == DonationStatus.PLEDGED
    )


def _distributions(actor: Actor) -> Select[Any]:
    return select(func.count(Distribution.id)).where(
        distributions.seen(actor), Distribution.status == DistributionStatus.PLANNED
    )


P, V = Permission, ShipmentView
KINDS = {
    "arriving_today": _Kind(
        lazy("Arriving today"), "/shipments?view=arriving_today", "in", P.VIEW_SHIPMENTS,
        _shipments(V.ARRIVING_TODAY),
    ),
    "leaving_today": _Kind(
        lazy("Leaving today"), "/shipments?view=leaving_today", "out", P.VIEW_SHIPMENTS,
        _shipments(V.LEAVING_TODAY),
    ),
    "on_the_road": _Kind(
        lazy("Shipments on the road"), "/shipments?view=on_the_road", "truck", P.VIEW_SHIPMENTS,
        _shipments(V.ON_THE_ROAD),
    ),
    "differences": _Kind(
        lazy("Differences to settle"), "/shipments?view=attention", "alert", P.VIEW_SHIPMENTS,
        _shipments(V.ATTENTION), "bad",
    ),
    "silent": _Kind(
        lazy("Phones that have not synced"), "/shipments?view=silent", "phone", P.VIEW_SHIPMENTS,
        _shipments(V.SILENT), "bad",
    ),
    "donations_to_come": _Kind(
        lazy("Donations to receive"), "/donations?view=expected", "heart", P.VIEW_DONATIONS,
        _donations,
    ),
    "distributions_planned": _Kind(
        lazy("Distributions planned"), "/distributions?status=planned", "hands",
        P.VIEW_DISTRIBUTIONS, _distributions,
    ),
    "below_minimum": _Kind(
        lazy("Below the minimum"), "/stock/minimums?below=true", "chart", P.VIEW_STOCK,
        minimums.rows_below, "bad", is_rows=True,
    ),
    "expiring": _Kind(
        lazy("Lots that expire in 90 days"), "/stock?view=expiring", "hour", P.VIEW_STOCK,
        _stock(StockView.EXPIRING), is_rows=True,
    ),
    "expired": _Kind(
        lazy("Lots that have expired"), "/stock?view=expired", "cross", P.VIEW_STOCK,
        _stock(StockView.EXPIRED), "bad", is_rows=True,
    ),
    "jobs": _Kind(
        lazy("Your jobs at work"), "/jobs?view=unfinished", "gear", P.VIEW_JOBS,
        _jobs(JobView.UNFINISHED),
    ),
    "failed_jobs": _Kind(
        lazy("Your jobs that failed"), "/jobs?view=failed", "alert", P.VIEW_JOBS,
        _jobs(JobView.FAILED), "bad",
    ),
}  # fmt: skip
# What each asks first. Drivers and donors have first pages of their own.
_STORE = (
    "arriving_today", "leaving_today", "donations_to_come", "differences", "silent",
    "below_minimum", "expiring", "expired",
)  # fmt: skip
OF_ROLE: dict[Role, tuple[str, ...]] = {
    Role.LOGISTICIAN: (*_STORE, "jobs", "failed_jobs"),
    Role.ADMINISTRATOR: (
        *_STORE, "on_the_road", "distributions_planned", "failed_jobs", "jobs",
    ),
    Role.COORDINATOR: (
        "donations_to_come", "on_the_road", "distributions_planned", "differences", "silent",
        "below_minimum", "expiring",
    ),
    Role.AUDITOR: (
        "differences", "silent", "expired", "below_minimum", "on_the_road",
        "donations_to_come", "distributions_planned",
    ),
}  # fmt: skip


def asked_of(actor: Actor) -> tuple[str, ...]:
    """Names of the numbers that the person's roles ask for, in the order of the page."""
    roles = dict.fromkeys(grant.role for grant in actor.grants)
    names = dict.fromkeys(name for role in roles for name in OF_ROLE.get(role, ()))
    return tuple(name for name in names if actor.may(KINDS[name].permission))


def count(actor: Actor, names: Iterable[str]) -> dict[str, int]:
    """How many there are of each, in one statement."""
    wanted = {name: _count(KINDS[name], actor) for name in names}
    columns = (each.scalar_subquery().label(name) for name, each in wanted.items())
    return dict(db.session.execute(select(*columns)).one()._mapping)


def told(actor: Actor, totals: Mapping[str, int]) -> tuple[Number, ...]:
    """The person's numbers, in words and with their lists."""
    return tuple(_number(name, KINDS[name], totals[name]) for name in asked_of(actor))


def _count(kind: _Kind, actor: Actor) -> Select[Any]:
    if not kind.is_rows:
        return kind.counted(actor)
    return select(func.count()).select_from(kind.counted(actor).limit(MOST).subquery())


def _number(name: str, kind: _Kind, total: int) -> Number:
    return Number(
        name=name,
        label=str(kind.label),
        total=total,
        url=kind.url,
        icon=kind.icon,
        is_bad=total > 0 and kind.tone == "bad",
        is_at_least=kind.is_rows and total >= MOST,
    )
