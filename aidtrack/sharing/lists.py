"""The list of what is shared: its columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.sharing import queries
from aidtrack.sharing.queries import ShareRow
from aidtrack.sharing.wording import KINDS


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[ShareRow]:
    return queries.shares(actor, **form.asked(), sorting=sorting, cursor=cursor, limit=limit)


SHARES = ListPage(
    name="sharing",
    path="/sharing",
    heading=lazy("Sharing"),
    columns=(
        Column(
            "record",
            lazy("Shared"),
            (
                Cell(lazy("Shared"), lambda row: row.title),
                Cell(lazy("Kind"), lambda row: KINDS[row.record_kind]),
            ),
            is_fixed=True,
        ),
        Column("by", lazy("Whose"), (Cell(lazy("Whose"), lambda row: row.organisation),)),
        Column(
            "partner",
            lazy("Shared with"),
            (Cell(lazy("Shared with"), lambda row: row.with_organisation),),
        ),
        Column(
            "purpose", lazy("What for"), (Cell(lazy("What for"), lambda row: row.purpose_said),)
        ),
        Column(
            "since",
            lazy("Since"),
            (Cell(lazy("Since"), lambda row: row.shared_at, is_moment=True),),
            order=queries.BY_TIME,
        ),
        Column(
            "until",
            lazy("Until"),
            (
                Cell(lazy("Until"), lambda row: row.ends_on),
                Cell(lazy("Revoked"), lambda row: row.revoked_at, is_moment=True),
            ),
        ),
    ),
    usual=queries.BY_TIME.down,
    rows=_rows,
    count=lambda actor, form, most: queries.how_many(actor, **form.asked(), most=most),
)
