"""Whatever the parts of the warehouse do in whatever order, every book agrees with the others."""

from contextlib import suppress
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.corrections import services as corrections
from aidtrack.corrections.models import Correction, CorrectionKind
from aidtrack.corrections.plans import Change
from aidtrack.corrections.plans import Part as Wrong
from aidtrack.counting import approving
from aidtrack.counting.models import StockCount
from aidtrack.holds import recalls
from aidtrack.holds import services as holds
from aidtrack.holds.models import Recall, StockHold
from aidtrack.identity.permissions import Role
from aidtrack.kits import services as kits
from aidtrack.places.models import OUTSIDE, SOURCES, Place, PlaceKind
from aidtrack.reports import accounts
from aidtrack.sealing import verification
from aidtrack.stock import finds, lots, services, storekeeping, written_off
from aidtrack.stock.finds import CameBack
from aidtrack.stock.loss_models import WriteOff
from aidtrack.stock.models import Lot, LotPart, StockBalance, StockMovement
from aidtrack.stock.services import Taking
from tests.factories.counts import approve, count_all, make_count
from tests.factories.gifts import make_gift
from tests.factories.holds import hold, recall
from tests.factories.kits import build, make_kit
from tests.factories.world import make_donor, make_item, make_person
from tests.factories.write_offs import write_off

K = CorrectionKind
ACTS = (
    "build", "unbuild", "count", "undo_count", "donor", "part", "take_back", "lose", "find",
    "give_back", "undo", "hold", "release", "recall", "lift",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 9), st.integers(1, 12)),
    min_size=3,
    max_size=12,
)


def one_of(model, which, *where):
    """One of the newest; those of an earlier example are of no use."""
    newest = select(model.id).where(*where).order_by(model.id.desc()).limit(9)
    found = db.session.scalars(newest).all()
    return found[which % len(found)] if found else None


def warehouse(world, what, which, some):
    """Kits, losses and what is kept apart."""
    lot_id = one_of(Lot, which)
    common = {"key": uuid4(), "actor": world.logistician, "at": clock.now()}
    if what == "unbuild":
        made = one_of(Lot, which, Lot.id.in_(select(LotPart.lot_id)))
        if made:
            kits.unbuild(made, some, place_id=world.bin_id, to_place_id=world.bin_id, **common)
    elif what == "lose":
        write_off(world, lot_id, some)
    elif what == "give_back":
        storekeeping.give_back([Taking(lot_id, world.bin_id, some)], note="x", again=True, **common)
    elif what == "find":
        lost = one_of(WriteOff, which)
        if lost:
            line = written_off.write_off(lost, world.admin).lines[0]
            finds.find(lost, [CameBack(line.id, world.bin_id, some)], note="x", **common)
    elif what == "hold":
        hold(world, lot_id, some)
    elif what == "recall":
        recall(world, lot_id)


def corrected(world, what, which, some, donors):
    lot_id, parts = one_of(Lot, which), (Wrong(world.bin_id, some),)
    change = Change(K.PART, parts, batch_number=f"C-{some}")
    if what == "donor":
        change = Change(K.DONOR, parts, donor_id=donors[which % 2])
    key = uuid4()
    corrections.correct(
        lot_id, change, reason="x", key=key, actor=world.logistician, at=clock.now()
    )


def counted(world, which, some, approver):
    """All of an item is counted; of one of its lots up to six more or fewer than there are."""
    lot = db.session.get_one(Lot, one_of(Lot, which))
    lot_id, item_id = lot.id, lot.item_id
    lying = dict(
        db.session.execute(
            select(StockBalance.lot_id, StockBalance.quantity)
            .join(Lot, Lot.id == StockBalance.lot_id)
            .where(
                Lot.item_id == item_id,
                StockBalance.place_id == world.bin_id,
                StockBalance.quantity > 0,
            )
        ).all()
    )
    if lot_id in lying:
        lying[lot_id] = max(0, lying[lot_id] + some - 6)
        count = make_count(world, item_ids=(item_id,))
        count_all(count, lying, world.logistician)
        approve(count, approver)


def undone(world, what, which):
    ending = {"actor": world.logistician, "at": clock.now()}
    model = {
        "undo_count": StockCount, "take_back": Correction, "undo": StockMovement,
        "release": StockHold, "lift": Recall,
    }[what]  # fmt: skip
    record = one_of(model, which)
    if record is None:
        return
    if what == "undo_count":
        approving.undo(record, reason="x", **ending)
    elif what == "take_back":
        corrections.take_back(record, reason="x", key=uuid4(), **ending)
    elif what == "undo":
        services.undo(record, reason="x", key=uuid4(), actor=world.logistician)
    elif what == "release":
        holds.release(record, note="x", key=uuid4(), **ending)
    else:
        recalls.lift(record, note="x", **ending)


def step(world, donors, approver, kit_id, said):
    what, which, some = said
    if what == "build":
        build(world, kit_id, some)
    elif what == "count":
        counted(world, which, some, approver)
    elif what in {"donor", "part"}:
        corrected(world, what, which, some, donors)
    elif what in {"undo_count", "take_back", "undo", "release", "lift"}:
        undone(world, what, which)
    else:
        warehouse(world, what, which, some)


@given(steps=STEPS)
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_book_agrees(world, steps):
    donor = make_donor(world.organisation_id, f"Donor {uuid4()}")
    soap, towel = make_item("Soap"), make_item("Towel")
    for item, giver in ((soap, world.donor_id), (towel, donor), (soap, donor)):
        make_gift(world, item, 40, donor_id=giver)
    kit = make_kit((soap, 2), (towel, 1), name=f"Kit {uuid4()}")
    approver = make_person(Role.LOGISTICIAN, world.organisation_id)
    for said in steps:
        with suppress(RuleBroken):
            step(world, (world.donor_id, donor), approver, kit, said)
        db.session.rollback()
    assert verification.verify().disagreements == ()
    for giver in (world.donor_id, donor):
        assert accounts.account(giver, world.coordinator).adds_up
    for lot_id in db.session.scalars(select(Lot.id)).all():
        lot = lots.lot_detail(lot_id, world.admin)
        told = lot.in_stock + lot.on_the_road + lot.handed_out + lot.lost + lot.returned
        assert lot.begun == told + lot.in_others
    never = OUTSIDE - SOURCES - {PlaceKind.MADE_INTO}
    owing = (
        select(func.count())
        .select_from(StockBalance)
        .join(Place, Place.id == StockBalance.place_id)
    )
    assert not db.session.scalar(owing.where(Place.kind.in_(never), StockBalance.quantity < 0))
    assert not db.session.scalar(owing.where(Place.kind.in_(SOURCES), StockBalance.quantity > 0))
