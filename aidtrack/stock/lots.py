"""Reads one lot: what it is, who gave it, and where every piece of it is."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased

from aidtrack.catalogue import units
from aidtrack.catalogue.units import Pack
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import IN_STOCK, LOSSES, SOURCES, Area, Place, PlaceKind, called
from aidtrack.stock import apart, made, queries
from aidtrack.stock.apart import RecallNote
from aidtrack.stock.made import PartRow
from aidtrack.stock.models import StockBalance

Site = aliased(Place, name="site")
# Where goods come from, and what became other lots: no places where some of it is.
HIDDEN = SOURCES | {PlaceKind.MADE_INTO}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """How much of one lot stands at one place; `keeper`: whose site it is."""

    place_id: int
    kind: PlaceKind
    name: str
    site_name: str | None
    area_name: str | None
    keeper: str | None
    quantity: int
    reserved: int


@dataclass(frozen=True, slots=True)
class LotDetail:
    """One lot: what it is, who gave it, and where all of it is.

    `made`: built of other lots; `in_others`: gone into lots that were made of it.
    """

    id: int
    number: str
    item_id: int
    item_code: str
    item_name: str
    base_unit: str
    batch_number: str
    expires_on: date | None
    donor: str
    pack_name: str
    pack_size: int | None
    packs: list[Pack]
    given: int
    in_stock: int
    on_the_road: int
    handed_out: int
    lost: int
    returned: int
    made: int
    in_others: int
    places: list[Whereabouts]
    parts: list[PartRow]
    went_into: list[PartRow]
    owner_id: int
    owner: str
    recall: RecallNote | None

    @property
    def begun(self) -> int:
        """All that there ever was of it: given, or made of other lots."""
        return self.given + self.made


def whereabouts(lot_id: int) -> list[Whereabouts]:
    """Everywhere that some of a lot is, ours and outside; given is the negative one."""
    rows = db.session.execute(
        select(
            Place.id.label("place_id"),
            Place.kind,
            called(Place).label("name"),
            Place.names,
            Site.name.label("site_name"),
            Site.names.label("site_names"),
            Area.name.label("area_name"),
            Area.names.label("area_names"),
            Organisation.name.label("keeper"),
            StockBalance.quantity,
            StockBalance.reserved,
        )
        .join(Place, Place.id == StockBalance.place_id)
        .outerjoin(Site, Site.id == Place.site_id)
        .outerjoin(Area, Area.id == Place.area_id)
        .outerjoin(Organisation, Organisation.id == Site.organisation_id)
        .where(StockBalance.lot_id == lot_id, StockBalance.quantity != 0)
        .order_by(Place.is_outside, Site.name, Place.name)
    )
    return [
        Whereabouts(
            place_id=row.place_id,
            kind=row.kind,
            name=name_in(row.name, row.names),
            site_name=name_in(row.site_name, row.site_names) if row.site_name else None,
            area_name=name_in(row.area_name, row.area_names) if row.area_name else None,
            keeper=row.keeper,
            quantity=row.quantity,
            reserved=row.reserved,
        )
        for row in rows
    ]


def lot_detail(lot_id: int, actor: Actor) -> LotDetail:
    """A lot with its equation.

    given + made = in stock + on the road + handed out + lost + returned + in others.
    """
    found = queries.lot(lot_id, actor)
    places = whereabouts(lot_id)

    def total(kinds: frozenset[PlaceKind]) -> int:
        return sum(place.quantity for place in places if place.kind in kinds)

    owner_id, owner = apart.owners_of([lot_id])[lot_id]
    made_into = total(frozenset({PlaceKind.MADE_INTO}))
    return LotDetail(
        id=found.id,
        number=found.number,
        item_id=found.item_id,
        item_code=found.item.code,
        item_name=found.item.name_in(),
        base_unit=found.item.base_unit,
        batch_number=found.batch_number,
        expires_on=found.expires_on,
        donor=found.donor.name if found.donor else "",
        pack_name=found.pack.name if found.pack else "",
        pack_size=found.pack.size if found.pack else None,
        packs=units.chain_of(found.pack),
        given=-total(SOURCES),
        in_stock=total(IN_STOCK),
        on_the_road=total(frozenset({PlaceKind.IN_TRANSIT})),
        handed_out=total(frozenset({PlaceKind.PEOPLE})),
        lost=total(LOSSES),
        returned=total(frozenset({PlaceKind.RETURNED})),
        made=max(0, -made_into),
        in_others=max(0, made_into),
        places=[place for place in places if place.kind not in HIDDEN],
        parts=made.parts_of(lot_id),
        went_into=made.went_into(lot_id),
        owner_id=owner_id,
        owner=owner,
        recall=apart.recalls_of([lot_id]).get(lot_id),
    )
