"""The ways to sort the lists of stock and of minimum levels."""

from datetime import date

from sqlalchemy import ColumnElement, Date, Integer, String, literal_column

from aidtrack.catalogue.models import Item
from aidtrack.core.paging import Order
from aidtrack.stock.models import Lot, StockBalance

# A lot without a date stands behind all others; as in the index, to the letter.
NEVER = date(9999, 12, 31)
EXPIRY: ColumnElement[date] = literal_column("coalesce(lot.expires_on, '9999-12-31')", Date())

BY_ITEM = Order(
    "item",
    (Item.name, Item.id, Lot.id, StockBalance.place_id),
    (str, int, int, int),
    lambda row: (row.item_name, row.item_id, row.lot_id, row.place_id),
)
BY_LOT = Order(
    "lot",
    (Lot.id, StockBalance.place_id),
    (int, int),
    lambda row: (row.lot_id, row.place_id),
)
BY_EXPIRY = Order(
    "expires",
    (EXPIRY, Lot.id, StockBalance.place_id),
    (date, int, int),
    lambda row: (row.expires_on or NEVER, row.lot_id, row.place_id),
)
# "level" is what the list of minimum levels reads its rows from.
MINIMUMS_BY_ITEM = Order(
    "item",
    (
        literal_column("level.item_name", String()),
        literal_column("level.item_id", Integer()),
        literal_column("level.id", Integer()),
    ),
    (str, int, int),
    lambda row: (row.item_name, row.item_id, row.id),
)
