"""Reads what a shipment is to carry, for checking it box by box."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place
from aidtrack.shipments import access, queries
from aidtrack.shipments.models import Shipment, ShipmentStatus
from aidtrack.shipments.queries import ShipmentDetail

OPEN = (ShipmentStatus.DRAFT, ShipmentStatus.READY, ShipmentStatus.ON_THE_ROAD)
Destination = aliased(Place, name="destination")


def loads(shipment_id: int, actor: Actor) -> ShipmentDetail:
    """The shipment with its loads. Raises NotFound for what is not the reader's to see."""
    return queries.detail(shipment_id, actor)


def shipments(actor: Actor, most: int) -> list[tuple[int, str]]:
    """(id, "SHP-12 · to School 4") of those that are still to be loaded or unloaded."""
    if not actor.may(Permission.VIEW_SHIPMENTS):
        return []
    rows = db.session.execute(
        select(Shipment.id, Shipment.number, Destination.name, Destination.names)
        .join(Destination, Destination.id == Shipment.destination_id)
        .where(access.seen(actor), Shipment.status.in_(OPEN))
        .order_by(Shipment.id.desc())
        .limit(most)
    )
    return [(row.id, f"{row.number} · {name_in(row.name, row.names)}") for row in rows]
