"""The list of items: its columns, and what a file holds of them."""

from decimal import Decimal
from typing import Any

from aidtrack.catalogue import queries
from aidtrack.catalogue.models import Item
from aidtrack.core.counted import unit_name
from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage


def _rows(_actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int) -> Page[Item]:
    return queries.items(**form.asked(), sorting=sorting, cursor=cursor, limit=limit)


def _packs(item: Item) -> str:
    used = (pack for pack in item.packs if pack.is_active)
    return ", ".join(f"{unit_name(pack.name, 1)} × {pack.size}" for pack in used)


def _thousandths(value: int | None, per: int) -> Decimal | None:
    """Milligrams as grams, cubic millimetres as litres; exactly."""
    return None if value is None else Decimal(value) / per


ITEMS = ListPage(
    name="items",
    path="/items",
    heading=lazy("Items"),
    columns=(
        Column(
            "item",
            lazy("Item"),
            (Cell(lazy("Item"), lambda row: row.name_in()),),
            order=queries.BY_NAME,
            is_fixed=True,
        ),
        Column(
            "code", lazy("Code"), (Cell(lazy("Code"), lambda row: row.code),), order=queries.BY_CODE
        ),
        Column(
            "category",
            lazy("Category"),
            (Cell(lazy("Category"), lambda row: row.category and row.category.name_in()),),
        ),
        Column(
            "packs",
            lazy("Packs"),
            (
                Cell(lazy("Counted in"), lambda row: unit_name(row.base_unit, 1)),
                Cell(lazy("Packs"), _packs),
            ),
        ),
        Column(
            "weight",
            lazy("Weight of one"),
            (Cell(lazy("Weight of one, g"), lambda row: _thousandths(row.weight_mg, 1_000)),),
            kind="num",
            order=queries.BY_WEIGHT,
        ),
        Column(
            "volume",
            lazy("Volume of one"),
            (Cell(lazy("Volume of one, l"), lambda row: _thousandths(row.volume_mm3, 1_000_000)),),
            kind="num",
        ),
        Column(
            "keeping",
            lazy("Keeping"),
            (
                Cell(lazy("Expires"), lambda row: row.has_expiry),
                Cell(lazy("Keep cold"), lambda row: row.is_cold_chain),
            ),
        ),
    ),
    usual=queries.BY_NAME.up,
    rows=_rows,
    count=lambda _actor, form, most: queries.how_many(**form.asked(), most=most),
)
