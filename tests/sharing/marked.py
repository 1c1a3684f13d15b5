"""A second organisation of which every word is marked, so that none can pass unseen."""

from dataclasses import replace
from uuid import uuid4

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.donations.arrivals import ReceivedLot
from aidtrack.donations.pledges import PledgedLine
from aidtrack.identity.models import RoleAssignment, User
from aidtrack.imports import services as imports
from aidtrack.imports.queries import TAKE_IN
from aidtrack.jobs import services as jobs
from aidtrack.partners import services as partners
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.services import PartnerDetails
from aidtrack.places import areas
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.places.services import SiteDetails
from aidtrack.remarks import services as remarks
from aidtrack.stock.minimums import set_minimum
from tests.factories.distributions import hand_out, plan
from tests.factories.donations import lines_of, make_pledge, make_receipt
from tests.factories.reports import issue
from tests.factories.shipments import deliver, hand_over, make_dispatched, make_draft, make_ready
from tests.factories.world import World, actor_of, make_stock, make_world
from tests.imports.samples import csv_of

MARK = "Zzqvarnok"


def marked_world(item_id: int) -> World:
    """It has some of everything, of an item and an area that all organisations know."""
    world = make_world(f"{MARK} Society")
    _mark_people(world)
    world = _marked_places(world)
    _gifts_and_goods(world, item_id)
    for kind, record_id in (("item", item_id), ("area", world.area_id)):
        remark(world, kind, record_id)
    areas.rename(world.area_id, name="Batken", names={"ru": "Баткен"}, actor=world.admin)
    set_minimum(item_id, 77_777, site_id=world.warehouse_id, actor=world.admin)
    preview = imports.preview(
        "items", f"{MARK}.csv", csv_of([["Code", "Name"], [f"{MARK}-1", f"{MARK} rope"]]),
        actor=world.admin,
    )  # fmt: skip
    jobs.enqueue(
        TAKE_IN, {"run": preview.id}, actor=world.admin, key="zzq", about={"file": f"{MARK}.csv"}
    )
    return world


def remark(world: World, kind: str, record_id: int) -> None:
    remarks.add(
        kind, record_id, words=f"{MARK} remark", brought=(), key=uuid4(),
        actor=world.logistician, at=clock.now(),
    )  # fmt: skip


def _mark_people(world: World) -> None:
    people = select(RoleAssignment.user_id).filter_by(organisation_id=world.organisation_id)
    for user in db.session.scalars(select(User).where(User.id.in_(people))):
        user.name, user.email = f"{MARK} {user.name}", f"{MARK.lower()}{user.id}@example.org"
        user.phone = f"+{MARK}"
    db.session.commit()


def _marked_places(world: World) -> World:
    """The world with places of marked names, and its people by their new ones."""

    def site(kind: PlaceKind, name: str) -> int:
        words = {each: f"{MARK} {each}" for each in ("address", "contact", "phone", "note")}
        details = SiteDetails(name=f"{MARK} {name}", area_id=world.area_id, **words)
        return places.add_site(
            kind, details, organisation_id=world.organisation_id, actor=world.admin
        )

    warehouse_id = site(PlaceKind.WAREHOUSE, "store")
    donor_id = partners.add_partner(
        PartnerDetails(kind=PartnerKind.DONOR, name=f"{MARK} Fund", contact=f"{MARK} giver"),
        organisation_id=world.organisation_id,
        actor=world.admin,
    )
    roles = ("admin", "logistician", "coordinator", "driver")
    return replace(
        world,
        warehouse_id=warehouse_id,
        bin_id=places.add_bin(warehouse_id, name=f"{MARK}-1", actor=world.admin),
        point_id=site(PlaceKind.DISTRIBUTION_POINT, "point"),
        donor_id=donor_id,
        **{role: actor_of(getattr(world, role).user_id) for role in roles},
    )


def _gifts_and_goods(world: World, item_id: int) -> None:
    donation_id = make_pledge(
        world, PledgedLine(item_id, 500), grant_reference=f"{MARK}-G", note=f"{MARK} note",
        earmark=f"{MARK} wish",
    )  # fmt: skip
    (line_id,) = lines_of(donation_id)
    lot = ReceivedLot(line_id, 400, 390, place_id=world.bin_id, batch_number=f"{MARK}-B")
    make_receipt(world, donation_id, lot, delivered_by=f"{MARK} carrier")
    on_the_way = {
        "driver_id": None, "driver_name": f"{MARK} driver", "vehicle_plate": f"{MARK} 1",
        "note": f"{MARK} note", "carrier": f"{MARK} trucks",
    }  # fmt: skip
    make_draft(world, (item_id, 5), **on_the_way)
    make_ready(world, (item_id, 5), **on_the_way)
    make_dispatched(world, (item_id, 5), **on_the_way)
    shipment_id = make_dispatched(world, (item_id, 50), **on_the_way)
    deliver(world, hand_over(shipment_id, receiver_name=f"{MARK} head"))
    remark(world, "shipment", shipment_id)
    lot_id = make_stock(
        world, item_id, 40, place_id=world.point_id, batch_number=f"{MARK}-P",
        expires_on=clock.today(),
    )  # fmt: skip
    hand_out(world, lot_id, 10, note=f"{MARK} note")
    plan(world, lot_id, 5, note=f"{MARK} note")
    issue(world, actor=world.coordinator)
