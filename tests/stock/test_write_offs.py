"""Writing off with a second person: held, approved, refused, withdrawn; many at once."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aidtrack.core import audit, clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound, RuleBroken, WrongStatus
from aidtrack.identity.duties import SameHands
from aidtrack.identity.permissions import Role
from aidtrack.sealing import verification
from aidtrack.stock import services, write_off_list, write_offs, written_off
from aidtrack.stock.ledger import InsufficientStock
from aidtrack.stock.loss_models import WhyApproved, WriteOffStatus
from aidtrack.stock.write_off_list import WriteOffFilter
from tests.factories.world import (
    carry,
    held,
    make_item,
    make_person,
    make_stock,
    make_world,
    reserved,
)
from tests.factories.write_offs import approve, kept, refuse, switch_off, withdraw, write_off
from tests.races import endings

W = WriteOffStatus


@pytest.fixture
def lot(world) -> int:
    """A thousand, each worth a dollar: twice the limit of 500."""
    return make_stock(world, make_item(), 1_000)


@pytest.fixture
def other(world):
    return make_person(Role.LOGISTICIAN, world.organisation_id)


class TestLimit:
    def test_within_the_limit_it_is_posted_at_once_and_kept_as_a_record(self, world, lot):
        found = kept(write_off(world, lot, 500))
        assert (found.status, found.why_approved, found.value_minor) == (W.POSTED, None, 500_00)
        assert found.number.startswith("WO/KG/")
        assert (held(world.bin_id, lot), reserved(world.bin_id, lot)) == (500, 0)

    def test_a_keeper_of_one_site_undoes_what_they_wrote_off_there(self, world, lot):
        keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
        found = kept(write_off(world, lot, 3, actor=keeper))
        services.undo(found.movement_id, reason="Found again", key=uuid4(), actor=keeper)
        assert held(world.bin_id, lot) == 1_000
        assert kept(found.id).status == W.UNDONE

    def test_above_it_the_goods_are_held_and_nothing_is_posted(self, world, lot):
        found = kept(write_off(world, lot, 501))
        assert (found.status, found.why_approved) == (W.WAITING, WhyApproved.ABOVE_LIMIT)
        assert (held(world.bin_id, lot), reserved(world.bin_id, lot)) == (1_000, 501)
        assert verification.verify().holds

    def test_an_unknown_value_counts_as_above_the_limit(self, world):
        lot = make_stock(world, make_item(), 10, unit_value_minor=None)
        assert kept(write_off(world, lot, 1)).why_approved == WhyApproved.VALUE_UNKNOWN

    def test_splitting_it_does_not_stay_below_the_limit(self, world, lot):
        write_off(world, lot, 300)
        found = kept(write_off(world, lot, 201))
        assert (found.status, found.why_approved) == (W.WAITING, WhyApproved.WITH_OTHERS)

    def test_what_was_written_off_a_day_ago_does_not_count(self, world, lot):
        write_off(world, lot, 300, at=clock.now() - timedelta(hours=25))
        assert kept(write_off(world, lot, 201)).status == W.POSTED

    def test_what_someone_else_wrote_off_or_approved_does_not_count(self, world, lot, other):
        write_off(world, lot, 300, actor=other)
        approve(write_off(world, lot, 501), other)
        assert kept(write_off(world, lot, 199)).status == W.POSTED

    def test_too_much_is_refused_by_name_and_takes_no_number(self, world, lot):
        with pytest.raises(InsufficientStock, match="1 short"):
            write_off(world, lot, 1_001)
        assert kept(write_off(world, lot, 1)).number.endswith("/000001")

    def test_the_same_key_writes_off_once(self, world, lot, key):
        first = write_off(world, lot, 600, key=key)
        assert write_off(world, lot, 600, key=key) == first
        assert reserved(world.bin_id, lot) == 600
        with pytest.raises(KeyReused):
            write_off(world, lot, 601, key=key)


class TestHeldGoods:
    def test_nobody_moves_or_sends_what_waits(self, world, lot):
        write_off(world, lot, 600)
        with pytest.raises(InsufficientStock):
            carry(world, lot, 401)

    def test_what_is_refused_or_withdrawn_is_free_again(self, world, lot, other):
        refuse(write_off(world, lot, 600), other)
        withdraw(write_off(world, lot, 600), world.logistician)
        assert (held(world.bin_id, lot), reserved(world.bin_id, lot)) == (1_000, 0)
        assert verification.verify().holds


class TestApprove:
    def test_another_person_approves_and_the_goods_leave(self, world, lot, other):
        write_off_id = write_off(world, lot, 600)
        movement_id = approve(write_off_id, other)
        found = kept(write_off_id)
        assert (found.status, found.movement_id) == (W.POSTED, movement_id)
        assert found.decided_by_id == other.user_id
        assert (held(world.bin_id, lot), reserved(world.bin_id, lot)) == (400, 0)

    def test_the_audit_names_both(self, world, lot, other):
        write_off_id = write_off(world, lot, 600)
        approve(write_off_id, other)
        entry = audit.history("write_off", write_off_id)[0]
        assert (entry.action, entry.user_name) == ("write_off.approved", other.name)
        assert entry.facts["prepared_by"] == world.logistician.name

    def test_whoever_prepared_it_is_told_whom_to_ask(self, world, lot, other):
        write_off_id = write_off(world, lot, 600)
        with pytest.raises(SameHands) as refused:
            approve(write_off_id, world.logistician)
        assert other.name in refused.value.message
        assert world.admin.name in refused.value.message
        assert kept(write_off_id).status == W.WAITING

    def test_an_auditor_may_not_approve_and_a_stranger_finds_nothing(self, world, lot):
        write_off_id = write_off(world, lot, 600)
        with pytest.raises(NotAllowed):
            approve(write_off_id, world.auditor)
        with pytest.raises(NotFound):
            approve(write_off_id, make_world("Strangers").logistician)

    def test_someone_of_another_site_finds_nothing(self, world, lot):
        keeper = make_person(
            Role.LOGISTICIAN, world.organisation_id, site_id=world.other_warehouse_id
        )
        with pytest.raises(NotFound):
            approve(write_off(world, lot, 600), keeper)

    def test_twice_is_once_and_a_second_approver_is_told_who_was_first(self, world, lot, other):
        write_off_id = write_off(world, lot, 600)
        assert approve(write_off_id, other) == approve(write_off_id, other)
        with pytest.raises(WrongStatus, match=other.name):
            approve(write_off_id, world.admin)
        with pytest.raises(WrongStatus, match=other.name):
            withdraw(write_off_id, world.logistician)
        with pytest.raises(WrongStatus, match=other.name):
            refuse(write_off_id, world.admin)

    def test_one_key_approves_one_write_off(self, world, lot, other, key):
        first, second = write_off(world, lot, 300), write_off(world, lot, 300)
        third = write_off(world, lot, 300)
        for _time in range(2):
            write_offs.approve(second, key=key, actor=other, at=clock.now())
        with pytest.raises(KeyReused):
            write_offs.approve(third, key=key, actor=other, at=clock.now())
        assert [kept(each).status for each in (first, second, third)] == [
            W.POSTED, W.POSTED, W.WAITING,
        ]  # fmt: skip

    def test_to_refuse_takes_a_reason(self, world, lot, other):
        write_off_id = write_off(world, lot, 600)
        with pytest.raises(Invalid, match="Say why"):
            refuse(write_off_id, other, reason=" ")

    def test_only_whoever_prepared_it_withdraws_it(self, world, lot, other):
        write_off_id = write_off(world, lot, 600)
        with pytest.raises(Invalid, match=world.logistician.name):
            withdraw(write_off_id, other)

    def test_undone_it_says_so_and_the_goods_are_back(self, world, lot, other):
        write_off_id = write_off(world, lot, 600)
        movement_id = approve(write_off_id, other)
        services.undo(movement_id, reason="Found", key=uuid4(), actor=world.logistician)
        assert kept(write_off_id).status == W.UNDONE
        assert held(world.bin_id, lot) == 1_000
        with pytest.raises(WrongStatus, match="undone"):
            approve(write_off_id, world.admin)


class TestOneHand:
    def test_where_one_may_do_both_it_is_posted_at_once_and_says_by_whom(self, world, lot):
        switch_off(world)
        found = written_off.write_off(write_off(world, lot, 600), world.auditor)
        assert (found.status, found.is_own) == (W.POSTED, True)
        assert found.why_approved == WhyApproved.ABOVE_LIMIT

    def test_what_waited_before_may_be_approved_by_its_preparer(self, world, lot):
        write_off_id = write_off(world, lot, 600)
        switch_off(world)
        approve(write_off_id, world.logistician)
        assert kept(write_off_id).status == W.POSTED


class TestAtOnce:
    """Several at once: one wins, the others get a sentence."""

    def test_of_two_approvers_one_is_first(self, world, lot, other, app):
        write_off_id = write_off(world, lot, 600)
        outcomes = endings(
            app,
            lambda: approve(write_off_id, other),
            lambda: approve(write_off_id, world.admin),
        )
        assert outcomes == {"done": 1, "wrong_status": 1}
        assert held(world.bin_id, lot) == 400
        assert verification.verify().holds

    def test_approved_or_withdrawn_but_never_both(self, world, lot, other, app):
        write_off_id = write_off(world, lot, 600)
        outcomes = endings(
            app,
            lambda: approve(write_off_id, other),
            lambda: withdraw(write_off_id, world.logistician),
        )
        assert outcomes == {"done": 1, "wrong_status": 1}
        left = 400 if kept(write_off_id).status == W.POSTED else 1_000
        assert (held(world.bin_id, lot), reserved(world.bin_id, lot)) == (left, 0)

    def test_two_halves_at_once_are_not_both_below_the_limit(self, world, lot, app):
        write_off(world, lot, 1)  # So that the places of losses exist.
        outcomes = endings(app, *[lambda: write_off(world, lot, 300)] * 2)
        assert outcomes == {"done": 2}
        assert (held(world.bin_id, lot), reserved(world.bin_id, lot)) == (699, 300)

    def test_two_taps_on_one_button_are_one_write_off(self, world, lot, app):
        write_off(world, lot, 1)
        key = uuid4()
        outcomes = endings(app, *[lambda: write_off(world, lot, 3, key=key)] * 4)
        assert outcomes == {"done": 4}
        assert held(world.bin_id, lot) == 996


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(("write", "approve", "refuse", "withdraw")), st.integers(1, 700)),
        max_size=12,
    )
)
def test_what_is_held_and_posted_never_exceeds_the_stock(app, test_database, steps):
    test_database.reset()
    world = make_world()
    other = make_person(Role.LOGISTICIAN, world.organisation_id)
    lot = make_stock(world, make_item(), 1_000)
    made: list[int] = []
    for step, amount in steps:
        one = made[amount % len(made)] if made else 0
        try:
            if step == "write":
                made.append(write_off(world, lot, amount))
            elif step == "approve":
                approve(one, other)
            elif step == "refuse":
                refuse(one, other)
            else:
                withdraw(one, world.logistician)
        except RuleBroken:
            db.session.rollback()
    totals = Counter[str]()
    for each in made:
        found = written_off.write_off(each, world.auditor)
        totals[found.status] += sum(line.quantity for line in found.lines)
    assert totals[W.WAITING] + totals[W.POSTED] <= 1_000
    assert reserved(world.bin_id, lot) == totals[W.WAITING]
    assert held(world.bin_id, lot) == 1_000 - totals[W.POSTED]
    assert verification.verify().holds


class TestList:
    def test_what_waits_stands_first_and_can_be_asked_for_alone(self, world, lot):
        waiting = write_off(world, lot, 600)
        posted = write_off(world, lot, 5)
        rows = write_off_list.write_offs(world.auditor, WriteOffFilter()).rows
        assert [row.id for row in rows] == [waiting, posted]
        alone = write_off_list.write_offs(world.auditor, WriteOffFilter(waiting=True)).rows
        assert [row.id for row in alone] == [waiting]
        assert write_off_list.write_offs(make_world("Other").admin, WriteOffFilter()).rows == []

    def test_it_tells_how_many_wait_for_the_reader(self, world, lot, other):
        write_off(world, lot, 600)
        waiting = [written_off.number_of_waiting(x) for x in (other, world.logistician)]
        assert waiting == [1, 0]

    def test_the_list_takes_the_same_statements_for_one_row_and_for_many(
        self, world, lot, signed_in, statements
    ):
        browser = signed_in(world.logistician)
        counts = []
        for more in (1, 20):
            for _number in range(more):
                write_off(world, lot, 1)
            with statements() as seen:
                browser.get("/stock/write-offs")
            counts.append(len(seen))
        assert counts[0] == counts[1]
