"""The list of corrections: columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.corrections import queries
from aidtrack.corrections.queries import CorrectionRow
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[CorrectionRow]:
    return queries.corrections(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


def _differences(row: CorrectionRow) -> str:
    return "; ".join(f"{each.what}: {each.before} → {each.after}" for each in row.differences)


CORRECTIONS = ListPage(
    name="corrections",
    path="/stock/corrections",
    heading=lazy("Corrections"),
    columns=(
        Column(
            "correction",
            lazy("Correction"),
            (
                Cell(lazy("Number"), lambda row: row.number),
                Cell(lazy("Item"), lambda row: row.item),
                Cell(lazy("Lot"), lambda row: row.lot_number),
            ),
            order=queries.BY_NUMBER,
            is_fixed=True,
        ),
        Column(
            "what",
            lazy("What was wrong"),
            (
                Cell(lazy("What was wrong"), lambda row: row.title),
                Cell(lazy("Before and after"), _differences),
                Cell(lazy("New lot"), lambda row: row.new_lot_number),
            ),
        ),
        Column(
            "quantity",
            lazy("Quantity"),
            (Cell(lazy("Quantity"), lambda row: row.quantity),),
            kind="num",
        ),
        Column("reason", lazy("Why"), (Cell(lazy("Why"), lambda row: row.reason),)),
        Column(
            "recorded",
            lazy("Corrected"),
            (
                Cell(lazy("Corrected by"), lambda row: row.recorded_by),
                Cell(lazy("Corrected"), lambda row: row.recorded_at, is_moment=True),
            ),
        ),
        Column(
            "state",
            lazy("State"),
            (
                Cell(lazy("Taken back by"), lambda row: row.undone_by),
                Cell(lazy("Taken back"), lambda row: row.undone_at, is_moment=True),
            ),
        ),
    ),
    usual=queries.BY_NUMBER.down,
    rows=_rows,
)
