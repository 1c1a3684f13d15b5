"""What can happen to places: they open, get bins, and the outside is found when needed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import column, select, table

from aidtrack.core import audit
from aidtrack.core.db import db, refusing, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.history import changes
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places import tree
from aidtrack.places.details import SiteDetails as SiteDetails
from aidtrack.places.details import measures_said
from aidtrack.places.models import OUTSIDE, SITES, Area, Place, PlaceKind, Purpose

BINS_MAX = 500
# Stock stands above places: its table is named here, not imported.
stock_balance = table("stock_balance", column("place_id"), column("quantity"))


class NameTaken(RuleBroken):
    code = "name_taken"


class HoldsGoods(RuleBroken):
    """A place is closed once it is empty, so that nothing is lost from sight."""

    code = "holds_goods"


def add_site(kind: PlaceKind, details: SiteDetails, *, organisation_id: int, actor: Actor) -> int:
    """Open a warehouse or a distribution point. A point must lie in an area."""
    require(actor, Permission.OPEN_PLACES, organisation_id=organisation_id)
    assert kind in SITES
    with transaction() as session:
        # Names of sites are unique by this lock: the database takes two without a parent
        # for different ones.
        session.get_one(Organisation, organisation_id, with_for_update=True)
        _expect_area(kind, details.area_id)
        expect_free_name(organisation_id, kind, None, details.name)
        place = Place(kind=kind, is_outside=False, organisation_id=organisation_id)
        _describe(place, details)
        session.add(place)
        session.flush()
        place.site_id = place.id
        audit.record(
            actor, "place.added", kind="place", record_id=place.id, facts={"name": place.name}
        )
        return place.id


def change_site(place_id: int, details: SiteDetails, *, actor: Actor) -> None:
    with transaction():
        place = own(place_id, actor)
        if place.kind not in SITES:
            raise NotFound(_("There is no such place."))
        _expect_area(place.kind, details.area_id)
        if details.name != place.name:
            expect_free_name(place.organisation_id, place.kind, None, details.name)
        before = _described(place)
        _describe(place, details)
        audit.record(
            actor,
            "place.changed",
            kind="place",
            record_id=place.id,
            facts=changes(before, _described(place)),
        )


def add_bin(
    warehouse_id: int, *, name: str, code: str = "", zone_id: int | None = None, actor: Actor
) -> int:
    """A bin, shelf or room inside a warehouse, or in a zone of it."""
    with transaction():
        parent = _zone(warehouse_id, zone_id, actor)
        expect_free_name(parent.organisation_id, PlaceKind.BIN, parent.id, name)
        (bin_id,) = _put_bins(parent, [(name, code)], None, actor=actor)
        return bin_id


def add_bins(
    warehouse_id: int,
    names: Sequence[str],
    *,
    zone_id: int | None = None,
    purpose: Purpose | None = None,
    actor: Actor,
) -> list[int]:
    """Several bins at once. Those that are there already are left as they are.

    Without a purpose they are for what the zone around them is for.
    """
    if len(names) > BINS_MAX:
        raise Invalid(_("At most %(most)d bins at once.", most=BINS_MAX), field="names")
    with transaction() as session:
        parent = _zone(warehouse_id, zone_id, actor, field="names")
        known = set(session.scalars(select(Place.name).where(Place.parent_id == parent.id)))
        new = [(name, "") for name in dict.fromkeys(names) if name not in known]
        if not new:
            raise NameTaken(_("All of these bins are there already."), field="names")
        return _put_bins(parent, new, purpose, actor=actor)


def close_place(place_id: int, *, reason: str = "", actor: Actor) -> None:
    """Offer a site, or a bin with what is in it, no more. Raises HoldsGoods unless it is empty."""
    with transaction() as session:
        place = own(place_id, actor)
        if not place.is_active:
            return
        bins = tree.bins_of(place.site_id or 0)
        within = bins if place.kind in SITES else tree.inside(bins, place.id)
        held = select(stock_balance.c.place_id).where(
            stock_balance.c.place_id.in_([place.id, *(each.id for each in within)]),
            stock_balance.c.quantity > 0,
        )
        if session.execute(held.limit(1)).first():
            raise HoldsGoods(
                _("%(name)s still holds goods. Move them first.", name=place.label),
                place_id=place.id,
            )
        place.is_active = place.is_full = False
        if place.kind == PlaceKind.BIN:
            for each in within:
                each.is_active = False
        _say(actor, "place.closed", place, note=reason)


def reopen_place(place_id: int, *, reason: str = "", actor: Actor) -> None:
    """Offer it again, a zone with everything in it."""
    with transaction():
        place = own(place_id, actor)
        if place.is_active:
            return
        if place.parent is not None and not place.parent.is_active:
            raise Invalid(_("Open %(name)s first: it lies there.", name=place.parent.label))
        place.is_active = True
        if place.kind == PlaceKind.BIN:
            for each in tree.inside(tree.bins_of(place.site_id or 0), place.id):
                each.is_active = True
        _say(actor, "place.reopened", place, note=reason)


def set_full(place_id: int, is_full: bool, *, reason: str = "", actor: Actor) -> None:
    """Say that a site takes no more goods, or takes them again."""
    with transaction():
        place = own(place_id, actor)
        if place.kind not in SITES:
            raise NotFound(_("There is no such place."))
        if not place.is_active:
            raise Invalid(_("This place is closed."), field="state")
        if place.is_full != is_full:
            place.is_full = is_full
            _say(actor, "place.full" if is_full else "place.has_room", place, note=reason)


def _say(actor: Actor, act: str, place: Place, *, note: str) -> None:
    facts = {"note": note} if note else {}
    audit.record(actor, act, kind="place", record_id=place.id, facts=facts)


def add_area(
    *,
    pcode: str,
    name: str,
    level: int,
    country: str,
    parent_pcode: str | None = None,
    names: dict[str, str] | None = None,
) -> int:
    """An administrative unit, once: the id of the one that has the P-code already, or a new one."""
    with transaction() as session:
        known = session.scalar(select(Area.id).filter_by(pcode=pcode))
        if known:
            return known
        parent = select(Area.id).filter_by(pcode=parent_pcode) if parent_pcode else None
        area = Area(
            pcode=pcode,
            name=name,
            names=names or {},
            level=level,
            country=country,
            parent_id=session.scalar(parent) if parent is not None else None,
        )
        session.add(area)
        session.flush()
        return area.id


def outside_place(kind: PlaceKind, organisation_id: int, *, partner_id: int | None = None) -> int:
    """The one outside place of its kind for an organisation (and partner); made when missing.

    Not for PEOPLE: see `people_of`.
    """
    assert kind in OUTSIDE - {PlaceKind.PEOPLE}
    return _found_or_made(
        Place(
            kind=kind,
            name=f"{kind}:{partner_id}" if partner_id else str(kind),
            is_outside=True,
            organisation_id=organisation_id,
            partner_id=partner_id,
        )
    )


def people_of(area_id: int) -> int:
    """The people of an area, who receive; shared by every organisation."""
    return _found_or_made(
        Place(kind=PlaceKind.PEOPLE, name="people", is_outside=True, area_id=area_id)
    )


def add_in_transit(organisation_id: int, name: str) -> int:
    """The place of goods that are on the road with one shipment."""
    with transaction() as session:
        place = Place(
            kind=PlaceKind.IN_TRANSIT, name=name, is_outside=False, organisation_id=organisation_id
        )
        session.add(place)
        session.flush()
        return place.id


def _found_or_made(place: Place) -> int:
    with transaction() as session:
        # Two at once must not make two: the organisation's (or area's) row is the lock.
        if place.organisation_id is not None:
            owner = select(Organisation.id).where(Organisation.id == place.organisation_id)
        else:
            owner = select(Area.id).where(Area.id == place.area_id)
        same = select(Place.id).where(
            Place.kind == place.kind,
            Place.organisation_id.is_not_distinct_from(place.organisation_id),
            Place.partner_id.is_not_distinct_from(place.partner_id),
            Place.area_id.is_not_distinct_from(place.area_id),
        )
        found = session.scalar(same)
        if found is None:
            session.execute(owner.with_for_update(key_share=True))
            found = session.scalar(same)
        if found is None:
            session.add(place)
            session.flush()
            found = place.id
        return found


def _zone(warehouse_id: int, zone_id: int | None, actor: Actor, *, field: str = "name") -> Place:
    """Where bins are added: a warehouse, or a zone in it, whose tree is locked."""
    warehouse = own(warehouse_id, actor)
    if warehouse.kind != PlaceKind.WAREHOUSE:
        raise Invalid(_("Only a warehouse has bins."), field=field)
    if zone_id is None or zone_id == warehouse_id:
        return warehouse
    zone = db.session.get(Place, zone_id, populate_existing=True)
    if zone is None or zone.site_id != warehouse.id:
        raise Invalid(_("This zone is not in the warehouse."), field="zone_id")
    if not zone.is_active:
        raise Invalid(_("This zone is closed."), field="zone_id")
    return zone


def _put_bins(
    parent: Place, bins: list[tuple[str, str]], purpose: Purpose | None, *, actor: Actor
) -> list[int]:
    if tree.depth_of(parent) >= tree.DEPTH_MAX:
        raise Invalid(
            _("Bins lie at most %(most)d deep in each other.", most=tree.DEPTH_MAX), field="zone_id"
        )
    expect_plain_names([name for name, _code in bins])
    places = [
        Place(
            kind=PlaceKind.BIN,
            name=name,
            code=code,
            path=tree.path_in(parent, name),
            purpose=purpose or parent.purpose,
            is_cold_chain=parent.is_cold_chain,
            is_outside=False,
            organisation_id=parent.organisation_id,
            parent_id=parent.id,
            site_id=parent.site_id,
            area_id=parent.area_id,
        )
        for name, code in bins
    ]
    with refusing(NameTaken(_("One of these bins was added meanwhile."), field="name")):
        db.session.add_all(places)
    for place in places:
        audit.record(
            actor, "place.added", kind="place", record_id=place.id, facts={"name": place.name}
        )
    names = ", ".join(place.name for place in places)
    audit.record(
        actor, "place.bins_added", kind="place", record_id=parent.id, facts={"note": names}
    )
    return [place.id for place in places]


def own(place_id: int, actor: Actor) -> Place:
    """A site, or a bin with the tree around it, locked for somebody who may change it."""
    place = db.session.get(Place, place_id)
    # The outside and the road have no site: nobody changes them by hand.
    if (
        place is None
        or place.site_id is None
        or not actor.may(
            Permission.VIEW_PLACES, organisation_id=place.organisation_id, site_id=place.site_id
        )
    ):
        raise NotFound(_("There is no such place."))
    require(
        actor,
        Permission.MANAGE_PLACES,
        organisation_id=place.organisation_id,
        site_id=place.site_id,
    )
    # The tree of a warehouse is changed by one at a time: its row is the lock.
    locked: dict[str, Any] = {"with_for_update": True, "populate_existing": True}
    db.session.get_one(Place, place.site_id, **locked)
    return db.session.get_one(Place, place_id, **locked)


def expect_plain_names(names: Sequence[str]) -> None:
    """Raises Invalid for a name that would be read as a path."""
    odd = next((name for name in names if tree.SEPARATOR.strip() in name), None)
    if odd:
        raise Invalid(
            _("“%(name)s” cannot be a name: “›” stands between a zone and its bins.", name=odd),
            field="names",
        )


def _expect_area(kind: PlaceKind, area_id: int | None) -> None:
    if kind == PlaceKind.DISTRIBUTION_POINT and area_id is None:
        raise Invalid(_("Choose the area in which the point lies."), field="area_id")
    if area_id is not None and db.session.get(Area, area_id) is None:
        raise Invalid(_("There is no such area."), field="area_id")


def expect_free_name(
    organisation_id: int | None, kind: PlaceKind, parent_id: int | None, name: str
) -> None:
    taken = select(Place.id).where(
        Place.organisation_id == organisation_id,
        Place.kind == kind,
        Place.parent_id.is_not_distinct_from(parent_id),
        Place.name == name,
    )
    if db.session.scalar(taken):
        raise NameTaken(_("There is already a place called %(name)s.", name=name), field="name")


def _described(place: Place) -> dict[str, Any]:
    described: dict[str, Any] = {name: getattr(place, name) for name in SiteDetails.__slots__}
    area = db.session.get(Area, place.area_id) if place.area_id else None
    fits = measures_said(described.pop("capacity_mm3"), described.pop("capacity_mg"))
    return described | fits | {"area_id": f"{area.name} ({area.pcode})" if area else None}


def _describe(place: Place, details: SiteDetails) -> None:
    for name in SiteDetails.__slots__:
        setattr(place, name, getattr(details, name))
    place.names = details.names or {}
