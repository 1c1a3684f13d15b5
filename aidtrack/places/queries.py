"""Reads places and areas."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from aidtrack.core import acts, paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.full_text import Index
from aidtrack.core.i18n import _, lazy, name_in
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.core.words import found_by
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places import tree
from aidtrack.places.models import SITES, Area, Place, PlaceKind, Purpose, SiteState
from aidtrack.sharing import queries as sharing
from aidtrack.sharing.queries import OpenShare

INDEX = Index("place")
CHOICES_MAX = 50
SEPARATOR = " · "
KINDS = {
    PlaceKind.WAREHOUSE: lazy("Warehouse"),
    PlaceKind.DISTRIBUTION_POINT: lazy("Distribution point"),
    PlaceKind.BIN: lazy("Bin"),
}
PURPOSES = {
    Purpose.STORAGE: lazy("Storage"),
    Purpose.PICKING: lazy("Picking"),
    Purpose.RECEIVING: lazy("Dock"),
    Purpose.QUARANTINE: lazy("Quarantine"),
}
TITLES = {
    "place.added": lazy("Added"),
    "area.added": lazy("Added"),
    "area.changed": lazy("Changed"),
    "place.bins_added": lazy("Bins were added"),
    "place.changed": lazy("Changed"),
    "place.closed": lazy("Closed"),
    "place.reopened": lazy("Open again"),
    "place.full": lazy("Full: takes no more goods"),
    "place.has_room": lazy("Has room again"),
    "minimum.set": lazy("Minimum level set"),
    "minimum.removed": lazy("Minimum level taken away"),
}
FIELDS = {
    "name": lazy("Name"),
    "names": lazy("Other names"),
    "code": lazy("Code"),
    "area_id": lazy("Area"),
    "address": lazy("Address"),
    "contact": lazy("Contact"),
    "phone": lazy("Phone"),
    "dock_instructions": lazy("For drivers"),
    "latitude_e6": lazy("Latitude"),
    "longitude_e6": lazy("Longitude"),
    "note": lazy("Note"),
    "path": lazy("Where it lies"),
    "purpose": lazy("For"),
    "is_cold_chain": lazy("Kept cold"),
    "room_m3": lazy("Room in m³"),
    "room_kg": lazy("Room in kg"),
}
acts.register(TITLES, acts.Topic.RECORDS)
acts.register_fields("place", FIELDS)
acts.register_fields("area", FIELDS)


@dataclass(frozen=True, slots=True)
class BinDetail:
    """A bin, shelf or room inside a warehouse, or a zone that holds others.

    What fits is in cubic millimetres and milligrams; None means that nobody said.
    """

    id: int
    name: str
    code: str
    is_active: bool
    path: str
    parent_id: int
    purpose: Purpose
    is_cold_chain: bool
    capacity_mm3: int | None
    capacity_mg: int | None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A warehouse or distribution point in a list."""

    id: int
    kind: PlaceKind
    name: str
    names: dict[str, str]
    code: str
    organisation_id: int
    organisation: str
    area_id: int | None
    area_pcode: str | None
    area: str | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class PlaceDetail:
    """A site with everything known of it. Position in millionths of a degree."""

    id: int
    kind: PlaceKind
    name: str
    names: dict[str, str]
    code: str
    organisation_id: int
    organisation: str
    area_id: int | None
    area_pcode: str | None
    area: str | None
    site_id: int
    address: str
    contact: str
    phone: str
    dock_instructions: str
    latitude_e6: int | None
    longitude_e6: int | None
    note: str
    is_active: bool
    state: SiteState
    capacity_mm3: int | None
    capacity_mg: int | None
    bins: tuple[BinDetail, ...]
    shared: OpenShare | None = None


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


def readable(place_id: int, actor: Actor) -> tuple[Place, OpenShare | None]:
    """The same, or a site that its owner shares with the actor's organisation, and how."""
    try:
        return place(place_id, actor), None
    except NotFound:
        share = sharing.shared_with("place", place_id, actor, Permission.VIEW_PLACES)
        if share is None:
            raise
    loads = [joinedload(Place.area), joinedload(Place.organisation)]
    return db.session.get_one(Place, place_id, options=loads), share


BY_NAME = Order("name", (Place.name, Place.id), (str, int), lambda row: (row.name, row.id))


