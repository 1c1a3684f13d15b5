"""The first page of the day: what needs the reader, what comes, what leaves, what was reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue.units import Pack
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.distributions import queries as distributions
from aidtrack.distributions.models import Distribution, DistributionStatus
from aidtrack.donations.models import Donation, DonationStatus
from aidtrack.donations.receipts import seen_by
from aidtrack.identity import duties
from aidtrack.identity.duties import Alone
from aidtrack.identity.permissions import Actor
from aidtrack.partners.models import Partner
from aidtrack.places.models import Area, Place
from aidtrack.reports.first_hour import Step, steps
from aidtrack.reports.numbers import Number, asked_of, count, told
from aidtrack.shipments import access, due
from aidtrack.shipments.models import Shipment, ShipmentStatus
from aidtrack.shipments.overview import ShipmentFilter, ShipmentRow, ShipmentView, shipments
from aidtrack.stock.orders import BY_EXPIRY
from aidtrack.stock.queries import StockFilter, StockRow, StockView, stock
from aidtrack.stock.written_off import number_of_waiting

SHOWN = 4
AREAS_SHOWN = 6
Origin = aliased(Place, name="origin")
Destination = aliased(Place, name="destination")
EXPECTED = (DonationStatus.PLEDGED, DonationStatus.RECEIVING)


@dataclass(frozen=True, slots=True)
class ExpiringLot:
    """A lot in stock that has expired or soon will; base units over all its bins."""

    lot_id: int
    lot_number: str
    batch_number: str
    item: str
    base_unit: str
    pack: Pack | None
    site: str
    quantity: int
    expires_on: date

    def days_left(self, today: date) -> int:
        return (self.expires_on - today).days


@dataclass(frozen=True, slots=True)
class ExpectedDonation:
    """A gift that has not come whole."""

    id: int
    number: str
    donor: str
    expected_on: date | None


@dataclass(frozen=True, slots=True)
class Movement:
    """A shipment that comes or leaves; `moment` is when it is expected or planned to go."""

    id: int
    number: str
    status: ShipmentStatus
    origin: str
    destination: str
    moment: datetime | None


@dataclass(frozen=True, slots=True)
class DueDistribution:
    """A plan whose day has come."""

    id: int
    number: str
    site: str
    planned_on: date


@dataclass(frozen=True, slots=True)
class ReachedHere:
    """Households that received in an area."""

    area_id: int
    area: str
    name_as_written: str
    households: int


@dataclass(frozen=True, slots=True)
class Some:
    """The first of several, and how many there are."""

    rows: tuple[Any, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Today:
    """What the first page shows. Totals count what the lists behind them hold."""

    now: datetime
    day: date
    attention: tuple[ShipmentRow, ...]
    has_more_attention: bool
    expired: Some
    expiring: Some
    late_donations: Some
    due_distributions: Some
    arriving: Some
    leaving: Some
    numbers: tuple[Number, ...]
    reached: tuple[ReachedHere, ...]
    steps: tuple[Step, ...]
    to_approve: int
    alone: tuple[tuple[str, Alone], ...]

    @property
    def needs(self) -> int:
        """How many things need the reader: lines of the list that says them."""
        several = (self.expired, self.expiring)
        return (
            len(self.attention)
            + sum(1 for each in several if each.total)
            + len(self.late_donations.rows)
            + len(self.due_distributions.rows)
            + bool(self.to_approve)
        )

    @property
    def is_set_up(self) -> bool:
        return all(step.is_done for step in self.steps)


def today(actor: Actor) -> Today:
    """Everything of the first page, in a fixed number of statements."""
    now = clock.now()
    day = now.astimezone(ZoneInfo(actor.time_zone)).date()
    attention = shipments(actor, ShipmentFilter(view=ShipmentView.ATTENTION), limit=SHOWN)
    totals = count(actor, ("expired", "expiring", *asked_of(actor)))
    return Today(
        now=now,
        day=day,
        attention=tuple(attention.rows),
        has_more_attention=attention.next_cursor is not None,
        expired=_expiring(actor, StockView.EXPIRED, totals["expired"]),
        expiring=_expiring(actor, StockView.EXPIRING, totals["expiring"]),
        late_donations=_late_donations(actor, day),
        due_distributions=_due_distributions(actor, day),
        arriving=_movements(Shipment.expected_at, "arriving", actor),
        leaving=_movements(Shipment.departs_at, "leaving", actor),
        numbers=told(actor, totals),
        reached=tuple(_reached(actor)),
        steps=steps(actor),
        to_approve=number_of_waiting(actor),
        alone=tuple(duties.alone_at(actor)),
    )


def _expiring(actor: Actor, view: StockView, total: int) -> Some:
    """The lot that expires first, and how many rows the list of them has."""
    if not total:
        return Some((), 0)
    rows = stock(actor, StockFilter(view=view), sorting=BY_EXPIRY.up, limit=1).rows
    return Some(tuple(_expiring_lot(row) for row in rows), total)


def _expiring_lot(row: StockRow) -> ExpiringLot:
    assert row.expires_on is not None, "the list holds lots with a date"
    return ExpiringLot(
        lot_id=row.lot_id,
        lot_number=row.lot_number,
        batch_number=row.batch_number,
        item=row.item_label,
        base_unit=row.base_unit,
        pack=row.pack,
        site=row.site_name,
        quantity=row.quantity,
        expires_on=row.expires_on,
    )


def _late_donations(actor: Actor, day: date) -> Some:
    """Gifts that should have come by today, the latest first."""
    rows = db.session.execute(
        select(
            Donation.id,
            Donation.number,
            Donation.expected_on,
            Partner.name,
            Partner.names,
            func.count().over().label("total"),
        )
        .join(Partner, Partner.id == Donation.donor_id)
        .where(
            Donation.organisation_id.in_(seen_by(actor)),
            Donation.status.in_(EXPECTED),
            Donation.expected_on <= day,
        )
        .order_by(Donation.expected_on, Donation.id)
        .limit(SHOWN)
    ).all()
    found = (
        ExpectedDonation(row.id, row.number, name_in(row.name, row.names), row.expected_on)
        for row in rows
    )
    return Some(tuple(found), rows[0].total if rows else 0)


def _due_distributions(actor: Actor, day: date) -> Some:
    rows = db.session.execute(
        select(
            Distribution.id,
            Distribution.number,
            Distribution.distributed_on,
            Place.name,
            Place.names,
            func.count().over().label("total"),
        )
        .join(Place, Place.id == Distribution.site_id)
        .where(
            distributions.seen(actor),
            Distribution.status == DistributionStatus.PLANNED,
            Distribution.distributed_on <= day,
        )
        .order_by(Distribution.distributed_on, Distribution.id)
        .limit(SHOWN)
    ).all()
    found = (
        DueDistribution(row.id, row.number, name_in(row.name, row.names), row.distributed_on)
        for row in rows
    )
    return Some(tuple(found), rows[0].total if rows else 0)


def _movements(moment: Any, view: str, actor: Actor) -> Some:
    """The soonest of a view of the list of shipments, and how many it has."""
    rows = db.session.execute(
        select(
            Shipment,
            Origin.name.label("origin_name"),
            Origin.names.label("origin_names"),
            Destination.name.label("destination_name"),
            Destination.names.label("destination_names"),
            moment.label("moment"),
            func.count().over().label("total"),
        )
        .join(Origin, Origin.id == Shipment.origin_id)
        .join(Destination, Destination.id == Shipment.destination_id)
        .where(access.seen(actor), *due.ASKED[view](actor))
        .order_by(moment.nulls_last(), Shipment.id)
        .limit(SHOWN)
    ).all()
    found = (
        Movement(
            id=row.Shipment.id,
            number=row.Shipment.number,
            status=row.Shipment.status,
            origin=name_in(row.origin_name, row.origin_names),
            destination=name_in(row.destination_name, row.destination_names),
            moment=row.moment,
        )
        for row in rows
    )
    return Some(tuple(found), rows[0].total if rows else 0)


def _reached(actor: Actor) -> Iterable[ReachedHere]:
    """The areas where most households received."""
    households = func.sum(Distribution.households)
    # Summed and cut before the areas are looked up: there are far more distributions.
    most = (
        select(Distribution.area_id, households.label("households"))
        .where(distributions.seen(actor), Distribution.status == DistributionStatus.DONE)
        .group_by(Distribution.area_id)
        .having(households > 0)
        .order_by(households.desc(), Distribution.area_id)
        .limit(AREAS_SHOWN)
        .subquery()
    )
    rows = db.session.execute(
        select(Area, most.c.households)
        .join(most, most.c.area_id == Area.id)
        .order_by(most.c.households.desc(), Area.id)
    )
    for area, total in rows:
        yield ReachedHere(area.id, area.name_in(), area.name, int(total))
