"""What sites hold of each item, and what left them lately: for months of stock and pipelines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, literal_column, or_, select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import Key, db
from aidtrack.core.i18n import name_in
from aidtrack.distributions.models import Distribution, DistributionLine, DistributionStatus
from aidtrack.places.models import Place
from aidtrack.reports.pictures import figures
from aidtrack.reports.pictures.scope import Scope
from aidtrack.shipments.models import Shipment, ShipmentLoad
from aidtrack.stock import rates
from aidtrack.stock.models import Lot, StockBalance
from aidtrack.stock.queries import HELD
from aidtrack.stock.rates import MONTHS_BACK

MONTHS_AHEAD = 6
# More names than these are not asked for one by one: no database takes so many.
NAMED_MAX = 1_000


class Thing(NamedTuple):
    """An item as pictures name it, in the reader's language."""

    id: int
    code: str
    name: str
    base_unit: str


@dataclass(frozen=True, slots=True)
class Turnover:
    """Base units by item: held now, and issued since the first day of six months ago.

    expiring: what of that held expires in this month or one of the next, by its first day.
    """

    held: Mapping[int, int]
    issued: Mapping[int, int]
    expiring: Mapping[tuple[int, date], int]

    def monthly(self, item_id: int) -> int:
        return rates.monthly(self.issued.get(item_id, 0))

    def tenths_of_months(self, item_id: int) -> int | None:
        return rates.tenths_of_months(self.held.get(item_id, 0), self.issued.get(item_id, 0))


def turnover(scope: Scope, today: date) -> Turnover:
    """Three statements: balances, hand-outs and departures; never the lines of the ledger.

    Issued is what left the sites for good: handed out there, or sent to sites beyond them. The
    months counted are the last six whole ones with the days of this one.
    """
    since = figures.first_of_month(today, -MONTHS_BACK)
    held, expiring = _usable(scope, today)
    issued = _added(_handed_out(scope, since), _sent_away(scope, since))
    return Turnover(held, issued, expiring)


def _usable(scope: Scope, today: date) -> tuple[dict[int, int], dict[tuple[int, date], int]]:
    """What lies at the sites, not expired nor recalled, by item; and by the month it expires in."""
    months = [figures.first_of_month(today, later) for later in range(MONTHS_AHEAD + 1)]
    ends = enumerate(months[1:])
    cell = case(*((Lot.expires_on < end, n) for n, end in ends), else_=MONTHS_AHEAD).label("cell")
    lots = held_by_lot(scope).subquery("by_lot")
    rows = db.session.execute(
        select(Lot.item_id, cell, func.sum(lots.c.quantity))
        .join(lots, lots.c.lot_id == Lot.id)
        .where(or_(Lot.expires_on.is_(None), Lot.expires_on >= today), Lot.recall_id.is_(None))
        .group_by(Lot.item_id, cell)
    )
    held: dict[int, int] = {}
    expiring: dict[tuple[int, date], int] = {}
    for item_id, month, quantity in rows:
        held[item_id] = held.get(item_id, 0) + int(quantity)
        if month < MONTHS_AHEAD:
            expiring[item_id, months[month]] = int(quantity)
    return held, expiring


def held_by_lot(scope: Scope) -> Select[*tuple[Any, ...]]:
    """What lies at the sites, by lot: read from the index of goods in stock alone.

    The sign keeps SQLite from entering by the places, and so from all that ever lay there.
    """
    place_id = literal_column("+stock_balance.place_id", Key)
    return (
        select(StockBalance.lot_id, func.sum(StockBalance.quantity).label("quantity"))
        .where(HELD, place_id.in_(select(Place.id).where(*scope.places())))
        .group_by(StockBalance.lot_id)
    )


def items(item_ids: Iterable[int]) -> dict[int, Thing]:
    """Some items, in one statement however many they are."""
    wanted = set(item_ids)
    named = [Item.id.in_(wanted)] if len(wanted) <= NAMED_MAX else []
    rows = db.session.execute(
        select(Item.id, Item.code, Item.name, Item.names, Item.base_unit).where(*named)
    )
    return {
        row.id: Thing(row.id, row.code, name_in(row.name, row.names), row.base_unit)
        for row in rows
        if row.id in wanted
    }


def _handed_out(scope: Scope, since: date) -> dict[int, int]:
    return by_item(
        select(DistributionLine.lot_id, func.sum(DistributionLine.handed_out).label("quantity"))
        .join(Distribution, Distribution.id == DistributionLine.distribution_id)
        .where(
            scope.handed_out_there(),
            Distribution.status == DistributionStatus.DONE,
            Distribution.distributed_on >= since,
            DistributionLine.handed_out > 0,
        )
        .group_by(DistributionLine.lot_id)
    )


def _sent_away(scope: Scope, since: date) -> dict[int, int]:
    gone = func.sum(ShipmentLoad.quantity - ShipmentLoad.returned)
    return by_item(
        select(ShipmentLoad.lot_id, gone.label("quantity"))
        .join(Shipment, Shipment.id == ShipmentLoad.shipment_id)
        .where(
            Shipment.origin_id.in_(scope.sites()),
            Shipment.destination_id.not_in(scope.sites()),
            Shipment.dispatched_at >= datetime.combine(since, time(), UTC),
        )
        .group_by(ShipmentLoad.lot_id)
    )


def by_item(by_lot: Select[*tuple[Any, ...]]) -> dict[int, int]:
    """Sums by lot as sums by item. First by lot: so the few lots are looked up, not all read."""
    lots = by_lot.subquery("by_lot")
    return _sums(
        select(Lot.item_id, func.sum(lots.c.quantity))
        .join(lots, lots.c.lot_id == Lot.id)
        .group_by(Lot.item_id)
    )


def _sums(statement: Any) -> dict[int, int]:
    return {row[0]: int(row[1]) for row in db.session.execute(statement)}


def _added(*several: Mapping[int, int]) -> dict[int, int]:
    total: dict[int, int] = {}
    for each in several:
        for item_id, quantity in each.items():
            total[item_id] = total.get(item_id, 0) + quantity
    return total
