"""The list of partners: its columns, and what a file holds of them."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.core.paging import Page, Sorting
from aidtrack.core.standards import country_name
from aidtrack.identity.permissions import Actor
from aidtrack.lists.columns import Cell, Column, ListPage
from aidtrack.partners import queries
from aidtrack.partners.models import Partner


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[Partner]:
    return queries.partners(actor, **form.asked(), sorting=sorting, cursor=cursor, limit=limit)


PARTNERS = ListPage(
    name="partners",
    path="/partners",
    heading=lazy("Partners"),
    columns=(
        Column(
            "name",
            lazy("Name"),
            (
                Cell(lazy("Name"), lambda row: row.name_in()),
                Cell(lazy("Reference"), lambda row: row.reference),
            ),
            order=queries.BY_NAME,
            is_fixed=True,
        ),
        Column(
            "kind",
            lazy("Kind"),
            (Cell(lazy("Kind"), lambda row: queries.KINDS[row.kind]),),
        ),
        Column(
            "country",
            lazy("Country"),
            (Cell(lazy("Country"), lambda row: country_name(row.country)),),
        ),
        Column(
            "contact",
            lazy("Contact"),
            (
                Cell(lazy("Contact person"), lambda row: row.contact),
                Cell(lazy("E-mail"), lambda row: row.email),
                Cell(lazy("Phone"), lambda row: row.phone),
            ),
        ),
        Column(
            "address",
            lazy("Address"),
            (Cell(lazy("Address"), lambda row: row.address),),
            is_usual=False,
        ),
    ),
    usual=queries.BY_NAME.up,
    rows=_rows,
    count=lambda actor, form, most: queries.how_many(actor, **form.asked(), most=most),
)
