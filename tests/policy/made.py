"""One made-up installation for walks: two organisations, each with one record of every kind."""

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select

from aidtrack.alerts.models import Alert, AlertKind
from aidtrack.catalogue import services as catalogue
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.catalogue.services import ItemDetails, PackDetails
from aidtrack.core import clock
from aidtrack.core.db import Model, db, transaction
from aidtrack.donations.pledges import PledgedLine
from aidtrack.identity import services as identity
from aidtrack.identity import sessions, tokens
from aidtrack.identity.models import ApiToken, Method, RoleAssignment, UserSession
from aidtrack.identity.permissions import Actor, Role
from aidtrack.imports import services as imports
from aidtrack.imports.queries import TAKE_IN
from aidtrack.jobs import services as jobs
from aidtrack.lists import services as lists
from aidtrack.lists.services import ViewDetails
from aidtrack.partners import services as partners
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.services import PartnerDetails
from aidtrack.places import services as places
from aidtrack.places.services import SiteDetails
from aidtrack.remarks import services as remarks
from aidtrack.remarks.models import Attachment
from aidtrack.remarks.services import Brought
from aidtrack.shipments.deliveries import HandedOver
from aidtrack.shipments.models import Delivery, FieldReport, ShipmentLine
from aidtrack.signin.factor_models import Passkey
from aidtrack.stock.minimums import set_minimum
from tests.factories import sharing
from tests.factories.donations import lines_of, make_pledge
from tests.factories.reports import Story, issue, make_story
from tests.factories.shipments import confirm, hand_over, loads_of, make_dispatched
from tests.factories.world import World, make_person, make_stock, make_world
from tests.factories.write_offs import write_off
from tests.imports.samples import csv_of
from tests.policy import warehouse
from tests.remarks.samples import jpeg

Ids = dict[str, int | str]
# For what is no record: the same for everyone, and opens nothing.
WORDS: Ids = {
    "code": "AAAAAAAAAA", "key": "nobody", "token": "guessed", "secret": "guessed",
    "filename": "css/aidtrack.css", "kind": "shipment", "number": 1, "what": "facts",
    "slug": "shipments",
}  # fmt: skip
NAMED_BY = {
    "help": "logistician",
    "privacy": "Gulnara Asanova",
    "pictures": "need",
    "stock_reports": "on-hand",
    "stock_reports_api": "on-hand",
}
# What an address, by its endpoint or blueprint, calls otherwise than the records here are called.
CALLED: dict[str, dict[str, str]] = {
    "scanning.label": {"code": "lot_code"},
    "reasons": {"code": "reason"},
    "corrections": {"kind": "what"},
    "places.change_bin": {"place_id": "bin_id"},
    "places_api.change_bin": {"place_id": "bin_id"},
    "kits.unbuild": {"lot_id": "kit_lot_id"},
    "kits_api.unbuild": {"lot_id": "kit_lot_id"},
}
CSV = csv_of([["Code", "Name"], ["A1", "Rope"]])


@dataclass(frozen=True, slots=True)
class Made:
    """A world and its records by the names that addresses and forms give them."""

    world: World
    keeper: Actor  # A logistician of another site than where the records are.
    locked_out: Actor
    ids: Ids


def make(name: str, mark: str) -> Made:
    """`mark` stands in what things are called that only this organisation may see."""
    world = make_world(name)
    _call_by(mark, world)
    story = make_story(world)
    keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.other_warehouse_id)
    locked_out = make_person(Role.ADMINISTRATOR, world.organisation_id)
    ids = _things(world, story, mark) | _on_the_road(world, story) | _personal(world, story, mark)
    ids |= warehouse.made_of(
        world, int(ids["lot_id"]), int(ids["item_id"]), story.item_id, mark
    ) | {"write_off_line_id": warehouse.line_of_write_off(int(ids["write_off_id"]))}
    return Made(world, keeper, locked_out, ids)


def share(own: Made, other: Made) -> None:
    """A donation of its own, shown to the other: what is shared is no stranger's record."""
    donation_id = make_pledge(own.world, PledgedLine(int(own.ids["item_id"]), 5))
    share_id = sharing.make_share(own.world, "donation", donation_id, other.world)
    own.ids["share_id"] = other.ids["share_id"] = share_id
    own.ids["with_organisation_id"] = other.world.organisation_id


def _call_by(mark: str, world: World) -> None:
    """Sites, the donor and people bear the mark."""
    for site_id in (world.warehouse_id, world.other_warehouse_id):
        places.change_site(site_id, SiteDetails(name=f"{mark} {site_id}"), actor=world.admin)
    details = PartnerDetails(kind=PartnerKind.DONOR, name=f"{mark} Fund")
    partners.change_partner(world.donor_id, details, actor=world.admin)
    for person in (world.admin, world.logistician, world.driver):
        identity.change_user(person.user_id, name=f"{mark} {person.name}", actor=world.admin)


