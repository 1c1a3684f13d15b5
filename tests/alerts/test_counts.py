"""Counts are told to who may approve them, and back to who counted."""

import pytest

from aidtrack.alerts import telling
from aidtrack.alerts.models import AlertKind
from aidtrack.core import clock
from aidtrack.counting import approving
from aidtrack.identity.permissions import Role
from tests.alerts.told import forget_everything, inbox, receivers, titles
from tests.factories.counts import approve, count_all, make_count
from tests.factories.world import make_item, make_person, make_stock


@pytest.fixture
def lot(world):
    return make_stock(world, make_item(), 100)


@pytest.fixture
def keeper(world):
    return make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)


@pytest.fixture
def tell(world, lot, keeper, office):
    make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
    forget_everything(office())
    return lambda: telling.tell_news(office())


def test_one_that_waits_is_told_once_to_all_who_may_approve_it_and_had_no_hand_in_it(
    world, lot, keeper, tell
):
    second = make_person(Role.LOGISTICIAN, world.organisation_id)
    count = make_count(world, second=second, number=2)
    count_all(count, {lot: 93}, world.logistician, second)
    tell()
    # The administrator planned it.
    assert receivers(AlertKind.COUNT) == {keeper.user_id}
    (row,) = inbox(keeper)
    assert row.path == f"/counts/{count}"
    assert "waits for your approval" in row.title


def test_one_that_was_decided_meanwhile_waits_for_nobody(world, lot, keeper, tell):
    count = make_count(world)
    count_all(count, {lot: 100}, world.logistician)
    approve(count, keeper)
    tell()
    assert keeper.user_id not in receivers(AlertKind.COUNT)


def test_what_became_of_it_is_told_to_who_planned_and_who_counted(world, lot, keeper, tell):
    first = make_count(world)
    count_all(first, {lot: 93}, world.logistician)
    approve(first, keeper)
    second = make_count(world)
    count_all(second, {lot: 90}, world.logistician)
    approving.refuse(second, reason="Count again", actor=keeper, at=clock.now())
    tell()
    assert receivers(AlertKind.COUNT) == {world.admin.user_id, world.logistician.user_id}
    said = titles(world.logistician)
    assert sorted("approved" in title for title in said) == [False, True]
    assert any(
        "Because: Count again" in line for row in inbox(world.logistician) for line in row.lines
    )
