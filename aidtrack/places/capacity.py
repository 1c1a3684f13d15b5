"""What fits in a place, and how much of it is used: from the measures of the items that lie there.

Measures are estimates. Goods whose item has none are counted apart, never taken for nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Boolean, column, func, literal_column, select, table

from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _, listed
from aidtrack.places import tree
from aidtrack.places.models import Place

# Stock and items stand above places: their tables are named here, not imported.
stock_balance = table("stock_balance", column("place_id"), column("lot_id"), column("quantity"))
lot = table("lot", column("id"), column("item_id"))
item = table("item", column("id"), column("weight_mg"), column("volume_mm3"))
# Written out, not bound: only then can SQLite use the partial index of goods in stock.
HELD = literal_column("stock_balance.quantity > 0 AND NOT stock_balance.is_outside", Boolean())

Quantities = Mapping[int, Mapping[int, int]]
"""By place and item: how much comes, or goes (less than nothing)."""


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
    own: dict[int, Use] = defaultdict(Use)
    for row in db.session.execute(
        select(
            stock_balance.c.place_id,
            func.count().label("lots"),
            func.sum(stock_balance.c.quantity).label("quantity"),
            item.c.weight_mg,
            item.c.volume_mm3,
        )
        .select_from(Place)
        .join(stock_balance, stock_balance.c.place_id == Place.id)
        .join(lot, lot.c.id == stock_balance.c.lot_id)
        .join(item, item.c.id == lot.c.item_id)
        .where(Place.site_id == site.id, HELD)
        .group_by(stock_balance.c.place_id, item.c.weight_mg, item.c.volume_mm3)
    ):
        own[row.place_id].add(_use(row.lots, int(row.quantity), row.weight_mg, row.volume_mm3))
    return Filling(site, bins, dict(own), _rolled_up(site, bins, own))


def _use(lots: int, quantity: int, weight_mg: int | None, volume_mm3: int | None) -> Use:
    return Use(
        lots=lots,
        volume_mm3=quantity * (volume_mm3 or 0),
        weight_mg=quantity * (weight_mg or 0),
        lots_without_volume=lots if volume_mm3 is None else 0,
        lots_without_weight=lots if weight_mg is None else 0,
    )


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


def expect_room(site: Place, changed: Quantities, *, even_if_full: bool) -> None:
    """Raises WouldOverfill where more would lie than fits, unless somebody said that it does.

    Only what becomes fuller is looked at, and nothing at all where nobody said what fits.
    """
    if even_if_full:
        return
    limited = select(Place.id).where(
        Place.site_id == site.id,
        (Place.capacity_mm3.is_not(None)) | (Place.capacity_mg.is_not(None)),
    )
    if db.session.execute(limited.limit(1)).first() is None:
        return
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


def _measured(changed: Quantities) -> dict[int, Use]:
    wanted = {item_id for items in changed.values() for item_id in items}
    rows = db.session.execute(
        select(item.c.id, item.c.weight_mg, item.c.volume_mm3).where(item.c.id.in_(wanted))
    )
    known = {row.id: (row.weight_mg, row.volume_mm3) for row in rows}
    measured: dict[int, Use] = defaultdict(Use)
    for place_id, items in changed.items():
        for item_id, quantity in items.items():
            measured[place_id].add(_use(0, quantity, *known[item_id]))
    return measured


def fits(place: Place, now: Use, added: Use) -> bool:
    """Whether more has room, by what is known of the place."""
    return not any(
        limit is not None and more > 0 and used + more > limit
        for limit, used, more in (
            (place.capacity_mm3, now.volume_mm3, added.volume_mm3),
            (place.capacity_mg, now.weight_mg, added.weight_mg),
        )
    )
