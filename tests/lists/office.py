"""What an office has of its own on lists: people, areas, imports, jobs, minimum levels."""

from datetime import timedelta

from aidtrack.core import clock
from aidtrack.identity import services as identity
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import RoleAt
from aidtrack.imports import services as imports
from aidtrack.imports.queries import TAKE_IN
from aidtrack.jobs import services as jobs
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.sharing import services as sharing
from aidtrack.sharing.models import Purpose
from aidtrack.sharing.services import Terms
from aidtrack.stock.minimums import set_minimum
from tests.factories.world import PASSWORD, World, make_item, make_site
from tests.imports.samples import csv_of


def office(world: World) -> None:
    people(world)
    for number, name in enumerate(("Leylek", "Leylek", "=Kadamjay")):
        places.add_area(
            pcode=f"KG0500000000{number + 1}",
            name=name,
            level=2,
            country="KG",
            parent_pcode="KG05000000000",
        )
    lists_brought(world)
    levels(world)
    shares(world)


def shares(world: World) -> None:
    """Places shown to partners, two of them at one moment; one of them called like a sum."""
    at = clock.now()
    hub = make_site(world.organisation_id, PlaceKind.WAREHOUSE, "=Shared hub")
    for number, place_id in enumerate((world.point_id, hub, world.warehouse_id) * 2):
        other = identity.add_organisation(
            name=f"Partner {number}", short_name=f"P{number}", country="TJ"
        )
        terms = Terms(other, Purpose.PLAN, ends_on=at.date() if number % 2 else None)
        when = at - timedelta(hours=number // 2)
        sharing.share("place", place_id, terms, actor=world.admin, at=when)


def levels(world: World) -> None:
    """Minimum levels, several of one item; of sites and of the organisation."""
    item_id, other_id = make_item("Stove"), make_item("=Rope")
    for site_id in (world.warehouse_id, world.other_warehouse_id, None):
        for number, each in enumerate((item_id, other_id)):
            set_minimum(each, 10 + number, site_id=site_id, actor=world.admin)


def people(world: World) -> None:
    """Two of one name, one of them locked out; with a phone or without."""
    for number in range(2):
        user_id = identity.add_user(
            email=f"aida{number}@example.org",
            name="Aida",
            password=PASSWORD,
            phone="+996 312" if number else "",
            roles=[RoleAt(Role.LOGISTICIAN, world.organisation_id, world.warehouse_id)],
            actor=world.admin,
        )
    identity.disable_user(user_id, actor=world.admin)


def lists_brought(world: World) -> None:
    """Lists of files, two of one name, and long work about each; one of it cancelled."""
    for number, name in enumerate(("=items.csv", "items.csv", "items.csv", "stock.csv")):
        data = csv_of([["Code", "Name"], [f"A{number}", f"Rope {number}"]])
        preview = imports.preview("items", name, data, actor=world.admin)
        arguments = {"run": preview.id}
        about = {"file": f"{number} {name}"}
        job_id = jobs.enqueue(
            TAKE_IN, arguments, actor=world.admin, key=str(preview.id), about=about
        )
    jobs.cancel(job_id, actor=world.admin)
