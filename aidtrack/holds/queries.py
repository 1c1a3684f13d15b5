"""Reads holds: the list, one of them, and what has expired and is not held yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, distinct, func, or_, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.catalogue.units import Pack
from aidtrack.core import clock, paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, name_in
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.holds.models import HoldKind, HoldStatus, StockHold
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place, PlaceKind, Purpose, called
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot, StockBalance, lot_number

WORDS_MAX = 6
EXPIRED_MAX = 2_000
BINS_MAX = 500
Site = aliased(Place, name="site")
Bin = aliased(Place, name="bin")
Holder = aliased(User, name="holder")
Ender = aliased(User, name="ender")
BY_NUMBER = Order("number", (StockHold.id,), (int,), lambda row: (row.id,))


@dataclass(frozen=True, slots=True)
class HoldFilter:
    """What the list is narrowed to; usually what is held now."""

    words: str = ""
    site_id: int | None = None
    kind: HoldKind | None = None
    lot_id: int | None = None
    with_ended: bool = False


@dataclass(frozen=True, slots=True)
class HoldRow:
    """One hold: what, where, why and by whom; how it ended. Quantity in base units."""

    id: int
    status: HoldStatus
    kind: HoldKind
    why: str
    quantity: int
    lot_id: int
    lot_number: str
    batch_number: str
    expires_on: date | None
    item: str
    item_code: str
    base_unit: str
    pack_name: str
    pack_size: int | None
    pack: Pack | None
    donor: str
    organisation_id: int
    site_id: int
    site: str
    place_id: int
    place: str
    held_at: datetime
    held_by: str
    ended_at: datetime | None
    ended_by: str
    ended_note: str
    write_off_id: int | None


@dataclass(frozen=True, slots=True)
class ExpiredRow:
    """A lot in a bin whose date has passed; `free` of it are not held or promised yet."""

    lot_id: int
    lot_number: str
    batch_number: str
    expires_on: date
    item: str
    base_unit: str
    pack_name: str
    pack_size: int | None
    pack: Pack | None
    place_id: int
    place: str
    free: int


_ROWS: Select[*tuple[Any, ...]] = (
    select(
        StockHold,
        Lot.batch_number,
        Lot.expires_on,
        Item.name.label("item"),
        Item.names.label("item_names"),
        Item.code.label("item_code"),
        Item.base_unit,
        ItemPack.name.label("pack_name"),
        ItemPack.size.label("pack_size"),
        nesting.pack(Lot.pack_id),
        Partner.name.label("donor"),
        Site.name.label("site"),
        Site.names.label("site_names"),
        called(Bin).label("place"),
        Bin.names.label("place_names"),
        Holder.name.label("held_by"),
        Ender.name.label("ended_by"),
    )
    .join(Lot, Lot.id == StockHold.lot_id)
    .join(Item, Item.id == Lot.item_id)
    .join(Site, Site.id == StockHold.site_id)
    .join(Bin, Bin.id == StockHold.place_id)
    .join(Holder, Holder.id == StockHold.held_by_id)
    .outerjoin(Ender, Ender.id == StockHold.ended_by_id)
    .outerjoin(ItemPack, ItemPack.id == Lot.pack_id)
    .outerjoin(Partner, Partner.id == Lot.donor_id)
)


def holds(
    actor: Actor,
    wanted: HoldFilter,
    *,
    sorting: Sorting = BY_NUMBER.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[HoldRow]:
    """Holds at places where the actor may look: a keyset page, in one statement."""
    rows = db.session.execute(
        _ROWS.where(_seen(actor), *_narrowed(wanted), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    )
    return sorting.page([_row(row) for row in rows], limit)


def hold(hold_id: int, actor: Actor) -> HoldRow:
    """One that lies where the actor may look. Raises NotFound."""
    row = db.session.execute(_ROWS.where(StockHold.id == hold_id, _seen(actor))).first()
    if row is None:
        raise NotFound(_("There is no such hold."))
    return _row(row)


def _is_expired(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The WHERE on `place`, `stock_balance` and `lot`: past its date, and nobody put it apart."""
    return (
        stock.seen(actor, Permission.VIEW_STOCK),
        StockBalance.quantity > StockBalance.reserved,
        Lot.expires_on < clock.today(),
    )


