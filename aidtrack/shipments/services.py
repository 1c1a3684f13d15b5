"""What can happen to a shipment until it is on the road. Each function is one whole event."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from aidtrack.core import audit, codes, idempotency, numbering
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.documents import services as documents
from aidtrack.documents.models import PaperKind
from aidtrack.identity import queries as people
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places import services as places
from aidtrack.places.models import SITES, Place
from aidtrack.sharing import queries as sharing
from aidtrack.sharing.models import Purpose
from aidtrack.shipments import access, driving, goods, loading, waybills
from aidtrack.shipments.goods import ShipmentDetails, WantedLine
from aidtrack.shipments.loading import ExpiredGoods
from aidtrack.shipments.models import (
    Shipment,
    ShipmentLoad,
    ShipmentStatus,
)
from aidtrack.shipments.told import told
from aidtrack.stock import ledger
from aidtrack.stock.allocation import has_expired
from aidtrack.stock.ledger import Hold, Source, Transfer
from aidtrack.stock.models import MovementKind

SOURCE = "shipment"


def prepare(
    details: ShipmentDetails,
    lines: Sequence[WantedLine],
    *,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Draft a shipment. Nothing is kept for it yet. Returns its id."""
    request: dict[str, object] = {
        "details": asdict(details),
        "lines": [asdict(line) for line in lines],
    }
    with transaction() as session:
        origin = _origin(details.origin_id, actor)
        earlier = idempotency.earlier_result(key, "shipment.prepare", request)
        if earlier is not None:
            return earlier
        assert origin.organisation_id is not None
        _check_journey(details, origin.organisation_id)
        wanted = goods.in_base_units(lines)
        organisation = people.organisation(origin.organisation_id)
        shipment = Shipment(
            organisation_id=organisation.id,
            number=numbering.next_number(
                "SHP", organisation_id=organisation.id, country=organisation.country
            ),
            code=codes.new_code(),
            status=ShipmentStatus.DRAFT,
            created_at=at,
        )
        _describe(shipment, details)
        session.add(shipment)
        session.flush()
        goods.write(shipment.id, wanted)
        audit.record(
            actor,
            "shipment.prepared",
            kind=SOURCE,
            record_id=shipment.id,
            facts={"number": shipment.number, "lines": len(lines)},
        )
        idempotency.remember(key, "shipment.prepare", request, shipment.id)
        return shipment.id


def change(
    shipment_id: int,
    details: ShipmentDetails,
    lines: Sequence[WantedLine],
    *,
    key: UUID,
    actor: Actor,
) -> None:
    """Change a draft. Lots that were picked stay picked unless the goods are others."""
    request = {"id": shipment_id, "details": asdict(details), "lines": [asdict(x) for x in lines]}
    with transaction():
        shipment = access.locked_at_origin(shipment_id, Permission.PREPARE_SHIPMENTS, actor)
        if idempotency.earlier_result(key, "shipment.change", request) is not None:
            return
        access.expect(shipment, ShipmentStatus.DRAFT)
        origin = _origin(details.origin_id, actor)
        if origin.organisation_id != shipment.organisation_id:
            raise Invalid(_("A shipment stays with its organisation."), field="origin_id")
        _check_journey(details, shipment.organisation_id)
        wanted = goods.in_base_units(lines)
        before = told(shipment_id)
        if details.origin_id != shipment.origin_id or wanted != goods.written(shipment_id):
            goods.write(shipment_id, wanted)
        if details.driver_id != shipment.driver_id:
            driving.over(shipment_id, actor)
        _describe(shipment, details)
        audit.record(
            actor,
            "shipment.changed",
            kind=SOURCE,
            record_id=shipment_id,
            facts=audit.changes(before, told(shipment_id)),
        )
        idempotency.remember(key, "shipment.change", request, shipment_id)


