"""Reads one shipment with everything about it, what waits for a person, and what anyone may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from aidtrack.core import clock, codes
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.models import RoleAssignment, User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place
from aidtrack.sharing.queries import OpenShare
from aidtrack.shipments import access, contents, proposals
from aidtrack.shipments.balances import Outcome, outcome_of, sums_of
from aidtrack.shipments.contents import (
    DeliveryDetail,
    LineDetail,
    LoadDetail,
)
from aidtrack.shipments.models import (
    WAITING,
    Delivery,
    FieldReport,
    FieldReportState,
    Shipment,
    ShipmentStatus,
)
from aidtrack.shipments.shared import as_shared
from aidtrack.shipments.shortages import LineCheck

REPORTS_MAX = 200
# States in which a driver's link may be made, or one made earlier be revoked.
HAS_LINKS = (ShipmentStatus.READY, ShipmentStatus.ON_THE_ROAD, ShipmentStatus.DELIVERED)


@dataclass(frozen=True, slots=True)
class End:
    """Where a shipment starts or goes, and whom to ask for there."""

    id: int
    name: str
    organisation: str
    area: str
    address: str
    contact: str
    phone: str
    dock_instructions: str


@dataclass(frozen=True, slots=True)
class OpenReport:
    """What a phone said that waits for a person, and why it was refused."""

    id: int
    shipment_id: int | None
    state: FieldReportState
    code: str
    message: str
    who: str
    occurred_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ShipmentDetail:
    """One shipment with everything about it. Quantities in base units.

    `actions` are the events that this reader may cause now. `shared` says how it is open to
    a reader of another organisation.
    """

    id: int
    organisation_id: int
    number: str
    code: str
    status: ShipmentStatus
    reader: str
    outcome: Outcome | None
    actions: tuple[str, ...]
    origin: End
    destination: End
    transport: str
    transport_reference: str
    carrier: str
    vehicle_plate: str
    trailer_plate: str
    driver_id: int | None
    driver: str
    driver_phone: str
    seal_number: str
    requisition_reference: str
    departs_at: datetime | None
    expected_at: datetime | None
    dispatched_at: datetime | None
    delivered_at: datetime | None
    created_at: datetime
    note: str
    lines: tuple[LineDetail, ...]
    deliveries: tuple[DeliveryDetail, ...]
    reports: tuple[OpenReport, ...]
    shared: OpenShare | None = None

    @property
    def loads(self) -> tuple[LoadDetail, ...]:
        return tuple(load for line in self.lines for load in line.loads)

    @property
    def to_settle(self) -> tuple[LoadDetail, ...]:
        """Loads of which the destination said that something is damaged or missing."""
        return tuple(load for load in self.loads if load.to_settle)


@dataclass(frozen=True, slots=True)
class PublicShipment:
    """What anyone with its code may know: no people, no streets, no times under way."""

    number: str
    code: str
    status: ShipmentStatus
    organisation: str
    origin_area: str
    destination_area: str
    lines: tuple[LineDetail, ...]


def detail(shipment_id: int, actor: Actor) -> ShipmentDetail:
    """One shipment that the actor may see. Raises NotFound. Six statements, whatever its size."""
    found = _with_ends(shipment_id)
    if found is None or not access.may_see(actor, found):
        raise NotFound(_("There is no such shipment."))
    return _detail(found, actor)


def readable(shipment_id: int, actor: Actor) -> ShipmentDetail:
    """The same, or as much of it as its owner shares with the actor's organisation."""
    found = _with_ends(shipment_id)
    is_own = found is not None and access.may_see(actor, found)
    share = None if is_own else access.shared(actor, shipment_id)
    if found is None or not (is_own or share):
        raise NotFound(_("There is no such shipment."))
    whole = _detail(found, actor)
    return as_shared(whole, share) if share else whole


def _with_ends(shipment_id: int) -> Shipment | None:
    return db.session.get(
        Shipment,
        shipment_id,
        options=[
            joinedload(Shipment.organisation),
            joinedload(Shipment.origin).joinedload(Place.area),
            joinedload(Shipment.origin).joinedload(Place.organisation),
            joinedload(Shipment.destination).joinedload(Place.area),
            joinedload(Shipment.destination).joinedload(Place.organisation),
            joinedload(Shipment.driver),
        ],
        populate_existing=True,
    )


def _detail(found: Shipment, actor: Actor) -> ShipmentDetail:
    shipment_id = found.id
    deliveries = contents.deliveries_of(shipment_id)
    lines = contents.lines_of(shipment_id, deliveries)
    driver = found.driver
    return ShipmentDetail(
        **{name: getattr(found, name) for name in _COPIED},
        reader=access.reader_of(found.organisation_id, found.origin_id, actor),
        outcome=outcome_of(found.status, sums_of(lines)),
        actions=tuple(_actions(found, lines, deliveries, actor)),
        origin=_end(found.origin),
        destination=_end(found.destination),
        driver=driver.name if driver else found.driver_name,
        driver_phone=found.driver_phone or (driver.phone if driver else ""),
        lines=lines,
        deliveries=deliveries,
        reports=tuple(_open_reports(FieldReport.shipment_id == shipment_id)),
    )


def detail_at_office(shipment_id: int, actor: Actor) -> ShipmentDetail:
    """`detail`, but not by a journey's link: whoever drives has pages of their own."""
    if actor.journey_id is not None:
        raise NotFound(_("There is no such shipment."))
    return detail(shipment_id, actor)


