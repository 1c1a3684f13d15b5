"""What a draft says, in words that the audit keeps before and after a change."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.i18n import lazy
from aidtrack.places.models import Place
from aidtrack.shipments.models import Shipment, ShipmentLine, ShipmentLoad
from aidtrack.stock.models import lot_number

FIELDS = {
    "origin": lazy("From"),
    "destination": lazy("To"),
    "goods": lazy("Goods"),
    "loads": lazy("Lots"),
    "transport": lazy("How it travels"),
    "transport_reference": lazy("Transport paper"),
    "carrier": lazy("Carrier"),
    "vehicle_plate": lazy("Vehicle plate"),
    "trailer_plate": lazy("Trailer plate"),
    "driver_name": lazy("Driver's name"),
    "driver_phone": lazy("Driver's phone"),
    "requisition_reference": lazy("For request"),
    "departs_at": lazy("Leaves"),
    "expected_at": lazy("Expected there"),
    "note": lazy("Comments on the waybill"),
}
KEPT = [name for name in FIELDS if name not in {"origin", "destination", "goods", "loads"}]


def told(shipment_id: int) -> dict[str, object]:
    """Every field of the draft as it stands in the database now."""
    origin, destination = aliased(Place), aliased(Place)
    row = db.session.execute(
        select(Shipment, origin.name.label("origin"), destination.name.label("destination"))
        .join(origin, origin.id == Shipment.origin_id)
        .join(destination, destination.id == Shipment.destination_id)
        .where(Shipment.id == shipment_id)
    ).one()
    lines = db.session.execute(
        select(Item.name, ShipmentLine.quantity)
        .join(Item, Item.id == ShipmentLine.item_id)
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(ShipmentLine.line_number)
    )
    return {
        "origin": row.origin,
        "destination": row.destination,
        "goods": "; ".join(f"{line.name} × {line.quantity}" for line in lines),
        **{name: _said(getattr(row.Shipment, name)) for name in KEPT},
    }


def _said(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return str(value) if value is not None else None


def loads_told(shipment_id: int) -> str:
    """Which lots it takes, from where, and how much of each."""
    load = ShipmentLoad
    rows = db.session.execute(
        select(load.lot_id, Place.name, load.quantity)
        .join(Place, Place.id == load.place_id)
        .where(load.shipment_id == shipment_id)
        .order_by(load.lot_id, load.place_id)
    )
    return "; ".join(f"{lot_number(row.lot_id)} ({row.name}) × {row.quantity}" for row in rows)
