"""The list of counts, declared once for the page and its files."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.counting import queries
from aidtrack.counting.queries import BY_NUMBER, CountRow
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.web.statuses import badge_of


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[CountRow]:
    return queries.counts_of(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


COUNTS = ListPage(
    name="counts",
    path="/counts",
    heading=lazy("Counts"),
    columns=(
        Column(
            "count",
            lazy("Stock count"),
            (Cell(lazy("Number"), lambda row: row.number),),
            order=BY_NUMBER,
            is_fixed=True,
        ),
        Column("place", lazy("Place"), (Cell(lazy("Place"), lambda row: row.site),)),
        Column("counters", lazy("Who counts"), (Cell(lazy("Who counts"), lambda r: r.counters),)),
        Column(
            "lines",
            lazy("Lines counted"),
            (
                Cell(lazy("Lines counted"), lambda row: row.counted),
                Cell(lazy("Lines"), lambda row: row.lines),
            ),
            kind="num",
        ),
        Column(
            "right",
            lazy("Lines right"),
            (Cell(lazy("Lines right"), lambda row: row.lines_right),),
            kind="num",
        ),
        Column(
            "planned",
            lazy("Planned"),
            (Cell(lazy("Planned"), lambda row: row.planned_at, is_moment=True),),
        ),
        Column(
            "decided",
            lazy("Decided"),
            (
                Cell(lazy("Decided by"), lambda row: row.decided_by),
                Cell(lazy("Decided"), lambda row: row.decided_at, is_moment=True),
            ),
        ),
        Column("state", lazy("State"), (Cell(lazy("State"), lambda r: badge_of(r.status).label),)),
    ),
    usual=BY_NUMBER.down,
    rows=_rows,
    count=lambda actor, form, most: queries.how_many(actor, form.wanted(), most),
)
