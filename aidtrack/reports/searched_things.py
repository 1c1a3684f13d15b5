"""How items, lots, places, areas and partners are searched and told in a line."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item
from aidtrack.core.full_text import Index
from aidtrack.core.i18n import _, name_in
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner
from aidtrack.partners.queries import KINDS as PARTNER_KINDS
from aidtrack.places.models import SITES, Area, Place, PlaceKind, called
from aidtrack.places.queries import KINDS as PLACE_KINDS
from aidtrack.reports.searched import Asked, Kind, Searched, Shape, Told, is_whole
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot, lot_number

Parent = aliased(Area, name="parent_area")
Site = aliased(Place, name="site")


def _items(_shape: Shape, _actor: Actor) -> Asked:
    return Asked(
        key=Item.id,
        source=select().select_from(Item),
        exact=is_whole(Item.code),
        hidden=~Item.is_active,
        order=Item.name,
        rows=select(Item.id, Item.code, Item.name, Item.names, Item.is_active),
    )


def _tell_item(row: Any, _actor: Actor) -> Told:
    title = name_in(row.name, row.names)
    return Told(title, row.code, (row.name if row.name != title else "", _retired(row)))


def _lots(shape: Shape, actor: Actor) -> Asked:
    """By the batch number, or by our own number."""
    own = Lot.id == bindparam("lot_id", type_=BigInteger)
    return Asked(
        key=Lot.id,
        source=select().select_from(Lot).where(stock.lots_seen(actor)),
        exact=is_whole(Lot.batch_number),
        code=own if shape.is_lot_number else None,
        order=Lot.batch_number,
        rows=select(Lot.id, Lot.batch_number, Lot.expires_on, Item.name, Item.names).join(
            Item, Item.id == Lot.item_id
        ),
    )


def _tell_lot(row: Any, _actor: Actor) -> Told:
    return Told(
        name_in(row.name, row.names), lot_number(row.id), (row.batch_number,), row.expires_on
    )


def _places(_shape: Shape, actor: Actor) -> Asked:
    return Asked(
        key=Place.id,
        source=select()
        .select_from(Place)
        .where(Place.kind.in_(SITES), stock.seen(actor, Permission.VIEW_PLACES)),
        exact=is_whole(Place.code),
        hidden=~Place.is_active,
        order=Place.name,
        rows=select(
            Place.id,
            Place.code,
            Place.kind,
            Place.name,
            Place.names,
            Place.is_active,
            Area.name.label("area"),
            Area.names.label("area_names"),
        ).outerjoin(Area, Area.id == Place.area_id),
    )


def _tell_place(row: Any, _actor: Actor) -> Told:
    area = name_in(row.area, row.area_names) if row.area else ""
    return Told(
        name_in(row.name, row.names),
        row.code,
        (str(PLACE_KINDS[row.kind]), area),
        status="" if row.is_active else "closed",
    )


def _bins(_shape: Shape, actor: Actor) -> Asked:
    return Asked(
        key=Place.id,
        source=select()
        .select_from(Place)
        .where(Place.kind == PlaceKind.BIN, stock.seen(actor, Permission.VIEW_PLACES)),
        exact=is_whole(Place.code) | is_whole(Place.name),
        hidden=~Place.is_active,
        order=Place.name,
        rows=select(
            Place.id,
            Place.code,
            called(Place).label("path"),
            Place.is_active,
            Site.name.label("site"),
            Site.names.label("site_names"),
        ).join(Site, Site.id == Place.site_id),
    )


def _tell_bin(row: Any, _actor: Actor) -> Told:
    site = name_in(row.site, row.site_names)
    return Told(row.path, row.code, (site,), status="" if row.is_active else "closed")


def _areas(_shape: Shape, _actor: Actor) -> Asked:
    return Asked(
        key=Area.id,
        source=select().select_from(Area),
        exact=is_whole(Area.pcode),
        order=Area.name,
        rows=select(
            Area.id,
            Area.pcode,
            Area.name,
            Area.names,
            Parent.name.label("parent"),
            Parent.names.label("parent_names"),
        ).outerjoin(Parent, Parent.id == Area.parent_id),
    )


def _tell_area(row: Any, _actor: Actor) -> Told:
    parent = name_in(row.parent, row.parent_names) if row.parent else ""
    return Told(name_in(row.name, row.names), row.pcode, (parent,))


def _partners(_shape: Shape, actor: Actor) -> Asked:
    organisations = actor.organisations_anywhere(Permission.VIEW_PARTNERS)
    return Asked(
        key=Partner.id,
        source=select().select_from(Partner).where(Partner.organisation_id.in_(organisations)),
        exact=is_whole(Partner.reference),
        hidden=~Partner.is_active,
        order=Partner.name,
        rows=select(
            Partner.id,
            Partner.kind,
            Partner.name,
            Partner.names,
            Partner.reference,
            Partner.is_active,
        ),
    )


def _tell_partner(row: Any, _actor: Actor) -> Told:
    details = (str(PARTNER_KINDS[row.kind]), _retired(row))
    return Told(name_in(row.name, row.names), row.reference, details)


def _retired(row: Any) -> str:
    return "" if row.is_active else _("Retired")


P = Permission
THINGS = (
    Searched(Kind.ITEM, P.VIEW_ITEMS, _items, _tell_item, Index("item"), "/items/{}", "/items?q="),
    Searched(
        Kind.LOT, P.VIEW_STOCK, _lots, _tell_lot, Index("lot"), "/lots/{}", "/stock?words=", False
    ),
    Searched(
        Kind.PLACE, P.VIEW_PLACES, _places, _tell_place, Index("place"), "/places/{}", "/places?q="
    ),
    Searched(Kind.BIN, P.VIEW_PLACES, _bins, _tell_bin, Index("place"), "/places/{}"),
    Searched(
        Kind.AREA, P.VIEW_AREAS, _areas, _tell_area, Index("area"), "/areas/{}", "/areas?words="
    ),
    Searched(
        Kind.PARTNER,
        P.VIEW_PARTNERS,
        _partners,
        _tell_partner,
        Index("partner"),
        "/partners/{}",
        "/partners?q=",
    ),
)
