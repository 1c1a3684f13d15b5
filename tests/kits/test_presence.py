"""Donors are followed into kits: whatever is built, sent, lost or unbuilt, each gift adds up."""

from collections.abc import Sequence
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.places import services as places
from aidtrack.places.models import SOURCES, Place, PlaceKind
from aidtrack.reports.donor_equation import Position
from aidtrack.reports.gifts import Scope, gifts
from aidtrack.reports.moments import as_of
from aidtrack.stock import ledger, making
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.making import Made, Part, Taking
from aidtrack.stock.models import Lot, MovementKind
from aidtrack.stock.presence import GivenLot, presence
from tests.factories.world import World, make_donor, make_item

Step = tuple[str, int, int, int, int]
ACTS = ("build", "nest", "unbuild", "move", "reverse")


def give(world: World, donor_id: int, item_id: int, quantity: int) -> int:
    """Goods of a donor in the world's bin; the lot."""
    (lot,) = ledger.create_lots([ledger.NewLot(item_id, world.organisation_id, donor_id=donor_id)])
    source = places.outside_place(PlaceKind.DONOR, world.organisation_id, partner_id=donor_id)
    go(world, lot, source, world.bin_id, quantity, kind=MovementKind.RECEIPT)
    return lot


def go(world, lot, origin, target, quantity, *, kind=MovementKind.MOVE) -> int:
    return ledger.post([Transfer(lot, origin, target, quantity)], kind=kind, **told(world))


def told(world: World) -> dict[str, object]:
    return {
        "source": Source("site", world.warehouse_id),
        "organisation_id": world.organisation_id,
        "recorded_by_id": world.logistician.user_id,
        "occurred_at": clock.now(),
    }


def build(world: World, quantity: int, *parts: tuple[int, int], item_id: int | None = None) -> int:
    made = Made(
        item_id or make_item("Hygiene kit"),
        world.bin_id,
        quantity,
        tuple(Part(lot, world.bin_id, per_unit) for lot, per_unit in parts),
    )
    return making.make([made], **told(world)).lot_ids[0]


def gift_of(donor_id: int, *, day=None) -> Position:
    moment = as_of(day, time_zone="UTC", at=clock.now())
    (gift,) = gifts(Scope(frozenset({donor_id})), moment)
    assert gift.position.adds_up
    return gift.position


def outside(world: World, kind: PlaceKind) -> int:
    return places.outside_place(kind, world.organisation_id)


class TestEquation:
    def test_kits_half_handed_out_count_for_the_donor_of_each_part(self, world):
        other_id = make_donor(world.organisation_id, "Harbour Trust")
        soap = give(world, world.donor_id, make_item("Soap"), 100)
        towel = give(world, other_id, make_item("Towel"), 30)
        kit = build(world, 30, (soap, 3), (towel, 1))
        people = places.people_of(world.area_id)
        go(world, kit, world.bin_id, world.point_id, 20)
        go(world, kit, world.point_id, people, 12, kind=MovementKind.DISTRIBUTION)
        of_soap, of_towels = gift_of(world.donor_id), gift_of(other_id)
        assert (of_soap.given, of_soap.handed_out) == (100, 36)
        assert (of_soap.in_warehouse, of_soap.at_delivery_place) == (40, 24)
        assert (of_towels.given, of_towels.handed_out, of_towels.in_stock) == (30, 12, 18)

    def test_lost_returned_and_unbuilt_kits_are_where_they_went(self, world):
        soap = give(world, world.donor_id, make_item("Soap"), 100)
        kit = build(world, 20, (soap, 4))
        go(world, kit, world.bin_id, outside(world, PlaceKind.LOST_IN_TRANSPORT), 5)
        go(world, kit, world.bin_id, outside(world, PlaceKind.RETURNED), 3)
        making.unmake([Taking(kit, world.bin_id, 2)], to_place_id=world.bin_id, **told(world))
        found = gift_of(world.donor_id)
        assert (found.lost_in_transport, found.returned, found.in_stock) == (20, 12, 68)

    def test_a_kit_of_a_day_that_is_past_counts_as_it_was_then(self, world):
        soap = give(world, world.donor_id, make_item("Soap"), 100)
        build(world, 10, (soap, 2))
        assert gift_of(world.donor_id, day=clock.today()).in_stock == 100


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(ACTS),
            st.integers(0, 40),
            st.integers(0, 40),
            st.integers(1, 25),
            st.integers(1, 3),
        ),
        max_size=14,
    )
)
def test_whatever_is_made_moved_lost_and_handed_out_every_gift_adds_up(world, steps):
    donors = [make_donor(world.organisation_id, f"Donor {uuid4()}") for _n in range(3)]
    lots = [give(world, donor, make_item(f"Part {n}"), 100) for n, donor in enumerate(donors)]
    spots = [
        world.bin_id,
        world.point_id,
        places.add_in_transit(world.organisation_id, str(uuid4())),
        places.people_of(world.area_id),
        *(
            outside(world, kind)
            for kind in (PlaceKind.LOST_IN_WAREHOUSE, PlaceKind.LOST_IN_TRANSPORT)
        ),
        outside(world, PlaceKind.RETURNED),
    ]
    movements: list[int] = []
    for step in steps:
        try:
            apply(world, lots, spots, movements, step)
        except RuleBroken:
            db.session.rollback()  # Refused: nothing may have changed.
        for donor in donors:
            assert gift_of(donor).given == 100
        assert everything(lots[:3]) == 0


def apply(
    world: World, lots: list[int], spots: Sequence[int], movements: list[int], step: Step
) -> None:
    act, first, second, amount, per_unit = step
    lot, other = lots[first % len(lots)], lots[second % len(lots)]
    if act in {"build", "nest"}:
        parts = {lot: per_unit, other if act == "nest" else lots[second % 3]: 1}
        lots.append(build(world, amount, *parts.items()))
    elif act == "unbuild":
        taken = [Taking(lot, world.bin_id, amount)]
        making.unmake(taken, to_place_id=world.bin_id, **told(world))
    elif act == "move":
        movements.append(go(world, lot, world.bin_id, spots[1 + second % 6], amount))
    elif movements:
        ledger.reverse(
            movements[first % len(movements)],
            reason="A mistake",
            recorded_by_id=world.logistician.user_id,
        )


def everything(lot_ids: Sequence[int]) -> int:
    """What all places hold of the lots, in kits too; sources are below zero."""
    stands = presence(GivenLot.id.in_(lot_ids))
    return db.session.scalar(select(func.coalesce(func.sum(stands.c.quantity), 0)))


def test_only_given_lots_are_told_and_never_what_they_became(world):
    soap = give(world, world.donor_id, make_item("Soap"), 10)
    build(world, 5, (soap, 2))
    stands = presence(GivenLot.organisation_id == world.organisation_id)
    rows = db.session.execute(
        select(Lot.id, Place.kind, stands.c.quantity)
        .join(Lot, Lot.id == stands.c.lot_id)
        .join(Place, Place.id == stands.c.place_id)
    ).all()
    assert {(row.id, row.quantity) for row in rows if row.kind not in SOURCES} == {(soap, 10)}
