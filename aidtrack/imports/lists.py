"""The list of imports: its columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.imports import queries
from aidtrack.imports.forms import KINDS, STATES
from aidtrack.imports.queries import RunRow
from aidtrack.lists.columns import Cell, Column, ListPage


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[RunRow]:
    return queries.runs(actor, **form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


RUNS = ListPage(
    name="imports",
    path="/imports",
    heading=lazy("Imports"),
    columns=(
        Column(
            "list",
            lazy("List"),
            (Cell(lazy("List"), lambda row: row.filename),),
            order=queries.BY_FILENAME,
            is_fixed=True,
        ),
        Column(
            "number",
            lazy("Number"),
            (Cell(lazy("Number"), lambda row: row.id),),
            kind="num",
            order=queries.BY_NUMBER,
            is_usual=False,
        ),
        Column(
            "content",
            lazy("What is in it"),
            (Cell(lazy("What is in it"), lambda row: str(KINDS[row.kind])),),
        ),
        Column(
            "when",
            lazy("When"),
            (
                Cell(lazy("Looked at"), lambda row: row.previewed_at, is_moment=True),
                Cell(lazy("Taken in"), lambda row: row.applied_at, is_moment=True),
                Cell(lazy("By"), lambda row: row.by),
            ),
        ),
        Column(
            "new",
            lazy("New"),
            (Cell(lazy("New"), lambda row: row.counts and row.counts.create),),
            "num",
        ),
        Column(
            "changed",
            lazy("Changed"),
            (Cell(lazy("Changed"), lambda row: row.counts and row.counts.change),),
            "num",
        ),
        Column(
            "state",
            lazy("State"),
            (Cell(lazy("State"), lambda row: str(STATES[row.status])),),
        ),
    ),
    usual=queries.BY_NUMBER.down,
    rows=_rows,
)
