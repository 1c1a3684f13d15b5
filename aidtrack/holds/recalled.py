"""Reads recalls: the list, one of them with its lots, and shipments that wait with its goods."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, column, func, or_, select, table
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item
from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, name_in
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.holds.models import Recall, RecallLot, RecallStatus
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot, lot_number

WORDS_MAX = 6
LOTS_SHOWN_MAX = 500
Starter = aliased(User, name="starter")
Ender = aliased(User, name="ender")
BY_NUMBER = Order("number", (Recall.id,), (int,), lambda row: (row.id,))
# Shipments stand above the stock: their tables are named here, not imported.
shipment = table("shipment", column("id"), column("number"), column("status"), column("origin_id"))
load = table("shipment_load", column("shipment_id"), column("lot_id"), column("quantity"))


@dataclass(frozen=True, slots=True)
class RecallFilter:
    """What the list is narrowed to; empty means everything the actor may see."""

    words: str = ""
    only_open: bool = False


@dataclass(frozen=True, slots=True)
class RecallRow:
    """One recall; without a batch number it is of one lot. `lots` counts what was made too."""

    id: int
    number: str
    status: RecallStatus
    organisation_id: int
    item_id: int
    item: str
    item_code: str
    base_unit: str
    batch_number: str
    reason: str
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    ended_by: str
    ended_note: str
    lots: int


@dataclass(frozen=True, slots=True)
class RecalledLot:
    """A lot of a recall. `is_made`: it was made of one, such as a kit."""

    lot_id: int
    lot_number: str
    batch_number: str
    expires_on: date | None
    item: str
    donor: str
    is_made: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class WaitingShipment:
    """A shipment that is ready with goods of a recall, and so cannot leave."""

    id: int
    number: str
    origin: str
    quantity: int


_ROWS: Select[*tuple[Any, ...]] = (
    select(
        Recall,
        Item.name.label("item"),
        Item.names.label("item_names"),
        Item.code.label("item_code"),
        Item.base_unit,
        Starter.name.label("started_by"),
        Ender.name.label("ended_by"),
        select(func.count())
        .select_from(RecallLot)
        .where(RecallLot.recall_id == Recall.id)
        .correlate(Recall)
        .scalar_subquery()
        .label("lots"),
    )
    .join(Item, Item.id == Recall.item_id)
    .join(Starter, Starter.id == Recall.started_by_id)
    .outerjoin(Ender, Ender.id == Recall.ended_by_id)
)


def recalls(
    actor: Actor,
    wanted: RecallFilter,
    *,
    sorting: Sorting = BY_NUMBER.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[RecallRow]:
    """Recalls of the actor's organisations: a keyset page, in one statement."""
    narrowed = [
        or_(
            Recall.number.icontains(word, autoescape=True),
            Recall.batch_number.icontains(word, autoescape=True),
            Recall.reason.icontains(word, autoescape=True),
            Item.name.icontains(word, autoescape=True),
        )
        for word in wanted.words.split()[:WORDS_MAX]
    ]
    if wanted.only_open:
        narrowed.append(Recall.status == RecallStatus.OPEN)
    rows = db.session.execute(
        _ROWS.where(
            Recall.organisation_id.in_(actor.organisations(Permission.VIEW_STOCK)),
            *narrowed,
            *sorting.after(cursor),
        )
        .order_by(*sorting.by())
        .limit(limit + 1)
    )
    return sorting.page([_row(row) for row in rows], limit)


def recall(recall_id: int, actor: Actor) -> RecallRow:
    """One of the actor's organisations. Raises NotFound."""
    row = db.session.execute(
        _ROWS.where(
            Recall.id == recall_id,
            Recall.organisation_id.in_(actor.organisations(Permission.VIEW_STOCK)),
        )
    ).first()
    if row is None:
        raise NotFound(_("There is no such recall."))
    return _row(row)


def lots_of(recall_id: int) -> list[RecalledLot]:
    """The lots of a recall, then what was made of them."""
    rows = db.session.execute(
        select(
            RecallLot.lot_id,
            RecallLot.is_made,
            Lot.batch_number,
            Lot.expires_on,
            Lot.recall_id,
            Item.name.label("item"),
            Item.names.label("item_names"),
            Partner.name.label("donor"),
        )
        .join(Lot, Lot.id == RecallLot.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .outerjoin(Partner, Partner.id == Lot.donor_id)
        .where(RecallLot.recall_id == recall_id)
        .order_by(RecallLot.is_made, RecallLot.lot_id)
        .limit(LOTS_SHOWN_MAX)
    )
    return [
        RecalledLot(
            lot_id=row.lot_id,
            lot_number=lot_number(row.lot_id),
            batch_number=row.batch_number,
            expires_on=row.expires_on,
            item=name_in(row.item, row.item_names),
            donor=row.donor or "",
            is_made=row.is_made,
            is_closed=row.recall_id is not None,
        )
        for row in rows
    ]


def waiting_with(recall_id: int) -> list[WaitingShipment]:
    """Shipments that are ready with goods that this recall still closes."""
    rows = db.session.execute(
        select(
            shipment.c.id,
            shipment.c.number,
            Place.name,
            Place.names,
            func.sum(load.c.quantity).label("quantity"),
        )
        .select_from(Lot)
        .join(load, load.c.lot_id == Lot.id)
        .join(shipment, shipment.c.id == load.c.shipment_id)
        .join(Place, Place.id == shipment.c.origin_id)
        .where(Lot.recall_id == recall_id, shipment.c.status == "ready")
        .group_by(shipment.c.id, shipment.c.number, Place.id)
        .order_by(shipment.c.id)
    )
    return [
        WaitingShipment(row.id, row.number, name_in(row.name, row.names), int(row.quantity))
        for row in rows
    ]


def others_of_batch(lot: Lot) -> int:
    """How many other lots of the organisation have the same item and batch number."""
    if not lot.batch_number:
        return 0
    asked = select(func.count()).where(
        Lot.item_id == lot.item_id,
        Lot.batch_number == lot.batch_number,
        Lot.organisation_id == lot.organisation_id,
        Lot.id != lot.id,
    )
    return db.session.scalar(asked) or 0


def _row(row: Any) -> RecallRow:
    kept: Recall = row.Recall
    return RecallRow(
        **{
            name: getattr(kept, name)
            for name in (
                "id", "number", "status", "organisation_id", "item_id", "batch_number", "reason",
                "started_at", "ended_at", "ended_note",
            )
        },
        item=name_in(row.item, row.item_names),
        item_code=row.item_code,
        base_unit=row.base_unit,
        started_by=row.started_by,
        ended_by=row.ended_by or "",
        lots=row.lots,
    )  # fmt: skip
