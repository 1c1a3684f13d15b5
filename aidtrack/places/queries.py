"""Reads places and areas."""

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.core.paging import Page
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import SITES, Area, Place, PlaceKind


def place(place_id: int, actor: Actor) -> Place:
    """A site or a bin that the actor may see. Raises NotFound."""
    found = db.session.get(
        Place, place_id, options=[joinedload(Place.area), joinedload(Place.organisation)]
    )
    if (
        found is None
        or found.site_id is None
        or not actor.may(
            Permission.VIEW_PLACES, organisation_id=found.organisation_id, site_id=found.site_id
        )
    ):
        raise NotFound(_("There is no such place."))
    return found


def sites(
    actor: Actor,
    *,
    kind: PlaceKind | None = None,
    words: str = "",
    permission: Permission = Permission.VIEW_PLACES,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[Place]:
    """Warehouses and distribution points where the permission holds, by name."""
    order = (Place.name, Place.id)
    rows = db.session.scalars(
        select(Place)
        .where(
            Place.kind == kind if kind else Place.kind.in_(SITES),
            Place.is_active,
            or_(
                Place.organisation_id.in_(actor.organisations(permission)),
                Place.id.in_(actor.sites(permission)),
            ),
            *(Place.name.icontains(word, autoescape=True) for word in words.split()),
            *paging.after(order, cursor, (str, int)),
        )
        .options(joinedload(Place.area), joinedload(Place.organisation))
        .order_by(*order)
        .limit(limit + 1)
    ).all()
    return paging.page(rows, limit, lambda row: (row.name, row.id))


def bins(warehouse_id: int) -> list[Place]:
    """The bins of a warehouse, by name."""
    return list(
        db.session.scalars(
            select(Place)
            .where(Place.parent_id == warehouse_id, Place.is_active)
            .order_by(Place.name, Place.id)
        )
    )


def destinations() -> list[Place]:
    """Every open site of every organisation: goods may be sent to a partner's."""
    return list(
        db.session.scalars(
            select(Place)
            .where(Place.kind.in_(SITES), Place.is_active)
            .options(joinedload(Place.area), joinedload(Place.organisation))
            .order_by(Place.name, Place.id)
        )
    )


def area(area_id: int) -> Area:
    found = db.session.get(Area, area_id, options=[joinedload(Area.parent)])
    if found is None:
        raise NotFound(_("There is no such area."))
    return found


def areas(
    *, words: str = "", cursor: str | None = None, limit: int = paging.PAGE_ROWS
) -> Page[Area]:
    """Areas by name; the words may also be a P-code."""
    order = (Area.name, Area.id)
    rows = db.session.scalars(
        select(Area)
        .where(
            *(
                or_(
                    Area.name.icontains(word, autoescape=True),
                    Area.pcode.istartswith(word, autoescape=True),
                )
                for word in words.split()
            ),
            *paging.after(order, cursor, (str, int)),
        )
        .options(joinedload(Area.parent))
        .order_by(*order)
        .limit(limit + 1)
    ).all()
    return paging.page(rows, limit, lambda row: (row.name, row.id))
