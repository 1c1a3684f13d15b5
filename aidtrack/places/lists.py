"""The list of places: its columns, and what a file holds of them."""

from dataclasses import dataclass
from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.places import queries
from aidtrack.places.models import Place, PlaceKind


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A warehouse or distribution point, and how many open bins it has; a point has none.

    Of one that another organisation shares, neither bins nor people are told.
    """

    place: Place
    bins: int | None
    is_shared: bool = False

    @property
    def contact(self) -> str:
        return "" if self.is_shared else self.place.contact

    @property
    def phone(self) -> str:
        return "" if self.is_shared else self.place.phone


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[SiteRow]:
    page = queries.sites(actor, **form.asked(), sorting=sorting, cursor=cursor, limit=limit)
    if form.asked()["is_shared"]:
        return Page([SiteRow(site, None, is_shared=True) for site in page.rows], page.next_cursor)
    bins = queries.bin_counts(site.id for site in page.rows)
    rows = [
        SiteRow(site, bins.get(site.id, 0) if site.kind == PlaceKind.WAREHOUSE else None)
        for site in page.rows
    ]
    return Page(rows, page.next_cursor)


def _area(row: SiteRow) -> str | None:
    return row.place.area.name_in() if row.place.area else None


def _area_pcode(row: SiteRow) -> str | None:
    return row.place.area.pcode if row.place.area else None


def _organisation(row: SiteRow) -> str | None:
    return row.place.organisation.name if row.place.organisation else None


PLACES = ListPage(
    name="places",
    path="/places",
    heading=lazy("Places"),
    columns=(
        Column(
            "place",
            lazy("Place"),
            (
                Cell(lazy("Place"), lambda row: row.place.name_in()),
                Cell(lazy("Code"), lambda row: row.place.code),
                Cell(lazy("Address"), lambda row: row.place.address),
            ),
            order=queries.BY_NAME,
            is_fixed=True,
        ),
        Column(
            "kind",
            lazy("Kind"),
            (Cell(lazy("Kind"), lambda row: queries.KINDS[row.place.kind]),),
        ),
        Column(
            "area",
            lazy("Area"),
            (Cell(lazy("Area"), _area), Cell(lazy("P-code"), _area_pcode)),
        ),
        Column("organisation", lazy("Organisation"), (Cell(lazy("Organisation"), _organisation),)),
        Column(
            "contact",
            lazy("Contact"),
            (
                Cell(lazy("Contact person"), lambda row: row.contact),
                Cell(lazy("Phone"), lambda row: row.phone),
            ),
            is_usual=False,
        ),
        Column("bins", lazy("Bins"), (Cell(lazy("Bins"), lambda row: row.bins),), kind="num"),
    ),
    usual=queries.BY_NAME.up,
    rows=_rows,
    count=lambda actor, form, most: queries.how_many(actor, **form.asked(), most=most),
)
