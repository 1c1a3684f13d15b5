"""Whatever is held, released, recalled and moved: what is reserved is what is promised."""

from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.holds import pieces, recalls, services
from aidtrack.holds.models import HoldStatus, Recall, StockHold
from aidtrack.sealing import verification
from aidtrack.shipments import services as shipments
from aidtrack.stock import services as stock
from aidtrack.stock.models import StockBalance
from aidtrack.stock.services import Taking
from tests.factories.holds import hold, recall
from tests.factories.shipments import dispatch, make_ready
from tests.factories.world import World, make_item, make_stock, make_world

ACTS = (
    "hold",
    "hold_elsewhere",
    "release",
    "move",
    "prepare",
    "reopen",
    "dispatch",
    "recall",
    "lift",
)
steps = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(1, 70), st.integers(0, 3)), max_size=14
)


class Store:
    """Two lots of one item in a bin, and everything that people do to them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.item = make_item()
        self.lots = [make_stock(world, self.item, 100) for _n in range(2)]
        self.ready: list[int] = []

    def do(self, act: str, quantity: int, which: int) -> None:
        try:
            getattr(self, act)(quantity, self.lots[which % 2], which)
        except RuleBroken:
            db.session.rollback()

    def hold(self, quantity: int, lot: int, _which: int) -> None:
        hold(self.world, lot, quantity)

    def hold_elsewhere(self, quantity: int, lot: int, _which: int) -> None:
        hold(self.world, lot, quantity, to_place_id=self.world.warehouse_id)

    def release(self, quantity: int, _lot: int, which: int) -> None:
        asked = select(StockHold).filter_by(status=HoldStatus.HELD).order_by(StockHold.id)
        for kept in db.session.scalars(asked.offset(which).limit(1)):
            services.release(
                kept.id,
                quantity=min(quantity, kept.quantity),
                note="Good",
                key=uuid4(),
                actor=self.world.logistician,
                at=clock.now(),
            )

    def move(self, quantity: int, lot: int, _which: int) -> None:
        stock.move(
            [Taking(lot, self.world.bin_id, quantity)],
            to_place_id=self.world.warehouse_id,
            key=uuid4(),
            actor=self.world.logistician,
            at=clock.now(),
        )

    def prepare(self, quantity: int, _lot: int, _which: int) -> None:
        self.ready.append(make_ready(self.world, (self.item, quantity)))

    def reopen(self, _quantity: int, _lot: int, _which: int) -> None:
        if self.ready:
            shipments.reopen(self.ready.pop(), key=uuid4(), actor=self.world.logistician)

    def dispatch(self, _quantity: int, _lot: int, _which: int) -> None:
        if self.ready:
            dispatch(self.world, self.ready[-1])
            self.ready.pop()

    def recall(self, quantity: int, lot: int, _which: int) -> None:
        recall(self.world, lot, whole_batch=quantity % 2 == 0)

    def lift(self, _quantity: int, _lot: int, which: int) -> None:
        for recall_id in db.session.scalars(select(Recall.id).offset(which).limit(1)):
            recalls.lift(recall_id, note="Good", actor=self.world.logistician, at=clock.now())


@given(steps=steps)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_is_reserved_is_what_is_promised(database, steps):
    world = make_world()
    store = Store(world)
    for act, quantity, which in steps:
        store.do(act, quantity, which)
    verdict = verification.verify()
    assert verdict.holds, verdict.disagreements
    whole = db.session.scalar(
        select(func.sum(StockBalance.quantity)).where(
            StockBalance.lot_id.in_(store.lots), StockBalance.is_outside.is_(False)
        )
    )
    assert whole == 200
    for found in db.session.scalars(
        select(Recall).filter_by(organisation_id=world.organisation_id)
    ):
        assert pieces.pieces_of(found.id, world.organisation_id).unexplained == 0
