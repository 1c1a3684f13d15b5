"""The lists of holds and of recalls: columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.counted import unit_name
from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.holds import queries, recalled, words
from aidtrack.holds.queries import HoldRow
from aidtrack.holds.recalled import RecallRow
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.web.statuses import badge_of


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[HoldRow]:
    return queries.holds(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


def _recalls(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[RecallRow]:
    return recalled.recalls(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


HOLDS = ListPage(
    name="holds",
    path="/stock/holds",
    heading=lazy("Held goods"),
    columns=(
        Column(
            "item",
            lazy("Item"),
            (
                Cell(lazy("Item"), lambda row: row.item),
                Cell(lazy("Lot"), lambda row: row.lot_number),
                Cell(lazy("Batch number"), lambda row: row.batch_number),
                Cell(lazy("Expires"), lambda row: row.expires_on),
            ),
            is_fixed=True,
        ),
        Column(
            "place",
            lazy("Place, bin"),
            (
                Cell(lazy("Place"), lambda row: row.site),
                Cell(lazy("Bin"), lambda row: row.place if row.place_id != row.site_id else ""),
            ),
        ),
        Column(
            "quantity",
            lazy("Packs and pieces"),
            (
                Cell(lazy("Quantity"), lambda row: row.quantity),
                Cell(lazy("Counted in"), lambda row: unit_name(row.base_unit, row.quantity)),
            ),
            kind="num",
        ),
        Column(
            "why",
            lazy("Why held"),
            (
                Cell(lazy("Why held"), lambda row: words.LABELS[row.kind]),
                Cell(lazy("What is wrong"), lambda row: row.why),
            ),
        ),
        Column(
            "held",
            lazy("Held"),
            (
                Cell(lazy("Held by"), lambda row: row.held_by),
                Cell(lazy("Held"), lambda row: row.held_at, is_moment=True),
            ),
            order=queries.BY_NUMBER,
        ),
        Column(
            "state",
            lazy("State"),
            (
                Cell(lazy("State"), lambda row: badge_of(row.status).label),
                Cell(lazy("Ended by"), lambda row: row.ended_by),
                Cell(lazy("Ended"), lambda row: row.ended_at, is_moment=True),
            ),
        ),
    ),
    usual=queries.BY_NUMBER.down,
    rows=_rows,
)

RECALLS = ListPage(
    name="recalls",
    path="/stock/recalls",
    heading=lazy("Recalls"),
    columns=(
        Column(
            "recall",
            lazy("Recall"),
            (
                Cell(lazy("Number"), lambda row: row.number),
                Cell(lazy("Item"), lambda row: row.item),
                Cell(lazy("Batch number"), lambda row: row.batch_number),
            ),
            order=recalled.BY_NUMBER,
            is_fixed=True,
        ),
        Column("why", lazy("Why"), (Cell(lazy("Why"), lambda row: row.reason),)),
        Column("lots", lazy("Lots"), (Cell(lazy("Lots"), lambda row: row.lots),), "num"),
        Column(
            "started",
            lazy("Recalled"),
            (
                Cell(lazy("Recalled by"), lambda row: row.started_by),
                Cell(lazy("Recalled"), lambda row: row.started_at, is_moment=True),
            ),
        ),
        Column(
            "state",
            lazy("State"),
            (
                Cell(lazy("State"), lambda row: words.RECALL_LABELS[row.status]),
                Cell(lazy("Ended"), lambda row: row.ended_at, is_moment=True),
            ),
        ),
    ),
    usual=recalled.BY_NUMBER.down,
    rows=_recalls,
)