def lock_out(made: Made) -> None:
    """Once the browser is signed in: it must have lost what it had."""
    identity.disable_user(made.locked_out.user_id, actor=made.world.admin)


def _item(world: World) -> int:
    """One of the catalogue that this organisation added and keeps."""
    packs = (PackDetails("coil", 4),)
    details = ItemDetails(
        code=f"ROPE-{world.organisation_id}", name="Rope", category="Shelter", packs=packs
    )
    return catalogue.add_item(details, actor=world.logistician)


def _things(world: World, story: Story, mark: str) -> Ids:
    """What an office keeps, and what became of it."""
    item = db.session.get_one(Item, _item(world))
    lot_id = make_stock(
        world,
        story.item_id,
        50,
        place_id=world.warehouse_id,
        batch_number=f"{mark}-7",
        donation_line_id=lines_of(story.donation_id)[0],
    )
    return {
        "organisation_id": world.organisation_id,
        "area_id": world.area_id,
        "place_id": world.warehouse_id,
        "bin_id": world.bin_id,
        "site_id": world.point_id,
        "partner_id": world.donor_id,
        "donor_id": world.donor_id,
        "item_id": item.id,
        "category_id": item.category_id or 1,
        "pack_id": db.session.scalars(select(ItemPack.id).filter_by(item_id=item.id)).first() or 0,
        "donation_id": story.donation_id,
        "donation_line_id": lines_of(story.donation_id)[0],
        "receipt_id": story.receipt_id,
        "lot_id": lot_id,
        "distribution_id": story.distribution_id,
        "paper_id": issue(world),
        "write_off_id": write_off(world, story.lot_id, 2),
        "minimum_id": set_minimum(item.id, 10, site_id=world.warehouse_id, actor=world.admin),
    }


def _on_the_road(world: World, story: Story) -> Ids:
    """A shipment under way, of which something was handed over, and a report that waits."""
    shipment_id = make_dispatched(world, (story.item_id, 10))
    (load,) = loads_of(shipment_id)
    confirm(world, hand_over(shipment_id, HandedOver(load.id, good=4)))
    confirm(world, hand_over(shipment_id, HandedOver(load.id, good=400)))
    return {
        "shipment_id": shipment_id,
        "load_id": load.id,
        "line_id": db.session.scalars(
            select(ShipmentLine.id).filter_by(shipment_id=shipment_id)
        ).first() or 0,
        "delivery_id": _newest(Delivery),
        "report_id": _newest(FieldReport),
    }  # fmt: skip


def _personal(world: World, story: Story, mark: str) -> Ids:
    """What the logistician has of their own, and the driver's role."""
    person, driver = world.logistician, world.driver
    remarks.add(
        "shipment",
        story.shipment_id,
        words=f"{mark}: wet at the bottom",
        brought=[Brought("file", "wet.jpg", jpeg())],
        key=uuid4(),
        actor=person,
        at=clock.now(),
    )
    run = imports.preview("items", f"{mark}.csv", CSV, actor=person)
    job_id = jobs.enqueue(
        TAKE_IN, {"run": run.id}, actor=person, key=str(run.id), about={"file": f"{mark}.csv"}
    )
    tokens.create_token(name=f"{mark} dashboard", actor=person)
    view_id = lists.save("stock", "site_id=1", ViewDetails(f"{mark} view"), actor=person)
    return {
        "user_id": driver.user_id,
        "assignment_id": db.session.scalars(
            select(RoleAssignment.id).filter_by(user_id=driver.user_id)
        ).one(),
        "remark_id": _newest(remarks.Remark),
        "attachment_id": _newest(Attachment),
        "run_id": run.id,
        "job_id": job_id,
        "token_id": _newest(ApiToken),
        "view_id": view_id,
        "alert_id": _alert(world),
        "passkey_id": _passkey(person),
        "session_id": _session(driver),
        "record_id": story.shipment_id,
    }


def _alert(world: World) -> int:
    with transaction() as session:
        alert = Alert(
            user_id=world.logistician.user_id,
            organisation_id=world.organisation_id,
            kind=AlertKind.ARRIVAL,
            key=f"walk {world.organisation_id}",
            path="/shipments",
            facts={},
            created_at=clock.now(),
        )
        session.add(alert)
        session.flush()
        return alert.id


def _passkey(person: Actor) -> int:
    with transaction() as session:
        passkey = Passkey(
            user_id=person.user_id, name="Phone", credential_id=f"key-{person.user_id:04}",
            public_key=b"x", user_handle=b"%d" % person.user_id, sign_count=0, transports=[],
            created_at=clock.now(),
        )  # fmt: skip
        session.add(passkey)
        session.flush()
        return passkey.id


def _session(person: Actor) -> int:
    sessions.begin(
        person.user_id, method=Method.PASSWORD, address="10.0.0.1", device="Phone", stay=True
    )
    return _newest(UserSession)


def _newest(model: type[Model]) -> int:
    return db.session.scalars(select(model.id).order_by(model.id.desc()).limit(1)).one()
