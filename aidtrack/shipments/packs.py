"""Which pack people count a load in: as it was asked for, as it came, or the item's largest."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.shipments.models import ShipmentLine
from aidtrack.stock.models import Lot

_OfLine, _OfLot, _OfItem = aliased(ItemPack), aliased(ItemPack), aliased(ItemPack)
_Any = aliased(ItemPack)
# The id of the item's largest pack, inside a statement over items.
LARGEST = (
    select(_Any.id)
    .where(_Any.item_id == Item.id)
    .order_by(_Any.size.desc(), _Any.id)
    .limit(1)
    .correlate(Item)
    .scalar_subquery()
)
NAME = func.coalesce(_OfLine.name, _OfLot.name, _OfItem.name).label("pack_name")
SIZE = func.coalesce(_OfLine.size, _OfLot.size, _OfItem.size).label("pack_size")


def with_packs(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join the packs to a statement over line, item and lot that selects NAME and SIZE."""
    return (
        statement.outerjoin(_OfLine, _OfLine.id == ShipmentLine.pack_id)
        .outerjoin(_OfLot, _OfLot.id == Lot.pack_id)
        .outerjoin(_OfItem, _OfItem.id == LARGEST)
    )