def ready(shipment_id: int, *, why: str = "", key: UUID, actor: Actor, at: datetime) -> None:
    """Keep the goods for this shipment. A line without lots gets the first to expire.

    `why` says why it takes lots that are short-dated there, or meant for another area.
    Raises ShortOfGoods, naming every line that cannot be filled and what would mend it, and
    ReasonNeeded.
    """
    request: dict[str, object] = {"id": shipment_id} | ({"why": why} if why else {})
    with transaction():
        shipment = access.locked_at_origin(shipment_id, Permission.PREPARE_SHIPMENTS, actor)
        if idempotency.earlier_result(key, "shipment.ready", request) is not None:
            return
        access.expect(shipment, ShipmentStatus.DRAFT)
        _expect_received(shipment.destination, shipment.organisation_id)
        unusual = loading.expect_filled(shipment, why=why, on=at.date())
        ledger.reserve(_holds(shipment_id))
        shipment.status = ShipmentStatus.READY
        facts = {"reason": why.strip(), "lots": unusual} if unusual else {}
        audit.record(actor, "shipment.ready", kind=SOURCE, record_id=shipment_id, facts=facts)
        idempotency.remember(key, "shipment.ready", request, shipment_id)


def reopen(shipment_id: int, *, key: UUID, actor: Actor) -> None:
    """Back to a draft: what was kept for it is free for others again."""
    request: dict[str, object] = {"id": shipment_id}
    with transaction():
        shipment = access.locked_at_origin(shipment_id, Permission.PREPARE_SHIPMENTS, actor)
        if idempotency.earlier_result(key, "shipment.reopen", request) is not None:
            return
        access.expect(shipment, ShipmentStatus.READY)
        ledger.release(_holds(shipment_id))
        shipment.status = ShipmentStatus.DRAFT
        audit.record(actor, "shipment.reopened", kind=SOURCE, record_id=shipment_id)
        idempotency.remember(key, "shipment.reopen", request, shipment_id)


def cancel(shipment_id: int, *, reason: str, key: UUID, actor: Actor) -> None:
    """Call it off before it leaves. Its number stays taken, its goods are free again."""
    request: dict[str, object] = {"id": shipment_id, "reason": reason}
    with transaction():
        shipment = access.locked_at_origin(shipment_id, Permission.PREPARE_SHIPMENTS, actor)
        if idempotency.earlier_result(key, "shipment.cancel", request) is not None:
            return
        access.expect(shipment, ShipmentStatus.DRAFT, ShipmentStatus.READY)
        if not reason.strip():
            raise Invalid(_("Say why it is cancelled."), field="reason")
        if shipment.status == ShipmentStatus.READY:
            ledger.release(_holds(shipment_id))
        shipment.status = ShipmentStatus.CANCELLED
        driving.over(shipment_id, actor)
        audit.record(
            actor,
            "shipment.cancelled",
            kind=SOURCE,
            record_id=shipment_id,
            facts={"reason": reason},
        )
        idempotency.remember(key, "shipment.cancel", request, shipment_id)


