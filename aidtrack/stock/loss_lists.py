"""The list of write-offs: its columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage, amount
from aidtrack.stock import write_off_list
from aidtrack.stock.loss_words import CLAIMS, STAGES
from aidtrack.stock.write_off_list import WriteOffRow
from aidtrack.web.statuses import badge_of


def _written_off(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[WriteOffRow]:
    return write_off_list.write_offs(
        actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit
    )


def _state(row: WriteOffRow) -> object:
    return badge_of(row.status).label


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
            order=write_off_list.BY_NUMBER,
            is_fixed=True,
        ),
        Column("place", lazy("Place"), (Cell(lazy("Place"), lambda row: row.site),)),
        Column(
            "cause",
            lazy("Cause"),
            (
                Cell(lazy("Cause"), lambda row: row.causes),
                Cell(lazy("Stage"), lambda row: STAGES[row.stage]),
            ),
        ),
        Column(
            "found",
            lazy("Found"),
            (
                Cell(lazy("Pieces lost"), lambda row: row.lost),
                Cell(lazy("Pieces found"), lambda row: row.found),
            ),
            kind="num",
            is_usual=False,
        ),
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
            order=write_off_list.BY_DECIDED,
        ),
        Column(
            "claim",
            lazy("Claim"),
            (Cell(lazy("Claim"), lambda row: CLAIMS[row.claim]),),
            is_usual=False,
        ),
        Column("state", lazy("State"), (Cell(lazy("State"), _state),)),
    ),
    usual=write_off_list.BY_DECIDED.down,
    rows=_written_off,
)
