"""Finds what a code names, as far as the reader may see it: one statement for each kind."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.documents.models import Paper, PaperKind
from aidtrack.documents.queries import TITLES
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import SITES, Place, PlaceKind, called
from aidtrack.places.queries import KINDS
from aidtrack.scanning import codes, numbers
from aidtrack.scanning.codes import Code, CodeKind
from aidtrack.scanning.models import ItemBarcode
from aidtrack.scanning.numbers import Numbered
from aidtrack.shipments import access
from aidtrack.shipments.models import Shipment
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot, StockBalance, lot_number

HITS_MAX = 20
LYING_MAX = 50
P = Permission
Site = aliased(Place, name="site")
ITEMS = select(
    Item.id,
    Item.code,
    Item.name,
    Item.names,
    Item.base_unit,
    Item.is_active,
    ItemPack.id.label("pack_id"),
    ItemPack.name.label("pack_name"),
    ItemPack.size.label("pack_size"),
).select_from(Item)


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that a code names. `kind` is item, lot, place, paper or shipment.

    For goods `item_id` says of what, and `pack_size` how many are in what bears the code.
    """

    kind: str
    id: int
    title: str
    code: str
    detail: str
    url: str
    item_id: int | None = None
    pack_id: int | None = None
    pack_name: str = ""
    pack_size: int | None = None
    base_unit: str = ""
    batch_number: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Lying:
    """Some of a lot in a bin, with how much of it is not promised; in base units."""

    lot_id: int
    lot_number: str
    item_label: str
    batch_number: str
    expires_on: date | None
    base_unit: str
    place_id: int
    place_name: str
    site_id: int
    site_name: str
    free: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A code that was read, and everything it may mean, the likeliest first."""

    code: Code
    hits: tuple[Hit, ...]

    @property
    def goes_to(self) -> str | None:
        """The page of the one thing that it means."""
        return self.hits[0].url if len(self.hits) == 1 else None

    @property
    def goods(self) -> tuple[Hit, ...]:
        """Its items and lots, each item once."""
        return tuple(hit for hit in self.hits if hit.item_id is not None)


def read(text: str, actor: Actor, homes: Collection[str] = ()) -> Reading:
    """What a code means to this reader. With a batch that is known, the lot and not its item."""
    code = codes.understand(text, homes)
    if code.kind in {CodeKind.NOTHING, CodeKind.LINK}:
        return Reading(code, ())
    numbered = numbers.called(code.sscc) if code.sscc else None
    if numbered is not None:
        return _of_number(numbered, code, actor)
    items = _items(code, actor) if actor.may(P.VIEW_ITEMS) else []
    lots = _lots(code, {hit.id for hit in items}, actor) if actor.may(P.VIEW_STOCK) else []
    places = _places(code, actor) if actor.may(P.VIEW_PLACES) else []
    hits = [*lots, *places] if code.gtin and lots else [*items, *lots, *places]
    return Reading(code, tuple(hits + _papers(code, actor) + _shipments(code, actor)))


def _of_number(numbered: Numbered, code: Code, actor: Actor) -> Reading:
    """A box or pallet that was numbered here: its lot, and the shipment that it is on."""
    lots: list[Hit] = []
    if numbered.lot_id is not None and actor.may(P.VIEW_STOCK):
        held = Code(CodeKind.BOX, code.text, id=numbered.lot_id, quantity=numbered.quantity)
        lots = _lots(held, set(), actor)
    on = _shipment_hits(Shipment.id == numbered.shipment_id, actor) if numbered.shipment_id else []
    return Reading(replace(code, quantity=numbered.quantity if lots else None), (*lots, *on))


def lying(lot_ids: Iterable[int], item_ids: Iterable[int], actor: Actor) -> list[Lying]:
    """Where these lots, or all lots of these items, lie that the actor may move from there."""
    rows = db.session.execute(
        select(
            Lot.id.label("lot_id"),
            Lot.batch_number,
            Lot.expires_on,
            Item.name,
            Item.names,
            Item.base_unit,
            Place.id.label("place_id"),
            called(Place).label("place_name"),
            Place.names.label("place_names"),
            Site.id.label("site_id"),
            Site.name.label("site_name"),
            Site.names.label("site_names"),
            (StockBalance.quantity - StockBalance.reserved).label("free"),
        )
        .select_from(StockBalance)
        .join(Lot, Lot.id == StockBalance.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(Place, Place.id == StockBalance.place_id)
        .join(Site, Site.id == Place.site_id)
        .where(
            stock.HELD,
            or_(Lot.id.in_(list(lot_ids)), Lot.item_id.in_(list(item_ids))),
            stock.seen(actor, P.MOVE_STOCK),
        )
        .order_by(func.coalesce(Lot.expires_on, date.max), Lot.id, Place.name, Place.id)
        .limit(LYING_MAX)
    )
    return [
        Lying(
            lot_id=row.lot_id,
            lot_number=lot_number(row.lot_id),
            item_label=name_in(row.name, row.names),
            batch_number=row.batch_number,
            expires_on=row.expires_on,
            base_unit=row.base_unit,
            place_id=row.place_id,
            place_name=name_in(row.place_name, row.place_names),
            site_id=row.site_id,
            site_name=name_in(row.site_name, row.site_names),
            free=row.free,
        )
        for row in rows
    ]


def with_barcode(code: Code, actor: Actor) -> list[Hit]:
    """The items, or packs of them, that the actor's organisations gave this code."""
    if not actor.may(P.VIEW_ITEMS):
        return []
    known = [*_forms(code.text), *([code.gtin] if code.gtin else [])]
    rows = _some(
        ITEMS.join(ItemBarcode, ItemBarcode.item_id == Item.id)
        .outerjoin(ItemPack, ItemPack.id == ItemBarcode.pack_id)
        .where(
            ItemBarcode.organisation_id.in_(actor.organisations_anywhere(P.VIEW_ITEMS)),
            ItemBarcode.code.in_(known),
        )
        .order_by(Item.is_active.desc(), Item.id, ItemPack.size)
    )
    return list(dict.fromkeys(_item_hit(row) for row in rows))


