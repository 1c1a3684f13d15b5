"""What one part of the warehouse does holds for all others: kits, recalls, counts, corrections."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.corrections import services as corrections
from aidtrack.corrections.models import CorrectionKind
from aidtrack.corrections.plans import Change
from aidtrack.corrections.plans import Part as Wrong
from aidtrack.counting import approving
from aidtrack.distributions import holdings
from aidtrack.holds import recalls
from aidtrack.identity.permissions import Role
from aidtrack.kits import services as kits
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.planning import queries as planning
from aidtrack.reports.pictures import turnover
from aidtrack.reports.pictures.scope import Scope
from aidtrack.sealing import verification
from aidtrack.stock import finds, minimums, services, storekeeping, written_off
from aidtrack.stock.finds import CameBack
from aidtrack.stock.ledger import LotRecalled
from aidtrack.stock.models import Lot
from aidtrack.stock.storekeeping import Counted
from tests.factories.counts import approve, count_all, make_count
from tests.factories.distributions import plan
from tests.factories.holds import recall
from tests.factories.kits import build, build_lots, make_kit
from tests.factories.shipments import make_dispatched
from tests.factories.world import held, make_item, make_person, make_stock
from tests.factories.write_offs import write_off
from tests.tampering import behind_our_back

K = CorrectionKind


@pytest.fixture
def soap(world):
    return make_item("Soap")


@pytest.fixture
def lot(world, soap):
    return make_stock(world, soap, 100, batch_number="S-1")


def common(world):
    return {"key": uuid4(), "actor": world.logistician, "at": clock.now()}


def correct(world, lot_id, change):
    return corrections.correct(lot_id, change, reason="So it was", **common(world))


def count(world, lot_id, quantity):
    """A count of the whole site that found so much of the lot, approved by somebody else."""
    made = make_count(world)
    count_all(made, {lot_id: quantity}, world.logistician)
    approve(made, make_person(Role.LOGISTICIAN, world.organisation_id))
    return made


def put_more(world, lot_id, quantity):
    """So much more lies in the bin than the books say: a small error, put right by hand."""
    book = int(held(world.bin_id, lot_id))
    said = [Counted(lot_id, world.bin_id, book + quantity, book)]
    storekeeping.correct(said, reason="other", note="They lay behind", **common(world))


def newest_lot():
    return db.session.scalars(select(Lot).order_by(Lot.id.desc()).limit(1)).one()


def lost(world, lot_id):
    place_id = places.outside_place(PlaceKind.LOST_IN_WAREHOUSE, world.organisation_id)
    return held(place_id, lot_id)


class TestNothingComesBackTwice:
    def test_a_count_that_lost_what_another_found_is_not_undone(self, world, lot):
        first = count(world, lot, 95)
        count(world, lot, 100)
        with pytest.raises(RuleBroken):
            approving.undo(first, reason="x", actor=world.logistician, at=clock.now())
        assert (held(world.bin_id, lot), lost(world, lot)) == (100, 0)

    def test_a_count_whose_loss_a_find_took_back_is_not_undone(self, world, lot):
        wrote_off = write_off(world, lot, 5)
        counted = count(world, lot, 90)
        (line,) = written_off.write_off(wrote_off, world.admin).lines
        finds.find(wrote_off, [CameBack(line.id, world.bin_id, 5)], note="There", **common(world))
        put_more(world, lot, 5)
        with pytest.raises(RuleBroken):
            approving.undo(counted, reason="x", actor=world.logistician, at=clock.now())
        assert lost(world, lot) == 0
        assert verification.verify().holds


class TestRecalled:
    def test_what_is_found_of_a_recalled_lot_is_recalled_too(self, world, lot):
        recall_id = recall(world, lot)
        put_more(world, lot, 3)
        found = newest_lot()
        assert found.id != lot
        assert found.recall_id == recall_id

    def test_what_a_count_finds_of_a_recalled_lot_is_recalled_too_and_freed_with_it(
        self, world, lot
    ):
        recall_id = recall(world, lot)
        count(world, lot, 104)
        found = newest_lot()
        assert (held(world.bin_id, found.id), found.recall_id) == (4, recall_id)
        recalls.lift(recall_id, note="Good", actor=world.logistician, at=clock.now())
        db.session.refresh(found)
        assert found.recall_id is None

    def test_a_lot_of_a_recalled_batch_that_comes_later_is_recalled(self, world, soap, lot):
        recall_id = recall(world, lot, whole_batch=True)
        later = make_stock(world, soap, 10, batch_number="S-1")
        other = make_stock(world, soap, 10, batch_number="S-2")
        assert db.session.get_one(Lot, later).recall_id == recall_id
        assert db.session.get_one(Lot, other).recall_id is None

    def test_a_recalled_kit_is_not_taken_apart_into_goods_that_are_offered(self, world, soap, lot):
        (kit,) = build_lots(world, make_kit((soap, 2)), 10)
        recall(world, kit)
        with pytest.raises(LotRecalled):
            kits.unbuild(kit, 1, place_id=world.bin_id, to_place_id=world.bin_id, **common(world))

    def test_a_build_whose_kits_are_recalled_is_not_undone(self, world, soap, lot):
        movement = build(world, make_kit((soap, 2)), 10)
        recall(world, newest_lot().id)
        with pytest.raises(LotRecalled):
            services.undo(movement, reason="x", key=uuid4(), actor=world.logistician)

    def test_a_kit_recalled_for_one_part_gives_up_the_others(self, world, soap, lot):
        towel = make_item("Towel")
        good = make_stock(world, towel, 10)
        (kit,) = build_lots(world, make_kit((soap, 2), (towel, 1)), 10)
        recall(world, lot)
        kits.unbuild(kit, 10, place_id=world.bin_id, to_place_id=world.bin_id, **common(world))
        assert held(world.bin_id, good) == 10
        assert db.session.get_one(Lot, lot).recall_id is not None

    def test_a_correction_is_not_taken_back_from_under_a_recall(self, world, lot):
        change = Change(
            K.PART,
            (Wrong(world.bin_id, 40),),
            batch_number="S-9",
            expires_on=db.session.get_one(Lot, lot).expires_on,
        )
        made = correct(world, lot, change)
        recall(world, newest_lot().id)
        with pytest.raises(LotRecalled):
            corrections.take_back(made, reason="x", **common(world))

    def test_it_is_neither_free_against_a_level_nor_part_of_an_order(self, world, soap, lot):
        level = minimums.set_minimum(
            soap, 50, reorder_at=60, order_up_to=80, actor=world.logistician
        )
        assert minimums.minimum(level, world.logistician).free == 100
        recall(world, lot)
        row = planning.order(level, world.logistician)
        assert (row.level.free, row.order) == (0, 80)

    def test_it_is_neither_expected_nor_what_a_pipeline_opens_with(self, world, soap, lot):
        make_dispatched(world, (soap, 30))
        level = minimums.set_minimum(
            soap, 5, reorder_at=6, order_up_to=8, site_id=world.point_id, actor=world.logistician
        )
        assert planning.order(level, world.logistician).coming == 30
        assert turnover.turnover(Scope(world.admin), clock.today()).held == {soap: 70}
        recall(world, lot)
        assert planning.order(level, world.logistician).coming == 0
        assert turnover.turnover(Scope(world.admin), clock.today()).held == {}

    def test_it_is_neither_shown_to_whoever_hands_out_nor_planned(self, world, soap):
        good, bad = (make_stock(world, soap, 10, place_id=world.point_id) for _number in range(2))
        recall(world, bad)
        assert {lot_id for _place, lot_id in holdings.of_site(world.point_id)} == {good}
        with pytest.raises(LotRecalled, match="recalled"):
            plan(world, bad, 5)


class TestInsides:
    def named(self):
        return [(row.table, row.key) for row in verification.verify().disagreements]

    def test_kits_within_kits_half_taken_apart_hold(self, world, soap, lot):
        kit = make_kit((soap, 2))
        family = make_kit((kit, 3), (soap, 1), name="Family kit")
        build(world, kit, 20)
        (whole,) = build_lots(world, family, 5)
        kits.unbuild(whole, 2, place_id=world.bin_id, to_place_id=world.bin_id, **common(world))
        kits.unbuild(whole - 1, 4, place_id=world.bin_id, to_place_id=world.bin_id, **common(world))
        write_off(world, whole, 1)
        assert self.named() == []

    def test_what_a_kit_is_said_to_hold_is_not_changed_unseen(self, world, soap, lot):
        (kit,) = build_lots(world, make_kit((soap, 2)), 10)
        behind_our_back("UPDATE lot_part SET quantity = 3")
        assert self.named() == [("lot_part", f"part {lot}")]
        behind_our_back("DELETE FROM lot_part")
        assert self.named() == [("lot_part", f"part {lot}"), ("lot_part", f"part {kit}")]

    def test_a_changed_part_of_a_kit_within_a_kit_is_named(self, world, soap, lot):
        kit = make_kit((soap, 2))
        (inner,) = build_lots(world, kit, 20)
        (outer,) = build_lots(world, make_kit((kit, 3), name="Family kit"), 5)
        behind_our_back(
            f"UPDATE lot_part SET quantity = 4 WHERE lot_id = {outer} AND part_lot_id = {inner}"
        )
        assert self.named() == [("lot_part", f"part {lot} of lot {outer}")]