def expired_by_site(site_ids: Iterable[int], actor: Actor) -> dict[int, int]:
    """At which of some sites something has expired that nobody has put apart: how many lots."""
    rows = db.session.execute(
        select(Place.site_id, func.count(distinct(Lot.id)))
        .select_from(Lot)
        .join(StockBalance, StockBalance.lot_id == Lot.id)
        .join(Place, Place.id == StockBalance.place_id)
        .where(Place.site_id.in_(list(site_ids)), *_is_expired(actor))
        .group_by(Place.site_id)
    )
    return {site_id: number for site_id, number in rows if site_id is not None}


def expired_at(site_id: int, actor: Actor, limit: int = EXPIRED_MAX) -> list[ExpiredRow]:
    """What has expired at a site where the actor may look and nobody has put apart."""
    rows = db.session.execute(
        select(
            Lot.id.label("lot_id"),
            Lot.batch_number,
            Lot.expires_on,
            Item.name.label("item"),
            Item.names.label("item_names"),
            Item.base_unit,
            ItemPack.name.label("pack_name"),
            ItemPack.size.label("pack_size"),
            nesting.pack(Lot.pack_id),
            Place.id.label("place_id"),
            called(Place).label("place"),
            Place.names.label("place_names"),
            (StockBalance.quantity - StockBalance.reserved).label("free"),
        )
        .select_from(Place)
        .join(StockBalance, StockBalance.place_id == Place.id)
        .join(Lot, Lot.id == StockBalance.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .outerjoin(ItemPack, ItemPack.id == Lot.pack_id)
        .where(Place.site_id == site_id, *_is_expired(actor))
        .order_by(Lot.expires_on, Lot.id, Place.id)
        .limit(limit)
    )
    return [_expired(row) for row in rows]


def bins_of(site_id: int) -> list[Place]:
    """The open bins of a site, those for quarantine first."""
    return list(
        db.session.scalars(
            select(Place)
            .where(Place.site_id == site_id, Place.kind == PlaceKind.BIN, Place.is_active)
            .order_by(Place.purpose != Purpose.QUARANTINE, Place.name, Place.id)
            .limit(BINS_MAX)
        )
    )


def _seen(actor: Actor) -> ColumnElement[bool]:
    permission = Permission.VIEW_STOCK
    return or_(
        StockHold.organisation_id.in_(actor.organisations(permission)),
        StockHold.site_id.in_(actor.sites(permission)),
    )


def _narrowed(wanted: HoldFilter) -> list[ColumnElement[bool]]:
    narrowed = [_says(word) for word in wanted.words.split()[:WORDS_MAX]]
    if not wanted.with_ended:
        narrowed.append(StockHold.ended_at.is_(None))
    for column, value in (
        (StockHold.site_id, wanted.site_id),
        (StockHold.kind, wanted.kind),
        (StockHold.lot_id, wanted.lot_id),
    ):
        if value is not None:
            narrowed.append(column == value)
    return narrowed


def _says(word: str) -> ColumnElement[bool]:
    """A word of the item, of the batch number, of our number, or of why."""
    ways = [
        Item.name.icontains(word, autoescape=True),
        Lot.batch_number.icontains(word, autoescape=True),
        StockHold.why.icontains(word, autoescape=True),
    ]
    if word[:1] in "lL" and word[1:].isdecimal():
        ways.append(StockHold.lot_id == int(word[1:19]))
    return or_(*ways)


def _row(row: Any) -> HoldRow:
    kept: StockHold = row.StockHold
    return HoldRow(
        **{
            name: getattr(kept, name)
            for name in (
                "id", "status", "kind", "why", "quantity", "lot_id", "organisation_id", "site_id",
                "place_id", "held_at", "ended_at", "ended_note", "write_off_id",
            )
        },
        lot_number=lot_number(kept.lot_id),
        batch_number=row.batch_number,
        expires_on=row.expires_on,
        item=name_in(row.item, row.item_names),
        item_code=row.item_code,
        base_unit=row.base_unit,
        pack_name=row.pack_name or "",
        pack_size=row.pack_size,
        pack=row.pack,
        donor=row.donor or "",
        site=name_in(row.site, row.site_names),
        place=name_in(row.place, row.place_names),
        held_by=row.held_by,
        ended_by=row.ended_by or "",
    )  # fmt: skip


def _expired(row: Any) -> ExpiredRow:
    values = dict(row._mapping)
    for name in ("item", "place"):
        values[name] = name_in(values[name], values.pop(f"{name}_names"))
    values["pack_name"] = values["pack_name"] or ""
    return ExpiredRow(**values, lot_number=lot_number(row.lot_id))