def _items(code: Code, actor: Actor) -> list[Hit]:
    """By our own code, by the code in the catalogue, or by what was given on the item's page."""
    found = [] if code.kind == CodeKind.ITEM else with_barcode(code, actor)
    is_it: ColumnElement[bool] = Item.code.in_(_forms(code.text))
    if code.kind == CodeKind.ITEM:
        is_it = is_it | (Item.id == code.id)
    rows = _some(ITEMS.outerjoin(ItemPack, false()).where(is_it).order_by(Item.id))
    seen = {hit.id for hit in found}
    return found + [_item_hit(row) for row in rows if row.id not in seen]


def _item_hit(row: Any) -> Hit:
    return Hit(
        kind="item",
        id=row.id,
        title=name_in(row.name, row.names),
        code=row.code,
        detail="",
        url=f"/items/{row.id}",
        item_id=row.id,
        pack_id=row.pack_id,
        pack_name=row.pack_name or "",
        pack_size=row.pack_size,
        base_unit=row.base_unit,
    )


def _lots(code: Code, item_ids: set[int], actor: Actor) -> list[Hit]:
    """By our own number, or by the maker's batch number; that of a GTIN only with its item."""
    wanted: list[ColumnElement[bool]] = []
    if code.kind in {CodeKind.LOT, CodeKind.BOX}:
        wanted = [Lot.id == code.id]
    if code.gtin:
        wanted = [Lot.batch_number == code.batch_number] if code.batch_number else []
        wanted = [wanted[0] & Lot.item_id.in_(item_ids)] if wanted and item_ids else []
    elif code.kind != CodeKind.BOX:
        wanted.append(Lot.batch_number.in_(_forms(code.batch_number or code.text)))
    if not wanted:
        return []
    statement = (
        select(Lot.id, Lot.batch_number, Lot.expires_on, Lot.item_id, Item.code.label("item_code"),
               Item.name, Item.names, Item.base_unit)
        .join(Item, Item.id == Lot.item_id)
        .where(or_(*wanted), stock.lots_seen(actor))
        .order_by(Lot.id.desc())
    )  # fmt: skip
    return [
        Hit(
            kind="lot",
            id=row.id,
            title=name_in(row.name, row.names),
            code=lot_number(row.id),
            detail=row.batch_number,
            url=f"/lots/{row.id}",
            item_id=row.item_id,
            pack_size=code.quantity,
            base_unit=row.base_unit,
            batch_number=row.batch_number,
            expires_on=row.expires_on,
        )
        for row in _some(statement)
    ]


