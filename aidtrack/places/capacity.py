"""What fits in a place, and how much of it is used: from the measures of what lies there.

Whole packs count as they were measured, the rest by the measures of the item. Measures are
estimates. Goods that have none are counted apart, never taken for nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import BigInteger, Boolean, column, func, literal_column, select, table

from aidtrack.core.db import db, is_postgresql
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _, listed
from aidtrack.core.measured import measure, measured
from aidtrack.places import tree
from aidtrack.places.models import Place

# Stock and items stand above places: their tables are named here, not imported.
stock_balance = table(
    "stock_balance", column("place_id"), column("lot_id"), column("quantity", BigInteger())
)
lot = table("lot", column("id"), column("item_id"), column("pack_id"))
item = table("item", column("id"), column("weight_mg"), column("volume_mm3"))
pack = table(
    "item_pack",
    *(column(name, BigInteger()) for name in ("id", "item_id", "size", "weight_mg", "volume_mm3")),
)
# Written out, not bound: only then can SQLite use the partial index of goods in stock.
HELD = literal_column("stock_balance.quantity > 0 AND NOT stock_balance.is_outside", Boolean())


@dataclass(frozen=True, slots=True)
class Change:
    """So much of an item in a pack comes, or goes (less than nothing)."""

    item_id: int
    pack_id: int | None
    quantity: int


Changes = Mapping[int, Sequence[Change]]
"""What comes to each place, and what goes."""


class WouldOverfill(RuleBroken):
    """More would lie somewhere than fits. Whoever stands before it knows better and may say so."""

    code = "would_overfill"


@dataclass(slots=True)
class Use:
    """What lies in a place and everything in it. Lots without a measure are counted apart."""

    lots: int = 0
    volume_mm3: int = 0
    weight_mg: int = 0
    lots_without_volume: int = 0
    lots_without_weight: int = 0

    def add(self, other: "Use") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Filling:
    """How a site is filled: its bins, what they fit, and what lies in each with all inside it."""

    site: Place
    bins: list[Place]
    own: dict[int, Use] = field(default_factory=dict)
    """What lies in each place itself."""
    whole: dict[int, Use] = field(default_factory=dict)
    """The same with everything inside."""


def filling(site: Place) -> Filling:
    """How full a site and its bins are, in two statements whatever lies there."""
    bins = tree.bins_of(site.id)
    held = stock_balance.c.quantity
    volume = measured(held, item.c.volume_mm3, pack.c.size, pack.c.volume_mm3)
    weight = measured(held, item.c.weight_mg, pack.c.size, pack.c.weight_mg)
    rows = db.session.execute(
        select(
            stock_balance.c.place_id,
            func.count().label("lots"),
            func.sum(volume).label("volume_mm3"),
            func.sum(weight).label("weight_mg"),
            func.count(volume).label("with_volume"),
            func.count(weight).label("with_weight"),
        )
        .select_from(Place)
        .join(stock_balance, stock_balance.c.place_id == Place.id)
        .join(lot, lot.c.id == stock_balance.c.lot_id)
        .join(item, item.c.id == lot.c.item_id)
        .outerjoin(pack, pack.c.id == lot.c.pack_id)
        .where(Place.site_id == site.id, HELD)
        .group_by(stock_balance.c.place_id)
    )
    own = {
        row.place_id: Use(
            lots=row.lots,
            volume_mm3=int(row.volume_mm3 or 0),
            weight_mg=int(row.weight_mg or 0),
            lots_without_volume=row.lots - row.with_volume,
            lots_without_weight=row.lots - row.with_weight,
        )
        for row in rows
    }
    return Filling(site, bins, own, _rolled_up(site, bins, own))


def _rolled_up(site: Place, bins: Iterable[Place], own: Mapping[int, Use]) -> dict[int, Use]:
    parents = {each.id: each.parent_id for each in bins}
    whole: dict[int, Use] = {site.id: Use(), **{place_id: Use() for place_id in parents}}
    for place_id, use in own.items():
        at: int | None = place_id
        while at is not None:
            if at in whole:
                whole[at].add(use)
            at = parents.get(at)
    return whole


def expect_room(site: Place, changed: Changes, *, even_if_full: bool) -> None:
    """Raises WouldOverfill where more would lie than fits, unless somebody said that it does.

    Only what becomes fuller is looked at, and nothing at all where nobody said what fits. Call
    it before anything else of the site is locked, in the transaction that puts the goods there.
    """
    if even_if_full:
        return
    limited = select(Place.id).where(
        Place.site_id == site.id,
        (Place.capacity_mm3.is_not(None)) | (Place.capacity_mg.is_not(None)),
    )
    if db.session.execute(limited.limit(1)).first() is None:
        return
    if is_postgresql():
        # Two who fill the same bin at once: the second looks at what the first has put there.
        itself = select(Place.id).where(Place.id == site.id)
        db.session.execute(itself.with_for_update(key_share=True))
    filled = filling(site)
    added = _rolled_up(site, filled.bins, _measured(changed))
    places = [site, *tree.by_path(filled.bins)]
    full = [place for place in places if not fits(place, filled.whole[place.id], added[place.id])]
    if full:
        raise WouldOverfill(
            _(
                "By its measures %(places)s would hold more than fits. If you see that there is"
                " room, say so and go on.",
                places=listed([place.label for place in full[:5]]),
            ),
            field="even_if_full",
            places=[place.id for place in full],
        )


def _measured(changed: Changes) -> dict[int, Use]:
    """What each place gets more or less of, by what is known, in one statement."""
    kinds = {each.item_id for some in changed.values() for each in some}
    packs = {each.pack_id for some in changed.values() for each in some}
    rows = db.session.execute(
        select(
            item.c.id,
            item.c.volume_mm3,
            item.c.weight_mg,
            pack.c.id.label("pack_id"),
            pack.c.size,
            pack.c.volume_mm3.label("pack_volume_mm3"),
            pack.c.weight_mg.label("pack_weight_mg"),
        )
        .outerjoin(pack, (pack.c.item_id == item.c.id) & pack.c.id.in_(packs - {None}))
        .where(item.c.id.in_(kinds))
    ).all()
    of_item = {row.id: row for row in rows}
    of_pack = {row.pack_id: row for row in rows if row.pack_id}
    by_place: dict[int, Use] = defaultdict(Use)
    for place_id, some in changed.items():
        for each in some:
            sign = 1 if each.quantity > 0 else -1
            row, packed = of_item[each.item_id], of_pack.get(each.pack_id)
            size = packed.size if packed else None
            many = abs(each.quantity)
            room = measure(many, row.volume_mm3, size, packed and packed.pack_volume_mm3)
            mass = measure(many, row.weight_mg, size, packed and packed.pack_weight_mg)
            more = Use(volume_mm3=sign * (room or 0), weight_mg=sign * (mass or 0))
            by_place[place_id].add(more)
    return by_place


def fits(place: Place, now: Use, added: Use) -> bool:
    """Whether more has room, by what is known of the place."""
    return not any(
        limit is not None and more > 0 and used + more > limit
        for limit, used, more in (
            (place.capacity_mm3, now.volume_mm3, added.volume_mm3),
            (place.capacity_mg, now.weight_mg, added.weight_mg),
        )
    )
