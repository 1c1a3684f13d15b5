"""What reached each area, and what is on its way there, as the offices of the reader know it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Subquery, case, func, or_, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item
from aidtrack.catalogue.queries import weight_of
from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.core.paging import Page, Sorting
from aidtrack.core.words import found_by
from aidtrack.distributions import queries as distributions
from aidtrack.distributions.models import Distribution, DistributionLine, DistributionStatus
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places import queries as places
from aidtrack.places.models import SITES, Area, Place
from aidtrack.reports.area_orders import BY_ACTIVITY, RANK
from aidtrack.shipments import access
from aidtrack.shipments.models import Shipment, ShipmentLine, ShipmentLoad, ShipmentStatus
from aidtrack.stock.models import Lot, StockBalance
from aidtrack.stock.queries import HELD, seen

SHIPMENTS_SHOWN = 50
POINTS_SHOWN = 200
Parent = aliased(Area, name="parent")
ON_ITS_WAY = (ShipmentStatus.READY, ShipmentStatus.ON_THE_ROAD)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area in the list. Weights in milligrams, of the items whose weight is known."""

    id: int
    name: str
    pcode: str
    parent: str
    delivered_mg: int
    shipments_coming: int
    distributions: int
    households: int
    people: int

    @property
    def is_active(self) -> bool:
        return bool(self.delivered_mg or self.shipments_coming or self.distributions)


@dataclass(frozen=True, slots=True)
class AreaItem:
    """One item in an area, in base units."""

    item_id: int
    item: str
    base_unit: str
    delivered: int
    on_the_way: int
    at_the_points: int
    handed_out: int


@dataclass(frozen=True, slots=True)
class AreaPoint:
    """A site in the area, and how many households it served."""

    id: int
    name: str
    kind: str
    area: str
    households: int


@dataclass(frozen=True, slots=True)
class Coming:
    """A shipment that will arrive in the area."""

    id: int
    number: str
    status: ShipmentStatus
    destination: str
    expected_at: datetime | None


@dataclass(frozen=True, slots=True)
class AreaDetail:
    """One area with everything that went there."""

    id: int
    name: str
    name_as_written: str
    pcode: str
    parent: str
    distributions: int
    households: int
    women: int
    men: int
    girls: int
    boys: int
    items: tuple[AreaItem, ...]
    points: tuple[AreaPoint, ...]
    coming: tuple[Coming, ...]

    @property
    def people(self) -> int:
        return self.women + self.men + self.girls + self.boys