def driven(shipment_id: int, actor: Actor) -> ShipmentDetail:
    """A shipment that the actor drives. Raises NotFound for every other, also an office's."""
    found = detail(shipment_id, actor)
    if found.driver_id != actor.user_id:
        raise NotFound(_("There is no such shipment."))
    return found


def shipment(shipment_id: int, actor: Actor) -> Shipment:
    """The row itself, for whoever may see it. Raises NotFound."""
    found = db.session.get(Shipment, shipment_id)
    if found is None or not access.may_see(actor, found):
        raise NotFound(_("There is no such shipment."))
    return found


def checks(shipment_id: int, actor: Actor) -> list[LineCheck]:
    """Which lots a draft would take now, why not others, and ways out of a shortage."""
    found = shipment(shipment_id, actor)
    access.require_at_origin(found, Permission.PREPARE_SHIPMENTS, actor)
    access.expect(found, ShipmentStatus.DRAFT)
    return proposals.check(found, on=clock.today())


def shipment_of_delivery(delivery_id: int, actor: Actor) -> int:
    """The shipment of a hand-over, for whoever may see it. Raises NotFound."""
    delivery = db.session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound(_("There is no such delivery."))
    return shipment(delivery.shipment_id, actor).id


def open_report(report_id: int, actor: Actor) -> OpenReport:
    """One of `open_reports`. Raises NotFound."""
    for report in open_reports(actor):
        if report.id == report_id:
            return report
    raise NotFound(_("There is no such report."))


def open_reports(actor: Actor) -> list[OpenReport]:
    """What phones said and a person must look at: of the actor's shipments and people."""
    theirs = select(Shipment.id).where(access.seen(actor))
    people = select(RoleAssignment.user_id).where(
        RoleAssignment.organisation_id.in_(actor.organisations(Permission.VIEW_SHIPMENTS))
    )
    return _open_reports(
        or_(
            FieldReport.shipment_id.in_(theirs),
            FieldReport.shipment_id.is_(None) & FieldReport.user_id.in_(people),
        )
    )


def public_shipment(typed: str) -> PublicShipment | None:
    """The shipment whose code was typed or scanned; None when there is none that left."""
    code = codes.cleaned(typed)
    found = db.session.scalar(
        select(Shipment)
        .where(
            Shipment.code == code,
            Shipment.status.in_((ShipmentStatus.ON_THE_ROAD, ShipmentStatus.DELIVERED)),
        )
        .options(
            joinedload(Shipment.organisation),
            joinedload(Shipment.origin).joinedload(Place.area),
            joinedload(Shipment.destination).joinedload(Place.area),
        )
    )
    if not code or found is None:
        return None
    return PublicShipment(
        number=found.number,
        code=found.code,
        status=found.status,
        organisation=found.organisation.name,
        origin_area=_area(found.origin),
        destination_area=_area(found.destination),
        lines=contents.lines_of(found.id),
    )


_COPIED = (
    "id", "organisation_id", "number", "code", "status", "transport", "transport_reference",
    "carrier", "vehicle_plate", "trailer_plate", "driver_id", "seal_number",
    "requisition_reference", "departs_at", "expected_at", "dispatched_at", "delivered_at",
    "created_at", "note",
)  # fmt: skip


def _actions(
    found: Shipment,
    lines: Iterable[LineDetail],
    deliveries: Iterable[DeliveryDetail],
    actor: Actor,
) -> Iterable[str]:
    """What this reader may cause now, in the order that pages offer it."""

    def sends(permission: Permission) -> bool:
        return access.sends(actor, permission, found)

    status, may = found.status, Permission
    if status == ShipmentStatus.DRAFT and sends(may.PREPARE_SHIPMENTS):
        yield from ("ready", "loads", "change", "cancel")
    if status == ShipmentStatus.READY:
        if sends(may.DISPATCH_SHIPMENTS):
            yield "dispatch"
        if sends(may.PREPARE_SHIPMENTS):
            yield from ("reopen", "cancel")
    if status in HAS_LINKS and sends(may.LINK_DRIVERS):
        yield "link_driver"
    untouched = all(load.on_the_road == load.quantity for line in lines for load in line.loads)
    if status == ShipmentStatus.ON_THE_ROAD:
        if access.may_hand_over(actor, found):
            yield "deliver"
        if sends(may.SETTLE_SHIPMENTS):
            yield "settle"
        if untouched and sends(may.REVERSE_MOVEMENTS):
            yield "undo_dispatch"
    standing = any(delivery.undone_at is None for delivery in deliveries)
    if standing and access.may_undo_delivery(actor, found):
        yield "undo_delivery"


def _open_reports(condition: ColumnElement[bool]) -> list[OpenReport]:
    rows = db.session.execute(
        select(FieldReport, User.name)
        .join(User, User.id == FieldReport.user_id)
        .where(FieldReport.state.in_(WAITING), condition)
        .order_by(FieldReport.id.desc())
        .limit(REPORTS_MAX)
    )
    return [
        OpenReport(
            id=report.id,
            shipment_id=report.shipment_id,
            state=report.state,
            code=report.refusal_code,
            message=report.refusal,
            who=name,
            occurred_at=report.occurred_at,
            received_at=report.received_at,
        )
        for report, name in rows
    ]


def _end(place: Place) -> End:
    return End(
        id=place.id,
        name=place.name_in(),
        organisation=place.organisation.name if place.organisation else "",
        area=_area(place),
        address=place.address,
        contact=place.contact,
        phone=place.phone,
        dock_instructions=place.dock_instructions,
    )


def _area(place: Place) -> str:
    return place.area.name_in() if place.area else ""
