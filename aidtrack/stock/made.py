"""Reads what lots are made of, and what some of them went into."""

from collections.abc import Iterable, Sequence
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


def contents_of(lot_ids: Iterable[int], language: str) -> dict[int, str]:
    """What papers print below a lot of kits: "4 × Blanket, 1 × Coal"; in one statement.

    The same goods in another pack are no kit, and left out.
    """
    kit = aliased(Lot, name="kit")
    rows = db.session.execute(
        select(LotPart.lot_id, LotPart.quantity, Item.name, Item.names)
        .join(Lot, Lot.id == LotPart.part_lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(kit, kit.id == LotPart.lot_id)
        .where(LotPart.lot_id.in_(list(lot_ids)), LotPart.is_direct, kit.item_id != Lot.item_id)
        .order_by(LotPart.id)
    )
    found: dict[int, list[str]] = {}
    for lot_id, quantity, name, names in rows:
        found.setdefault(lot_id, []).append(f"{quantity} × {name_in(name, names, language)}")
    return {lot_id: ", ".join(several) for lot_id, several in found.items()}


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
