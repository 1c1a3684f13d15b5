"""Write-offs are told to who may approve them, and back to who prepared them."""

import pytest

from aidtrack.alerts import telling
from aidtrack.alerts.models import AlertKind
from aidtrack.identity.permissions import Role
from tests.alerts.told import forget_everything, inbox, receivers, titles
from tests.factories.world import make_item, make_person, make_stock
from tests.factories.write_offs import approve, refuse, withdraw, write_off


@pytest.fixture
def lot(world):
    return make_stock(world, make_item(), 2_000)


@pytest.fixture
def keeper(world):
    return make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)


@pytest.fixture
def tell(world, lot, keeper, office):
    make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
    forget_everything(office())
    return lambda: telling.tell_news(office())


def test_one_that_waits_is_told_to_all_who_may_approve_it_and_to_nobody_else(
    world, lot, keeper, tell
):
    write_off_id = write_off(world, lot, 600)
    tell()
    assert receivers(AlertKind.WRITE_OFF) == {keeper.user_id, world.admin.user_id}
    (row,) = inbox(keeper)
    assert row.path == f"/stock/write-offs/{write_off_id}"
    assert "waits for your approval" in row.title
    assert any("600" in line for line in row.lines)


def test_one_within_the_limit_or_withdrawn_meanwhile_is_told_to_nobody(world, lot, tell):
    write_off(world, lot, 5)
    withdraw(write_off(world, lot, 600), world.logistician)
    tell()
    assert receivers(AlertKind.WRITE_OFF) == set()


def test_what_became_of_it_is_told_to_who_prepared_it(world, lot, keeper, tell):
    first, second = write_off(world, lot, 501), write_off(world, lot, 600)
    approve(first, keeper)
    refuse(second, keeper, reason="Count again")
    tell()
    said = titles(world.logistician)
    assert sorted("approved" in title for title in said) == [False, True]
    assert any(
        "Because: Count again" in line for row in inbox(world.logistician) for line in row.lines
    )
