"""What a shipment is asked for: its journey, and its goods line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from aidtrack.catalogue import units
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.shipments.models import ShipmentLine, ShipmentLoad, TransportMode
from aidtrack.stock.ledger import QUANTITY_MAX

LINES_MAX = 500

Goods = tuple[int, int | None, int, str]
"""(item id, pack id, base units, note)"""


@dataclass(frozen=True, slots=True)
class ShipmentDetails:
    """Where it goes and who takes it. A driver is a person with an account, or just a name."""

    origin_id: int
    destination_id: int
    transport: TransportMode = TransportMode.ROAD
    transport_reference: str = ""
    carrier: str = ""
    vehicle_plate: str = ""
    trailer_plate: str = ""
    driver_id: int | None = None
    driver_name: str = ""
    driver_phone: str = ""
    requisition_reference: str = ""
    departs_at: datetime | None = None
    expected_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class WantedLine:
    """What to send: `quantity` packs of `pack_id`, or base units when there is no pack."""

    item_id: int
    quantity: int
    pack_id: int | None = None
    note: str = ""


def in_base_units(lines: Sequence[WantedLine]) -> list[Goods]:
    """(item id, pack id, base units, note) of each line. Names every line that cannot be."""
    if not 0 < len(lines) <= LINES_MAX:
        raise Invalid(_("Name 1 to %(most)d lines of goods.", most=LINES_MAX), field="lines")
    wanted = {line.item_id for line in lines}
    known = set(db.session.scalars(select(Item.id).where(Item.id.in_(wanted), Item.is_active)))
    packs = {line.pack_id for line in lines if line.pack_id is not None}
    sizes = {
        (pack.item_id, pack.id): pack.size
        for pack in db.session.scalars(select(ItemPack).where(ItemPack.id.in_(packs)))
    }
    problems: list[dict[str, str]] = []
    found: list[Goods] = []
    for index, line in enumerate(lines):
        size = sizes.get((line.item_id, line.pack_id)) if line.pack_id is not None else 1
        quantity = units.pieces(line.quantity, size)
        if line.item_id not in known:
            problems.append(_problem(index, "item_id", _("There is no such item.")))
        elif size is None:
            problems.append(_problem(index, "pack_id", _("The item is not packed like this.")))
        elif not 0 < quantity <= QUANTITY_MAX:
            problems.append(_problem(index, "quantity", _("Send at least one, and not so many.")))
        found.append((line.item_id, line.pack_id, quantity, line.note))
    if problems:
        raise Invalid(_("Some lines cannot be sent."), problems=problems)
    return found


def written(shipment_id: int) -> list[Goods]:
    line = ShipmentLine
    rows = db.session.execute(
        select(line.item_id, line.pack_id, line.quantity, line.note)
        .where(line.shipment_id == shipment_id)
        .order_by(line.line_number)
    )
    return [(row.item_id, row.pack_id, row.quantity, row.note) for row in rows]


def write(shipment_id: int, goods: Sequence[Goods]) -> None:
    """Put these lines in the place of what the draft had."""
    for table in (ShipmentLoad, ShipmentLine):
        db.session.execute(delete(table).where(table.shipment_id == shipment_id))
    db.session.execute(
        insert(ShipmentLine),
        [
            {
                "shipment_id": shipment_id,
                "line_number": number,
                "item_id": item_id,
                "pack_id": pack_id,
                "quantity": quantity,
                "note": note,
            }
            for number, (item_id, pack_id, quantity, note) in enumerate(goods, start=1)
        ],
    )


def _problem(index: int, name: str, message: str) -> dict[str, str]:
    return {"field": f"lines-{index}-{name}", "message": message}
