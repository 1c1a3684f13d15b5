"""The list of distributions: its columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.i18n import lazy, listed
from aidtrack.core.paging import Page, Sorting
from aidtrack.distributions import queries
from aidtrack.distributions.models import DistributionStatus
from aidtrack.distributions.queries import DistributionRow
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.web.statuses import badge_of


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[DistributionRow]:
    return queries.distributions(actor, form.wanted(), sorting=sorting, cursor=cursor, limit=limit)


def _counted(row: DistributionRow, people: int) -> int | None:
    """People who came; nobody was counted before a plan is carried out."""
    return None if row.status == DistributionStatus.PLANNED else people


DISTRIBUTIONS = ListPage(
    name="distributions",
    path="/distributions",
    heading=lazy("Distributions"),
    columns=(
        Column(
            "point",
            lazy("Point"),
            (
                Cell(lazy("Number"), lambda row: row.number),
                Cell(lazy("Point"), lambda row: row.site),
                Cell(lazy("Area"), lambda row: row.area),
                Cell(lazy("P-code"), lambda row: row.area_pcode),
            ),
            order=queries.BY_NUMBER,
            is_fixed=True,
        ),
        Column(
            "day",
            lazy("Day"),
            (Cell(lazy("Day"), lambda row: row.distributed_on),),
            order=queries.BY_DAY,
        ),
        Column(
            "goods",
            lazy("Goods"),
            (
                Cell(lazy("Goods"), lambda row: listed(x.item for x in row.items)),
                Cell(lazy("Items"), lambda row: len(row.items)),
            ),
            kind="wide",
        ),
        Column(
            "households",
            lazy("Households"),
            (
                Cell(lazy("Households expected"), lambda row: row.households_planned),
                Cell(lazy("Households"), lambda row: _counted(row, row.households)),
            ),
            kind="num",
        ),
        Column(
            "people",
            lazy("People"),
            (
                Cell(lazy("People"), lambda row: _counted(row, row.persons)),
                Cell(lazy("Women"), lambda row: _counted(row, row.women)),
                Cell(lazy("Men"), lambda row: _counted(row, row.men)),
                Cell(lazy("Girls"), lambda row: _counted(row, row.girls)),
                Cell(lazy("Boys"), lambda row: _counted(row, row.boys)),
            ),
            kind="num",
        ),
        Column(
            "state",
            lazy("State"),
            (Cell(lazy("State"), lambda row: badge_of(row.status).label),),
        ),
    ),
    usual=queries.BY_NUMBER.down,
    rows=_rows,
)
