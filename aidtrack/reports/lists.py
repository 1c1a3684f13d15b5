"""The lists of areas, and of donors with their reports: columns, and what a file holds."""

from decimal import Decimal
from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.reports import accounts, area_orders, areas
from aidtrack.reports.accounts import DonorRow
from aidtrack.reports.areas import AreaRow


def _donors(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[DonorRow]:
    words = form.words.data or ""
    return accounts.donors(actor, words=words, sorting=sorting, cursor=cursor, limit=limit)


def _areas(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[AreaRow]:
    words = form.words.data or ""
    return areas.areas(actor, words=words, sorting=sorting, cursor=cursor, limit=limit)


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

AREAS = ListPage(
    name="areas",
    path="/areas",
    heading=lazy("Areas"),
    columns=(
        Column(
            "area",
            lazy("Area"),
            (
                Cell(lazy("Area"), lambda row: row.name),
                Cell(lazy("Lies in"), lambda row: row.parent),
            ),
            order=area_orders.BY_NAME,
            is_fixed=True,
        ),
        Column(
            "pcode",
            lazy("P-code"),
            (Cell(lazy("P-code"), lambda row: row.pcode),),
            order=area_orders.BY_PCODE,
        ),
        Column(
            "activity",
            lazy("Something happened"),
            (Cell(lazy("Something happened"), lambda row: row.is_active),),
            order=area_orders.BY_ACTIVITY,
            is_usual=False,
        ),
        Column(
            "delivered",
            lazy("Delivered"),
            (Cell(lazy("Delivered, kg"), lambda row: Decimal(row.delivered_mg) / 1_000_000),),
            "num",
        ),
        Column(
            "coming",
            lazy("On the way"),
            (Cell(lazy("Shipments on the way"), lambda row: row.shipments_coming),),
            "num",
        ),
        Column(
            "distributions",
            lazy("Distributions"),
            (Cell(lazy("Distributions"), lambda row: row.distributions),),
            "num",
        ),
        Column(
            "households",
            lazy("Households"),
            (Cell(lazy("Households"), lambda row: row.households),),
            "num",
        ),
        Column("people", lazy("People"), (Cell(lazy("People"), lambda row: row.people),), "num"),
    ),
    usual=area_orders.BY_ACTIVITY.up,
    rows=_areas,
)
