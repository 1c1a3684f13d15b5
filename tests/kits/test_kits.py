"""What a kit holds, building it of what is there, taking it apart, and packing goods anew."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound
from aidtrack.kits import contents, queries, services
from aidtrack.kits.choosing import PartsDoNotFit, PartsMissing
from aidtrack.kits.contents import Content
from aidtrack.kits.needs import Need, possible
from aidtrack.shipments import waybills
from aidtrack.shipments.models import Shipment
from aidtrack.stock import ledger
from aidtrack.stock import services as store
from aidtrack.stock.ledger import Hold, InsufficientStock
from aidtrack.stock.making import Taking
from aidtrack.stock.models import Lot
from tests.factories import shipments as road
from tests.factories.kits import build, build_lots, make_kit, set_contents
from tests.factories.world import carry, held, make_item, make_stock, make_world
from tests.races import endings


@pytest.fixture
def soap(world) -> int:
    return make_item("Soap")


@pytest.fixture
def towel(world) -> int:
    return make_item("Towel")


def in_days(days: int):
    return clock.today() + timedelta(days=days)


class TestContents:
    def test_other_contents_are_a_new_version_and_built_kits_keep_theirs(self, world, soap, towel):
        kit = make_kit((soap, 1), (towel, 1))
        make_stock(world, soap, 10), make_stock(world, towel, 10)
        (lot,) = build_lots(world, kit, 2)
        set_contents(kit, Content(soap, 3))
        detail = queries.kit(kit, world.logistician)
        assert [version.number for version in detail.versions] == [2, 1]
        assert [(row.lot_id, row.version) for row in detail.lots] == [(lot, 1)]

    def test_the_same_contents_are_no_new_version(self, soap, towel):
        kit = make_kit((soap, 1), (towel, 2))
        assert set_contents(kit, Content(towel, 2), Content(soap, 1)) == queries.latest(kit).id

    def test_a_kit_is_never_inside_itself_however_deep(self, soap):
        inner = make_kit((soap, 1), name="Inner")
        outer = make_kit((inner, 2), name="Outer")
        with pytest.raises(Invalid, match="inside itself"):
            set_contents(inner, Content(outer, 1))
        with pytest.raises(Invalid, match="inside itself"):
            set_contents(inner, Content(soap, 1, (outer,)))

    def test_only_who_keeps_the_item_says_what_is_in_it(self, world, soap):
        kit = make_item("Kit")
        with pytest.raises(NotAllowed):
            contents.set_contents(kit, [Content(soap, 1)], note="", actor=world.auditor)


class TestBuild:
    def test_the_first_to_expire_goes_in_and_the_kit_expires_with_it(self, world, soap, towel):
        late = make_stock(world, soap, 50, expires_on=in_days(300))
        soon = make_stock(world, soap, 50, expires_on=in_days(100))
        make_stock(world, towel, 50)
        kit = make_kit((soap, 1), (towel, 1))
        (lot,) = build_lots(world, kit, 40)
        assert (held(world.bin_id, soon), held(world.bin_id, late)) == (10, 50)
        assert db.session.get_one(Lot, lot).expires_on == in_days(100)

    def test_parts_of_two_lots_make_two_lots_of_kits_and_nothing_is_rounded(self, world, soap):
        first, second = make_stock(world, soap, 60), make_stock(world, soap, 40)
        lots = build_lots(world, make_kit((soap, 1)), 100)
        assert [held(world.bin_id, lot) for lot in lots] == [60, 40]
        assert held(world.bin_id, first) == held(world.bin_id, second) == 0

    def test_what_stands_in_is_taken_only_where_the_item_is_short(self, world, soap, towel):
        make_stock(world, soap, 5)
        other = make_stock(world, towel, 10)
        kit = make_item("Kit")
        set_contents(kit, Content(soap, 1, (towel,)))
        build(world, kit, 8)
        assert held(world.bin_id, other) == 7

    def test_chosen_lots_are_taken_instead_of_the_first_to_expire(self, world, soap):
        soon = make_stock(world, soap, 10, expires_on=in_days(100))
        late = make_stock(world, soap, 10, expires_on=in_days(300))
        build(world, make_kit((soap, 2)), 5, Taking(late, world.bin_id, 10))
        assert (held(world.bin_id, soon), held(world.bin_id, late)) == (10, 0)

    def test_chosen_parts_that_do_not_come_out_even_are_refused_by_name(self, world, soap, towel):
        kit = make_kit((soap, 2), (towel, 1))
        bars, cloths = make_stock(world, soap, 50), make_stock(world, towel, 50)
        chosen = [Taking(bars, world.bin_id, 9), Taking(cloths, world.bin_id, 6)]
        with pytest.raises(PartsDoNotFit, match=r"Soap: 1 missing; Lot L\d+: 1 too many"):
            build(world, kit, 5, *chosen)

    def test_every_part_that_is_short_is_named_and_nothing_is_built(self, world, soap, towel):
        lot = make_stock(world, soap, 15)
        make_stock(world, towel, 3, expires_on=in_days(-1))
        kit = make_kit((soap, 2), (towel, 1))
        with pytest.raises(PartsMissing, match="Soap: 5 missing; Towel: 10 missing"):
            build(world, kit, 10)
        assert held(world.bin_id, lot) == 15

    def test_what_is_kept_for_a_shipment_is_not_built_in(self, world, soap):
        lot = make_stock(world, soap, 10)
        ledger.reserve([Hold(world.bin_id, lot, 6)])
        with pytest.raises(PartsMissing, match="Soap: 1 missing"):
            build(world, make_kit((soap, 1)), 5)

    def test_the_same_key_builds_once(self, world, soap, key):
        lot = make_stock(world, soap, 10)
        kit = make_kit((soap, 1))
        first = build(world, kit, 3, key=key)
        assert build(world, kit, 3, key=key) == first
        assert held(world.bin_id, lot) == 7
        with pytest.raises(KeyReused):
            build(world, kit, 4, key=key)

    def test_a_build_is_undone_until_its_kits_have_gone_on(self, world, soap):
        lot = make_stock(world, soap, 10)
        kit = make_kit((soap, 2))
        movement = build(world, kit, 5)
        store.undo(movement, reason="Wrong kit", key=uuid4(), actor=world.admin)
        assert held(world.bin_id, lot) == 10
        movement = build(world, kit, 5)
        (kits,) = queries.lots_made_by(movement)
        carry(world, kits, 1)  # fmt: skip
        with pytest.raises(InsufficientStock):
            store.undo(movement, reason="Too late", key=uuid4(), actor=world.admin)

    def test_who_may_not_build_is_refused_and_a_stranger_sees_no_such_place(self, world, soap):
        make_stock(world, soap, 10)
        kit = make_kit((soap, 1))
        with pytest.raises(NotAllowed):
            build(world, kit, 1, actor=world.auditor)
        with pytest.raises(NotFound):
            build(world, kit, 1, actor=make_world("Strangers").logistician)

    def test_two_at_once_build_the_last_parts_once(self, app, world, soap, towel):
        make_stock(world, soap, 10)
        make_stock(world, towel, 5)
        kit = make_kit((soap, 2), (towel, 1))
        outcome = endings(app, partial(build, world, kit, 5), partial(build, world, kit, 5))
        assert outcome["done"] == 1
        assert outcome["insufficient_stock"] + outcome["parts_missing"] == 1

    def test_any_number_of_lots_takes_the_same_statements(self, world, soap, statements):
        kit, counts = make_kit((soap, 1)), []
        for lots in (1, 1, 12):
            for number in range(lots):
                make_stock(world, soap, 5, batch_number=f"B-{number}")
            with statements() as seen:
                build(world, kit, 5 * lots)
            counts.append(len(seen))
        assert counts[1] == counts[2]


class TestUnbuild:
    def test_some_kits_come_apart_into_another_bin(self, world, soap, towel):
        bars = make_stock(world, soap, 20)
        make_stock(world, towel, 10)
        (lot,) = build_lots(world, make_kit((soap, 2), (towel, 1)), 10)
        unbuild(world, lot, 4)
        assert held(world.bin_id, lot) == 6
        assert held(world.warehouse_id, bars) == 8

    def test_a_kit_inside_comes_out_whole(self, world, soap):
        make_stock(world, soap, 20)
        inner = make_kit((soap, 2), name="Inner")
        (inside,) = build_lots(world, inner, 10)
        (lot,) = build_lots(world, make_kit((inner, 5), name="Outer"), 2)
        unbuild(world, lot, 1)
        assert held(world.warehouse_id, inside) == 5


def unbuild(world, lot, quantity):
    services.unbuild(
        lot, quantity, place_id=world.bin_id, to_place_id=world.warehouse_id,
        key=uuid4(), actor=world.logistician, at=clock.now(),
    )  # fmt: skip


class TestRepack:
    def test_whole_packs_are_a_new_lot_and_the_loose_rest_stays(self, world):
        item = make_item("Soap", pack=12)
        lot = make_stock(world, item, 293, batch_number="S-1", expires_on=in_days(200))
        (pack,) = db.session.get_one(Lot, lot).item.packs
        movement = services.repack(
            lot, 24, pack_id=pack.id, place_id=world.bin_id, to_place_id=world.bin_id,
            key=uuid4(), actor=world.logistician, at=clock.now(),
        )  # fmt: skip
        (made,) = [each for each in db.session.query(Lot).filter_by(item_id=item) if each.id != lot]
        assert (held(world.bin_id, lot), held(world.bin_id, made.id)) == (5, 288)
        assert (made.pack_id, made.batch_number, made.expires_on) == (pack.id, "S-1", in_days(200))
        store.undo(movement, reason="Wrong pack", key=uuid4(), actor=world.admin)
        assert held(world.bin_id, lot) == 293

    def test_a_pack_of_another_item_is_refused(self, world):
        lot = make_stock(world, make_item("Soap"), 24)
        other = make_stock(world, make_item("Towel", pack=6), 24)
        pack = db.session.get_one(Lot, other).item.packs[0]
        with pytest.raises(Invalid, match="pack of this item"):
            services.repack(
                lot, 1, pack_id=pack.id, place_id=world.bin_id, to_place_id=world.bin_id,
                key=uuid4(), actor=world.logistician, at=clock.now(),
            )  # fmt: skip


class TestPossible:
    def test_the_scarcest_part_limits_how_many(self):
        found = possible([Need(1, 2), Need(2, 1)], {1: 21, 2: 30})
        assert (found.kits, found.short_of) == (10, 1)

    def test_what_stands_in_for_two_is_not_counted_twice(self):
        needs = [Need(1, 1, (3,)), Need(2, 1, (3,))]
        assert possible(needs, {1: 2, 2: 2, 3: 6}).kits == 5

    def test_nothing_there_is_nothing_to_build(self):
        assert possible([Need(1, 1)], {}).kits == 0


def test_what_could_be_built_is_told_by_site(world, soap, towel):
    make_stock(world, soap, 21)
    make_stock(world, towel, 30)
    (site,) = queries.kit(make_kit((soap, 2), (towel, 1)), world.logistician).sites
    assert (site.site_id, site.kits, site.short_of) == (world.warehouse_id, 10, "Soap")


def test_a_waybill_says_below_a_kit_what_is_in_it(world, soap, towel):
    make_stock(world, soap, 20)
    make_stock(world, towel, 10)
    kit = make_kit((soap, 2), (towel, 1))
    build(world, kit, 10)
    shipment = db.session.get_one(Shipment, road.make_ready(world, (kit, 5)))
    (line,) = waybills.facts(shipment, waybills.loads_of(shipment.id)).lines
    assert line.remarks == "2 × Soap, 1 × Towel"
