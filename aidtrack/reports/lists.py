"""The list of donors whose reports an office makes: its columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.reports import accounts
from aidtrack.reports.accounts import DonorRow


def _donors(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[DonorRow]:
    words = form.words.data or ""
    return accounts.donors(actor, words=words, sorting=sorting, cursor=cursor, limit=limit)


DONORS = ListPage(
    name="donors",
    path="/reports",
    heading=lazy("Reports to donors"),
    columns=(
        Column(
            "donor",
            lazy("Donor"),
            (Cell(lazy("Donor"), lambda row: row.name),),
            order=accounts.DONORS_BY_NAME,
            is_fixed=True,
        ),
        Column(
            "donations",
            lazy("Donations"),
            (Cell(lazy("Donations"), lambda row: row.donations),),
            kind="num",
        ),
        Column(
            "reports", lazy("Reports"), (Cell(lazy("Reports"), lambda row: row.reports),), "num"
        ),
        Column(
            "latest",
            lazy("Latest report"),
            (Cell(lazy("Latest report"), lambda row: row.latest_report_at, is_moment=True),),
        ),
    ),
    usual=accounts.DONORS_BY_NAME.up,
    rows=_donors,
)
