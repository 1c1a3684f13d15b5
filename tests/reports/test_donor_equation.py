"""given = in stock + on the road + handed out + lost + returned, whatever happens."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aidtrack.core import clock
from aidtrack.donations.services import PledgedLine
from aidtrack.places import services as places
from aidtrack.places.models import SOURCES, PlaceKind
from aidtrack.reports.donor_equation import Position, added, position
from aidtrack.reports.gifts import Scope, gifts
from aidtrack.reports.moments import as_of
from aidtrack.stock import ledger
from aidtrack.stock.ledger import InsufficientStock, Source, Transfer
from aidtrack.stock.models import Lot, MovementKind
from tests.factories.donations import make_donation, make_pledge
from tests.factories.reports import lot_of
from tests.factories.world import World, make_item, make_stock

KINDS = st.sampled_from(sorted(set(PlaceKind) - {PlaceKind.DONOR}))


@given(st.dictionaries(KINDS, st.integers(0, 10**12)))
def test_whatever_stands_where_it_adds_up(balances):
    inside = {kind: n for kind, n in balances.items() if kind not in SOURCES | {"made_into"}}
    found = position(inside | {PlaceKind.DONOR: -sum(inside.values())})
    assert found.adds_up
    assert found.given == sum(inside.values())


def test_what_waits_at_a_delivery_place_is_in_stock_and_shown():
    found = position({PlaceKind.DONOR: -10, PlaceKind.DISTRIBUTION_POINT: 4, PlaceKind.BIN: 6})
    assert (found.in_stock, found.at_delivery_place, found.in_warehouse) == (10, 4, 6)


def test_a_unit_that_is_nowhere_is_noticed():
    assert not Position(given=10, in_warehouse=9).adds_up


def test_several_lots_are_one_gift():
    one, other = Position(given=3, handed_out=3), Position(given=2, returned=2)
    assert added([one, other]) == Position(given=5, handed_out=3, returned=2)


def spots(world: World) -> list[int]:
    """One place of each kind that goods of a donor can be at."""
    outside = (
        PlaceKind.LOST_IN_TRANSPORT,
        PlaceKind.LOST_IN_WAREHOUSE,
        PlaceKind.LOST_AT_DISTRIBUTION,
        PlaceKind.RETURNED,
    )
    return [
        world.bin_id,
        world.other_warehouse_id,
        world.point_id,
        places.add_in_transit(world.organisation_id, str(uuid4())),
        places.people_of(world.area_id),
        *(places.outside_place(kind, world.organisation_id) for kind in outside),
    ]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 60)), max_size=12))
def test_after_any_events_every_gift_adds_up_now_and_then(world, events):
    item = make_item()
    donation_id, _receipt = make_donation(world, item, 100)
    lot, places_of_goods, moved = lot_of(donation_id), spots(world), []
    for start, end, quantity in events:
        if start == end:
            continue
        try:
            moved.append(_move(world, lot, places_of_goods[start], places_of_goods[end], quantity))
        except InsufficientStock:
            continue
    for movement_id in moved[::3]:
        try:
            ledger.reverse(movement_id, reason="Slip", recorded_by_id=world.admin.user_id)
        except InsufficientStock:
            continue

    scope = Scope(frozenset({world.donor_id}), donation_id)
    now = as_of(None, time_zone="Asia/Bishkek", at=clock.now())
    (gift,) = gifts(scope, now)
    assert gift.position.adds_up
    assert gift.position.given == 100
    (then,) = gifts(scope, _a_moment_from_now())
    assert then.position == gift.position


def _move(world: World, lot: int, start: int, end: int, quantity: int) -> int:
    return ledger.post(
        [Transfer(lot, start, end, quantity)],
        kind=MovementKind.MOVE,
        source=Source("test", 1),
        organisation_id=world.organisation_id,
        recorded_by_id=world.admin.user_id,
        occurred_at=clock.now(),
    )


def _a_moment_from_now():
    """The end of today: computed from the lines, not from the balances."""
    now = as_of(None, time_zone="Asia/Bishkek", at=clock.now())
    return replace(now, until=clock.now() + timedelta(seconds=1))


def test_goods_from_before_aidtrack_are_a_gift_of_their_donor_too(world, database):
    lot = make_stock(world, make_item("Tent"), 40)
    row = database.session.get_one(Lot, lot)
    row.donor_id = world.donor_id
    database.session.commit()
    now = as_of(None, time_zone="UTC", at=clock.now())
    (gift,) = gifts(Scope(frozenset({world.donor_id})), now)
    assert (gift.donation_number, gift.item, gift.position.given) == ("", "Tent", 40)
    assert gift.position.adds_up


@pytest.mark.parametrize("at", ["2026-11-29T08:00Z", "2026-11-29T20:00Z"])
def test_a_promise_is_shown_before_anything_comes(world, at, time_machine):
    time_machine.move_to(at, tick=False)  # In Osh the second is the next day already.
    make_pledge(world, PledgedLine(make_item(), 70))
    now = as_of(None, time_zone="UTC", at=clock.now())
    (gift,) = gifts(Scope(frozenset({world.donor_id})), now)
    assert (gift.position.given, gift.pledged, gift.still_to_come) == (0, 70, 70)
