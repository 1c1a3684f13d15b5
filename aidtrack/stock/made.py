"""Reads what lots are made of, and what some of them went into."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock.models import Lot, LotPart, StockBalance, lot_number

SHOWN_MAX = 100
Inner = aliased(LotPart, name="inner")


@dataclass(frozen=True, slots=True)
class PartRow:
    """What was put into one unit of a lot, or how much of a lot one unit of another holds.

    `per_unit` in base units; `units`: how many of the made lot there are.
    """

    lot_id: int
    lot_number: str
    item: str
    base_unit: str
    batch_number: str
    expires_on: date | None
    donor: str
    per_unit: int
    units: int
    is_made: bool


def parts_of(lot_id: int) -> list[PartRow]:
    """What one unit of a lot is made of, in the order in which it was put in."""
    return _rows(
        select(LotPart.id.label("turn"), LotPart.quantity, *_COLUMNS)
        .join(Lot, Lot.id == LotPart.part_lot_id)
        .where(LotPart.lot_id == lot_id, LotPart.is_direct)
    )


def went_into(lot_id: int) -> list[PartRow]:
    """The lots that have some of it put in, newest first."""
    return _rows(
        select((-LotPart.id).label("turn"), LotPart.quantity, *_COLUMNS)
        .join(Lot, Lot.id == LotPart.lot_id)
        .where(LotPart.part_lot_id == lot_id, LotPart.is_direct)
    )


_MADE = (
    select(-func.coalesce(func.sum(StockBalance.quantity), 0))
    .join(Place, Place.id == StockBalance.place_id)
    .where(StockBalance.lot_id == Lot.id, Place.kind == PlaceKind.MADE_INTO)
    .correlate(Lot)
    .scalar_subquery()
)
_COLUMNS: tuple[Any, ...] = (
    Lot.id,
    Lot.batch_number,
    Lot.expires_on,
    Item.name,
    Item.names,
    Item.base_unit,
    Partner.name.label("donor"),
    _MADE.label("units"),
    select(Inner.id).where(Inner.lot_id == Lot.id).exists().label("is_made"),
)


def _rows(statement: Any) -> list[PartRow]:
    rows: Sequence[Any] = db.session.execute(
        statement.join(Item, Item.id == Lot.item_id)
        .outerjoin(Partner, Partner.id == Lot.donor_id)
        .order_by("turn")
        .limit(SHOWN_MAX)
    ).all()
    return [
        PartRow(
            lot_id=row.id,
            lot_number=lot_number(row.id),
            item=name_in(row.name, row.names),
            base_unit=row.base_unit,
            batch_number=row.batch_number,
            expires_on=row.expires_on,
            donor=row.donor or "",
            per_unit=row.quantity,
            units=int(row.units),
            is_made=bool(row.is_made),
        )
        for row in rows
    ]
