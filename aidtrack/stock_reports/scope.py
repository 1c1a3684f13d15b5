"""Whose goods and which places a report counts: never beyond what its reader may see."""

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot
from aidtrack.stock_reports.wanted import Wanted

SEEN = Permission.VIEW_STOCK


def within(place: Any, wanted: Wanted, actor: Actor) -> list[ColumnElement[bool]]:
    """The WHERE on a place, or an alias of it, whose goods the report counts."""
    found = [
        or_(
            place.organisation_id.in_(actor.organisations(SEEN)) & place.site_id.is_not(None),
            place.site_id.in_(actor.sites(SEEN)),
        )
    ]
    if wanted.bin_id is not None:
        found.append(place.id == wanted.bin_id)
    if wanted.site_id is not None:
        found.append(place.site_id == wanted.site_id)
    return found


def place_ids(wanted: Wanted, actor: Actor) -> Select[int]:
    """Every place that the report counts."""
    return select(Place.id).where(*within(Place, wanted, actor))


def site_ids(wanted: Wanted, actor: Actor) -> Select[int | None]:
    """The sites whose places the report counts."""
    return select(Place.site_id).where(*within(Place, wanted, actor)).distinct()


def of_goods(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The WHERE on lots joined with their items."""
    pairs = (
        (Lot.id, wanted.lot_id),
        (Lot.item_id, wanted.item_id),
        (Lot.donor_id, wanted.donor_id),
        (Item.category_id, wanted.category_id),
    )
    return [column == value for column, value in pairs if value is not None]


def lot_ids(wanted: Wanted) -> Select[int]:
    """The lots of an item, or the one lot, that the report is about."""
    found = select(Lot.id)
    if wanted.lot_id is not None:
        found = found.where(Lot.id == wanted.lot_id)
    if wanted.item_id is not None:
        found = found.where(Lot.item_id == wanted.item_id)
    return found


def check(wanted: Wanted, actor: Actor) -> None:
    """Raises NotFound for a place or a lot that the reader does not see, or that is not there."""
    if wanted.lot_id is not None:
        stock.lot(wanted.lot_id, actor)
    if wanted.site_id is None and wanted.bin_id is None:
        return
    if db.session.scalar(place_ids(wanted, actor).limit(1)) is None:
        raise NotFound(_("There is no such place."))
