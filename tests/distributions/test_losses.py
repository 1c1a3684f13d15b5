"""What is lost at a hand-out: written off, held above the limit, and undone with it."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.distributions import services
from aidtrack.distributions.counts import HandOut
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.sealing import verification
from aidtrack.stock.loss_models import WriteOff, WriteOffStatus
from aidtrack.stock.models import Reason
from tests.factories.distributions import record
from tests.factories.world import held, make_item, make_person, make_stock, reserved
from tests.factories.write_offs import approve, refuse
from tests.races import endings

W = WriteOffStatus


@pytest.fixture
def lot(world) -> int:
    """A thousand at the point, each worth a dollar: the limit is 500."""
    return make_stock(world, make_item(), 1_000, place_id=world.point_id)


def lose(world, lot, lost):
    line = HandOut(
        lot, world.point_id, 100 + lost, 100, lost=lost, loss_reason=Reason.STOLEN, note="At night"
    )
    return record(world, line)


def written(distribution_id) -> WriteOff:
    db.session.rollback()
    return db.session.scalars(select(WriteOff).filter_by(distribution_id=distribution_id)).one()


def lost_at_point(world, lot) -> int:
    place = places.outside_place(PlaceKind.LOST_AT_DISTRIBUTION, world.organisation_id)
    return held(place, lot)


def cancel(distribution_id, actor):
    services.cancel(distribution_id, reason="Wrong day", key=uuid4(), actor=actor, at=clock.now())


def test_within_the_limit_it_is_written_off_at_once_with_a_report(world, lot):
    found = written(lose(world, lot, 20))
    assert (found.status, found.stage) == (W.POSTED, PlaceKind.LOST_AT_DISTRIBUTION)
    assert found.paper_id is not None
    assert "At night" in found.note
    assert (held(world.point_id, lot), lost_at_point(world, lot)) == (880, 20)


def test_above_it_the_lost_part_is_held_at_the_point_until_another_approves(world, lot):
    found = written(lose(world, lot, 600))
    assert (found.status, lost_at_point(world, lot)) == (W.WAITING, 0)
    assert (held(world.point_id, lot), reserved(world.point_id, lot)) == (900, 600)
    approve(found.id, make_person(Role.LOGISTICIAN, world.organisation_id))
    assert (held(world.point_id, lot), lost_at_point(world, lot)) == (300, 600)
    assert verification.verify().holds


def test_refused_the_goods_are_free_at_the_point_again(world, lot):
    found = written(lose(world, lot, 600))
    refuse(found.id, world.admin)
    assert (held(world.point_id, lot), reserved(world.point_id, lot)) == (900, 0)


@pytest.mark.parametrize(("lost", "status"), [(20, W.UNDONE), (600, W.WITHDRAWN)])
def test_undoing_the_hand_out_takes_its_losses_back(world, lot, lost, status):
    made = lose(world, lot, lost)
    cancel(made, world.logistician)
    assert written(made).status == status
    assert (held(world.point_id, lot), reserved(world.point_id, lot)) == (1_000, 0)
    assert verification.verify().holds


def test_approving_and_undoing_at_once_lose_nothing_between_them(app, world, lot):
    made = lose(world, lot, 600)
    found = written(made).id
    other = make_person(Role.LOGISTICIAN, world.organisation_id)
    results = endings(app, lambda: approve(found, other), lambda: cancel(made, world.logistician))
    assert results["done"] >= 1
    assert held(world.point_id, lot) + lost_at_point(world, lot) in (900, 1_000)
    assert verification.verify().holds


def test_the_page_of_the_hand_out_names_what_waits(world, lot, signed_in):
    made = lose(world, lot, 600)
    page = signed_in(world.logistician).get(f"/distributions/{made}").text
    assert "waits for approval" in page
    assert written(made).number in page
