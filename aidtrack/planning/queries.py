"""What to order: each level with what is free, what comes, and how long it lasts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from aidtrack.core import clock, paging
from aidtrack.core.db import db
from aidtrack.core.paging import Page, Sorting
from aidtrack.distributions.models import Distribution, DistributionLine, DistributionStatus
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place
from aidtrack.shipments.models import Shipment, ShipmentLoad, ShipmentStatus
from aidtrack.stock import minimums, rates
from aidtrack.stock.level_sql import Coming
from aidtrack.stock.minimums import MinimumFilter, MinimumRow
from aidtrack.stock.models import Lot
from aidtrack.stock.orders import MINIMUMS_BY_ITEM

Site = aliased(Place, name="going_to")


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A level with what is known of its item there, in base units.

    `coming` is on the road, the next of it expected on `next_on`. `issued` left for good since
    the first day of six months ago.
    """

    level: MinimumRow
    coming: int
    next_on: date | None
    issued: int

    @property
    def monthly(self) -> int:
        """What leaves in a month on average."""
        return rates.monthly(self.issued)

    @property
    def tenths_of_months(self) -> int | None:
        """How long what is free lasts."""
        return rates.tenths_of_months(self.level.free, self.issued)

    @property
    def is_to_order(self) -> bool:
        level = self.level
        return level.reorder_at is not None and level.free + self.coming <= level.reorder_at

    @property
    def order(self) -> int:
        """How much would fill it up again; 0 while there is enough, or where nobody said."""
        up_to = self.level.order_up_to
        if up_to is None or not self.is_to_order:
            return 0
        return max(0, up_to - self.level.free - self.coming)


