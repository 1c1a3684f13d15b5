"""What is to come and what is to go, by item and month: for the pipeline."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from aidtrack.core.db import db
from aidtrack.distributions.models import Distribution, DistributionLine, DistributionStatus
from aidtrack.donations.counted import NOTHING, received
from aidtrack.donations.models import Donation, DonationLine, DonationStatus
from aidtrack.reports.pictures import figures
from aidtrack.reports.pictures.scope import Scope
from aidtrack.shipments.models import Shipment, ShipmentLoad, ShipmentStatus
from aidtrack.stock.models import Lot

ByMonth = dict[tuple[int, date], int]
"""Base units by (item, first day of the month); what is overdue counts in this month."""


def promised(scope: Scope, today: date) -> tuple[ByMonth, int]:
    """What donors still owe, and how many donations say no day. Two statements.

    A promise is made to an office, not to one of its sites.
    """
    if scope.site_id is not None:
        return {}, 0
    rows = db.session.execute(
        select(
            DonationLine.id,
            DonationLine.donation_id,
            DonationLine.item_id,
            DonationLine.quantity,
            Donation.expected_on,
        )
        .join(Donation, Donation.id == DonationLine.donation_id)
        .where(
            Donation.organisation_id.in_(scope.organisations),
            Donation.status.in_((DonationStatus.PLEDGED, DonationStatus.RECEIVING)),
        )
    ).all()
    came = received({row.donation_id for row in rows})
    open_rows = [(row, row.quantity - came.get(row.id, NOTHING).given) for row in rows]
    dated = (
        (row.item_id, row.expected_on, rest)
        for row, rest in open_rows
        if row.expected_on is not None
    )
    undated = {row.donation_id for row, rest in open_rows if row.expected_on is None and rest > 0}
    return _by_month(dated, today), len(undated)


def under_way(scope: Scope, today: date) -> ByMonth:
    """What is on the road to the sites and will be offered there: nothing recalled."""
    rest = ShipmentLoad.quantity - ShipmentLoad.delivered - ShipmentLoad.returned
    rows = _of_lots(
        select(
            ShipmentLoad.lot_id,
            Shipment.expected_at.label("comes"),
            func.sum(rest - ShipmentLoad.lost).label("quantity"),
        )
        .join(Shipment, Shipment.id == ShipmentLoad.shipment_id)
        .where(
            Shipment.destination_id.in_(scope.sites()),
            Shipment.status == ShipmentStatus.ON_THE_ROAD,
        )
        .group_by(ShipmentLoad.lot_id, Shipment.expected_at),
        Lot.recall_id.is_(None),
    )
    return _by_month(((item, _day(at, today), rest) for item, at, rest in rows), today)


def planned(scope: Scope, today: date) -> ByMonth:
    """What plans of hand-outs at the sites will take."""
    rows = _of_lots(
        select(
            DistributionLine.lot_id,
            Distribution.distributed_on.label("goes"),
            func.sum(DistributionLine.planned).label("quantity"),
        )
        .join(Distribution, Distribution.id == DistributionLine.distribution_id)
        .where(
            scope.handed_out_there(),
            Distribution.status == DistributionStatus.PLANNED,
        )
        .group_by(DistributionLine.lot_id, Distribution.distributed_on)
    )
    return _by_month(rows, today)


def _of_lots(
    by_lot: Select[*tuple[Any, ...]], *narrowed: ColumnElement[bool]
) -> list[tuple[int, Any, int]]:
    """(item, when, quantity) of sums by lot and time; the lots are looked up one by one."""
    lots = by_lot.subquery("by_lot")
    _lot, when, quantity = lots.c
    rows = db.session.execute(
        select(Lot.item_id, when, quantity)
        .select_from(lots)
        .join(Lot, Lot.id == lots.c.lot_id)
        .where(*narrowed)
    )
    return [(item_id, at, int(much)) for item_id, at, much in rows]


def _day(at: datetime | None, today: date) -> date:
    return at.date() if at else today


def _by_month(rows: Iterable[tuple[int, date, int]], today: date) -> ByMonth:
    found: ByMonth = {}
    for item_id, day, quantity in rows:
        if quantity > 0:
            key = (item_id, figures.first_of_month(max(day, today)))
            found[key] = found.get(key, 0) + quantity
    return found
