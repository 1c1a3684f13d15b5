"""Reads what labels say: of items, lots, bins and boxes that the reader may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from babel.dates import format_date
from babel.numbers import format_decimal
from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.counted import unit_name
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _, current_language, name_in
from aidtrack.core.measured import measure
from aidtrack.donations import receipts
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner
from aidtrack.places.models import IN_STOCK, Place, PlaceKind
from aidtrack.scanning import codes
from aidtrack.scanning.codes import Code, CodeKind
from aidtrack.scanning.labels import Label
from aidtrack.shipments import queries as shipments
from aidtrack.shipments.queries import ShipmentDetail
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot, LotPart, lot_number

LABELS_MAX = 2_000
NAMED_MAX = 500
P = Permission
Site = aliased(Place, name="site")
Origin = aliased(Lot, name="origin")


@dataclass(frozen=True, slots=True)
class Part:
    """So much of a lot that goes into boxes, or is in one; None where only the lot is named."""

    lot_id: int
    quantity: int | None = None
    route: str = ""
    is_box: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to label. `of` are own codes; `picks` lots where they lie; `bins_of` a site, all of
    whose bins; a receipt what it brought; a shipment its load. `boxes`: one label for each box.
    """

    of: tuple[str, ...] = ()
    picks: tuple[tuple[int, int], ...] = ()
    bins_of: int | None = None
    receipt_id: int | None = None
    shipment_id: int | None = None
    boxes: bool = False


def labels(wanted: Wanted, actor: Actor, home: str) -> list[Label]:
    """A label for each; what the reader may not see is left out. Raises Invalid for too many."""
    read = _read(wanted)
    parts = _parts(wanted, read, actor)
    boxes = _boxes(read)
    lots = lots_of({part.lot_id for part in (*parts, *boxes)}, actor)
    origins = origins_of(set(lots))
    found = [
        *_items({code.id for code in read if code.kind == CodeKind.ITEM}, actor),
        *_places({code.id for code in read if code.kind == CodeKind.PLACE}, wanted.bins_of, actor),
        *(
            box(lots[each.lot_id], each.quantity or 1, "", origins.get(each.lot_id, ""))
            for each in boxes
            if each.lot_id in lots
        ),
    ]
    seen: set[int] = set()
    for part in parts:
        row = lots.get(part.lot_id)
        if row is None:
            continue
        origin = origins.get(row.id, "")
        if wanted.boxes:
            found += [box(row, each, part.route, origin) for each in _split(part, row)]
        elif row.id not in seen:
            found.append(_lot(row, origin))
        seen.add(row.id)
        if len(found) > LABELS_MAX:
            raise Invalid(_("At most %(most)d labels at a time.", most=LABELS_MAX), field="of")
    return [replace(label, address=f"{home}/s/{label.code}") for label in found]


def units(wanted: Wanted, boxes_each: int, actor: Actor) -> list[tuple[int, int]]:
    """(lot, quantity) of every box, or of every pallet of so many boxes, that the actor packs."""
    read = _read(wanted)
    parts = [*_boxes(read), *_parts(wanted, read, actor)]
    lots = lots_of({part.lot_id for part in parts}, actor, P.MOVE_STOCK)
    found: list[tuple[int, int]] = []
    for part in parts:
        row = lots.get(part.lot_id)
        if row is None:
            continue
        sizes = [part.quantity or 1] if part.is_box else _split(part, row, boxes_each)
        found += [(row.id, size) for size in sizes]
        if len(found) > LABELS_MAX:
            raise Invalid(_("At most %(most)d labels at a time.", most=LABELS_MAX), field="of")
    return found


def _read(wanted: Wanted) -> list[Code]:
    return [codes.understand(text) for text in wanted.of[:NAMED_MAX]]


def _boxes(read: Sequence[Code]) -> list[Part]:
    return [Part(code.id, code.quantity, is_box=True) for code in read if code.kind == CodeKind.BOX]


def _parts(wanted: Wanted, read: Sequence[Code], actor: Actor) -> list[Part]:
    """What is to be labelled of lots, besides boxes that were named."""
    return [
        *(Part(code.id) for code in read if code.kind == CodeKind.LOT),
        *_picked(wanted.picks, actor),
        *_received(wanted.receipt_id, actor),
        *_loaded(wanted.shipment_id, actor),
    ]


def _picked(picks: Sequence[tuple[int, int]], actor: Actor) -> list[Part]:
    rows = stock.picked(picks[:NAMED_MAX], actor) if picks else []
    return [Part(row.lot_id, row.quantity) for row in rows]


def _received(receipt_id: int | None, actor: Actor) -> list[Part]:
    if receipt_id is None:
        return []
    return [
        Part(line.lot_id, line.good)
        for line in receipts.receipt(receipt_id, actor).lines
        if line.good
    ]


def _loaded(shipment_id: int | None, actor: Actor) -> list[Part]:
    if shipment_id is None:
        return []
    found = shipments.detail(shipment_id, actor)
    return [Part(load.lot_id, load.quantity, route_of(found)) for load in found.loads]


def route_of(shipment: ShipmentDetail) -> str:
    return _(
        "%(origin)s to %(destination)s",
        origin=shipment.origin.name,
        destination=shipment.destination.name,
    )


