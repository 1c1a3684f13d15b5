"""The lists of stock and of minimum levels: columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.counted import unit_name
from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage, amount
from aidtrack.stock import minimums, orders, queries, written_off
from aidtrack.stock.minimums import MinimumRow
from aidtrack.stock.queries import StockRow
from aidtrack.stock.written_off import WriteOffRow
from aidtrack.web.statuses import badge_of


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[StockRow]:
    return queries.stock(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


def _levels(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[MinimumRow]:
    return minimums.minimums(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


def _written_off(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[WriteOffRow]:
    return written_off.write_offs(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


def _state(row: WriteOffRow) -> object:
    return badge_of(row.status).label


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
            "free", lazy("Free to send"), (Cell(lazy("Free to send"), lambda row: row.free),), "num"
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
            (Cell(lazy("Reserved"), lambda row: row.quantity - row.free),),
        ),
    ),
    usual=orders.BY_ITEM.up,
    rows=_rows,
    count=lambda actor, form, most: queries.how_many(actor, form.wanted(), most),
)

MINIMUMS = ListPage(
    name="minimums",
    path="/stock/minimums",
    heading=lazy("Minimum levels"),
    columns=(
        Column(
            "item",
            lazy("Item"),
            (
                Cell(lazy("Item"), lambda row: row.item_label),
                Cell(lazy("Code"), lambda row: row.item_code),
            ),
            order=orders.MINIMUMS_BY_ITEM,
            is_fixed=True,
        ),
        Column("place", lazy("Where"), (Cell(lazy("Where"), lambda row: row.site_label),)),
        Column("free", lazy("Free now"), (Cell(lazy("Free now"), lambda row: row.free),), "num"),
        Column(
            "minimum",
            lazy("Minimum"),
            (
                Cell(lazy("Minimum"), lambda row: row.quantity),
                Cell(lazy("Counted in"), lambda row: unit_name(row.base_unit, row.quantity)),
            ),
            kind="num",
        ),
        Column("state", lazy("State"), (Cell(lazy("Short of"), lambda row: row.missing),)),
    ),
    usual=orders.MINIMUMS_BY_ITEM.up,
    rows=_levels,
)

WRITE_OFFS = ListPage(
    name="write_offs",
    path="/stock/write-offs",
    heading=lazy("Write-offs"),
    columns=(
        Column(
            "write_off",
            lazy("Write-off"),
            (
                Cell(lazy("Number"), lambda row: row.number),
                Cell(lazy("Goods"), lambda row: row.goods),
            ),
            order=written_off.BY_NUMBER,
            is_fixed=True,
        ),
        Column("place", lazy("Place"), (Cell(lazy("Place"), lambda row: row.site),)),
        Column(
            "value",
            lazy("Value"),
            (
                Cell(lazy("Value"), lambda row: amount(row.value_minor, row.currency)),
                Cell(
                    lazy("Currency"),
                    lambda row: row.currency if row.value_minor is not None else None,
                ),
            ),
            kind="num",
        ),
        Column(
            "prepared",
            lazy("Prepared"),
            (
                Cell(lazy("Prepared by"), lambda row: row.prepared_by),
                Cell(lazy("Prepared"), lambda row: row.prepared_at, is_moment=True),
            ),
        ),
        Column(
            "decided",
            lazy("Decided"),
            (
                Cell(lazy("Decided by"), lambda row: row.decided_by),
                Cell(lazy("Decided"), lambda row: row.decided_at, is_moment=True),
            ),
            order=written_off.BY_DECIDED,
        ),
        Column("state", lazy("State"), (Cell(lazy("State"), _state),)),
    ),
    usual=written_off.BY_DECIDED.down,
    rows=_written_off,
)
