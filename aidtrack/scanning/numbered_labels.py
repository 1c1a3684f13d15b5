"""Labels of boxes and pallets that have numbers, with the bars that GS1 lays down for them."""

from contextlib import suppress
from dataclasses import replace

from sqlalchemy import Row, select

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.scanning import goods_labels, gs1_bars, numbers
from aidtrack.scanning.gs1_bars import Bars
from aidtrack.scanning.labels import Label
from aidtrack.scanning.models import ItemBarcode
from aidtrack.scanning.numbers import Numbered
from aidtrack.shipments import queries as shipments
from aidtrack.shipments.queries import ShipmentDetail

# The GTINs of (item, pack); of a single one the pack is None.
Gtins = dict[tuple[int, int | None], str]


def labels(run_id: int, actor: Actor, home: str) -> list[Label]:
    """The labels of a run, as often as they are wanted; what the reader may no longer see is left
    out. Raises NotFound for a run of others.
    """
    run = numbers.run(run_id, actor)
    lots = goods_labels.lots_of({x.lot_id for x in run.numbers if x.lot_id is not None}, actor)
    origins = goods_labels.origins_of(set(lots))
    gtins = _gtins({row.item_id for row in lots.values()}, run.organisation_id)
    shipment = _shipment(run.numbers[0].shipment_id, actor)
    found = []
    for each in run.numbers:
        row = lots.get(each.lot_id or 0)
        if row is not None:
            found.append(_of_lot(each, row, shipment, origins.get(row.id, ""), gtins))
        elif each.lot_id is None and shipment is not None:
            found.append(_mixed(each, shipment))
    return [replace(label, address=f"{home}/s/{label.code}") for label in found]


def _of_lot(
    each: Numbered, row: Row, shipment: ShipmentDetail | None, origin: str, gtins: Gtins
) -> Label:
    quantity = each.quantity or 1
    route = goods_labels.route_of(shipment) if shipment else ""
    plain = goods_labels.box(row, quantity, route, origin)
    size = row.pack_size or quantity
    is_pallet = quantity > size and not quantity % size
    boxes = (_("Boxes"), f"{quantity // size} × {size}" if is_pallet else "")
    return replace(
        plain,
        code=f"00{each.sscc}",
        facts=(boxes, *plain.facts),
        bars=_with_content(each, _content(row, quantity, gtins)),
    )


def _mixed(each: Numbered, shipment: ShipmentDetail) -> Label:
    return Label(
        code=f"00{each.sscc}",
        address="",
        title=_("Mixed goods"),
        strong=shipment.number,
        facts=((_("From, to"), goods_labels.route_of(shipment)),),
        bars=_with_content(each, None),
    )


def _with_content(each: Numbered, content: Bars | None) -> tuple[Bars, ...]:
    number = gs1_bars.of_number(each.sscc)
    return (content, number) if content else (number,)


def _content(row: Row, quantity: int, gtins: Gtins) -> Bars | None:
    """What is inside: boxes by their code when there are several, or else single ones by theirs.
    Without a code that GS1 gave, the bars cannot say it.
    """
    size = row.pack_size or 1
    boxes = quantity // size if size > 1 and not quantity % size else 0
    of_box = gtins.get((row.item_id, row.pack_id), "") if boxes else ""
    of_one = gtins.get((row.item_id, None), "")
    if of_box and (boxes > 1 or not of_one):
        return gs1_bars.of_content(of_box, boxes, row.expires_on, row.batch_number)
    if not of_one:
        return None
    return gs1_bars.of_content(of_one, quantity, row.expires_on, row.batch_number)


def _gtins(item_ids: set[int], organisation_id: int) -> Gtins:
    rows = db.session.execute(
        select(ItemBarcode.item_id, ItemBarcode.pack_id, ItemBarcode.code)
        .where(
            ItemBarcode.organisation_id == organisation_id,
            ItemBarcode.item_id.in_(item_ids),
            ItemBarcode.is_gtin,
        )
        .order_by(ItemBarcode.id.desc())
    )
    return {(row.item_id, row.pack_id): row.code for row in rows}


def _shipment(shipment_id: int | None, actor: Actor) -> ShipmentDetail | None:
    if shipment_id is not None:
        with suppress(NotFound):
            return shipments.detail(shipment_id, actor)
    return None
