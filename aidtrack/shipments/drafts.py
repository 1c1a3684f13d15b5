"""Between drafts and the forms that show them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from aidtrack.catalogue.units import pack_label
from aidtrack.core.counted import MANY, unit_name
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.shipments import choices
from aidtrack.shipments.queries import ShipmentDetail
from aidtrack.shipments.shortages import LineCheck
from aidtrack.stock.picking import picked

SAME_NAME = (
    "transport", "transport_reference", "carrier", "vehicle_plate", "trailer_plate", "driver_id",
    "driver_phone", "requisition_reference", "departs_at", "expected_at", "note",
)  # fmt: skip


def offered(
    actor: Actor, shipment: ShipmentDetail | None = None, *, with_full: bool = False
) -> tuple[dict[str, list[Any]], list[str]]:
    """Places, drivers and goods with their packs to choose from, by the name of the field; and
    the names of places that are left out because they are full.
    """
    goods = choices.goods(actor, [line.item_id for line in shipment.lines] if shipment else [])
    places, full = choices.destinations(actor)
    kept = shipment.destination.id if shipment else None
    left_out = {} if with_full else {key: name for key, name in full if key != kept}
    fields: dict[str, list[Any]] = {
        "origin_id": choices.origins(actor),
        "destination_id": [each for each in places if each[0] not in left_out],
        "driver_id": choices.drivers(actor),
        "item_id": goods,
        "pack_id": [
            (
                pack.id,
                _("%(pack)s of %(size)s", pack=pack_label(pack.name), size=pack.size),
                None,
                {
                    "size": pack.size,
                    "item": pack.item_label,
                    "unit": unit_name(pack.base_unit, MANY),
                },
            )
            for pack in choices.packs(goods)
        ],
    }
    return fields, list(left_out.values())


def of_picked(picks: Sequence[str], actor: Actor) -> dict[str, Any]:
    """The form with the goods that were ticked in stock: what is free of them, item by item."""
    rows = picked(picks, actor)
    if len({row.site_id for row in rows}) != 1:
        return {}
    free: dict[int, int] = defaultdict(int)
    for row in rows:
        free[row.item_id] += row.free
    lines = [{"item_id": item_id, "quantity": total} for item_id, total in free.items() if total]
    return {"origin_id": rows[0].site_id, "lines": lines}


def as_form(shipment: ShipmentDetail) -> dict[str, Any]:
    """A draft as the form that prepared it."""
    return {name: getattr(shipment, name) for name in SAME_NAME} | {
        "origin_id": shipment.origin.id,
        "destination_id": shipment.destination.id,
        "driver_name": "" if shipment.driver_id else shipment.driver,
        "lines": [
            {
                "item_id": line.item_id,
                "quantity": line.quantity // line.pack.size
                if line.pack_id and line.pack
                else line.quantity,
                "pack_id": line.pack_id,
                "note": line.note,
            }
            for line in shipment.lines
        ],
    }


def chosen(checks: Iterable[LineCheck]) -> dict[str, Any]:
    """Every lot of every line, with what is taken of it now."""
    lines = list(checks)
    return {
        "lines": [{"line_id": check.line_id} for check in lines],
        "loads": [
            {
                "line_id": check.line_id,
                "lot_id": lot.lot_id,
                "place_id": lot.place_id,
                "quantity": lot.picked or None,
            }
            for check in lines
            for lot in check.lots
        ],
    }