def _places(code: Code, actor: Actor) -> list[Hit]:
    if code.kind not in {CodeKind.PLACE, CodeKind.TEXT, CodeKind.GOODS} or code.gtin:
        return []
    own = [Place.id == code.id] if code.kind == CodeKind.PLACE else []
    named = Place.name.in_(_forms(code.text)) & (Place.kind == PlaceKind.BIN)
    statement = (
        select(Place.id, Place.kind, called(Place).label("name"), Place.names, Place.code,
               Site.name.label("site"), Site.names.label("site_names"))
        .join(Site, Site.id == Place.site_id)
        .where(
            or_(*own, named, Place.code.in_(_forms(code.text))),
            Place.kind.in_([*SITES, PlaceKind.BIN]),
            stock.seen(actor, P.VIEW_PLACES),
        )
        .order_by(Place.id)
    )  # fmt: skip
    return [
        Hit(
            kind="place",
            id=row.id,
            title=name_in(row.name, row.names),
            code=row.code or codes.place_code(row.id),
            detail=name_in(row.site, row.site_names)
            if row.kind == PlaceKind.BIN
            else str(KINDS[row.kind]),
            url=f"/places/{row.id}",
        )
        for row in _some(statement)
    ]


def _papers(code: Code, actor: Actor) -> list[Hit]:
    if not actor.may(P.VIEW_PAPERS) or not (code.verify_code or code.kind == CodeKind.PAPER_NUMBER):
        return []
    is_it = (
        Paper.number == code.text
        if code.kind == CodeKind.PAPER_NUMBER
        else Paper.code == code.verify_code
    )
    rows = _some(
        select(Paper.id, Paper.kind, Paper.number, Paper.source_id).where(
            is_it, Paper.organisation_id.in_(actor.organisations(P.VIEW_PAPERS))
        )
    )
    return [
        Hit(
            kind="paper",
            id=row.id,
            title=str(TITLES[row.kind]),
            code=row.number,
            detail="",
            url=_page_of(row),
        )
        for row in rows
    ]


def _page_of(paper: Any) -> str:
    """Papers of goods lead to the record that they tell of, the others to their PDF."""
    pages = {
        PaperKind.GOODS_RECEIVED_NOTE: f"/receipts/{paper.source_id}",
        PaperKind.WAYBILL: f"/shipments/{paper.source_id}",
    }
    return pages.get(paper.kind, f"/papers/{paper.id}.pdf")


def _shipments(code: Code, actor: Actor) -> list[Hit]:
    if code.kind != CodeKind.PAPER_NUMBER and not code.verify_code:
        return []
    # By the code of whoever sends it; by the number, which others may use too, only of our own.
    own = Shipment.organisation_id.in_(actor.organisations_anywhere(P.VIEW_SHIPMENTS))
    is_it: ColumnElement[bool] = own & (Shipment.number == code.text)
    if code.verify_code:
        is_it = Shipment.code == code.verify_code
    return _shipment_hits(is_it, actor)


def _shipment_hits(is_it: ColumnElement[bool], actor: Actor) -> list[Hit]:
    if not actor.may(P.VIEW_SHIPMENTS):
        return []
    rows = _some(
        select(Shipment.id, Shipment.number, Shipment.vehicle_plate).where(
            is_it, access.seen(actor)
        )
    )
    return [
        Hit("shipment", row.id, row.number, "", row.vehicle_plate, f"/shipments/{row.id}")
        for row in rows
    ]


def _forms(text: str) -> list[str]:
    """As it was read, and in capitals and small letters, as codes are kept."""
    return list(dict.fromkeys((text, text.upper(), text.lower())))


def _some(statement: Select[*tuple[Any, ...]]) -> list[Any]:
    return list(db.session.execute(statement.limit(HITS_MAX)))
