"""The lists of stock and of minimum levels: columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.counted import unit_name
from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.stock import orders, queries
from aidtrack.stock.queries import StockRow


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[StockRow]:
    return queries.stock(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


STOCK = ListPage(
    name="stock",
    path="/stock",
    heading=lazy("Stock"),
    columns=(
        Column(
            "item",
            lazy("Item"),
            (
                Cell(lazy("Item"), lambda row: row.item_label),
                Cell(lazy("Code"), lambda row: row.item_code),
                Cell(lazy("Donor"), lambda row: row.donor_name),
            ),
            order=orders.BY_ITEM,
            is_fixed=True,
        ),
        Column(
            "lot",
            lazy("Lot"),
            (
                Cell(lazy("Lot"), lambda row: row.lot_number),
                Cell(lazy("Batch number"), lambda row: row.batch_number),
            ),
            order=orders.BY_LOT,
        ),
        Column(
            "place",
            lazy("Place, bin"),
            (
                Cell(lazy("Place"), lambda row: row.site_name),
                Cell(
                    lazy("Bin"), lambda row: row.place_name if row.place_id != row.site_id else ""
                ),
            ),
        ),
        Column(
            "quantity",
            lazy("Packs × in a pack = pieces"),
            (
                Cell(lazy("Quantity"), lambda row: row.quantity),
                Cell(lazy("Counted in"), lambda row: unit_name(row.base_unit, row.quantity)),
                Cell(lazy("Packed in"), lambda row: row.pack_size and unit_name(row.pack_name, 1)),
                Cell(lazy("In a pack"), lambda row: row.pack_size),
            ),
            kind="num",
        ),
        Column(
            "free",
            lazy("Free to send"),
            (Cell(lazy("Free to send"), lambda row: 0 if row.recall_id else row.free),),
            "num",
        ),
        Column(
            "expires",
            lazy("Expires"),
            (Cell(lazy("Expires"), lambda row: row.expires_on),),
            order=orders.BY_EXPIRY,
        ),
        Column(
            "state",
            lazy("State"),
            (
                Cell(lazy("Reserved"), lambda row: row.quantity - row.free - row.held),
                Cell(lazy("Held"), lambda row: row.held),
                Cell(lazy("Recalled"), lambda row: row.recall_id is not None),
            ),
        ),
    ),
    usual=orders.BY_ITEM.up,
    rows=_rows,
    count=lambda actor, form, most: queries.how_many(actor, form.wanted(), most),
)
