"""What another organisation reads of a shipment that is shared with it.

The goods, the ends and what became of them. Whoever is to receive it must know who comes and
whom to ring; to everybody else a shipment has no people, no streets and no plates.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import joinedload

from aidtrack.core.db import db
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.sharing.queries import OpenShare
from aidtrack.shipments import access
from aidtrack.shipments.contents import DeliveryDetail, LineDetail
from aidtrack.shipments.models import Shipment

if TYPE_CHECKING:
    from aidtrack.shipments.queries import End, ShipmentDetail


def as_shared(shipment: "ShipmentDetail", share: OpenShare) -> "ShipmentDetail":
    """The shipment as the other organisation may see it; nothing of it can be changed."""
    lines = tuple(map(_line, shipment.lines))
    deliveries = tuple(map(_delivery, shipment.deliveries))
    common = replace(
        shipment,
        shared=share,
        reader="partner",
        actions=(),
        driver_id=None,
        lines=lines,
        deliveries=deliveries,
        reports=(),
    )
    if share.is_to_receive:
        return common
    return replace(
        common,
        origin=_end(shipment.origin),
        destination=_end(shipment.destination),
        vehicle_plate="",
        trailer_plate="",
        driver="",
        driver_phone="",
        seal_number="",
        note="",
        lines=tuple(replace(line, note="") for line in lines),
    )


def opens_papers(shipment_id: int, actor: Actor) -> bool:
    """The waybill names its driver: it opens to whoever receives the goods, not to others."""
    found = db.session.get(Shipment, shipment_id, options=[joinedload(Shipment.destination)])
    if found is None:
        return False
    if access.may_see(actor, found):
        return access.receives(actor, Permission.VIEW_PAPERS, found)
    share = access.shared(actor, found.id)
    return share is not None and share.is_to_receive


def _end(end: "End") -> "End":
    return replace(end, address="", contact="", phone="", dock_instructions="")


def _line(line: LineDetail) -> LineDetail:
    """Whose gift it is and in which bin it lay is nobody else's business."""
    loads = (replace(load, donor="", place_id=0, place="") for load in line.loads)
    return replace(line, why_taken="", loads=tuple(loads))


def _delivery(delivery: DeliveryDetail) -> DeliveryDetail:
    return replace(
        delivery,
        receiver_name="",
        receiver_function="",
        note="",
        recorded_by="",
        undone_reason="",
        lines=tuple(replace(line, note="") for line in delivery.lines),
    )
