"""Which bin goods are put into, and why: beside the same lot, the same item, or where it is empty.

A bin is suggested only where goods may be put: open, of the site, for storage or picking, as cold
as they need it, and with room by what is known of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from aidtrack.catalogue.models import Item
from aidtrack.catalogue.units import Pack, measure
from aidtrack.core.db import db
from aidtrack.core.i18n import _
from aidtrack.places import capacity, tree
from aidtrack.places.capacity import Filling, Use
from aidtrack.places.models import Place, PlaceKind, Purpose
from aidtrack.stock.models import Lot, StockBalance
from aidtrack.stock.queries import StockRow

PUT_INTO = frozenset({Purpose.STORAGE, Purpose.PICKING})
# Written out, not bound: only then can SQLite use the partial index of goods in stock.
HELD = text("stock_balance.quantity > 0 AND NOT stock_balance.is_outside")


@dataclass(frozen=True, slots=True)
class Goods:
    """What is to be put somewhere, in base units; without a lot when it has none yet.

    `from_id` is where it lies now, which is not suggested.
    """

    item_id: int
    quantity: int
    lot_id: int | None = None
    from_id: int | None = None
    pack: Pack | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A bin for goods, and why this one."""

    place_id: int
    path: str
    why: str


@dataclass(slots=True)
class _Store:
    """A site while goods are laid into it one after the other, on paper."""

    filled: Filling
    measures: dict[int, Item]
    bins: list[Place]
    around: dict[int, list[Place]]
    """Each of them with the zones around it, itself first."""
    lots: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    items: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    laid: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def suggest(site_id: int, goods: Sequence[Goods]) -> list[Suggestion | None]:
    """A bin for each, in as many statements for one as for hundreds; None where none is fit."""
    site = db.session.get(Place, site_id)
    if site is None or site.kind != PlaceKind.WAREHOUSE or not goods:
        return [None] * len(goods)
    store = _read(site, {each.item_id for each in goods})
    return [_suggested(store, each) for each in goods]


def for_all(rows: Sequence[StockRow]) -> Suggestion | None:
    """One bin for several lots of a site: where the first that has one would go."""
    if len({row.site_id for row in rows}) != 1:
        return None
    goods = [Goods(row.item_id, row.free, row.lot_id, row.place_id, row.pack) for row in rows]
    found = suggest(rows[0].site_id, goods)
    lying = {row.place_id for row in rows}
    return next((each for each in found if each and each.place_id not in lying), None)


def _read(site: Place, item_ids: set[int]) -> _Store:
    filled = capacity.filling(site)
    items = (
        db.session.scalars(
            select(Item).where(Item.id.in_(item_ids)).options(joinedload(Item.packs))
        )
        .unique()
        .all()
    )
    fit = _fit(filled.bins)
    store = _Store(filled, {item.id: item for item in items}, fit, _around(fit, filled.bins))
    for row in db.session.execute(
        select(StockBalance.place_id, StockBalance.lot_id, Lot.item_id)
        .join(Lot, Lot.id == StockBalance.lot_id)
        .join(Place, Place.id == StockBalance.place_id)
        # Not by the index of the item: an item lies at many sites, a site holds fewer lots.
        .where((Lot.item_id + 0).in_(item_ids), Place.site_id == site.id, HELD)
    ):
        store.lots[row.place_id].add(row.lot_id)
        store.items[row.place_id].add(row.item_id)
    return store


def _fit(bins: Sequence[Place]) -> list[Place]:
    """Bins into which goods may be put: none with bins in it, those for storage first."""
    zones = {each.parent_id for each in bins if each.is_active}
    kept_apart = {each.id for each in bins if each.purpose not in PUT_INTO or not each.is_active}
    parents = {each.id: each.parent_id for each in bins}

    def is_fit(each: Place) -> bool:
        at: int | None = each.id
        while at is not None and at not in kept_apart:
            at = parents.get(at)
        return at is None and each.id not in zones

    fit = [each for each in tree.by_path(bins) if is_fit(each)]
    return sorted(fit, key=lambda each: each.purpose != Purpose.STORAGE)


def _suggested(store: _Store, goods: Goods) -> Suggestion | None:
    item = store.measures.get(goods.item_id)
    if item is None:
        return None
    more = _use(item, goods)
    suited = [each for each in store.bins if each.is_cold_chain == item.is_cold_chain]
    others = [each for each in suited if each.id != goods.from_id]
    able = [each for each in others if _has_room(store, each, more)]
    found = _first(store, goods, able, is_cold=item.is_cold_chain)
    if found is None:
        return None
    place, why = found
    _lay(store, place, goods, more)
    return Suggestion(place.id, place.label, why)


def _use(item: Item, goods: Goods) -> Use:
    """The room that it takes and what it weighs; what is not known counts as nothing."""
    found = next(
        (
            x
            for x in item.packs
            if goods.pack and (x.name, x.size) == (goods.pack.name, goods.pack.size)
        ),
        None,
    )
    many, size = goods.quantity, found.size if found else None
    room = measure(many, item.volume_mm3, size, found.volume_mm3 if found else None)
    mass = measure(many, item.weight_mg, size, found.weight_mg if found else None)
    return Use(volume_mm3=room or 0, weight_mg=mass or 0)


def _first(
    store: _Store, goods: Goods, able: list[Place], *, is_cold: bool
) -> tuple[Place, str] | None:
    storage = [each for each in able if each.purpose == Purpose.STORAGE]
    in_use = store.filled.own
    ways: tuple[tuple[Iterable[Place], Callable[[Place], bool], str], ...] = (
        (able, lambda x: goods.lot_id in store.lots[x.id], _("the same lot lies there")),
        (able, lambda x: goods.item_id in store.items[x.id], _("the same item lies there")),
        (
            storage,
            lambda x: not (in_use.get(x.id, Use()).lots or store.items[x.id]),
            _("it is cold and empty") if is_cold else _("it is empty"),
        ),
        (
            sorted(storage, key=lambda x: in_use.get(x.id, Use()).lots + store.laid[x.id]),
            lambda _x: True,
            _("it is cold and has room") if is_cold else _("the fewest lots lie there"),
        ),
    )
    for places, is_right, why in ways:
        place = next((each for each in places if is_right(each)), None)
        if place is not None:
            return place, why
    return None


def _has_room(store: _Store, place: Place, more: Use) -> bool:
    """In the bin and in every zone around it, by what is known."""
    return all(
        capacity.fits(each, store.filled.whole[each.id], more) for each in store.around[place.id]
    )


def _lay(store: _Store, place: Place, goods: Goods, more: Use) -> None:
    for each in store.around[place.id]:
        store.filled.whole[each.id].add(more)
    store.items[place.id].add(goods.item_id)
    store.laid[place.id] += 1
    if goods.lot_id is not None:
        store.lots[place.id].add(goods.lot_id)


def _around(fit: Sequence[Place], bins: Sequence[Place]) -> dict[int, list[Place]]:
    by_id = {each.id: each for each in bins}
    found = {}
    for place in fit:
        around = [place]
        while (parent := by_id.get(around[-1].parent_id or 0)) is not None:
            around.append(parent)
        found[place.id] = around
    return found