def sites(
    actor: Actor,
    *,
    kind: PlaceKind | None = None,
    words: str = "",
    area_id: int | None = None,
    is_active: bool = True,
    permission: Permission = Permission.VIEW_PLACES,
    is_shared: bool = False,
    sorting: Sorting = BY_NAME.up,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[Place]:
    """Warehouses and distribution points where the permission holds, by name.

    Or those instead that other organisations share with the actor's.
    """
    rows = db.session.scalars(
        select(Place)
        .where(
            *_sites_of(actor, permission, kind, area_id, is_active, is_shared=is_shared),
            *INDEX.found(Place.id, words),
            *sorting.after(cursor),
        )
        .options(joinedload(Place.area), joinedload(Place.organisation))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    return sorting.page(rows, limit)


def how_many(
    actor: Actor,
    *,
    kind: PlaceKind | None = None,
    words: str = "",
    area_id: int | None = None,
    is_active: bool = True,
    is_shared: bool = False,
    most: int,
) -> int:
    """How many sites the list has; none is counted beyond `most`."""
    narrowed = _sites_of(
        actor, Permission.VIEW_PLACES, kind, area_id, is_active, is_shared=is_shared
    )
    found = INDEX.found(Place.id, words)
    return paging.count_up_to(most, select(Place.id).where(*narrowed, *found))


def _sites_of(
    actor: Actor,
    permission: Permission,
    kind: PlaceKind | None,
    area_id: int | None,
    is_active: bool,
    *,
    is_shared: bool = False,
) -> list[ColumnElement[bool]]:
    own = or_(
        Place.organisation_id.in_(actor.organisations(permission)),
        Place.id.in_(actor.sites(permission)),
    )
    lent = Place.id.in_(sharing.shared_ids("place", actor, permission))
    return [
        # A site is its own; thus ix_place_site_name holds sites only, not each shipment's place.
        # What is shared is few, and found from the shares.
        *([lent] if is_shared else [Place.site_id == Place.id, own]),
        Place.kind == kind if kind else Place.kind.in_(SITES),
        Place.is_active == is_active,
        *([Place.area_id == area_id] if area_id else []),
    ]


def bins(warehouse_id: int) -> list[Place]:
    """The open bins of a warehouse, however deep, in the order of its tree."""
    return tree.by_path(each for each in tree.bins_of(warehouse_id) if each.is_active)


def bin_called(site_id: int, text: str) -> int | None:
    """The open bin of a site that a name or code alone stands for; None when several have it."""
    wanted = text.strip().casefold()
    found = {
        each.id
        for each in tree.bins_of(site_id)
        if each.is_active and wanted in {each.name.casefold(), each.code.casefold()}
    }
    return found.pop() if len(found) == 1 else None


def bin_counts(warehouse_ids: Iterable[int]) -> dict[int, int]:
    """How many open bins each warehouse has, in one statement."""
    rows = db.session.execute(
        select(Place.site_id, func.count())
        .where(Place.site_id.in_(list(warehouse_ids)), Place.kind == PlaceKind.BIN, Place.is_active)
        .group_by(Place.site_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


# What a page of a place shows of it, but its bins and for whom it is shared.
OF_THE_PLACE = [name for name in PlaceDetail.__slots__ if name not in {"bins", "shared"}]


def place_row(row: Place) -> PlaceRow:
    return PlaceRow(**_values(row, PlaceRow.__slots__))


def place_detail(row: Place) -> PlaceDetail:
    """The site with its bins; a bin has none."""
    inside = tree.bins_of(row.id) if row.kind == PlaceKind.WAREHOUSE else []
    bins = tuple(
        BinDetail(**{name: getattr(node.bin, name) for name in BinDetail.__slots__})
        for node in tree.nodes(inside, row.id)
    )
    return PlaceDetail(**_values(row, OF_THE_PLACE), bins=bins)


def shared_detail(row: Place, share: OpenShare) -> PlaceDetail:
    """The site as the other organisation may see it: no bins, no notes, and whom to ring only
    for those who are to send goods there.
    """
    kept = {"note": "", "capacity_mm3": None, "capacity_mg": None}
    found = PlaceDetail(**_values(row, OF_THE_PLACE) | kept, bins=(), shared=share)
    if share.is_to_receive:
        return found
    return replace(found, contact="", phone="", dock_instructions="")


def place_history(place_id: int) -> list[Happening]:
    return history.told("place", place_id, titles=TITLES, fields=FIELDS)


def area(area_id: int) -> Area:
    found = db.session.get(Area, area_id, options=[joinedload(Area.parent)])
    if found is None:
        raise NotFound(_("There is no such area."))
    return found


def area_choices(words: str = "", limit: int = CHOICES_MAX) -> list[tuple[int, str]]:
    """(id, "Batken · KG05") of areas whose name or P-code holds the words, for a search box."""
    rows = db.session.execute(
        select(Area.id, Area.name, Area.names, Area.pcode)
        .where(*found_by(words, Area.name, Area.pcode, names=Area.names))
        .order_by(Area.level, Area.name, Area.id)
        .limit(limit)
    )
    return [(row.id, _label(row)) for row in rows]


def area_chosen(area_id: int | None) -> list[tuple[int, str]]:
    """The area as the one choice that a form shows at first; none without an area."""
    row = db.session.get(Area, area_id) if area_id else None
    return [(row.id, _label(row))] if row else []


def area_called(text: str) -> int | None:
    """The area that a choice's label, a P-code or a name no other area has stands for."""
    pcode = "".join(text.rpartition(SEPARATOR)[2].split())
    found = db.session.scalar(select(Area.id).where(Area.pcode == pcode.upper()))
    if found is not None:
        return found
    same = or_(Area.name == text.strip(), func.lower(Area.name) == text.strip().lower())
    named = db.session.scalars(select(Area.id).where(same).limit(2)).all()
    return named[0] if len(named) == 1 else None


def _label(row: Any) -> str:
    return f"{name_in(row.name, row.names)}{SEPARATOR}{row.pcode}"


def _values(row: Place, names: Sequence[str]) -> dict[str, Any]:
    known: dict[str, Any] = {
        "organisation": row.organisation.name if row.organisation else "",
        "area": row.area.name if row.area else None,
        "area_pcode": row.area.pcode if row.area else None,
    }
    own = [name for name in names if name not in known]
    return {name: getattr(row, name) for name in own} | {
        name: value for name, value in known.items() if name in names
    }
