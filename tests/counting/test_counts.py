"""Counting: what is frozen, who counts, what goes to recount, and what the approval posts."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound, WrongStatus
from aidtrack.counting import additions, approving, counters, counts, entries, planning, rounds
from aidtrack.counting.additions import FoundGoods
from aidtrack.counting.entries import Counted
from aidtrack.counting.models import CountLine, CountStatus
from aidtrack.counting.promises import PromisedMissing
from aidtrack.identity.duties import SameHands
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.stock import ledger, services
from aidtrack.stock.models import Lot
from aidtrack.stock.services import Taking
from tests.factories.counts import approve, count_all, enter, finish, kept, line_of, make_count
from tests.factories.world import (
    held,
    make_item,
    make_person,
    make_stock,
    make_world,
)


def hand_over(world, count, first, second, *, actor=None):
    """Let others count."""
    second_id = second.user_id if second else None
    counters.change(count, first.user_id, second_id, actor=actor or world.admin)


@pytest.fixture
def lot(world) -> int:
    return make_stock(world, make_item(), 100)


@pytest.fixture
def counter(world):
    """Somebody beside the logistician who may count."""
    return make_person(Role.LOGISTICIAN, world.organisation_id)


@pytest.fixture
def approver(world):
    return make_person(Role.LOGISTICIAN, world.organisation_id)


def lost(world, lot):
    return held(places.outside_place(PlaceKind.LOST_IN_WAREHOUSE, world.organisation_id), lot)


def move(world, lot, quantity, to_place_id, *, at=None):
    services.move(
        [Taking(lot, world.bin_id, quantity)],
        to_place_id=to_place_id,
        key=uuid4(),
        actor=world.logistician,
        at=at or clock.now(),
    )


class TestWhatIsCorrected:
    def test_what_is_missing_is_lost_in_the_warehouse(self, world, lot, approver):
        count = make_count(world)
        count_all(count, {lot: 93}, world.logistician)
        approve(count, approver)
        assert (held(world.bin_id, lot), lost(world, lot)) == (93, 7)
        assert kept(count).status == CountStatus.DONE

    def test_what_moved_since_the_counting_stays_moved(self, world, lot, approver):
        count = make_count(world)
        count_all(count, {lot: 93}, world.logistician)
        move(world, lot, 30, world.warehouse_id)
        approve(count, approver)
        assert (held(world.bin_id, lot), held(world.warehouse_id, lot)) == (63, 30)

    def test_goods_in_the_wrong_bin_cost_nobody(self, world, lot, approver):
        move(world, lot, 40, world.warehouse_id)
        count = make_count(world)
        for place_id, quantity in ((world.bin_id, 50), (world.warehouse_id, 48)):
            enter(count, line_of(count, lot, place_id), quantity, actor=world.logistician)
        finish(count, world.logistician)
        for place_id, quantity in ((world.bin_id, 50), (world.warehouse_id, 48)):
            enter(count, line_of(count, lot, place_id), quantity, actor=world.logistician)
        finish(count, world.logistician)
        approve(count, approver)
        assert (held(world.bin_id, lot), held(world.warehouse_id, lot)) == (50, 48)
        assert lost(world, lot) == 2

    def test_what_was_lost_before_comes_back_when_it_is_counted(self, world, lot, approver):
        first = make_count(world)
        count_all(first, {lot: 93}, world.logistician)
        approve(first, approver)
        second = make_count(world)
        count_all(second, {lot: 98}, world.logistician)
        approve(second, approver)
        assert (held(world.bin_id, lot), lost(world, lot)) == (98, 2)

    def test_goods_the_books_do_not_know_become_a_lot_of_nobody(self, world, lot, approver):
        item = make_item("Rice")
        count = make_count(world)
        enter(count, line_of(count, lot), 100, actor=world.logistician)
        found = FoundGoods(world.bin_id, item_id=item, batch_number="R-1")
        now = clock.now()
        additions.add(count, found, Counted(12, now), key=uuid4(), actor=world.logistician, at=now)
        assert finish(count, world.logistician) == CountStatus.RECOUNTING
        assert held(world.bin_id, lot) == 100

    def test_a_movement_told_of_late_is_in_the_books_of_the_counting(self, world, lot, approver):
        """Moved before it was counted, recorded after: nothing is missing."""
        moved_at = clock.now()
        count = make_count(world)
        count_all(count, {lot: 70}, world.logistician)
        move(world, lot, 30, world.warehouse_id, at=moved_at)
        approve(count, approver)
        assert (held(world.bin_id, lot), held(world.warehouse_id, lot)) == (70, 30)
        assert lost(world, lot) == 0

    def test_a_figure_sent_late_is_held_against_the_books_of_its_own_time(self, world, approver):
        with clock.telling(clock.now() - timedelta(hours=2)):
            lot = make_stock(world, make_item("Rice"), 100)
            count = make_count(world, item_ids=(db.session.get(Lot, lot).item_id,))
        move(world, lot, 30, world.warehouse_id)
        enter(count, line_of(count, lot), 100, actor=world.logistician, ago=3600)
        assert finish(count, world.logistician) == CountStatus.REVIEW
        approve(count, approver)
        assert held(world.bin_id, lot) == 70

    def test_missing_goods_that_are_promised_are_refused_by_name(self, world, lot, approver):
        ledger.reserve([ledger.Hold(world.bin_id, lot, 98)])
        count = make_count(world)
        count_all(count, {lot: 93}, world.logistician)
        with pytest.raises(PromisedMissing, match="7 of Thermal blanket"):
            approve(count, approver)
        assert held(world.bin_id, lot) == 100

    def test_undone_everything_is_as_before(self, world, lot, approver):
        count = make_count(world)
        count_all(count, {lot: 93}, world.logistician)
        approve(count, approver)
        approving.undo(count, reason="Wrong bin", actor=world.admin, at=clock.now())
        assert (held(world.bin_id, lot), lost(world, lot)) == (100, 0)
        with pytest.raises(WrongStatus):
            approving.undo(count, reason="Again", actor=world.admin, at=clock.now())


class TestRounds:
    def test_what_both_found_as_in_the_books_is_not_counted_again(self, world, lot, counter):
        count = make_count(world, second=counter, number=2)
        enter(count, line_of(count, lot), 100, actor=world.logistician)
        assert finish(count, world.logistician) == CountStatus.COUNTING
        enter(count, line_of(count, lot), 100, actor=counter)
        assert finish(count, counter) == CountStatus.REVIEW

    def test_where_two_differ_only_that_line_is_counted_again(self, world, lot, counter):
        other = make_stock(world, make_item("Rice"), 5)
        count = make_count(world, number=2)
        for actor, quantity in ((world.logistician, 100), (counter, 99)):
            enter(count, line_of(count, lot), quantity, actor=actor)
            enter(count, line_of(count, other), 5, actor=actor)
            status = finish(count, actor)
        assert status == CountStatus.RECOUNTING
        with pytest.raises(WrongStatus, match="not counted again"):
            enter(count, line_of(count, other), 5, actor=counter)
        enter(count, line_of(count, lot), 100, actor=counter)
        assert finish(count, counter) == CountStatus.REVIEW

    def test_between_two_counters_goods_may_move(self, world, lot, counter):
        count = make_count(world, second=counter, number=2)
        enter(count, line_of(count, lot), 100, actor=world.logistician)
        finish(count, world.logistician)
        move(world, lot, 25, world.warehouse_id)
        enter(count, line_of(count, lot), 75, actor=counter)
        assert finish(count, counter) == CountStatus.REVIEW

    def test_what_is_not_counted_is_named_before_one_is_done(self, world, lot):
        make_stock(world, make_item("Rice"), 5)
        count = make_count(world)
        enter(count, line_of(count, lot), 100, actor=world.logistician)
        with pytest.raises(Invalid, match="1 line is not counted"):
            finish(count, world.logistician)

    def test_the_reviewer_sends_lines_to_be_counted_again(self, world, lot):
        count = make_count(world)
        count_all(count, {lot: 93}, world.logistician)
        rounds.count_again(count, [line_of(count, lot)], actor=world.admin)
        enter(count, line_of(count, lot), 100, actor=world.logistician)
        assert finish(count, world.logistician) == CountStatus.REVIEW
        assert approving.differences(approving.decided_lines(kept(count))) == []

    def test_a_bin_said_to_be_empty_counts_as_nothing(self, world, lot):
        make_stock(world, make_item("Rice"), 5)
        count = make_count(world)
        enter(count, line_of(count, lot), 100, actor=world.logistician)
        emptied = entries.bin_is_empty(
            count, world.bin_id, key=uuid4(), actor=world.logistician, at=clock.now()
        )
        assert emptied == 1
        assert finish(count, world.logistician) == CountStatus.RECOUNTING


class TestWho:
    def test_only_the_counters_count(self, world, lot, counter, approver):
        count = make_count(world, second=counter, number=2)
        with pytest.raises(counts.NotTheirs, match="Logistician"):
            enter(count, line_of(count, lot), 100, actor=approver)

    def test_whoever_counts_first_as_second_is_the_second(self, world, lot, counter, approver):
        count = make_count(world, number=2)
        enter(count, line_of(count, lot), 100, actor=counter)
        assert kept(count).second_counter_id == counter.user_id
        with pytest.raises(counts.NotTheirs):
            enter(count, line_of(count, lot), 100, actor=approver)

    def test_figures_from_paper_are_those_of_who_counted(self, world, lot, counter, approver):
        count = make_count(world, second=counter, number=2)
        enter(count, line_of(count, lot), 100, actor=approver, by=counter)
        assert counts.hands(kept(count)) == {
            world.admin.user_id, counter.user_id, approver.user_id
        }  # fmt: skip

    def test_whoever_planned_counted_or_entered_does_not_approve(self, world, lot, approver):
        count = make_count(world)
        count_all(count, {lot: 93}, world.logistician)
        with pytest.raises(SameHands, match="counted here yourself"):
            approve(count, world.logistician)
        with pytest.raises(SameHands, match="planned"):
            approve(count, world.admin)
        approve(count, approver)

    def test_another_counts_instead_of_one_who_has_not_begun(self, world, lot, counter, approver):
        count = make_count(world, second=counter, number=2)
        enter(count, line_of(count, lot), 100, actor=world.logistician)
        hand_over(world, count, world.logistician, approver)
        enter(count, line_of(count, lot), 100, actor=approver)
        with pytest.raises(counts.NotTheirs):
            enter(count, line_of(count, lot), 100, actor=counter)
        for first, second in ((counter, approver), (world.logistician, None)):
            with pytest.raises(WrongStatus, match="has begun to count"):
                hand_over(world, count, first, second)
        assert (kept(count).first_counter_id, kept(count).second_counter_id) == (
            world.logistician.user_id, approver.user_id,
        )  # fmt: skip

    def test_whoever_said_who_counts_does_not_approve(self, world, lot, counter, approver):
        count = make_count(world, first=counter)
        hand_over(world, count, world.logistician, None, actor=approver)
        count_all(count, {lot: 93}, world.logistician)
        with pytest.raises(SameHands, match="said who counts"):
            approve(count, approver)
        approve(count, counter)

    def test_only_those_who_may_count_here_are_made_counters(self, world, lot, counter):
        count = make_count(world, second=counter, number=2)
        for first, second in ((world.coordinator, None), (counter, counter), (world.driver, None)):
            with pytest.raises(Invalid):
                hand_over(world, count, first, second)
        with pytest.raises(NotAllowed):
            hand_over(world, count, counter, None, actor=world.coordinator)
        with pytest.raises(NotFound):
            hand_over(world, count, counter, None, actor=make_world("Strangers").admin)

    def test_a_count_of_one_person_has_no_second(self, world, lot, counter):
        with pytest.raises(Invalid, match="no second"):
            hand_over(world, make_count(world), counter, world.logistician)

    def test_once_everything_is_counted_nobody_else_counts(self, world, lot, counter):
        count = make_count(world)
        count_all(count, {lot: 93}, world.logistician)
        with pytest.raises(WrongStatus, match="waits for approval"):
            hand_over(world, count, counter, None)

    def test_a_coordinator_neither_counts_nor_approves(self, world, lot):
        count = make_count(world)
        with pytest.raises(NotAllowed):
            enter(count, line_of(count, lot), 100, actor=world.coordinator)
        with pytest.raises(NotAllowed):
            approve(count, world.coordinator)

    def test_a_stranger_finds_no_count(self, world, lot):
        count = make_count(world)
        with pytest.raises(NotFound):
            finish(count, make_world("Strangers").admin)


class TestOnce:
    def test_the_same_key_counts_once(self, world, lot, key):
        count = make_count(world)
        line = line_of(count, lot)
        enter(count, line, 93, actor=world.logistician, key=key)
        enter(count, line, 94, actor=world.logistician)
        enter(count, line, 93, actor=world.logistician, key=key)
        finish(count, world.logistician)
        with pytest.raises(KeyReused):
            enter(count, line, 99, actor=world.logistician, key=key)

    def test_a_figure_that_was_saved_is_answered_again_when_the_count_has_gone_on(
        self, world, lot, key
    ):
        count = make_count(world)
        enter(count, line_of(count, lot), 100, actor=world.logistician, key=key)
        finish(count, world.logistician)
        saved = enter(count, line_of(count, lot), 100, actor=world.logistician, key=key)
        assert saved.quantity == 100

    def test_two_counts_do_not_have_the_same_lot(self, world, lot):
        make_count(world)
        with pytest.raises(Invalid, match="being counted already"):
            make_count(world)
        other = make_stock(world, make_item("Rice"), 5)
        assert kept(make_count(world)).left_out == 1
        assert other


class TestScope:
    def test_it_is_narrowed_by_place_item_value_and_what_was_counted(self, world, approver):
        cheap, dear = make_item("Rice"), make_item("Tent")
        in_bin = make_stock(world, cheap, 10)
        on_floor = make_stock(world, dear, 10, place_id=world.warehouse_id, unit_value_minor=900)
        wanted = {
            "place_ids": ((world.bin_id,), {in_bin}),
            "item_ids": ((dear,), {on_floor}),
            "value_above_minor": (1_000, {on_floor}),
            "not_counted_since": (clock.today() - timedelta(days=1), {in_bin, on_floor}),
        }
        for name, (value, lots) in wanted.items():
            count = make_count(world, **{name: value})
            assert _lots(count) == lots, name
            approving.cancel(count, reason="Next", actor=world.admin, at=clock.now())
        done = make_count(world, item_ids=(dear,))
        count_all(done, {on_floor: 10}, world.logistician)
        approve(done, approver)
        rest = make_count(world, not_counted_since=clock.today() - timedelta(days=1))
        assert _lots(rest) == {in_bin}

    def test_a_place_elsewhere_is_refused(self, world, lot):
        with pytest.raises(Invalid, match="places of this site"):
            planning.within(world.warehouse_id, [world.point_id])


def _lots(count_id):
    db.session.rollback()
    return set(db.session.scalars(select(CountLine.lot_id).filter_by(count_id=count_id)))
