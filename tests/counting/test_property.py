"""Whatever moves during a count: what lies there afterwards is what was counted and what moved."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.counting import rounds
from aidtrack.counting.models import CountLine
from aidtrack.counting.promises import PromisedMissing
from aidtrack.identity.permissions import Role
from aidtrack.sealing import verification
from aidtrack.stock import services
from aidtrack.stock.ledger import InsufficientStock
from aidtrack.stock.models import Lot, StockBalance
from aidtrack.stock.services import Taking
from tests.factories.counts import approve, enter, kept, line_of, make_count
from tests.factories.world import make_item, make_person, make_stock, make_world

START = 50
# (of which lot, out of the bin or into it, how many, told of late: it happened before the counting)
MOVES = st.lists(
    st.tuples(st.integers(0, 1), st.booleans(), st.integers(1, 30), st.booleans()), max_size=6
)


def move(world, lot, quantity, *, is_out, at):
    ends = (world.bin_id, world.warehouse_id)
    origin, target = ends if is_out else ends[::-1]
    services.move(
        [Taking(lot, origin, quantity)],
        to_place_id=target,
        key=uuid4(),
        actor=world.logistician,
        at=at,
    )


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    counted=st.tuples(st.integers(0, 120), st.integers(0, 120)),
    before=MOVES,
    after=MOVES,
)
def test_the_stock_is_what_was_counted_and_what_moved_since(database, counted, before, after):
    world = make_world()
    approver = make_person(Role.LOGISTICIAN, world.organisation_id)
    lots = [make_stock(world, make_item(), START) for _ in range(2)]
    for lot in lots:
        move(world, lot, START // 2, is_out=True, at=clock.now())
    count = make_count(world, place_ids=(world.bin_id,))
    early = clock.now()
    _tell(world, lots, before, early)
    for round_number in range(2):
        for lot, quantity in zip(lots, counted, strict=True):
            if round_number == 0 or _is_counted_again(count, lot):
                enter(count, line_of(count, lot), quantity, actor=world.logistician)
        if rounds.finish(count, actor=world.logistician, at=clock.now()) == "review":
            break
    since = _tell(world, lots, after, early)
    expected = {lot: quantity + since[lot] for lot, quantity in zip(lots, counted, strict=True)}
    if min(expected.values()) < 0:  # More has left than was there: somebody counted wrong.
        with pytest.raises(PromisedMissing, match="count them again"):
            approve(count, approver)
        return
    approve(count, approver)
    for lot in lots:
        assert _lying(world.bin_id, lot) == expected[lot]
        assert _lying(None, lot) == 0
    assert verification.verify().holds


def _is_counted_again(count_id, lot):
    db.session.rollback()
    line = db.session.get_one(CountLine, line_of(count_id, lot))
    return line.round == kept(count_id).round


def _lying(place_id, lot):
    """How much of the lot's item lies in a place, or everywhere: the outside makes up for it."""
    item_id = db.session.get_one(Lot, lot).item_id
    asked = select(func.sum(StockBalance.quantity)).join(Lot).where(Lot.item_id == item_id)
    return db.session.scalar(asked.where(StockBalance.place_id == place_id) if place_id else asked)


def _tell(world, lots, moves, early):
    """Make the moves that can be made; by lot, what they change in the bin since the counting."""
    since = dict.fromkeys(lots, 0)
    for which, is_out, quantity, is_late in moves:
        at = early - timedelta(microseconds=1) if is_late else clock.now()
        try:
            move(world, lots[which], quantity, is_out=is_out, at=at)
        except InsufficientStock:
            db.session.rollback()
            continue
        if not is_late:
            since[lots[which]] += -quantity if is_out else quantity
    return since