def dispatch(
    shipment_id: int,
    *,
    seal_number: str = "",
    departed_at: datetime | None = None,
    languages: tuple[str, ...] = (),
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """It leaves: its goods are on the road, and its waybill is issued. Returns the paper's id.

    `languages`: one or two that the waybill speaks; the organisation's when empty.

    Raises ExpiredGoods, naming every lot, and InsufficientStock; nothing has left then.
    """
    request: dict[str, object] = {
        "id": shipment_id,
        "seal_number": seal_number,
        "departed_at": departed_at,
        "languages": languages,
    }
    with transaction():
        shipment = access.locked_at_origin(
            shipment_id, Permission.DISPATCH_SHIPMENTS, actor, *waybills.NEEDED
        )
        earlier = idempotency.earlier_result(key, "shipment.dispatch", request)
        if earlier is not None:
            return earlier
        access.expect(shipment, ShipmentStatus.READY)
        if departed_at is not None and departed_at > at:
            raise Invalid(_("It cannot have left in the future."), field="departed_at")
        loads = waybills.loads_of(shipment_id)
        _refuse_expired(loads, at)
        _post_dispatch(shipment, loads, left_at=departed_at or at, key=key, actor=actor)
        shipment.seal_number = seal_number
        shipment.dispatched_at = departed_at or at
        shipment.status = ShipmentStatus.ON_THE_ROAD
        paper = documents.issue(
            PaperKind.WAYBILL,
            waybills.facts(shipment, loads, languages),
            source=(SOURCE, shipment_id),
            organisation=shipment.organisation,
            actor=actor,
        )
        audit.record(
            actor,
            "shipment.dispatched",
            kind=SOURCE,
            record_id=shipment_id,
            facts={"seal_number": seal_number, "waybill": paper.number},
        )
        idempotency.remember(key, "shipment.dispatch", request, paper.id)
        return paper.id


def _origin(origin_id: int, actor: Actor) -> Place:
    """Where goods may leave from; its row is held, so that a key sent twice counts once."""
    origin = db.session.get(Place, origin_id, with_for_update={"key_share": True})
    if origin is None or not actor.may(
        Permission.VIEW_PLACES, organisation_id=origin.organisation_id, site_id=origin.site_id
    ):
        raise Invalid(_("There is no such place."), field="origin_id")
    require(
        actor,
        Permission.PREPARE_SHIPMENTS,
        organisation_id=origin.organisation_id,
        site_id=origin.site_id,
    )
    if origin.kind not in SITES or not origin.is_active:
        raise Invalid(_("Goods leave from a warehouse or a point that is open."), field="origin_id")
    return origin


def _check_journey(details: ShipmentDetails, organisation_id: int) -> None:
    if details.destination_id == details.origin_id:
        raise Invalid(_("It is there already: choose another place."), field="destination_id")
    destination = db.session.get(Place, details.destination_id)
    if destination is None or destination.kind not in SITES or not destination.is_active:
        raise Invalid(_("There is no such place."), field="destination_id")
    _expect_received(destination, organisation_id)
    if details.departs_at and details.expected_at and details.expected_at < details.departs_at:
        raise Invalid(_("It cannot arrive before it leaves."), field="expected_at")
    if details.driver_id is not None:
        driving.expect_driver(details.driver_id, organisation_id)


def _expect_received(destination: Place, organisation_id: int) -> None:
    """Goods go to one's own places, and to those that a partner shares to receive there."""
    if destination.organisation_id != organisation_id and not sharing.is_shared_with(
        "place", destination.id, organisation_id, Purpose.RECEIVE
    ):
        raise Invalid(
            _(
                "This place is not yours, and its owner does not share it with you to receive"
                " there. Choose another, or ask them."
            ),
            field="destination_id",
        )


def _describe(shipment: Shipment, details: ShipmentDetails) -> None:
    for name, value in asdict(details).items():
        setattr(shipment, name, value)


def _holds(shipment_id: int) -> list[Hold]:
    load = ShipmentLoad
    rows = db.session.execute(
        select(load.place_id, load.lot_id, load.quantity).where(load.shipment_id == shipment_id)
    )
    return [Hold(row.place_id, row.lot_id, row.quantity) for row in rows]


def _refuse_expired(loads: Sequence[waybills.Load], at: datetime) -> None:
    expired = [load for load in loads if has_expired(load.expires_on, on=at.date())]
    if not expired:
        return
    sentences = [
        _(
            "Lot %(lot)s of %(item)s expired on %(day)s.",
            lot=load.lot_number,
            item=load.item_label,
            day=load.expires_on,
        )
        for load in expired
    ]
    raise ExpiredGoods(
        " ".join(sentences) + " " + _("Make the shipment a draft again and choose other lots."),
        lots=[load.lot_number for load in expired],
    )


def _post_dispatch(
    shipment: Shipment,
    loads: Sequence[waybills.Load],
    *,
    left_at: datetime,
    key: UUID,
    actor: Actor,
) -> None:
    """One movement from the bins to the shipment's own place; what was kept is given back."""
    if shipment.in_transit_place_id is None:
        shipment.in_transit_place_id = places.add_in_transit(
            shipment.organisation_id, shipment.number
        )
    road = shipment.in_transit_place_id
    ledger.post(
        [Transfer(load.lot_id, load.place_id, road, load.quantity) for load in loads],
        kind=MovementKind.DISPATCH,
        source=Source(SOURCE, shipment.id),
        organisation_id=shipment.organisation_id,
        recorded_by_id=actor.user_id,
        occurred_at=left_at,
        key=key,
        releases=[Hold(load.place_id, load.lot_id, load.quantity) for load in loads],
    )
