"""The list of people: its columns, and what a file holds of them."""

from typing import Any

from sqlalchemy import String, literal_column

from aidtrack.core.i18n import LANGUAGES, lazy
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.identity import queries
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor
from aidtrack.identity.queries import PersonDetail, RoleRow
from aidtrack.identity.words import ROLES
from aidtrack.lists.columns import Cell, Column, ListPage

# Those without an address come first, in the order in which they were added.
BY_EMAIL = Order(
    "email",
    (literal_column("coalesce(user_account.email, '')", String()), User.id),
    (str, int),
    lambda row: (row.email or "", row.id),
)


def _rows(
    actor: Actor, form: Any, sorting: Sorting, cursor: str | None, limit: int
) -> Page[PersonDetail]:
    return queries.people(actor, **form.asked(), sorting=sorting, cursor=cursor, limit=limit)


def _role(row: RoleRow) -> str:
    where = row.site or row.donor
    return f"{ROLES[row.role]} ({where})" if where else str(ROLES[row.role])


PEOPLE = ListPage(
    name="people",
    path="/people",
    heading=lazy("People"),
    columns=(
        Column(
            "who",
            lazy("Who"),
            (Cell(lazy("Name"), lambda row: row.name),),
            order=queries.BY_NAME,
            is_fixed=True,
        ),
        Column(
            "email",
            lazy("E-mail address"),
            (Cell(lazy("E-mail address"), lambda row: row.email),),
            order=BY_EMAIL,
        ),
        Column(
            "phone",
            lazy("Phone"),
            (Cell(lazy("Phone"), lambda row: row.phone),),
            is_usual=False,
        ),
        Column(
            "language",
            lazy("Language"),
            (Cell(lazy("Language"), lambda row: LANGUAGES.get(row.language, row.language)),),
            is_usual=False,
        ),
        Column(
            "roles",
            lazy("Roles"),
            (Cell(lazy("Roles"), lambda row: ", ".join(_role(x) for x in row.roles)),),
        ),
        Column(
            "state",
            lazy("State"),
            (Cell(lazy("May sign in"), lambda row: row.is_enabled),),
        ),
    ),
    usual=queries.BY_NAME.up,
    rows=_rows,
)
