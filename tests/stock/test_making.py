"""Lots made of other lots and taken apart: exact, whole or nothing, one inside another."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.stock import ledger, making
from aidtrack.stock.ledger import Hold, InsufficientStock, Source
from aidtrack.stock.making import Made, Part, Taking, alike
from aidtrack.stock.models import Lot, LotPart
from tests.factories.world import held, make_item, make_stock


def make(world, *outputs, **more):
    return making.make(
        outputs,
        source=Source("site", world.warehouse_id),
        organisation_id=world.organisation_id,
        recorded_by_id=world.logistician.user_id,
        occurred_at=clock.now(),
        key=uuid4(),
        **more,
    )


def unmake(world, lot_id, quantity, to_place_id=None):
    return making.unmake(
        [Taking(lot_id, world.bin_id, quantity)],
        to_place_id=to_place_id or world.bin_id,
        source=Source("site", world.warehouse_id),
        organisation_id=world.organisation_id,
        recorded_by_id=world.logistician.user_id,
        occurred_at=clock.now(),
        key=uuid4(),
    )


def parts_of(lot_id, **more):
    rows = db.session.scalars(select(LotPart).filter_by(lot_id=lot_id, **more))
    return {row.part_lot_id: row.quantity for row in rows}


class TestMake:
    def test_parts_leave_their_bin_and_the_kit_lies_there(self, world):
        soap, towel = (make_stock(world, make_item(name), 100) for name in ("Soap", "Towel"))
        kit = Made(
            make_item("Hygiene kit"),
            world.warehouse_id,
            20,
            (Part(soap, world.bin_id, 3), Part(towel, world.bin_id, 1)),
        )
        (lot,) = make(world, kit).lot_ids
        assert (held(world.bin_id, soap), held(world.bin_id, towel)) == (40, 80)
        assert held(world.warehouse_id, lot) == 20
        assert parts_of(lot, is_direct=True, is_root=True) == {soap: 3, towel: 1}

    def test_its_expiry_is_its_earliest_parts_and_its_value_their_sum(self, world):
        soon, later = clock.today() + timedelta(days=30), clock.today() + timedelta(days=300)
        soap = make_stock(world, make_item("Soap"), 10, expires_on=later, unit_value_minor=50)
        cream = make_stock(world, make_item("Cream"), 10, expires_on=soon, unit_value_minor=200)
        parts = (Part(soap, world.bin_id, 3), Part(cream, world.bin_id, 1))
        (lot_id,) = make(world, Made(make_item("Kit"), world.bin_id, 2, parts)).lot_ids
        lot = db.session.get_one(Lot, lot_id)
        assert (lot.expires_on, lot.unit_value_minor, lot.currency) == (soon, 350, "USD")

    def test_alike_outputs_are_one_lot_from_whichever_bins_their_parts_come(self, world):
        item = make_item("Soap")
        soap = make_stock(world, item, 10)
        kit = make_item("Kit")
        made = make(
            world,
            Made(kit, world.bin_id, 4, (Part(soap, world.bin_id, 1),)),
            Made(kit, world.bin_id, 5, (Part(soap, world.bin_id, 1),)),
        )
        assert len(set(made.lot_ids)) == 1
        assert held(world.bin_id, made.lot_ids[0]) == 9

    def test_a_kit_inside_a_kit_knows_the_lots_that_hold_nothing(self, world):
        soap, box = (make_stock(world, make_item(name), 100) for name in ("Soap", "Box"))
        inner_parts = (Part(soap, world.bin_id, 2),)
        (inner,) = make(world, Made(make_item("Inner"), world.bin_id, 30, inner_parts)).lot_ids
        outer_parts = (
            Part(inner, world.bin_id, 3),
            Part(soap, world.bin_id, 1),
            Part(box, world.bin_id, 1),
        )
        (outer,) = make(world, Made(make_item("Outer"), world.bin_id, 5, outer_parts)).lot_ids
        assert parts_of(outer, is_root=True) == {soap: 7, box: 1}
        assert parts_of(outer, is_direct=True) == {inner: 3, soap: 1, box: 1}
        third_parts = (Part(outer, world.bin_id, 2),)
        (third,) = make(world, Made(make_item("Third"), world.bin_id, 1, third_parts)).lot_ids
        assert parts_of(third, is_root=True) == {soap: 14, box: 2}
        assert inner in parts_of(third)

    def test_promised_parts_are_refused_and_nothing_is_made(self, world):
        soap = make_stock(world, make_item("Soap"), 10)
        ledger.reserve([Hold(world.bin_id, soap, 5)])
        with pytest.raises(InsufficientStock, match="1 short"):
            make(world, Made(make_item(), world.bin_id, 6, (Part(soap, world.bin_id, 1),)))
        assert db.session.scalars(select(LotPart)).all() == []

    def test_an_expired_part_is_refused_unless_goods_only_get_another_label(self, world):
        old = make_stock(world, make_item("Soap"), 10, expires_on=date(2020, 1, 1))
        parts = (Part(old, world.bin_id, 1),)
        with pytest.raises(making.PartExpired, match=f"L{old:06d} has expired"):
            make(world, Made(make_item(), world.bin_id, 1, parts))
        right = Made(make_item(), world.bin_id, 1, parts, expires_on=date(2060, 1, 1))
        (lot,) = make(world, right, fit_for_use=False).lot_ids
        assert db.session.get_one(Lot, lot).expires_on == date(2060, 1, 1)

    def test_any_number_of_lots_takes_the_same_statements(self, world, statements):
        kit, counts = make_item("Kit"), []
        for several in (1, 1, 20):
            lots = [make_stock(world, make_item(f"Part {n}"), 5) for n in range(several)]
            outputs = [Made(kit, world.bin_id, 1, (Part(lot, world.bin_id, 1),)) for lot in lots]
            with statements() as seen:
                make(world, *outputs)
            counts.append(len(seen))
        assert counts[1] == counts[2]


class TestUnmake:
    def test_the_parts_come_back_as_the_lots_they_were(self, world):
        soap = make_stock(world, make_item("Soap"), 100)
        made = Made(make_item("Kit"), world.bin_id, 20, (Part(soap, world.bin_id, 3),))
        (lot,) = make(world, made).lot_ids
        unmake(world, lot, 5, world.warehouse_id)
        assert held(world.bin_id, lot) == 15
        assert held(world.warehouse_id, soap) == 15

    def test_what_is_made_of_nothing_is_not_taken_apart(self, world):
        soap = make_stock(world, make_item("Soap"), 100)
        with pytest.raises(making.NotMade, match="not made of other lots"):
            unmake(world, soap, 1)

    def test_more_than_there_are_is_refused(self, world):
        soap = make_stock(world, make_item("Soap"), 10)
        made = Made(make_item("Kit"), world.bin_id, 10, (Part(soap, world.bin_id, 1),))
        (lot,) = make(world, made).lot_ids
        with pytest.raises(InsufficientStock, match="1 short"):
            unmake(world, lot, 11)


class TestAlike:
    def test_two_lots_of_one_part_make_two_groups(self):
        groups = alike(100, [(1, [Taking(1, 9, 60), Taking(2, 9, 40)])])
        assert groups == [(60, (Part(1, 9, 1),)), (40, (Part(2, 9, 1),))]

    def test_what_does_not_come_out_even_is_one_unit_of_both(self):
        groups = alike(3, [(2, [Taking(1, 9, 3), Taking(2, 9, 3)])])
        assert groups == [
            (1, (Part(1, 9, 2),)),
            (1, (Part(1, 9, 1), Part(2, 9, 1))),
            (1, (Part(2, 9, 2),)),
        ]

    @given(
        quantity=st.integers(1, 60),
        needs=st.lists(st.integers(1, 5), min_size=1, max_size=4),
        data=st.data(),
    )
    def test_every_unit_gets_what_it_needs_and_nothing_is_left(self, quantity, needs, data):
        components = []
        for need in needs:
            cuts = data.draw(st.sets(st.integers(1, need * quantity), max_size=5))
            ends = sorted(cuts | {need * quantity})
            amounts = [b - a for a, b in zip([0, *ends], ends, strict=False)]
            takings = [Taking(len(components) * 10 + n, 1, each) for n, each in enumerate(amounts)]
            components.append((need, takings))
        used: dict[int, int] = {}
        groups = alike(quantity, components)
        for count, parts in groups:
            for part in parts:
                used[part.lot_id] = used.get(part.lot_id, 0) + part.per_unit * count
        assert sum(count for count, _parts in groups) == quantity
        assert used == {t.lot_id: t.quantity for _need, takings in components for t in takings}
        for _count, parts in groups:
            assert sum(part.per_unit for part in parts) == sum(needs)
