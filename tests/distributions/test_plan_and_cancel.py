"""A distribution is planned, recorded as it went, called off, or undone."""

from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound, WrongStatus
from aidtrack.distributions import services
from aidtrack.distributions.counts import HandOut
from aidtrack.distributions.models import Distribution
from aidtrack.documents.models import Paper
from aidtrack.places import services as places
from aidtrack.stock.ledger import InsufficientStock
from tests.factories.distributions import FAMILIES, hand_out, plan
from tests.factories.world import held, make_item, make_stock, make_world


@pytest.fixture
def lot(world) -> int:
    return make_stock(world, make_item(), 100, place_id=world.point_id)


def record_plan(world, distribution_id, *lines, **more) -> int:
    return services.record_plan(
        distribution_id,
        **{
            "distributed_on": clock.today(),
            "people": FAMILIES,
            "lines": lines,
            "key": uuid4(),
            "actor": world.logistician,
            "at": clock.now(),
            **more,
        },
    )


def cancel(world, distribution_id, **more) -> int:
    return services.cancel(
        distribution_id,
        **{
            "reason": "Typed for the wrong day",
            "key": uuid4(),
            "actor": world.logistician,
            "at": clock.now(),
            **more,
        },
    )


def test_a_plan_moves_nothing(world, lot):
    made = db.session.get_one(Distribution, plan(world, lot, 60))
    assert (made.status, made.households_planned, made.movement_id) == ("planned", 25, None)
    assert [(x.planned, x.brought) for x in made.lines] == [(60, 0)]
    assert held(world.point_id, lot) == 100


def test_a_plan_for_more_than_is_there_is_refused_by_name(world, lot):
    with pytest.raises(InsufficientStock, match="has 100 of Thermal") as refused:
        plan(world, lot, 101)
    assert refused.value.facts["problems"][0]["field"] == "lines-0-quantity"


def test_a_plan_brings_something(world, lot):
    with pytest.raises(Invalid):
        plan(world, lot, 0)


def test_a_plan_twice_is_one_plan(world, lot):
    key = uuid4()
    assert plan(world, lot, 6, key=key) == plan(world, lot, 6, key=key)


def test_a_plan_is_recorded_as_it_went(world, lot):
    other = make_stock(world, make_item("Tent"), 10, place_id=world.point_id)
    third = make_stock(world, make_item("Stove"), 10, place_id=world.point_id)
    planned = plan(world, lot, 60)
    db.session.rollback()

    record_plan(
        world,
        planned,
        HandOut(lot, world.point_id, 50, 45, returned=5),
        HandOut(other, world.point_id, 4, 4),
    )

    made = db.session.get_one(Distribution, planned)
    assert made.status == "done"
    assert [(x.lot_id, x.planned, x.brought) for x in made.lines] == [
        (lot, 60, 50),
        (other, 0, 4),
    ]
    assert (held(world.point_id, lot), held(world.point_id, third)) == (55, 10)


def test_what_was_planned_but_not_brought_stays_on_record(world, lot):
    other = make_stock(world, make_item("Tent"), 10, place_id=world.point_id)
    planned = plan(world, lot, 60)
    record_plan(world, planned, HandOut(other, world.point_id, 4, 4))
    made = db.session.get_one(Distribution, planned)
    assert [(x.lot_id, x.planned, x.brought) for x in made.lines] == [(other, 0, 4), (lot, 60, 0)]


def test_a_plan_is_recorded_once(world, lot):
    planned, key = plan(world, lot, 60), uuid4()
    line = HandOut(lot, world.point_id, 50, 50)
    assert record_plan(world, planned, line, key=key) == planned
    assert record_plan(world, planned, line, key=key) == planned
    assert held(world.point_id, lot) == 50
    with pytest.raises(WrongStatus):
        record_plan(world, planned, line)


def test_a_plan_can_be_called_off(world, lot):
    planned = plan(world, lot, 60)
    cancel(world, planned, actor=world.coordinator)
    assert db.session.get_one(Distribution, planned).status == "cancelled"
    with pytest.raises(WrongStatus):
        cancel(world, planned)


def test_undone_the_goods_are_back_and_the_paper_is_void(world, lot):
    made = hand_out(world, lot, 40)
    key = uuid4()

    cancel(world, made, key=key)
    cancel(world, made, key=key)

    distribution = db.session.get_one(Distribution, made)
    paper = db.session.get_one(Paper, distribution.paper_id)
    assert (distribution.status, paper.status) == ("cancelled", "void")
    assert paper.void_reason == "Typed for the wrong day"
    assert (held(world.point_id, lot), held(places.people_of(world.area_id), lot)) == (100, 0)


def test_undoing_needs_the_right_to_reverse(world, lot):
    made = hand_out(world, lot, 40)
    with pytest.raises(NotAllowed):
        cancel(world, made, actor=world.coordinator)
    with pytest.raises(NotAllowed):
        cancel(world, made, actor=world.auditor)
    assert held(world.point_id, lot) == 60


def test_for_a_stranger_there_is_no_such_distribution(world, lot):
    made = hand_out(world, lot, 40)
    stranger = make_world().logistician
    with pytest.raises(NotFound):
        cancel(world, made, actor=stranger)
    with pytest.raises(NotFound):
        record_plan(world, made, actor=stranger)
