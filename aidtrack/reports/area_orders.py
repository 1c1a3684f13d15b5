"""The ways to sort the list of areas."""

from sqlalchemy import ColumnElement, Integer, literal_column

from aidtrack.core.paging import Order
from aidtrack.places.models import Area

# Zero where something happened: "reached" and "carried" are what the list sums up by area.
RANK: ColumnElement[int] = literal_column(
    "(CASE WHEN coalesce(reached.area_id, carried.area_id) IS NULL THEN 1 ELSE 0 END)", Integer()
)
BY_ACTIVITY = Order(
    "activity",
    (RANK, Area.name, Area.id),
    (int, str, int),
    lambda row: (row.rank, row.Area.name, row.Area.id),
)
BY_NAME = Order("name", (Area.name, Area.id), (str, int), lambda row: (row.Area.name, row.Area.id))
BY_PCODE = Order("pcode", (Area.pcode,), (str,), lambda row: (row.Area.pcode,))