def areas(
    actor: Actor,
    *,
    words: str = "",
    sorting: Sorting = BY_ACTIVITY.up,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[AreaRow]:
    """Areas where something happened first, then the others, by name: one statement.

    What happened in an area happened in every area around it too.
    """
    lineage = _lineage()
    reached, carried = _reached(actor, lineage), _carried(actor, lineage)
    rows = db.session.execute(
        select(
            Area,
            Parent.name.label("parent_name"),
            Parent.names.label("parent_names"),
            RANK.label("rank"),
            func.coalesce(carried.c.delivered_mg, 0).label("delivered_mg"),
            func.coalesce(carried.c.coming, 0).label("coming"),
            func.coalesce(reached.c.distributions, 0).label("distributions"),
            func.coalesce(reached.c.households, 0).label("households"),
            func.coalesce(reached.c.people, 0).label("people"),
        )
        .outerjoin(Parent, Parent.id == Area.parent_id)
        .outerjoin(reached, reached.c.area_id == Area.id)
        .outerjoin(carried, carried.c.area_id == Area.id)
        .where(*_found_by(words), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    page = sorting.page(rows, limit)
    return Page([_row(row) for row in page.rows], page.next_cursor)


def area(area_id: int, actor: Actor) -> AreaDetail:
    """One area with all inside it, in eight statements. Raises NotFound."""
    found = places.area(area_id)
    totals = _totals(area_id, actor)
    return AreaDetail(
        id=found.id,
        name=found.name_in(),
        name_as_written=found.name,
        pcode=found.pcode,
        parent=found.parent.name_in() if found.parent else "",
        distributions=totals.distributions,
        households=totals.households,
        women=totals.women,
        men=totals.men,
        girls=totals.girls,
        boys=totals.boys,
        items=tuple(_items(area_id, actor)),
        points=tuple(_points(area_id, actor)),
        coming=tuple(_coming(area_id, actor)),
    )


def _lineage() -> CTE:
    """Every area where goods or people can be, beside itself and each area around it."""
    used = select(Place.area_id).where(Place.area_id.is_not(None))
    told = select(Distribution.area_id)
    lineage = (
        select(Area.id.label("area_id"), Area.id.label("around_id"))
        .where(or_(Area.id.in_(used), Area.id.in_(told)))
        .cte("lineage", recursive=True)
    )
    return lineage.union_all(
        select(lineage.c.area_id, Area.parent_id)
        .join(Area, Area.id == lineage.c.around_id)
        .where(Area.parent_id.is_not(None))
    )


def _inside(area_id: int) -> Select[int]:
    """The area and every area inside it."""
    inside = select(Area.id).where(Area.id == area_id).cte(recursive=True)
    inside = inside.union_all(select(Area.id).join(inside, Area.parent_id == inside.c.id))
    return select(inside.c.id)


def _done(actor: Actor) -> ColumnElement[bool]:
    return distributions.seen(actor) & (Distribution.status == DistributionStatus.DONE)


def _persons() -> ColumnElement[int]:
    return Distribution.women + Distribution.men + Distribution.girls + Distribution.boys


def _reached(actor: Actor, lineage: CTE) -> Subquery:
    """By area, with all inside it: distributions, households, people."""
    return (
        select(
            lineage.c.around_id.label("area_id"),
            func.count().label("distributions"),
            func.sum(Distribution.households).label("households"),
            func.sum(_persons()).label("people"),
        )
        .join(lineage, lineage.c.area_id == Distribution.area_id)
        .where(_done(actor))
        .group_by(lineage.c.around_id)
        .subquery("reached")
    )


def _carried(actor: Actor, lineage: CTE) -> Subquery:
    """By area, with all inside it: the weight delivered, and how many shipments are to come."""
    is_coming = Shipment.status.in_(ON_ITS_WAY)
    return (
        select(
            lineage.c.around_id.label("area_id"),
            weight_of(ShipmentLoad.delivered).label("delivered_mg"),
            func.count(case((is_coming, Shipment.id)).distinct()).label("coming"),
        )
        .select_from(Shipment)
        .join(Place, Place.id == Shipment.destination_id)
        .join(lineage, lineage.c.area_id == Place.area_id)
        .join(ShipmentLoad, ShipmentLoad.shipment_id == Shipment.id)
        .join(Lot, Lot.id == ShipmentLoad.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .where(access.seen(actor), or_(is_coming, ShipmentLoad.delivered > 0))
        .group_by(lineage.c.around_id)
        .subquery("carried")
    )


def _found_by(words: str) -> list[ColumnElement[bool]]:
    by_name = found_by(words, Area.name, names=Area.names)
    return [
        named | Area.pcode.istartswith(word, autoescape=True)
        for word, named in zip(words.split(), by_name, strict=False)
    ]


def _row(row: Any) -> AreaRow:
    return AreaRow(
        id=row.Area.id,
        name=row.Area.name_in(),
        pcode=row.Area.pcode,
        parent=name_in(row.parent_name, row.parent_names) if row.parent_name else "",
        delivered_mg=int(row.delivered_mg),
        shipments_coming=row.coming,
        distributions=row.distributions,
        households=int(row.households),
        people=int(row.people),
    )


def _totals(area_id: int, actor: Actor) -> Any:
    columns = ("households", "women", "men", "girls", "boys")
    return db.session.execute(
        select(
            func.count(Distribution.id).label("distributions"),
            *(
                func.coalesce(func.sum(getattr(Distribution, name)), 0).label(name)
                for name in columns
            ),
        ).where(Distribution.area_id.in_(_inside(area_id)), _done(actor))
    ).one()


def _items(area_id: int, actor: Actor) -> Iterable[AreaItem]:
    """Every item that went to the area or lies there, by name; four statements."""
    asked, loaded = _carried_items(area_id, actor)
    lying = _sums(
        select(Lot.item_id, func.sum(StockBalance.quantity))
        .join(StockBalance, StockBalance.lot_id == Lot.id)
        .join(Place, Place.id == StockBalance.place_id)
        .where(Place.area_id.in_(_inside(area_id)), seen(actor, Permission.VIEW_AREAS), HELD)
        .group_by(Lot.item_id)
    )
    handed = _sums(
        select(Lot.item_id, func.sum(DistributionLine.handed_out))
        .join(DistributionLine, DistributionLine.lot_id == Lot.id)
        .join(Distribution, Distribution.id == DistributionLine.distribution_id)
        .where(Distribution.area_id.in_(_inside(area_id)), _done(actor))
        .group_by(Lot.item_id)
    )
    named = {*asked, *loaded, *lying, *handed}
    for item in db.session.scalars(
        select(Item).where(Item.id.in_(named)).order_by(Item.name, Item.id)
    ):
        delivered, on_the_road = loaded.get(item.id, (0, 0))
        yield AreaItem(
            item_id=item.id,
            item=item.name_in(),
            base_unit=item.base_unit,
            delivered=delivered,
            on_the_way=on_the_road + asked.get(item.id, 0),
            at_the_points=lying.get(item.id, 0),
            handed_out=handed.get(item.id, 0),
        )


def _carried_items(area_id: int, actor: Actor) -> tuple[dict[int, int], dict[int, tuple[int, int]]]:
    """By item: asked for in shipments that are ready; (delivered, on the road) of the others."""
    asked = _sums(
        select(ShipmentLine.item_id, func.sum(ShipmentLine.quantity))
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(Place, Place.id == Shipment.destination_id)
        .where(
            Place.area_id.in_(_inside(area_id)),
            Shipment.status == ShipmentStatus.READY,
            access.seen(actor),
        )
        .group_by(ShipmentLine.item_id)
    )
    gone = ShipmentLoad.delivered + ShipmentLoad.returned + ShipmentLoad.lost
    rows = db.session.execute(
        select(
            Lot.item_id,
            func.sum(ShipmentLoad.delivered).label("delivered"),
            func.sum(ShipmentLoad.quantity - gone).label("on_the_road"),
        )
        .join(ShipmentLoad, ShipmentLoad.lot_id == Lot.id)
        .join(Shipment, Shipment.id == ShipmentLoad.shipment_id)
        .join(Place, Place.id == Shipment.destination_id)
        .where(
            Place.area_id.in_(_inside(area_id)),
            Shipment.status.in_((ShipmentStatus.ON_THE_ROAD, ShipmentStatus.DELIVERED)),
            access.seen(actor),
        )
        .group_by(Lot.item_id)
    )
    return asked, {row.item_id: (int(row.delivered), int(row.on_the_road)) for row in rows}


def _sums(statement: Any) -> dict[int, int]:
    return {row[0]: int(row[1]) for row in db.session.execute(statement)}


def _points(area_id: int, actor: Actor) -> Iterable[AreaPoint]:
    """The sites of the area that the reader sees, and what each served: one statement."""
    served = (
        select(Distribution.site_id, func.sum(Distribution.households).label("households"))
        .where(Distribution.area_id.in_(_inside(area_id)), _done(actor))
        .group_by(Distribution.site_id)
        .subquery("served")
    )
    rows = db.session.execute(
        select(Place, Area, served.c.households)
        .join(Area, Area.id == Place.area_id)
        .outerjoin(served, served.c.site_id == Place.id)
        .where(
            Place.area_id.in_(_inside(area_id)),
            Place.kind.in_(SITES),
            Place.is_active,
            seen(actor, Permission.VIEW_AREAS),
        )
        .order_by(Area.name, Place.name, Place.id)
        .limit(POINTS_SHOWN)
    )
    for place, lies_in, households in rows:
        yield AreaPoint(
            id=place.id,
            name=place.name_in(),
            kind=str(place.kind),
            area=lies_in.name_in(),
            households=int(households or 0),
        )


def _coming(area_id: int, actor: Actor) -> Iterable[Coming]:
    rows = db.session.execute(
        select(Shipment, Place.name, Place.names)
        .join(Place, Place.id == Shipment.destination_id)
        .where(
            Place.area_id.in_(_inside(area_id)), Shipment.status.in_(ON_ITS_WAY), access.seen(actor)
        )
        .order_by(Shipment.expected_at.nulls_last(), Shipment.id)
        .limit(SHIPMENTS_SHOWN)
    )
    for shipment, name, names in rows:
        yield Coming(
            id=shipment.id,
            number=shipment.number,
            status=shipment.status,
            destination=name_in(name, names),
            expected_at=shipment.expected_at,
        )
