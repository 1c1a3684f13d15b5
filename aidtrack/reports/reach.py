"""Whom gifts reached: points and areas, in counts from which no small group shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.distributions.models import Distribution, DistributionLine
from aidtrack.documents.layouts.suppression import Counts, Hidden, added, suppress
from aidtrack.places.models import Area, Place
from aidtrack.reports.gifts import Scope
from aidtrack.reports.kits import Kit, KitLot, named_in_kit
from aidtrack.reports.moments import AsOf, standing
from aidtrack.stock.models import Lot, StockMovement
from aidtrack.stock.presence import holders


@dataclass(frozen=True, slots=True)
class Handed:
    """A quantity of one item, in base units; `kit`: inside which it was handed out."""

    item: Item
    quantity: int
    kit: Item | None = None

    @property
    def label(self) -> str:
        return named_in_kit(self.item, self.kit)


@dataclass(frozen=True, slots=True)
class Point:
    """What one distribution point handed out of some goods; true counts."""

    area: Area
    site: Place
    first_on: date
    last_on: date
    items: tuple[Handed, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class ReachedItem:
    """A quantity of one item, in base units; None when it is withheld."""

    item: str
    base_unit: str
    quantity: int | None


@dataclass(frozen=True, slots=True)
class ReachedArea:
    """An area as donors see it. None is withheld: it would tell of a group under ten."""

    area: str
    pcode: str
    points: int
    first_on: date
    last_on: date
    items: tuple[ReachedItem, ...]
    households: int | None
    people: int | None


@dataclass(frozen=True, slots=True)
class Reached:
    """Everywhere that gifts reached, as donors may see it."""

    areas: tuple[ReachedArea, ...]
    households: int | None
    people: int | None
    withheld: bool


def points(scope: Scope, moment: AsOf) -> list[Point]:
    """Each point that handed out some of the goods, by area; true counts, two statements."""
    heads = _heads(scope, moment)
    handed = _handed(scope, [row.Distribution.id for row in heads])
    by_site: dict[tuple[int, int], list[Any]] = {}
    for row in heads:
        by_site.setdefault((row.Area.id, row.Place.id), []).append(row)
    return [_point(rows, handed) for rows in by_site.values()]


def shown_to_donors(found: Sequence[Point]) -> Reached:
    """The same by area, with every count withheld that could give away a small group."""
    areas = list(_by_area(found))
    hidden = suppress([[point.counts for point in several] for several in areas])
    total = added(point.counts for point in found)
    return Reached(
        areas=tuple(_shown_area(several, hidden, index) for index, several in enumerate(areas)),
        households=None if hidden.total else total.households,
        people=None if hidden.total else total.people,
        withheld=hidden.total or any(hidden.areas) or any(map(any, hidden.points)),
    )


def withheld_points(found: Sequence[Point]) -> frozenset[int]:
    """Sites of which nothing that tells the number of people may be shown."""
    areas = list(_by_area(found))
    hidden = suppress([[point.counts for point in several] for several in areas])
    return frozenset(
        point.site.id
        for several, flags in zip(areas, hidden.points, strict=True)
        for point, is_hidden in zip(several, flags, strict=True)
        if is_hidden
    )


def _heads(scope: Scope, moment: AsOf) -> Sequence[Any]:
    held = holders(*scope.of_lots())
    lines = (
        select(DistributionLine.distribution_id)
        .select_from(held)
        .join(DistributionLine, DistributionLine.lot_id == held.c.lot_id)
        .where(DistributionLine.handed_out > 0)
    )
    return db.session.execute(
        select(Distribution, Place, Area)
        .join(StockMovement, StockMovement.id == Distribution.movement_id)
        .join(Place, Place.id == Distribution.site_id)
        .join(Area, Area.id == Distribution.area_id)
        .where(Distribution.id.in_(lines), standing(moment))
        .order_by(Area.name, Area.id, Place.name, Place.id, Distribution.distributed_on)
    ).all()


def _handed(scope: Scope, distribution_ids: list[int]) -> dict[int, list[Handed]]:
    held = holders(*scope.of_lots())
    quantity = func.sum(DistributionLine.handed_out * held.c.per_unit)
    rows = db.session.execute(
        select(DistributionLine.distribution_id, Item, Kit, quantity.label("quantity"))
        .select_from(held)
        .join(DistributionLine, DistributionLine.lot_id == held.c.lot_id)
        .join(Lot, Lot.id == held.c.given_id)
        .join(Item, Item.id == Lot.item_id)
        .join(KitLot, KitLot.id == held.c.lot_id)
        .outerjoin(Kit, (Kit.id == KitLot.item_id) & (Kit.id != Item.id))
        .where(DistributionLine.distribution_id.in_(distribution_ids))
        .group_by(DistributionLine.distribution_id, Item.id, Kit.id)
        .order_by(Item.name, Item.id, Kit.name.nulls_first(), Kit.id)
    )
    found: dict[int, list[Handed]] = {}
    for row in rows:
        each = Handed(row.Item, int(row.quantity), row.kit)
        found.setdefault(row.distribution_id, []).append(each)
    return found


def _point(rows: Sequence[Any], handed: dict[int, list[Handed]]) -> Point:
    held = [row.Distribution for row in rows]
    items = _summed(one for each in held for one in handed.get(each.id, ()))
    return Point(
        area=rows[0].Area,
        site=rows[0].Place,
        first_on=min(each.distributed_on for each in held),
        last_on=max(each.distributed_on for each in held),
        items=items,
        counts=added(
            Counts(
                households=each.households,
                women=each.women,
                men=each.men,
                girls=each.girls,
                boys=each.boys,
            )
            for each in held
        ),
    )


def _summed(handed: Iterable[Handed]) -> tuple[Handed, ...]:
    sums: dict[tuple[Item, Item | None], int] = {}
    for each in handed:
        key = (each.item, each.kit)
        sums[key] = sums.get(key, 0) + each.quantity
    return tuple(Handed(item, quantity, kit) for (item, kit), quantity in sums.items())


def _by_area(found: Sequence[Point]) -> Iterable[list[Point]]:
    by_area: dict[int, list[Point]] = {}
    for point in found:
        by_area.setdefault(point.area.id, []).append(point)
    return by_area.values()


def _shown_area(several: Sequence[Point], hidden: Hidden, index: int) -> ReachedArea:
    """An area's figures; quantities are withheld with the counts, for a ration tells both."""
    area, withheld = several[0].area, hidden.areas[index]
    total = added(point.counts for point in several)
    return ReachedArea(
        area=name_in(area.name, area.names),
        pcode=area.pcode,
        points=len(several),
        first_on=min(point.first_on for point in several),
        last_on=max(point.last_on for point in several),
        items=tuple(
            ReachedItem(each.label, each.item.base_unit, None if withheld else each.quantity)
            for each in _summed(one for point in several for one in point.items)
        ),
        households=None if withheld else total.households,
        people=None if withheld else total.people,
    )
