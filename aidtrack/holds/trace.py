"""Follows a lot back to who gave it, and forward to every journey, hand-out, loss and return.

What happened to a lot is read kind by kind, a page at a time, newest first: a lot with a million
lines answers as fast as one with ten. What it is made of, and what it went into, `stock.made`
reads. The packages above are named here, not imported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, String, column, select, table
from sqlalchemy.orm import aliased

from aidtrack.core import paging
from aidtrack.core.db import Key, UtcDateTime, db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, name_in
from aidtrack.core.paging import Page
from aidtrack.documents.models import Paper
from aidtrack.holds.pieces import distribution, shipment
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner
from aidtrack.places.models import LOSSES, Area, Place, PlaceKind
from aidtrack.stock import made
from aidtrack.stock import queries as stock
from aidtrack.stock.loss_models import WriteOff
from aidtrack.stock.made import PartRow
from aidtrack.stock.models import Lot, Reason, StockBalance, StockLine, StockMovement

Site = aliased(Place, name="site")
Target = aliased(Place, name="target")
FIRST_ROWS = 10
RECEIPTS_MAX = 50
donation_line = table(
    "donation_line",
    *(column(name, Key) for name in ("id", "donation_id", "quantity")),
    column("line_number", Integer()),
)
donation = table(
    "donation",
    column("id", Key),
    *(column(name, String()) for name in ("number", "grant_reference", "earmark")),
    column("earmark_area_id", Integer()),
)
receipt = table(
    "goods_receipt",
    *(column(name, Key) for name in ("id", "site_id", "paper_id")),
    column("arrived_at", UtcDateTime()),
    column("undone_at", UtcDateTime()),
)
receipt_line = table(
    "goods_receipt_line",
    *(column(name, Key) for name in ("id", "receipt_id", "lot_id", "donation_line_id", "good")),
)
load = table(
    "shipment_load",
    *(
        column(name, Key)
        for name in ("id", "shipment_id", "lot_id", "quantity", "delivered", "returned", "lost")
    ),
)
shipment_more = table(
    "shipment",
    column("id", Key),
    column("status", String()),
    column("dispatched_at", UtcDateTime()),
    column("delivered_at", UtcDateTime()),
).alias("journey")
handed = table(
    "distribution_line",
    *(
        column(name, Key)
        for name in ("id", "distribution_id", "lot_id", "brought", "handed_out", "returned", "lost")
    ),
)


class Way(StrEnum):
    """Where goods of a lot went."""

    JOURNEYS = "journeys"
    HAND_OUTS = "hand_outs"
    LOSSES = "losses"


@dataclass(frozen=True, slots=True)
class CameBy:
    """A receipt that brought some of it: its paper's number, where and when, and how much good."""

    id: int
    number: str
    site: str
    arrived_at: datetime
    good: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Who gave a lot, by which line of which donation, and what it is meant for."""

    donor: str
    donation_id: int | None
    donation: str
    line_number: int | None
    grant: str
    meant_for: str
    receipts: tuple[CameBy, ...]


@dataclass(frozen=True, slots=True)
class Went:
    """One thing that happened to some of a lot. Quantities in base units; 0 where none.

    `at` is the moment of what left or was lost, `on` the day of what was handed out.
    """

    id: int
    number: str
    path: str
    place: str
    status: str
    at: datetime | None
    on: date | None
    taken: int
    arrived: int
    returned: int
    lost: int
    households: int | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A lot from its donor to the people. `owner` has it, whoever keeps it."""

    lot_id: int
    number: str
    item: str
    base_unit: str
    batch_number: str
    expires_on: date | None
    owner: str
    origin: Origin
    parts: list[PartRow]
    went_into: list[PartRow]
    journeys: Page[Went]
    hand_outs: Page[Went]
    losses: Page[Went]


