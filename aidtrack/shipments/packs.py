"""Which pack people count a load in: as it was asked for, as it came, or the item's largest."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.shipments.models import ShipmentLine
from aidtrack.stock.models import Lot

_OfLine, _OfLot, _OfItem = aliased(ItemPack), aliased(ItemPack), aliased(ItemPack)
_Any = aliased(ItemPack)
# The id of the item's largest pack, inside a statement over items.
LARGEST = (
    select(_Any.id)
    .where(_Any.item_id == Item.id, _Any.is_active)
    .order_by(_Any.size.desc(), _Any.id)
    .limit(1)
    .correlate(Item)
    .scalar_subquery()
)


def _of_the_pack(column: str) -> ColumnElement[Any]:
    """A column of the pack that NAME and SIZE are of, also where it is not known."""
    return case(
        (_OfLine.id.is_not(None), getattr(_OfLine, column)),
        (_OfLot.id.is_not(None), getattr(_OfLot, column)),
        else_=getattr(_OfItem, column),
    )


PACK = nesting.pack(func.coalesce(_OfLine.id, _OfLot.id, _OfItem.id))
NAME = func.coalesce(_OfLine.name, _OfLot.name, _OfItem.name).label("pack_name")
SIZE = func.coalesce(_OfLine.size, _OfLot.size, _OfItem.size).label("pack_size")
WEIGHT = _of_the_pack("weight_mg").label("pack_weight_mg")
VOLUME = _of_the_pack("volume_mm3").label("pack_volume_mm3")


def with_packs(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join the packs to a statement over line, item and lot that selects NAME and SIZE."""
    return (
        statement.outerjoin(_OfLine, _OfLine.id == ShipmentLine.pack_id)
        .outerjoin(_OfLot, _OfLot.id == Lot.pack_id)
        .outerjoin(_OfItem, _OfItem.id == LARGEST)
    )
