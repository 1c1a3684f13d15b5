"""Reads stock: what is where, what a lot is, and what happened to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Select,
    exists,
    false,
    func,
    intersect,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item
from aidtrack.catalogue.units import Pack
from aidtrack.core import clock, paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.full_text import WORDS_MAX, Index, all_words, words_of
from aidtrack.core.i18n import _, name_in
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place, PlaceKind, called
from aidtrack.stock import apart
from aidtrack.stock.allocation import Offer
from aidtrack.stock.models import Lot, StockBalance, lot_number
from aidtrack.stock.orders import BY_ITEM, EXPIRY

ITEMS = Index("item")
LOTS = Index("lot")
EXPIRING_DAYS, NEARING_DAYS = 90, 270
# Written out, not bound: only then can SQLite use the partial index of goods in stock.
HELD = text("stock_balance.quantity > 0 AND NOT stock_balance.is_outside")
RESERVED: ColumnElement[bool] = literal_column("stock_balance.reserved > 0", Boolean())

Site = aliased(Place, name="site")
Origin = aliased(Place, name="origin")
Target = aliased(Place, name="target")


# Written once: building the statement takes longer than reading a page.
_STOCK_ROWS: Select[*tuple[Any, ...]] = (
    select(
        Lot.id.label("lot_id"),
        Lot.batch_number,
        Lot.expires_on,
        Item.id.label("item_id"),
        Item.code.label("item_code"),
        Item.name.label("item_name"),
        Item.names.label("item_names"),
        Item.base_unit,
        nesting.pack(Lot.pack_id),
        Place.id.label("place_id"),
        called(Place).label("place_name"),
        Site.id.label("site_id"),
        Place.names.label("place_names"),
        Site.name.label("site_name"),
        Site.names.label("site_names"),
        Partner.name.label("donor_name"),
        StockBalance.quantity,
        (StockBalance.quantity - StockBalance.reserved).label("free"),
        Lot.recall_id,
        apart.HELD_HERE.label("held"),
    )
    .select_from(Item)
    .join(Lot, Lot.item_id == Item.id)
    .join(StockBalance, StockBalance.lot_id == Lot.id)
    .join(Place, Place.id == StockBalance.place_id)
    .join(Site, Site.id == Place.site_id)
    .outerjoin(Partner, Partner.id == Lot.donor_id)
    .where(HELD)
)


class StockView(StrEnum):
    """Ready-made views of the stock list."""

    ALL = "all"
    EXPIRING = "expiring"
    NEARING = "nearing"
    EXPIRED = "expired"
    RESERVED = "reserved"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class StockFilter:
    """What the stock list is narrowed to; empty means everything the actor may see."""

    words: str = ""
    site_id: int | None = None
    category_id: int | None = None
    item_id: int | None = None
    donor_id: int | None = None
    expires_before: date | None = None
    view: StockView = StockView.ALL


@dataclass(frozen=True, slots=True)
class StockRow:
    """One lot in one bin. Quantities in base units; `free` is not promised to a shipment.

    `held`: how much of it somebody keeps apart. A lot with a recall is never sent.
    """

    lot_id: int
    lot_number: str
    batch_number: str
    expires_on: date | None
    item_id: int
    item_code: str
    item_name: str
    item_names: dict[str, str]
    base_unit: str
    pack_name: str
    pack_size: int | None
    pack: Pack | None
    place_id: int
    place_name: str
    site_id: int
    site_name: str
    donor_name: str
    quantity: int
    free: int
    recall_id: int | None
    held: int

    @property
    def item_label(self) -> str:
        """The item's name in the reader's language."""
        return name_in(self.item_name, self.item_names)


def stock(
    actor: Actor,
    wanted: StockFilter,
    *,
    sorting: Sorting = BY_ITEM.up,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[StockRow]:
    """Lots in stock, lot by lot and bin by bin: a keyset page."""
    rows = db.session.execute(
        _STOCK_ROWS.where(
            seen(actor, Permission.VIEW_STOCK), *_narrowed(wanted), *sorting.after(cursor)
        )
        .order_by(*sorting.by())
        .limit(limit + 1)
    )
    return sorting.page([_stock_row(row) for row in rows], limit)


def how_many(actor: Actor, wanted: StockFilter, most: int) -> int:
    """How many rows the stock list has; never counts further than `most`."""
    return paging.count_up_to(most, rows_held(actor, wanted))


def rows_held(actor: Actor, wanted: StockFilter) -> Select[int]:
    """One row for each of the stock list, without what the list shows of it."""
    return (
        select(StockBalance.lot_id)
        .select_from(Item)
        .join(Lot, Lot.item_id == Item.id)
        .join(StockBalance, StockBalance.lot_id == Lot.id)
        .join(Place, Place.id == StockBalance.place_id)
        .where(HELD, seen(actor, Permission.VIEW_STOCK), *_narrowed(wanted))
    )


def picked(keys: Iterable[tuple[int, int]], actor: Actor) -> list[StockRow]:
    """The rows of some (lot id, place id) that the actor may see, by item name."""
    wanted = list(keys)
    rows = db.session.execute(
        _STOCK_ROWS.where(
            seen(actor, Permission.VIEW_STOCK),
            tuple_(StockBalance.lot_id, StockBalance.place_id).in_(wanted),
            # SQLite looks up no pairs: by the lots it does not read all items by name.
            Lot.id.in_({lot_id for lot_id, _place_id in wanted}),
        ).order_by(Item.name, Item.id, Lot.id)
    )
    return [_stock_row(row) for row in rows]


def stock_of_site(site_id: int) -> list[StockRow]:
    """Everything in stock at one site, whoever asks: the caller has checked that."""
    rows = db.session.execute(
        _STOCK_ROWS.where(Place.site_id == site_id).order_by(Item.name, Item.id, Lot.id)
    )
    return [_stock_row(row) for row in rows]


def offers(site_id: int, item_ids: Iterable[int]) -> dict[int, list[Offer]]:
    """What a site has of each item, lot by lot and bin by bin, in one statement."""
    wanted = list(item_ids)
    found: dict[int, list[Offer]] = {item_id: [] for item_id in wanted}
    rows = db.session.execute(
        select(
            Lot.item_id,
            Lot.id,
            Lot.expires_on,
            StockBalance.place_id,
            StockBalance.quantity,
            (StockBalance.quantity - StockBalance.reserved).label("free"),
            Lot.recall_id.is_not(None).label("is_recalled"),
        )
        .join(StockBalance, StockBalance.lot_id == Lot.id)
        .join(Place, Place.id == StockBalance.place_id)
        .where(Lot.item_id.in_(wanted), Place.site_id == site_id, HELD)
    )
    for row in rows:
        found[row.item_id].append(
            Offer(row.id, row.place_id, row.expires_on, row.quantity, row.free, row.is_recalled)
        )
    return found


def lot(lot_id: int, actor: Actor) -> Lot:
    """A lot that the actor's organisations own, or that lies where the actor may look."""
    found = db.session.get(
        Lot, lot_id, options=[joinedload(Lot.item), joinedload(Lot.donor), joinedload(Lot.pack)]
    )
    if found is None or not may_with_lot(actor, Permission.VIEW_STOCK, found):
        raise NotFound(_("There is no such lot."))
    return found


