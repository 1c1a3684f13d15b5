"""The list of levels: columns, and what a file holds of them."""

from decimal import Decimal
from typing import Any

from aidtrack.core.counted import unit_name
from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.planning import queries
from aidtrack.planning.queries import OrderRow
from aidtrack.stock import orders


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[OrderRow]:
    return queries.orders(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


def _months(row: OrderRow) -> Decimal | None:
    tenths = row.tenths_of_months
    return None if tenths is None else Decimal(tenths) / 10


LEVELS = ListPage(
    name="minimums",
    path="/stock/minimums",
    heading=lazy("Levels"),
    columns=(
        Column(
            "item",
            lazy("Item"),
            (
                Cell(lazy("Item"), lambda row: row.level.item_label),
                Cell(lazy("Code"), lambda row: row.level.item_code),
            ),
            order=orders.MINIMUMS_BY_ITEM,
            is_fixed=True,
        ),
        Column("place", lazy("Where"), (Cell(lazy("Where"), lambda row: row.level.site_label),)),
        Column(
            "free", lazy("Free now"), (Cell(lazy("Free now"), lambda row: row.level.free),), "num"
        ),
        Column(
            "coming",
            lazy("On the road"),
            (
                Cell(lazy("On the road"), lambda row: row.coming),
                Cell(lazy("Next expected"), lambda row: row.next_on),
            ),
            "num",
        ),
        Column(
            "lasts",
            lazy("Lasts"),
            (
                Cell(lazy("Leaves in a month"), lambda row: row.monthly),
                Cell(lazy("Months of stock"), _months),
            ),
            "num",
        ),
        Column(
            "minimum",
            lazy("Minimum"),
            (
                Cell(lazy("Minimum"), lambda row: row.level.quantity),
                Cell(lazy("Order more at"), lambda row: row.level.reorder_at),
                Cell(lazy("Order up to"), lambda row: row.level.order_up_to),
                Cell(
                    lazy("Counted in"),
                    lambda row: unit_name(row.level.base_unit, row.level.quantity),
                ),
            ),
            kind="num",
        ),
        Column(
            "state",
            lazy("State"),
            (
                Cell(lazy("Short of"), lambda row: row.level.missing),
                Cell(lazy("To order"), lambda row: row.order),
            ),
        ),
    ),
    usual=orders.MINIMUMS_BY_ITEM.up,
    rows=_rows,
)
