"""The list of kits: its columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.kits import queries
from aidtrack.kits.queries import KitRow
from aidtrack.lists.columns import Cell, Column, ListPage


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[KitRow]:
    words = form.q.data or ""
    return queries.kits(actor, words=words, sorting=sorting, cursor=cursor, limit=limit)


KITS = ListPage(
    name="kits",
    path="/kits",
    heading=lazy("Kits"),
    columns=(
        Column(
            "kit",
            lazy("Kit"),
            (
                Cell(lazy("Kit"), lambda row: row.label),
                Cell(lazy("Code"), lambda row: row.code),
            ),
            order=queries.BY_NAME,
            is_fixed=True,
        ),
        Column(
            "parts",
            lazy("Items in it"),
            (Cell(lazy("Items in it"), lambda row: row.parts),),
            kind="num",
        ),
        Column(
            "version",
            lazy("Version"),
            (Cell(lazy("Version"), lambda row: row.version),),
            kind="num",
        ),
        Column(
            "in_stock",
            lazy("In stock"),
            (Cell(lazy("In stock"), lambda row: row.in_stock),),
            kind="num",
        ),
    ),
    usual=queries.BY_NAME.up,
    rows=_rows,
)
