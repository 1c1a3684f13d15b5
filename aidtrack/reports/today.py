"""The first page of the day: what needs the reader, what comes, what leaves, what was reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.catalogue.units import Pack
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.distributions import queries as distributions
from aidtrack.distributions.models import Distribution, DistributionStatus
from aidtrack.donations.models import Donation, DonationStatus
from aidtrack.identity.models import RoleAssignment
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.places.models import Area, Place, PlaceKind
from aidtrack.shipments import access
from aidtrack.shipments.models import Shipment, ShipmentStatus
from aidtrack.shipments.overview import ShipmentFilter, ShipmentRow, ShipmentView, shipments
from aidtrack.stock.models import Lot, StockBalance, lot_number
from aidtrack.stock.queries import EXPIRING_DAYS, HELD, seen

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
class Step:
    """One step of a new organisation's first hour."""

    name: str
    is_done: bool


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
    on_the_road: int
    donations_to_come: int
    distributions_planned: int
    reached: tuple[ReachedHere, ...]
    steps: tuple[Step, ...]

    @property
    def needs(self) -> int:
        """How many things need the reader: lines of the list that says them."""
        several = (self.expired, self.expiring)
        return (
            len(self.attention)
            + sum(1 for each in several if each.total)
            + len(self.late_donations.rows)
            + len(self.due_distributions.rows)
        )

    @property
    def is_set_up(self) -> bool:
        return all(step.is_done for step in self.steps)


def today(actor: Actor) -> Today:
    """Everything of the first page, in a fixed number of statements."""
    now = clock.now()
    day = now.astimezone(ZoneInfo(actor.time_zone)).date()
    soon = day + timedelta(days=EXPIRING_DAYS)
    attention = shipments(actor, ShipmentFilter(view=ShipmentView.ATTENTION), limit=SHOWN)
    return Today(
        now=now,
        day=day,
        attention=tuple(attention.rows),
        has_more_attention=attention.next_cursor is not None,
        expired=_expiring(actor, Lot.expires_on < day),
        expiring=_expiring(actor, Lot.expires_on.between(day, soon)),
        late_donations=_late_donations(actor, day),
        due_distributions=_due_distributions(actor, day),
        arriving=_arriving(actor),
        leaving=_leaving(actor),
        **_counts(actor),
        reached=tuple(_reached(actor)),
        steps=tuple(_steps(actor)),
    )


def _counts(actor: Actor) -> dict[str, int]:
    """What the lists behind the numbers hold, in one statement."""
    asked = {
        "on_the_road": select(func.count(Shipment.id)).where(
            access.seen(actor), Shipment.status == ShipmentStatus.ON_THE_ROAD
        ),
        "donations_to_come": select(func.count(Donation.id)).where(
            Donation.organisation_id.in_(actor.organisations(Permission.VIEW_DONATIONS)),
            Donation.status == DonationStatus.PLEDGED,
        ),
        "distributions_planned": select(func.count(Distribution.id)).where(
            distributions.seen(actor), Distribution.status == DistributionStatus.PLANNED
        ),
    }
    columns = (each.scalar_subquery().label(name) for name, each in asked.items())
    return dict(db.session.execute(select(*columns)).one()._mapping)


def _expiring(actor: Actor, when: ColumnElement[bool]) -> Some:
    """The lots that expire first, with how many there are, in one statement."""
    site = aliased(Place, name="site")
    rows = db.session.execute(
        select(
            Lot.id,
            Lot.batch_number,
            Lot.expires_on,
            Item,
            ItemPack,
            site.name,
            site.names,
            func.sum(StockBalance.quantity).label("quantity"),
            func.count().over().label("total"),
        )
        .join(StockBalance, StockBalance.lot_id == Lot.id)
        .join(Place, Place.id == StockBalance.place_id)
        .join(site, site.id == Place.site_id)
        .join(Item, Item.id == Lot.item_id)
        .outerjoin(ItemPack, ItemPack.id == Lot.pack_id)
        .where(HELD, seen(actor, Permission.VIEW_STOCK), when)
        .group_by(Lot.id, Item.id, ItemPack.id, site.id)
        .order_by(Lot.expires_on, Lot.id)
        .limit(1)
    ).all()
    return Some(tuple(_expiring_lot(row) for row in rows), rows[0].total if rows else 0)


def _expiring_lot(row: Any) -> ExpiringLot:
    return ExpiringLot(
        lot_id=row.id,
        lot_number=lot_number(row.id),
        batch_number=row.batch_number,
        item=row.Item.name_in(),
        base_unit=row.Item.base_unit,
        pack=Pack(row.ItemPack.name, row.ItemPack.size) if row.ItemPack else None,
        site=name_in(row.name, row.names),
        quantity=int(row.quantity),
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
            Donation.organisation_id.in_(actor.organisations(Permission.VIEW_DONATIONS)),
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


def _arriving(actor: Actor) -> Some:
    """On the road, or ready, to a site of the reader's; soonest first."""
    return _movements(
        Shipment.expected_at,
        Shipment.status.in_((ShipmentStatus.READY, ShipmentStatus.ON_THE_ROAD)),
        _theirs(actor, Destination),
    )


def _leaving(actor: Actor) -> Some:
    """Not gone yet from a site of the reader's; soonest first."""
    return _movements(
        Shipment.departs_at,
        Shipment.status.in_((ShipmentStatus.DRAFT, ShipmentStatus.READY)),
        _theirs(actor, Origin),
    )


def _theirs(actor: Actor, end: Any) -> ColumnElement[bool]:
    permission = Permission.VIEW_SHIPMENTS
    return or_(
        end.organisation_id.in_(actor.organisations(permission)),
        end.id.in_(actor.sites(permission)),
    )


def _movements(moment: Any, *conditions: ColumnElement[bool]) -> Some:
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
        .where(*conditions)
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
    rows = db.session.execute(
        select(Area, households.label("households"))
        .join(Distribution, Distribution.area_id == Area.id)
        .where(distributions.seen(actor), Distribution.status == DistributionStatus.DONE)
        .group_by(Area.id)
        .having(households > 0)
        .order_by(households.desc(), Area.id)
        .limit(AREAS_SHOWN)
    )
    for area, total in rows:
        yield ReachedHere(area.id, area.name_in(), area.name, int(total))


def _steps(actor: Actor) -> Iterable[Step]:
    """The first hour of a new organisation, for whoever may take its steps; one statement."""
    mine = actor.organisations(Permission.MANAGE_PLACES)
    if not mine:
        return
    people = select(func.count(RoleAssignment.user_id.distinct())).where(
        RoleAssignment.organisation_id.in_(mine)
    )
    asked = {
        "warehouse": exists().where(_site_of(mine, PlaceKind.WAREHOUSE)),
        "items": exists().where(Item.is_active),
        "point": exists().where(_site_of(mine, PlaceKind.DISTRIBUTION_POINT)),
        "donor": exists().where(
            Partner.organisation_id.in_(mine), Partner.kind == PartnerKind.DONOR
        ),
        "people": people.scalar_subquery() > 1,
        "donation": exists().where(Donation.organisation_id.in_(mine)),
        "shipment": exists().where(Shipment.organisation_id.in_(mine)),
        "distribution": exists().where(Distribution.organisation_id.in_(mine)),
    }
    row = db.session.execute(select(*(is_done.label(name) for name, is_done in asked.items())))
    yield from (Step(name, bool(is_done)) for name, is_done in row.one()._mapping.items())


def _site_of(organisations: frozenset[int], kind: PlaceKind) -> ColumnElement[bool]:
    return Place.organisation_id.in_(organisations) & (Place.kind == kind) & Place.is_active
