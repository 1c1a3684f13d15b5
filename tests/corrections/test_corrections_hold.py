"""Whatever is corrected and taken back in whatever order, the books and both donors' hold."""

from contextlib import suppress
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.corrections import services
from aidtrack.corrections.models import Correction, CorrectionKind
from aidtrack.corrections.plans import Change, Part
from aidtrack.donations import queries as donations
from aidtrack.places.models import PlaceKind
from aidtrack.reports import accounts
from aidtrack.sealing import verification
from aidtrack.stock import lots
from aidtrack.stock import services as store
from aidtrack.stock.models import Lot, StockBalance
from tests.factories.gifts import make_gift
from tests.factories.reports import issue
from tests.factories.world import make_donor, make_item
from tests.races import endings

K = CorrectionKind
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["donor", "back_to_first", "part", "quantity", "facts", "move", "undo"]),
        st.integers(0, 9),
        st.integers(1, 60),
    ),
    min_size=1,
    max_size=8,
)


def correct(world, lot_id, change):
    return services.correct(
        lot_id, change, reason="So it was", key=uuid4(), actor=world.logistician, at=clock.now()
    )


def take_back(world, correction_id):
    services.take_back(
        correction_id, reason="It was right", key=uuid4(), actor=world.logistician, at=clock.now()
    )


def lots_of(world):
    return db.session.scalars(
        select(Lot.id).filter_by(organisation_id=world.organisation_id).order_by(Lot.id)
    ).all()


def stood(lot_id):
    """Bin and quantity of the lot wherever it lies in stock."""
    return [
        Part(place.place_id, place.quantity)
        for place in lots.whereabouts(lot_id)
        if place.kind in (PlaceKind.BIN, PlaceKind.WAREHOUSE) and place.quantity > 0
    ]


def step(world, gifts, said):
    (first, second), (what, which, quantity) = gifts, said
    known = lots_of(world)
    lot_id = known[which % len(known)]
    if what == "undo":
        made = db.session.scalars(select(Correction.id).order_by(Correction.id)).all()
        if made:
            take_back(world, made[which % len(made)])
        return
    if what == "facts":
        correct(world, lot_id, Change(K.FACTS, batch_number=f"B-{quantity}"))
        return
    parts = stood(lot_id)
    if not parts:
        return
    some = Part(parts[0].place_id, quantity)
    if what == "move":
        target = world.warehouse_id if some.place_id == world.bin_id else world.bin_id
        store.move(
            [store.Taking(lot_id, some.place_id, quantity)],
            to_place_id=target,
            key=uuid4(),
            actor=world.logistician,
            at=clock.now(),
        )
        return
    change = {
        "donor": Change(K.DONOR, (some,), donation_line_id=second.line_id),
        "back_to_first": Change(K.DONOR, (some,), donation_line_id=first.line_id),
        "part": Change(K.PART, (some,), batch_number=f"P-{quantity}"),
        "quantity": Change(K.QUANTITY, (some,)),
    }[what]
    correct(world, lot_id, change)


def came_of(gift, actor):
    return sum(line.given for line in donations.donation(gift.donation_id, actor).lines)


def came_from(world, gift):
    """What the ledger says was given for the gift: what left the donors for lots of its line."""
    return -db.session.scalar(
        select(func.coalesce(func.sum(StockBalance.quantity), 0))
        .join(Lot, Lot.id == StockBalance.lot_id)
        .where(
            Lot.donation_line_id == gift.line_id,
            StockBalance.is_outside,
            StockBalance.place.has(kind=PlaceKind.DONOR),
        )
    )


def stands(world, gifts):
    assert not verification.verify().disagreements
    for gift in gifts:
        assert came_of(gift, world.logistician) == came_from(world, gift) >= 0
    sources = db.session.scalars(
        select(StockBalance.quantity).where(StockBalance.place.has(kind=PlaceKind.DONOR))
    )
    assert all(quantity <= 0 for quantity in sources)


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(steps=STEPS)
def test_the_books_and_both_gifts_hold_after_every_step(world, steps):
    item = make_item("Soap", unit_value_minor=10, currency="USD")
    first = make_gift(world, item, 100)
    second = make_gift(world, item, 40, donor_id=make_donor(world.organisation_id, str(uuid4())))
    for each in steps:
        with suppress(RuleBroken):
            step(world, (first, second), each)
        db.session.expire_all()
        stands(world, [first, second])


def test_a_correction_and_a_move_at_once_do_not_both_take_the_last(app, world):
    item = make_item("Soap", unit_value_minor=10, currency="USD")
    gift = make_gift(world, item, 100)
    right = make_gift(
        world, item, 0, pledged=100, donor_id=make_donor(world.organisation_id, "Nordlys")
    )
    change = Change(K.DONOR, (Part(world.bin_id, 60),), donation_line_id=right.line_id)
    ended = endings(
        app,
        *[lambda: correct(world, gift.lot_id, change)] * 2,
        *[
            lambda: store.move(
                [store.Taking(gift.lot_id, world.bin_id, 60)],
                to_place_id=world.warehouse_id,
                key=uuid4(),
                actor=world.logistician,
                at=clock.now(),
            )
        ]
        * 2,
    )
    assert ended == {"done": 1, "insufficient_stock": 3}
    stands(world, [gift, right])


def test_two_take_backs_at_once_take_back_once(app, world):
    gift = make_gift(world, make_item("Soap", unit_value_minor=10, currency="USD"), 100)
    done = correct(world, gift.lot_id, Change(K.QUANTITY, (Part(world.bin_id, 20),)))
    assert endings(app, *[lambda: take_back(world, done)] * 3) == {"done": 1, "wrong_status": 2}
    assert came_of(gift, world.logistician) == 100
    stands(world, [gift])


def test_both_donors_accounts_add_up_and_say_what_was_corrected(world):
    item = make_item("Soap", unit_value_minor=10, currency="USD")
    gift = make_gift(world, item, 100)
    nordlys = make_donor(world.organisation_id, "Nordlys")
    right = make_gift(world, item, 0, pledged=100, donor_id=nordlys)
    ledgered = Change(K.DONOR, (Part(world.bin_id, 60),), donation_line_id=right.line_id)
    done = correct(world, gift.lot_id, ledgered)
    for donor_id, figure, said in (
        (world.donor_id, 40, "not counted as yours any more"),
        (nordlys, 60, "counted as yours, in Osh warehouse"),
    ):
        found = accounts.account(donor_id, world.admin)
        assert found.adds_up
        assert [x.position.given for each in found.donations for x in each.gifts] == [figure]
        assert said in found.steps[0].what
        assert issue(world, donor_id=donor_id, actor=world.admin)
    take_back(world, done)
    found = accounts.account(world.donor_id, world.admin)
    assert [x.position.given for each in found.donations for x in each.gifts] == [100]
    assert not any("counted as yours" in step.what for step in found.steps)
