"""A small relief operation: an organisation, its people, places, items and stock."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from uuid import uuid4

from sqlalchemy import func, select

from aidtrack.catalogue import services as catalogue
from aidtrack.catalogue.services import ItemDetails, PackDetails
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity import queries as identity_queries
from aidtrack.identity import services as identity
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Role
from aidtrack.identity.services import RoleAt
from aidtrack.partners import services as partners
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.services import PartnerDetails
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.places.services import SiteDetails
from aidtrack.stock import ledger
from aidtrack.stock import services as store
from aidtrack.stock.models import MovementKind, StockBalance

PASSWORD = "a long enough secret"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class World:
    """Ids of one organisation with a warehouse, a bin, a point, a donor and its people."""

    organisation_id: int
    warehouse_id: int
    bin_id: int
    other_warehouse_id: int
    point_id: int
    area_id: int
    donor_id: int
    admin: Actor
    logistician: Actor
    coordinator: Actor
    driver: Actor
    donor: Actor
    auditor: Actor


def make_world(name: str = "Relief Society", country: str = "KG") -> World:
    """One organisation with everyone and everything that a story needs."""
    organisation_id = identity.add_organisation(
        name=f"{name} {next(_numbers)}",
        short_name=name[:6],
        country=country,
        time_zone="Asia/Bishkek",
    )
    boss = identity.system_actor(organisation_id)
    area_id = places.add_area(
        pcode="KG05000000000", name="Batken", level=1, country="KG", names={"ru": "Баткен"}
    )
    warehouse_id = make_site(organisation_id, PlaceKind.WAREHOUSE, "Osh warehouse")
    other_id = make_site(organisation_id, PlaceKind.WAREHOUSE, "Bishkek warehouse")
    point_id = make_site(organisation_id, PlaceKind.DISTRIBUTION_POINT, "School 4", area_id)
    bin_id = places.add_bin(warehouse_id, name="A-01", actor=boss)
    donor_id = make_donor(organisation_id, "Lantern Foundation")
    return World(
        organisation_id=organisation_id,
        warehouse_id=warehouse_id,
        bin_id=bin_id,
        other_warehouse_id=other_id,
        point_id=point_id,
        area_id=area_id,
        donor_id=donor_id,
        admin=make_person(Role.ADMINISTRATOR, organisation_id),
        logistician=make_person(Role.LOGISTICIAN, organisation_id),
        coordinator=make_person(Role.COORDINATOR, organisation_id),
        driver=make_person(Role.DRIVER, organisation_id),
        donor=make_person(Role.DONOR, organisation_id, donor_id=donor_id),
        auditor=make_person(Role.AUDITOR, organisation_id),
    )


def make_person(
    role: Role, organisation_id: int, *, site_id: int | None = None, donor_id: int | None = None
) -> Actor:
    """Somebody with one role, ready to act."""
    number = next(_numbers)
    user_id = identity.add_user(
        email=f"{role}{number}@example.org",
        name=f"{role.title()} {number}",
        password=PASSWORD,
        roles=[RoleAt(role, organisation_id, site_id, donor_id)],
        actor=identity.system_actor(organisation_id),
    )
    return actor_of(user_id)


def actor_of(user_id: int) -> Actor:
    return identity_queries.actor_of(db.session.get_one(User, user_id))


def make_site(organisation_id: int, kind: PlaceKind, name: str, area_id: int | None = None) -> int:
    return places.add_site(
        kind,
        SiteDetails(name=name, area_id=area_id),
        organisation_id=organisation_id,
        actor=identity.system_actor(organisation_id),
    )


def make_donor(organisation_id: int, name: str) -> int:
    return partners.add_partner(
        PartnerDetails(kind=PartnerKind.DONOR, name=name),
        organisation_id=organisation_id,
        actor=identity.system_actor(organisation_id),
    )


def make_item(
    name: str = "Thermal blanket", *, pack: int = 10, has_expiry: bool = False, **more: object
) -> int:
    """An item with one pack, made by the system."""
    number = next(_numbers)
    return catalogue.add_item(
        ItemDetails(
            code=f"ITEM-{number:04d}",
            name=name,
            packs=(PackDetails("bale", pack),),
            has_expiry=has_expiry,
            **{"weight_mg": 1_500_000, "volume_mm3": 8_000_000, **more},  # type: ignore[arg-type]
        ),
        actor=identity.system_actor(1),
    )


def make_stock(
    world: World,
    item_id: int,
    quantity: int,
    *,
    place_id: int | None = None,
    batch_number: str = "B-12",
    expires_on: date | None = None,
    donation_line_id: int | None = None,
    unit_value_minor: int | None = 1_00,
    pack_id: int | None = None,
) -> int:
    """Opening stock of a new lot, each unit worth a dollar; the lot's id."""
    source_id = places.outside_place(PlaceKind.OPENING, world.organisation_id)
    (lot_id,) = ledger.create_lots(
        [
            ledger.NewLot(
                item_id=item_id,
                organisation_id=world.organisation_id,
                batch_number=batch_number,
                expires_on=expires_on,
                donation_line_id=donation_line_id,
                unit_value_minor=unit_value_minor,
                pack_id=pack_id,
                currency="USD" if unit_value_minor is not None else None,
            )
        ]
    )
    ledger.post(
        [ledger.Transfer(lot_id, source_id, place_id or world.bin_id, quantity)],
        kind=MovementKind.OPENING,
        source=ledger.Source("test", 1),
        organisation_id=world.organisation_id,
        recorded_by_id=world.admin.user_id,
        occurred_at=clock.now(),
    )
    return lot_id


def carry(
    world: World,
    lot_id: int,
    quantity: int,
    *,
    from_place_id: int | None = None,
    to_place_id: int | None = None,
) -> int:
    """The logistician moves some of a lot within the site, from the bin to the floor unless
    said otherwise; the movement's id.
    """
    return store.move(
        [store.Taking(lot_id, from_place_id or world.bin_id, quantity)],
        to_place_id=to_place_id or world.warehouse_id,
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )


def held(place_id: int, lot_id: int) -> int:
    """What the ledger says a place holds of a lot."""
    return db.session.scalar(
        select(func.coalesce(func.sum(StockBalance.quantity), 0)).where(
            StockBalance.place_id == place_id, StockBalance.lot_id == lot_id
        )
    )


def reserved(place_id: int, lot_id: int) -> int:
    """What of it is promised."""
    return db.session.scalar(
        select(func.coalesce(func.sum(StockBalance.reserved), 0)).where(
            StockBalance.place_id == place_id, StockBalance.lot_id == lot_id
        )
    )
