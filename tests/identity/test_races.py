"""Several administrators at once: one record of a name, and one administrator who stays."""

from aidtrack.catalogue import services as catalogue
from aidtrack.catalogue.services import ItemDetails
from aidtrack.identity import queries, services
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import RoleAt
from aidtrack.places import areas
from aidtrack.places import services as places
from aidtrack.places.details import AreaDetails
from aidtrack.places.models import PlaceKind
from aidtrack.places.services import SiteDetails
from tests.factories.world import make_person
from tests.races import at_once

THREADS = 6


def test_one_address_becomes_one_person(app, world):
    def add(_number: int) -> None:
        services.add_user(
            email="new@example.org",
            name="New",
            password="a first password",
            roles=[RoleAt(Role.DRIVER, world.organisation_id)],
            actor=world.admin,
        )

    assert at_once(app, add, THREADS) == {"done": 1, "already_exists": THREADS - 1}


def test_one_code_becomes_one_item(app, world):
    def add(_number: int) -> None:
        catalogue.add_item(ItemDetails(code="X-1", name="Tent"), actor=world.admin)

    assert at_once(app, add, THREADS) == {"done": 1, "code_taken": THREADS - 1}


def test_one_name_becomes_one_warehouse(app, world):
    def add(_number: int) -> None:
        places.add_site(
            PlaceKind.WAREHOUSE,
            SiteDetails(name="Naryn"),
            organisation_id=world.organisation_id,
            actor=world.admin,
        )

    assert at_once(app, add, THREADS) == {"done": 1, "name_taken": THREADS - 1}


def test_one_pcode_becomes_one_area(app, world):
    def add(_number: int) -> None:
        areas.add(AreaDetails(pcode="KG06", name="Osh", level=1, country="KG"), actor=world.admin)

    assert at_once(app, add, THREADS) == {"done": 1, "pcode_taken": THREADS - 1}


def test_administrators_who_lock_each_other_out_leave_one(app, world):
    others = [make_person(Role.ADMINISTRATOR, world.organisation_id) for _ in range(THREADS - 1)]
    ring = [world.admin, *others]

    def lock_out_the_next(number: int) -> None:
        services.disable_user(ring[(number + 1) % THREADS].user_id, actor=ring[number])

    at_once(app, lock_out_the_next, THREADS)
    left = queries.people(
        services.system_actor(world.organisation_id), role=Role.ADMINISTRATOR, is_enabled=True
    )
    assert len(left.rows) >= 1
