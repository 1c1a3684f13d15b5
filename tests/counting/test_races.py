"""Several at once: a count corrects once, and never against what went on meanwhile."""

from uuid import UUID, uuid4

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.counting import approving, counters, rounds
from aidtrack.counting.models import CountEntry
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.sealing import verification
from aidtrack.stock import ledger
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.models import MovementKind
from tests.factories.counts import count_all, enter, kept, line_of, make_count
from tests.factories.world import held, make_item, make_person, make_stock
from tests.races import at_once, endings


def approve_as(actor, count):
    approving.approve(count, key=uuid4(), actor=actor, at=clock.now())


def test_two_who_approve_at_once_correct_once(app, world):
    lot = make_stock(world, make_item(), 100)
    approvers = [make_person(Role.LOGISTICIAN, world.organisation_id) for _ in range(2)]
    count = make_count(world)
    count_all(count, {lot: 93}, world.logistician)
    outcomes = at_once(app, lambda n: approve_as(approvers[n], count), 2)
    assert outcomes == {"done": 1, "wrong_status": 1}
    assert held(world.bin_id, lot) == 93
    assert verification.verify().holds


def test_counting_while_goods_leave_loses_nothing(app, world):
    """Whether each figure came before or after its dispatch, the books say which."""
    lots = [make_stock(world, make_item(f"Item {n}"), 50) for n in range(4)]
    approver = make_person(Role.LOGISTICIAN, world.organisation_id)
    count = make_count(world)
    lines = {lot: line_of(count, lot) for lot in lots}

    def dispatch(lot):
        ledger.post(
            [Transfer(lot, world.bin_id, world.point_id, 20)],
            kind=MovementKind.DISPATCH,
            source=Source("race", 1),
            organisation_id=world.organisation_id,
            recorded_by_id=world.admin.user_id,
            occurred_at=clock.now(),
        )

    def look(lot):
        """What lies there, counted: before or after the truck took some of it."""
        enter(count, lines[lot], 50 if before[lot] else 30, actor=world.logistician)

    before = dict.fromkeys(lots, True)
    for lot in lots[:2]:
        dispatch(lot)
        before[lot] = False
    acts = [lambda lot=lot: look(lot) for lot in lots]
    outcomes = endings(app, *acts)
    assert outcomes == {"done": 4}
    outcomes = endings(app, *[lambda lot=lot: dispatch(lot) for lot in lots[2:]])
    assert outcomes == {"done": 2}
    assert rounds.finish(count, actor=world.logistician, at=clock.now()) == "review"
    approve_as(approver, count)
    assert {held(world.bin_id, lot) for lot in lots} == {30}
    lost = places.outside_place(PlaceKind.LOST_IN_WAREHOUSE, world.organisation_id)
    assert {held(lost, lot) for lot in lots} == {0}
    assert verification.verify().holds


def test_an_approval_and_a_dispatch_at_once_never_take_more_than_is_there(app, world):
    lot = make_stock(world, make_item(), 100)
    approver = make_person(Role.LOGISTICIAN, world.organisation_id)
    count = make_count(world)
    count_all(count, {lot: 60}, world.logistician)

    def dispatch():
        ledger.post(
            [Transfer(lot, world.bin_id, world.point_id, 70)],
            kind=MovementKind.DISPATCH,
            source=Source("race", 1),
            organisation_id=world.organisation_id,
            recorded_by_id=world.admin.user_id,
            occurred_at=clock.now(),
        )

    outcomes = endings(app, lambda: approve_as(approver, count), dispatch)
    # 60 are there: either the correction came first, or the truck left first and it is refused.
    assert outcomes["done"] == 1
    assert outcomes["insufficient_stock"] + outcomes["promised_goods_missing"] == 1
    assert held(world.bin_id, lot) in {60, 30}
    assert verification.verify().holds


def test_the_same_figure_from_two_tablets_is_one(app, world):
    lot = make_stock(world, make_item(), 100)
    count = make_count(world)
    line, key = line_of(count, lot), UUID(int=7)
    outcomes = at_once(app, lambda _n: enter(count, line, 100, actor=world.logistician, key=key), 2)
    assert outcomes["done"] >= 1
    again = enter(count, line, 100, actor=world.logistician, key=key)
    assert again.quantity == 100


def test_of_two_who_would_be_second_one_is(app, world):
    lot = make_stock(world, make_item(), 100)
    others = [make_person(Role.LOGISTICIAN, world.organisation_id) for _ in range(2)]
    count = make_count(world, number=2)
    line = line_of(count, lot)
    outcomes = at_once(app, lambda n: enter(count, line, 100, actor=others[n]), 2)
    assert outcomes == {"done": 1, "other_counters": 1}
    assert kept(count).second_counter_id in {each.user_id for each in others}


def test_a_row_saved_while_another_becomes_the_counter_is_of_one_of_them(app, world):
    lot = make_stock(world, make_item(), 100)
    other = make_person(Role.LOGISTICIAN, world.organisation_id)
    count = make_count(world)
    line = line_of(count, lot)
    acts = (
        lambda: enter(count, line, 100, actor=world.logistician),
        lambda: counters.change(count, other.user_id, None, actor=world.admin),
    )
    outcomes = at_once(app, lambda n: acts[n](), 2)
    db.session.rollback()
    counted_by = set(db.session.scalars(select(CountEntry.counted_by_id)))
    assert counted_by <= {kept(count).first_counter_id}
    assert outcomes in ({"done": 1, "other_counters": 1}, {"done": 1, "wrong_status": 1})