def may_with_lot(actor: Actor, permission: Permission, lot: Lot) -> bool:
    """Whether it holds at the organisation that owns the lot, or at a place that the lot is at."""
    if lot.organisation_id in actor.organisations(permission):
        return True
    reached = select(Lot.id).where(Lot.id == lot.id, lots_seen(actor, permission))
    return db.session.scalar(reached) is not None


def balances_by_kind(lot_ids: Iterable[int]) -> dict[int, dict[PlaceKind, int]]:
    """For each lot: how much stands at places of each kind. Sources are negative."""
    found: dict[int, dict[PlaceKind, int]] = {lot_id: {} for lot_id in lot_ids}
    rows = db.session.execute(
        select(StockBalance.lot_id, Place.kind, func.sum(StockBalance.quantity).label("quantity"))
        .join(Place, Place.id == StockBalance.place_id)
        .where(StockBalance.lot_id.in_(list(found)), StockBalance.quantity != 0)
        .group_by(StockBalance.lot_id, Place.kind)
    )
    for row in rows:
        found[row.lot_id][row.kind] = int(row.quantity)
    return found


def seen(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """The WHERE on `place`: sites and bins where the permission holds."""
    return or_(
        Place.organisation_id.in_(actor.organisations(permission)) & Place.site_id.is_not(None),
        Place.site_id.in_(actor.sites(permission)),
    )


def lots_seen(actor: Actor, permission: Permission = Permission.VIEW_STOCK) -> ColumnElement[bool]:
    """The WHERE on `lot`: those of the actor's organisations, and those that came to a place
    where the permission holds.
    """
    near = (
        exists()
        .where(
            StockBalance.lot_id == Lot.id,
            Place.id == StockBalance.place_id,
            seen(actor, permission),
        )
        .correlate(Lot)
    )
    return or_(Lot.organisation_id.in_(actor.organisations(permission)), near)


def _stock_row(row: Any) -> StockRow:
    values = dict(row._mapping)
    values["lot_number"] = lot_number(values["lot_id"])
    pack: Pack | None = row.pack
    values |= {"pack_name": pack.name if pack else "", "pack_size": pack.size if pack else None}
    values["donor_name"] = values["donor_name"] or ""
    for place in ("place", "site"):
        names = values.pop(f"{place}_names")
        values[f"{place}_name"] = name_in(values[f"{place}_name"], names)
    return StockRow(**values)


def _narrowed(wanted: StockFilter) -> list[ColumnElement[bool]]:
    soon = clock.today() + timedelta(days=EXPIRING_DAYS)
    views: dict[StockView, list[ColumnElement[bool]]] = {
        StockView.ALL: [],
        StockView.EXPIRING: [EXPIRY.between(clock.today(), soon)],
        StockView.NEARING: [EXPIRY.between(soon, clock.today() + timedelta(days=NEARING_DAYS))],
        StockView.RECALLED: [Lot.recall_id.is_not(None)],
        StockView.EXPIRED: [clock.today() > EXPIRY],
        StockView.RESERVED: [RESERVED],
    }
    narrowed: list[ColumnElement[bool]] = [*_found_by(wanted.words), *views[wanted.view]]
    for column, value in (
        (Place.site_id, wanted.site_id),
        (Item.category_id, wanted.category_id),
        (Item.id, wanted.item_id),
        (Lot.donor_id, wanted.donor_id),
    ):
        if value is not None:
            narrowed.append(column == value)
    if wanted.expires_before is not None:
        narrowed.append(wanted.expires_before > EXPIRY)
    return narrowed


def _found_by(words: str) -> list[ColumnElement[bool]]:
    """A word may be of the item, or the batch number, or our own lot number."""
    called = [select(_lots_called(word).subquery().c.id) for word in words.split()[:WORDS_MAX]]
    # Lots of all words at once: one by one the first word's thousands would be joined first.
    return [Lot.id.in_(intersect(*called))] if called else []


def _lots_called(word: str) -> CompoundSelect[int]:
    """Each way is searched by itself, by an index of its own; OR would try every lot twice."""
    looked = all_words(words_of(word))
    if not looked:
        return union_all(select(Lot.id).where(false()))
    items = ITEMS.ids(looked)
    ways = [
        select(LOTS.ids(looked).subquery().c[0].label("id")),
        select(Lot.id).where(Lot.item_id.in_(items)),
    ]
    if word[:1] in "lL" and word[1:].isdecimal():
        ways.append(select(Lot.id).where(Lot.id == int(word[1:19])))
    return union_all(*(way.correlate(None) for way in ways))
