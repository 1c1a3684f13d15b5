"""What the ids of a report are called, each kind read in one statement however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from aidtrack.catalogue.models import Category, Item
from aidtrack.catalogue.queries import SEPARATOR
from aidtrack.core.counted import unit_name
from aidtrack.core.db import db
from aidtrack.core.i18n import _, lazy, name_in
from aidtrack.identity.models import RoleAssignment, User
from aidtrack.identity.permissions import Actor
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place, PlaceKind, called
from aidtrack.stock_reports import scope
from aidtrack.stock_reports.wanted import Wanted

# More names than these are not asked for one by one.
NAMED_MAX = 1_000
NOWHERE = {
    PlaceKind.DONOR: lazy("Donor"),
    PlaceKind.SUPPLIER: lazy("Supplier"),
    PlaceKind.IN_TRANSIT: lazy("On the road"),
    PlaceKind.OPENING: lazy("Opening stock"),
    PlaceKind.FOUND: lazy("Found"),
    PlaceKind.PEOPLE: lazy("People in need"),
    PlaceKind.LOST_IN_TRANSPORT: lazy("Lost in transport"),
    PlaceKind.LOST_IN_WAREHOUSE: lazy("Lost in the warehouse"),
    PlaceKind.LOST_AT_DISTRIBUTION: lazy("Lost at distribution"),
    PlaceKind.RETURNED: lazy("Given back to the donor"),
    PlaceKind.MADE_INTO: lazy("Made into other goods"),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """An item as reports name it, with what one of it weighs."""

    id: int
    code: str
    name: str
    base_unit: str
    weight_mg: int | None
    category_id: int | None

    def unit(self, quantity: int) -> str:
        return unit_name(self.base_unit, quantity)


NO_THING = Thing(0, "", "", "piece", None, None)


def items(ids: Iterable[int]) -> dict[int, Thing]:
    rows = db.session.execute(
        select(
            Item.id, Item.code, Item.name, Item.names, Item.base_unit, Item.weight_mg,
            Item.category_id,
        ).where(*_named(Item.id, ids))
    )  # fmt: skip
    return {
        row.id: Thing(
            row.id, row.code, name_in(row.name, row.names), row.base_unit, row.weight_mg,
            row.category_id,
        )
        for row in rows
    }  # fmt: skip


def item_labels(ids: Iterable[int]) -> list[tuple[int, str]]:
    """(id, "Thermal blanket · HSHEBLAN01"), as boxes offer them."""
    return [(each.id, f"{each.name}{SEPARATOR}{each.code}") for each in items(ids).values()]


def places(wanted: Wanted, actor: Actor) -> dict[int, str]:
    """The sites and bins that the report counts."""
    rows = db.session.execute(
        select(Place.id, called(Place).label("name"), Place.names).where(
            *scope.within(Place, wanted, actor)
        )
    )
    return {row.id: name_in(row.name, row.names) for row in rows}


def sites(ids: Iterable[int]) -> dict[int, str]:
    """Some places by name; the caller has seen to it that they may be named."""
    rows = db.session.execute(
        select(Place.id, Place.name, Place.names).where(Place.id.in_(list(ids)[:NAMED_MAX]))
    )
    return {row.id: name_in(row.name, row.names) for row in rows}


def donors(ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Partner.id, Partner.name, Partner.names).where(*_named(Partner.id, ids))
    )
    return {row.id: name_in(row.name, row.names) for row in rows}


def categories() -> dict[int, str]:
    rows = db.session.execute(select(Category.id, Category.name, Category.names))
    return {row.id: name_in(row.name, row.names) for row in rows}


def people(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of those who have a role where the reader looks at stock."""
    own = actor.organisations_anywhere(scope.SEEN)
    works_here = select(RoleAssignment.user_id).where(RoleAssignment.organisation_id.in_(own))
    rows = db.session.execute(
        select(User.id, User.name)
        .where(User.id.in_(works_here))
        .order_by(User.name, User.id)
        .limit(NAMED_MAX)
    )
    return [(row.id, row.name) for row in rows]


def end_of_line(
    kind: PlaceKind, name: str, names: dict[str, str], site: str | None, area: str | None = None
) -> str:
    """Where goods came from or went to, as a stock card says it."""
    if kind == PlaceKind.PEOPLE and area:
        return f"{NOWHERE[kind]} · {area}"
    if kind in NOWHERE:
        return str(NOWHERE[kind])
    own = name_in(name, names)
    return f"{site} · {own}" if site and kind == PlaceKind.BIN else own


def nobody() -> str:
    return _("No donor named")


def _named(column: Any, ids: Iterable[int]) -> list[Any]:
    wanted = {each for each in ids if each is not None}
    return [column.in_(wanted)] if len(wanted) <= NAMED_MAX else []