def _split(part: Part, row: Row, boxes_each: int = 1) -> Iterable[int]:
    """How many are in each box, or on each pallet of boxes: the lot's packs, and what is left."""
    pack_size = row.pack_size or 1
    size = pack_size * boxes_each
    if part.quantity is None or pack_size == 1:
        return [part.quantity or size]
    boxes, rest = divmod(part.quantity, size)
    if boxes > LABELS_MAX:
        raise Invalid(_("At most %(most)d labels at a time.", most=LABELS_MAX), field="of")
    return [size] * boxes + ([rest] if rest else [])


def lots_of(
    lot_ids: set[int], actor: Actor, permission: Permission = P.VIEW_STOCK
) -> dict[int, Row]:
    """What labels say of lots that the actor may see; with another permission, may handle."""
    if not lot_ids:
        return {}
    rows = db.session.execute(
        select(
            Lot.id, Lot.item_id, Lot.pack_id, Lot.batch_number, Lot.expires_on, Item.code,
            Item.name, Item.names, Item.base_unit, Item.weight_mg, Partner.name.label("donor"),
            Partner.names.label("donor_names"), ItemPack.size.label("pack_size"),
            ItemPack.weight_mg.label("pack_weight_mg"),
        )
        .join(Item, Item.id == Lot.item_id)
        .outerjoin(Partner, Partner.id == Lot.donor_id)
        .outerjoin(ItemPack, ItemPack.id == Lot.pack_id)
        .where(Lot.id.in_(lot_ids), stock.lots_seen(actor, permission))
    )  # fmt: skip
    return {row.id: row for row in rows}


def origins_of(lot_ids: set[int]) -> dict[int, str]:
    """Of lots packed anew or relabelled, the lots of the same item that they were before."""
    if not lot_ids:
        return {}
    rows = db.session.execute(
        select(LotPart.lot_id, LotPart.part_lot_id)
        .join(Lot, Lot.id == LotPart.lot_id)
        .join(Origin, Origin.id == LotPart.part_lot_id)
        .where(LotPart.lot_id.in_(lot_ids), LotPart.is_direct, Origin.item_id == Lot.item_id)
        .order_by(LotPart.lot_id, LotPart.part_lot_id)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.lot_id, []).append(lot_number(row.part_lot_id))
    return {lot_id: ", ".join(numbers) for lot_id, numbers in found.items()}


def _lot(row: Row, origin: str) -> Label:
    return Label(
        code=codes.lot_code(row.id),
        address="",
        title=name_in(row.name, row.names),
        facts=((_("Item"), row.code), (_("From lot"), origin), *_of_lot(row)),
    )


def box(row: Row, quantity: int, route: str, origin: str) -> Label:
    language = current_language()
    milligrams = measure(quantity, row.weight_mg, row.pack_size, row.pack_weight_mg)
    kilograms = (milligrams or 0) / 1_000_000
    return Label(
        code=codes.box_code(row.id, quantity),
        address="",
        title=name_in(row.name, row.names),
        strong=f"{format_decimal(quantity, locale=language)} {unit_name(row.base_unit, quantity)}",
        facts=(
            (_("Lot"), lot_number(row.id)),
            (_("From lot"), origin),
            *_of_lot(row),
            (_("Weight"), f"{format_decimal(kilograms, '#,##0.##', language)} kg")
            if kilograms
            else ("", ""),
            (_("From, to"), route),
        ),
    )


def _of_lot(row: Row) -> tuple[tuple[str, str], ...]:
    expires = row.expires_on
    return (
        (_("Batch"), row.batch_number),
        (_("Expires"), format_date(expires, "medium", current_language()) if expires else ""),
        (_("Donor"), name_in(row.donor, row.donor_names) if row.donor else ""),
    )


def _items(item_ids: set[int], actor: Actor) -> list[Label]:
    if not item_ids or not actor.may(P.VIEW_ITEMS):
        return []
    rows = db.session.scalars(select(Item).where(Item.id.in_(item_ids)).order_by(Item.id))
    return [
        Label(codes.item_code(row.id), "", row.name_in(), facts=((_("Item"), row.code),))
        for row in rows
    ]


def _places(place_ids: set[int], bins_of: int | None, actor: Actor) -> list[Label]:
    wanted: ColumnElement[bool] = Place.id.in_(place_ids)
    if bins_of is not None:
        of_site = (Place.site_id == bins_of) & (Place.kind == PlaceKind.BIN) & Place.is_active
        wanted = wanted | of_site
    elif not place_ids:
        return []
    rows = db.session.execute(
        select(Place, Site)
        .join(Site, Site.id == Place.site_id)
        .where(wanted, Place.kind.in_(IN_STOCK), stock.seen(actor, P.VIEW_PLACES))
        .order_by(Place.name, Place.id)
        .limit(LABELS_MAX)
    )
    return [
        Label(
            codes.place_code(place.id),
            "",
            place.label,
            strong=place.code if place.kind == PlaceKind.BIN and place.code != place.label else "",
            facts=((_("Place"), site.name_in() if site.id != place.id else ""),),
        )
        for place, site in rows
    ]