def orders(
    actor: Actor,
    wanted: MinimumFilter,
    *,
    sorting: Sorting = MINIMUMS_BY_ITEM.up,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[OrderRow]:
    """Levels by item name, a keyset page: five statements, however many rows."""
    page = minimums.minimums(
        actor, wanted, sorting=sorting, cursor=cursor, limit=limit, coming=_coming()
    )
    return Page(_known(page.rows), page.next_cursor)


def order(minimum_id: int, actor: Actor) -> OrderRow:
    """One level. Raises NotFound for a stranger's."""
    return _known([minimums.minimum(minimum_id, actor)])[0]


def _known(levels: Sequence[MinimumRow]) -> list[OrderRow]:
    items = {level.item_id for level in levels}
    offices = {level.organisation_id for level in levels}
    coming, issued = _arrivals(offices, items), _issues(offices, items)
    return [_row(level, coming, issued) for level in levels]


def _row(level: MinimumRow, coming: Sequence[Any], issued: Sequence[Any]) -> OrderRow:
    def is_there(office: int | None, site: int) -> bool:
        return site == level.site_id if level.site_id else office == level.organisation_id

    comes = [
        row
        for row in coming
        if row.item_id == level.item_id and is_there(row.organisation_id, row.site_id)
    ]
    left = (
        int(row.quantity)
        for row in issued
        if row.item_id == level.item_id
        and is_there(row.organisation_id, row.site_id)
        # What one site of the office sends another has not left the office.
        and (level.site_id or row.to_organisation_id != level.organisation_id)
    )
    days = [row.expected_at.date() for row in comes if row.expected_at is not None]
    return OrderRow(
        level=level,
        coming=sum(int(row.quantity) for row in comes),
        next_on=min(days, default=None),
        issued=sum(left),
    )


def _coming() -> Coming:
    """What is on the road and not recalled, by where it goes: few shipments are."""
    rest = _rest().label("quantity")
    on_the_road = (
        select(
            Place.site_id.label("site_id"),
            Place.organisation_id.label("organisation_id"),
            Lot.item_id.label("item_id"),
            rest,
        )
        .select_from(Shipment)
        .join(ShipmentLoad, ShipmentLoad.shipment_id == Shipment.id)
        .join(Lot, Lot.id == ShipmentLoad.lot_id)
        .join(Place, Place.id == Shipment.destination_id)
        .where(Shipment.status == ShipmentStatus.ON_THE_ROAD, Lot.recall_id.is_(None))
    )
    by_site = on_the_road.group_by(Place.site_id, Place.organisation_id, Lot.item_id)
    each = by_site.subquery("coming_each")
    by_office = select(
        each.c.organisation_id, each.c.item_id, func.sum(each.c.quantity).label("quantity")
    ).group_by(each.c.organisation_id, each.c.item_id)
    return Coming(by_site.subquery("coming_there"), by_office.subquery("coming_to_office"))


def _arrivals(offices: Iterable[int], items: Iterable[int]) -> Sequence[Any]:
    return db.session.execute(
        select(
            Place.site_id,
            Place.organisation_id,
            Lot.item_id,
            Shipment.expected_at,
            _rest().label("quantity"),
        )
        .select_from(Shipment)
        .join(ShipmentLoad, ShipmentLoad.shipment_id == Shipment.id)
        .join(Lot, Lot.id == ShipmentLoad.lot_id)
        .join(Place, Place.id == Shipment.destination_id)
        .where(
            Shipment.status == ShipmentStatus.ON_THE_ROAD,
            Place.organisation_id.in_(offices),
            Lot.item_id.in_(items),
            Lot.recall_id.is_(None),
        )
        .group_by(Place.site_id, Place.organisation_id, Lot.item_id, Shipment.expected_at)
    ).all()


def _issues(offices: Iterable[int], items: Iterable[int]) -> Sequence[Any]:
    """What left each site for good since six months ago: handed out, or sent elsewhere."""
    since = clock.first_of_month(clock.today(), -rates.MONTHS_BACK)
    there = select(Place.id).where(Place.organisation_id.in_(offices), Place.site_id == Place.id)
    handed_out = (
        select(
            Place.site_id,
            Place.organisation_id,
            Lot.item_id,
            func.sum(DistributionLine.handed_out).label("quantity"),
        )
        .select_from(Distribution)
        .join(DistributionLine, DistributionLine.distribution_id == Distribution.id)
        .join(Lot, Lot.id == DistributionLine.lot_id)
        .join(Place, Place.id == Distribution.site_id)
        .where(
            Distribution.site_id.in_(there),
            Distribution.status == DistributionStatus.DONE,
            Distribution.distributed_on >= since,
            Lot.item_id.in_(items),
        )
        .group_by(Place.site_id, Place.organisation_id, Lot.item_id)
    )
    sent = (
        select(
            Place.site_id,
            Place.organisation_id,
            Lot.item_id,
            Site.organisation_id.label("to_organisation_id"),
            func.sum(ShipmentLoad.quantity - ShipmentLoad.returned).label("quantity"),
        )
        .select_from(Shipment)
        .join(ShipmentLoad, ShipmentLoad.shipment_id == Shipment.id)
        .join(Lot, Lot.id == ShipmentLoad.lot_id)
        .join(Place, Place.id == Shipment.origin_id)
        .join(Site, Site.id == Shipment.destination_id)
        .where(
            Shipment.origin_id.in_(there),
            Shipment.dispatched_at >= datetime.combine(since, time(), UTC),
            Lot.item_id.in_(items),
        )
        .group_by(Place.site_id, Place.organisation_id, Lot.item_id, Site.organisation_id)
    )
    return [*map(_handed, db.session.execute(handed_out)), *db.session.execute(sent)]


@dataclass(frozen=True, slots=True)
class _Issue:
    site_id: int
    organisation_id: int
    item_id: int
    quantity: int
    to_organisation_id: int | None = None


def _handed(row: Any) -> _Issue:
    return _Issue(row.site_id, row.organisation_id, row.item_id, int(row.quantity))


def _rest() -> Any:
    """What of the loads has neither come, nor gone back, nor been lost."""
    return func.sum(
        ShipmentLoad.quantity - ShipmentLoad.delivered - ShipmentLoad.returned - ShipmentLoad.lost
    )