def trace(lot_id: int, actor: Actor, *, way: Way | None = None, cursor: str | None = None) -> Trace:
    """A lot of the actor's organisations, in a fixed number of statements.

    The first few of each way; of the `way` that is asked for a page from the cursor on.
    """
    lot = stock.lot(lot_id, actor)
    if lot.organisation_id not in actor.organisations_anywhere(Permission.VIEW_STOCK):
        raise NotFound(_("There is no such lot."))
    pages = {
        each: read(
            lot_id,
            cursor if way == each else None,
            paging.PAGE_ROWS if way == each else FIRST_ROWS,
        )
        for each, read in (
            (Way.JOURNEYS, _journeys),
            (Way.HAND_OUTS, _hand_outs),
            (Way.LOSSES, _losses),
        )
    }
    owner = db.session.scalar(
        select(Organisation.name).where(Organisation.id == lot.organisation_id)
    )
    return Trace(
        lot_id=lot.id,
        number=lot.number,
        item=lot.item.name_in(),
        base_unit=lot.item.base_unit,
        batch_number=lot.batch_number,
        expires_on=lot.expires_on,
        owner=owner or "",
        origin=_origin(lot),
        parts=made.parts_of(lot_id),
        went_into=made.went_into(lot_id),
        journeys=pages[Way.JOURNEYS],
        hand_outs=pages[Way.HAND_OUTS],
        losses=pages[Way.LOSSES],
    )


def _origin(lot: Lot) -> Origin:
    row = db.session.execute(
        select(
            Partner.name.label("donor"),
            donation.c.id,
            donation.c.number,
            donation.c.grant_reference,
            donation.c.earmark,
            donation_line.c.line_number,
            Area.name.label("area"),
            Area.names.label("area_names"),
        )
        .select_from(Lot)
        .outerjoin(Partner, Partner.id == Lot.donor_id)
        .outerjoin(donation_line, donation_line.c.id == Lot.donation_line_id)
        .outerjoin(donation, donation.c.id == donation_line.c.donation_id)
        .outerjoin(Area, Area.id == donation.c.earmark_area_id)
        .where(Lot.id == lot.id)
    ).one()
    area = name_in(row.area, row.area_names) if row.area else ""
    return Origin(
        donor=row.donor or "",
        donation_id=row.id,
        donation=row.number or "",
        line_number=row.line_number,
        grant=row.grant_reference or "",
        meant_for=" · ".join(each for each in (area, row.earmark) if each),
        receipts=_receipts(lot),
    )


def _receipts(lot: Lot) -> tuple[CameBy, ...]:
    """By the line of the donation first: that has an index, a lot's receipts have none."""
    if lot.donation_line_id is None:
        return ()
    rows = db.session.execute(
        select(
            receipt.c.id,
            receipt.c.arrived_at,
            receipt_line.c.good,
            Paper.number,
            Site.name,
            Site.names,
        )
        .select_from(receipt_line)
        .join(receipt, receipt.c.id == receipt_line.c.receipt_id)
        .join(Site, Site.id == receipt.c.site_id)
        .outerjoin(Paper, Paper.id == receipt.c.paper_id)
        .where(
            receipt_line.c.donation_line_id == lot.donation_line_id,
            receipt_line.c.lot_id == lot.id,
            receipt.c.undone_at.is_(None),
        )
        .order_by(receipt.c.id)
        .limit(RECEIPTS_MAX)
    )
    return tuple(
        CameBy(row.id, row.number or "", name_in(row.name, row.names), row.arrived_at, row.good)
        for row in rows
    )


