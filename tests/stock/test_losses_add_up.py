"""Whatever is lost, found, destroyed, corrected and given back: nothing appears or vanishes."""

from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.identity.permissions import Role
from aidtrack.places.models import IN_STOCK, LOSSES, SOURCES, Place, PlaceKind
from aidtrack.sealing import verification
from aidtrack.stock import finds, lots, services, storekeeping, write_offs, written_off
from aidtrack.stock.finds import CameBack
from aidtrack.stock.loss_models import WriteOff, WriteOffLine
from aidtrack.stock.models import StockBalance
from aidtrack.stock.services import Taking
from aidtrack.stock.storekeeping import Counted
from aidtrack.stock.write_offs import Story
from tests.factories.world import held, make_item, make_person, make_stock
from tests.factories.write_offs import write_off

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["lose", "destroy", "less", "more", "find", "undo", "approve"]),
        st.integers(1, 260),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=10,
)


def act(world, other, lot, *, name, amount, which):
    """One thing that happens; a refusal changes nothing."""
    common = {"key": uuid4(), "actor": world.logistician, "at": clock.now()}
    records = db.session.scalars(select(WriteOff.id).order_by(WriteOff.id)).all()
    one = records[which % len(records)] if records else None
    book = int(held(world.bin_id, lot))  # PostgreSQL sums to a Decimal.
    said = {"reason": "other", "note": "So it was"}
    if name == "lose":
        write_off(world, lot, amount)
    elif name == "destroy":
        story = Story(disposal="Burnt", location="Plant")
        takings = [Taking(lot, world.bin_id, amount)]
        storekeeping.destroy(takings, story=story, again=True, **said, **common)
    elif name in {"less", "more"}:
        really = max(0, book - amount) if name == "less" else book + amount
        counted = [Counted(lot, world.bin_id, really, book)]
        storekeeping.correct(counted, **said, **common)
    elif one is not None and name == "find":
        line = written_off.write_off(one, world.admin).lines[0]
        came = [CameBack(line.id, world.warehouse_id, amount)]
        finds.find(one, came, note="There", **common)
    elif one is not None and name == "undo":
        movement = db.session.get_one(WriteOff, one).movement_id
        if movement:
            services.undo(movement, reason="x", key=uuid4(), actor=world.logistician)
    elif one is not None:
        write_offs.approve(one, key=uuid4(), actor=other, at=clock.now())


def total(world, kinds) -> int:
    return db.session.scalar(
        select(func.coalesce(func.sum(StockBalance.quantity), 0))
        .join(Place, Place.id == StockBalance.place_id)
        .where(Place.kind.in_(kinds), Place.organisation_id == world.organisation_id)
    )


@given(ACTS)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_given_is_in_stock_and_lost(world, acts):
    other = make_person(Role.LOGISTICIAN, world.organisation_id)
    lot = make_stock(world, make_item(), 1_000)
    for name, amount, which in acts:
        try:
            act(world, other, lot, name=name, amount=amount, which=which)
        except RuleBroken:
            db.session.rollback()
    assert -total(world, SOURCES) == total(world, IN_STOCK) + total(world, LOSSES)
    detail = lots.lot_detail(lot, world.admin)
    assert (detail.given, detail.in_stock + detail.lost) == (1_000, 1_000)
    assert detail.lost >= 0
    still = select(func.coalesce(func.sum(WriteOffLine.quantity - WriteOffLine.found), 0)).join(
        WriteOff, WriteOff.id == WriteOffLine.write_off_id
    )
    said = db.session.scalar(still.where(WriteOff.status == "posted", WriteOffLine.lot_id == lot))
    # What a correction found is of no write-off: the records may say more than the ledger.
    assert detail.lost <= said
    assert total(world, [PlaceKind.LOST_IN_WAREHOUSE]) >= 0
    assert verification.verify().holds
