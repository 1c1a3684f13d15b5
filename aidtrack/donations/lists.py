"""The lists of donations and of receipts: their columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.donations import queries, receipts
from aidtrack.donations.queries import DonationRow
from aidtrack.donations.receipts import ReceiptRow
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage, amount
from aidtrack.web.statuses import badge_of


def _donations(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[DonationRow]:
    return queries.donations(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


def _receipts(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[ReceiptRow]:
    return receipts.receipts(actor, **form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


DONATIONS = ListPage(
    name="donations",
    path="/donations",
    heading=lazy("Donations"),
    columns=(
        Column(
            "donation",
            lazy("Donation"),
            (
                Cell(lazy("Number"), lambda row: row.number),
                Cell(lazy("Donor"), lambda row: row.donor),
                Cell(lazy("Grant"), lambda row: row.grant_reference),
            ),
            order=queries.BY_NUMBER,
            is_fixed=True,
        ),
        Column(
            "goods",
            lazy("Goods"),
            (
                Cell(lazy("Goods"), lambda row: row.goods),
                Cell(lazy("Lines"), lambda row: row.lines),
            ),
        ),
        Column(
            "pledged",
            lazy("Promised"),
            (Cell(lazy("Promised"), lambda row: row.pledged_on),),
            order=queries.BY_PLEDGED,
            is_usual=False,
        ),
        Column(
            "expected",
            lazy("Expected"),
            (Cell(lazy("Expected"), lambda row: row.expected_on),),
            order=queries.BY_EXPECTED,
        ),
        Column(
            "value",
            lazy("Value"),
            (
                Cell(lazy("Value"), lambda row: amount(row.value_minor, row.currency)),
                Cell(lazy("Currency"), lambda row: row.currency),
            ),
            kind="num",
        ),
        Column(
            "came", lazy("Has come"), (Cell(lazy("Has come, %"), lambda row: row.percent_received),)
        ),
        Column(
            "state",
            lazy("State"),
            (Cell(lazy("State"), lambda row: badge_of(row.status).label),),
        ),
    ),
    usual=queries.BY_NUMBER.down,
    rows=_donations,
)

RECEIPTS = ListPage(
    name="receipts",
    path="/receipts",
    heading=lazy("Receipts"),
    columns=(
        Column(
            "receipt",
            lazy("Receipt"),
            (
                Cell(lazy("Number"), lambda row: row.number),
                Cell(lazy("Donor"), lambda row: row.donor),
                Cell(lazy("Donation"), lambda row: row.donation_number),
            ),
            order=receipts.BY_NUMBER,
            is_fixed=True,
        ),
        Column("place", lazy("Place"), (Cell(lazy("Place"), lambda row: row.site),)),
        Column(
            "arrived",
            lazy("Arrived"),
            (Cell(lazy("Arrived"), lambda row: row.arrived_at, is_moment=True),),
            order=receipts.BY_ARRIVAL,
        ),
        Column("lots", lazy("Lots"), (Cell(lazy("Lots"), lambda row: row.lines),), "num"),
        Column(
            "wrong",
            lazy("What was wrong"),
            (
                Cell(lazy("Good"), lambda row: row.good),
                Cell(lazy("Damaged"), lambda row: row.damaged),
                Cell(lazy("Missing"), lambda row: row.missing),
            ),
        ),
        Column(
            "by",
            lazy("Written down by"),
            (Cell(lazy("Written down by"), lambda row: row.recorded_by),),
            is_usual=False,
        ),
        Column(
            "paper",
            lazy("Paper"),
            (Cell(lazy("Paper"), lambda row: badge_of(row.paper_status).label),),
        ),
    ),
    usual=receipts.BY_NUMBER.down,
    rows=_receipts,
)