def _journeys(lot_id: int, cursor: str | None, limit: int) -> Page[Went]:
    """Shipments that left with some of it. What is on the road is taken and not arrived yet."""
    rows = db.session.execute(
        select(
            load.c.id,
            load.c.quantity,
            load.c.delivered,
            load.c.returned,
            load.c.lost,
            shipment.c.id.label("shipment_id"),
            shipment.c.number,
            shipment_more.c.status,
            shipment_more.c.dispatched_at,
            Target.name,
            Target.names,
        )
        .select_from(load)
        .join(shipment, shipment.c.id == load.c.shipment_id)
        .join(shipment_more, shipment_more.c.id == shipment.c.id)
        .join(Target, Target.id == shipment.c.destination_id)
        .where(
            load.c.lot_id == lot_id,
            shipment_more.c.dispatched_at.is_not(None),
            *paging.before((load.c.id,), cursor, (int,)),
        )
        .order_by(load.c.id.desc())
        .limit(limit + 1)
    )
    found = [
        Went(
            id=row.id,
            number=row.number,
            path=f"/shipments/{row.shipment_id}",
            place=name_in(row.name, row.names),
            status=row.status,
            at=row.dispatched_at,
            on=None,
            taken=row.quantity,
            arrived=row.delivered,
            returned=row.returned,
            lost=row.lost,
        )
        for row in rows
    ]
    return _page(found, limit)


def _hand_outs(lot_id: int, cursor: str | None, limit: int) -> Page[Went]:
    """Distributions that brought some of it; how many households, and never who."""
    rows = db.session.execute(
        select(handed, distribution, Site.name, Site.names)
        .select_from(handed)
        .join(distribution, distribution.c.id == handed.c.distribution_id)
        .join(Site, Site.id == distribution.c.site_id)
        .where(
            handed.c.lot_id == lot_id,
            handed.c.brought > 0,
            *paging.before((handed.c.id,), cursor, (int,)),
        )
        .order_by(handed.c.id.desc())
        .limit(limit + 1)
    )
    found = [
        Went(
            id=row[0],
            number=row.number,
            path=f"/distributions/{row.distribution_id}",
            place=name_in(row.name, row.names),
            status="",
            at=None,
            on=row.distributed_on,
            taken=row.brought,
            arrived=row.handed_out,
            returned=row.returned,
            lost=row.lost,
            households=row.households,
        )
        for row in rows
    ]
    return _page(found, limit)


def _losses(lot_id: int, cursor: str | None, limit: int) -> Page[Went]:
    """Lines into what is lost or given back, and those that brought it home again."""
    away = db.session.scalars(
        select(StockBalance.place_id)
        .join(Place, Place.id == StockBalance.place_id)
        .where(StockBalance.lot_id == lot_id, Place.kind.in_((*sorted(LOSSES), PlaceKind.RETURNED)))
    ).all()
    rows = db.session.execute(
        select(
            StockLine.id,
            StockLine.movement_id,
            StockLine.quantity,
            StockLine.reason,
            StockMovement.occurred_at,
            StockMovement.reverses_id,
            Target.kind,
            WriteOff.id.label("write_off_id"),
            WriteOff.number,
        )
        .join(StockMovement, StockMovement.id == StockLine.movement_id)
        .join(Target, Target.id == StockLine.to_place_id)
        .outerjoin(WriteOff, WriteOff.movement_id == StockLine.movement_id)
        .where(
            StockLine.lot_id == lot_id,
            StockLine.to_place_id.in_(away),
            *paging.before((StockLine.id,), cursor, (int,)),
        )
        # By the few lines into these places, not back through all lines of the lot.
        .order_by((StockLine.id + 0).desc())
        .limit(limit + 1)
    )
    return _page([_lost(row) for row in rows], limit)


def _lost(row: Any) -> Went:
    is_returned = row.kind == PlaceKind.RETURNED
    is_written_off = row.write_off_id is not None
    return Went(
        id=row.id,
        number=row.number or "",
        path=f"/stock/write-offs/{row.write_off_id}"
        if is_written_off
        else f"/stock/movements/{row.movement_id}",
        place=row.kind,
        status="",
        at=row.occurred_at,
        on=None,
        taken=row.quantity,
        arrived=0,
        returned=row.quantity if is_returned else 0,
        lost=0 if is_returned else row.quantity,
        reason=row.reason,
    )


def _page(rows: Sequence[Went], limit: int) -> Page[Went]:
    return paging.page(rows, limit, lambda row: (row.id,))
