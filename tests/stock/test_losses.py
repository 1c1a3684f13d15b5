"""What becomes of losses: found, destroyed, corrected, claimed, said twice, for own reasons."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.core import audit, clock
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotAllowed, NotFound, WrongStatus
from aidtrack.documents.models import Paper, PaperKind, PaperStatus
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.sealing import verification
from aidtrack.stock import (
    claims,
    finds,
    ledger,
    services,
    storekeeping,
    written_off,
)
from aidtrack.stock.claims import Claim
from aidtrack.stock.finds import CameBack, FoundSince, TakesACount
from aidtrack.stock.found import lines_of_found
from aidtrack.stock.loss_models import ClaimState, LossAct, WriteOffStatus
from aidtrack.stock.models import Lot, MovementKind
from aidtrack.stock.services import Taking
from aidtrack.stock.storekeeping import Counted, SaidAlready
from aidtrack.stock.write_offs import Story
from tests.factories.world import (
    carry,
    held,
    make_item,
    make_person,
    make_stock,
    make_world,
    reserved,
)
from tests.factories.write_offs import approve, kept, write_off
from tests.races import all_at_once, endings

W = WriteOffStatus
BURNT = Story(disposal="Burnt", location="Municipal plant", witnesses="District pharmacist")


@pytest.fixture
def lot(world) -> int:
    """A thousand, each worth a dollar: twice the limit of 500."""
    return make_stock(world, make_item(), 1_000)


@pytest.fixture
def other(world):
    return make_person(Role.LOGISTICIAN, world.organisation_id)


def lost_place(world, stage=PlaceKind.LOST_IN_WAREHOUSE) -> int:
    return places.outside_place(stage, world.organisation_id)


def find(world, write_off_id, quantity, *, actor=None, key=None, place_id=None, number=0):
    """Some of the first line turned up."""
    line = written_off.write_off(write_off_id, world.admin).lines[0]
    return finds.find(
        write_off_id,
        [CameBack(line.id, place_id or world.bin_id, quantity)],
        note="Behind the racks",
        key=key or uuid4(),
        actor=actor or world.logistician,
        at=clock.now(),
    )


def correct(world, lot, quantity, *, book=1_000, actor=None, key=None, at=None):
    return storekeeping.correct(
        [Counted(lot, world.bin_id, quantity, book)],
        reason="missing",
        note="Typed wrong at the receipt",
        key=key or uuid4(),
        actor=actor or world.logistician,
        at=at or clock.now(),
    )


def destroy(world, lot, quantity, story=BURNT, **more):
    return storekeeping.destroy(
        [Taking(lot, world.bin_id, quantity)],
        reason="expired",
        note="Past its date",
        story=story,
        key=uuid4(),
        actor=more.pop("actor", world.logistician),
        at=clock.now(),
        **more,
    )


def reports_of(write_off_id) -> list[Paper]:
    asked = select(Paper).where(
        Paper.kind == PaperKind.LOSS_REPORT, Paper.source_id == write_off_id
    )
    return list(db.session.scalars(asked.order_by(Paper.id)))


class TestFound:
    def test_a_part_comes_back_and_the_loss_says_how_much(self, world, lot):
        lost = write_off(world, lot, 10)
        find(world, lost, 4)
        seen = written_off.write_off(lost, world.auditor)
        assert (seen.found, seen.left, seen.status) == (4, 6, W.POSTED)
        assert (held(world.bin_id, lot), held(lost_place(world), lot)) == (994, 6)
        assert [(each.quantity, each.note) for each in seen.finds] == [(4, "Behind the racks")]
        assert seen.finds[0].number.startswith("FND/KG/")
        assert verification.verify().holds

    def test_more_than_is_still_lost_cannot_be_found(self, world, lot):
        lost = write_off(world, lot, 10)
        find(world, lost, 7)
        with pytest.raises(Invalid, match="Only 3") as refused:
            find(world, lost, 4)
        assert refused.value.field == "lines-0-quantity"
        assert held(world.bin_id, lot) == 997

    def test_what_a_count_found_before_is_not_found_again(self, world, lot):
        lost = write_off(world, lot, 10)
        with pytest.raises(Invalid, match="a count found the rest"):
            _surplus_then(world, lot, 8, partial(find, world, lost, 5))

    def test_it_is_for_who_may_write_off_and_stays_hidden_from_strangers(self, world, lot):
        lost = write_off(world, lot, 10)
        with pytest.raises(NotAllowed):
            find(world, lost, 1, actor=world.auditor)
        with pytest.raises(NotFound):
            find(world, lost, 1, actor=make_world("Strangers").logistician)

    def test_what_waits_or_was_destroyed_is_not_found(self, world, lot):
        with pytest.raises(WrongStatus, match="Only what was written off"):
            find(world, write_off(world, lot, 501), 1)
        with pytest.raises(WrongStatus, match="were not lost"):
            find(world, destroy(world, lot, 1), 1)

    def test_sent_twice_it_counts_once(self, world, lot, key):
        lost = write_off(world, lot, 10)
        assert find(world, lost, 4, key=key) == find(world, lost, 4, key=key)
        assert held(world.bin_id, lot) == 994

    def test_undone_it_is_lost_again(self, world, lot):
        lost = write_off(world, lot, 10)
        movement = finds.movement_of(find(world, lost, 4))
        services.undo(movement, reason="Other goods", key=uuid4(), actor=world.logistician)
        seen = written_off.write_off(lost, world.auditor)
        assert (seen.found, held(lost_place(world), lot)) == (0, 10)
        assert seen.finds[0].is_undone

    def test_a_loss_of_which_some_was_found_cannot_be_undone(self, world, lot):
        lost = write_off(world, lot, 10)
        find(world, lost, 4)
        with pytest.raises(FoundSince):
            services.undo(kept(lost).movement_id, reason="x", key=uuid4(), actor=world.logistician)
        assert (kept(lost).status, held(world.bin_id, lot)) == (W.POSTED, 994)

    def test_two_who_find_the_same_at_once_find_no_more_than_was_lost(self, app, world, lot):
        lost = write_off(world, lot, 10)
        line = written_off.write_off(lost, world.admin).lines[0].id
        came = [CameBack(line, world.bin_id, 6)]

        def act():
            finds.find(
                lost, came, note="There", key=uuid4(), actor=world.logistician, at=clock.now()
            )

        assert endings(app, act, act, act) == {"done": 1, "invalid": 2}
        assert (held(world.bin_id, lot), held(lost_place(world), lot)) == (996, 4)

    def test_finding_and_undoing_at_once_leaves_one_of_them(self, app, world, lot):
        lost = write_off(world, lot, 10)
        movement = kept(lost).movement_id
        line = written_off.write_off(lost, world.admin).lines[0].id

        def seek():
            finds.find(
                lost, [CameBack(line, world.bin_id, 6)], note="There", key=uuid4(),
                actor=world.logistician, at=clock.now(),
            )  # fmt: skip

        def undo():
            services.undo(movement, reason="x", key=uuid4(), actor=world.logistician)

        assert endings(app, seek, undo)["done"] == 1
        assert held(lost_place(world), lot) in (0, 4)
        assert verification.verify().holds


def _surplus_then(world, lot, quantity, act):
    """A count takes some of the loss back, then something else happens."""
    with transaction():
        ledger.post(
            lines_of_found(lot, world.bin_id, quantity, world.organisation_id),
            kind=MovementKind.COUNT,
            source=ledger.Source("test", 1),
            organisation_id=world.organisation_id,
            recorded_by_id=world.admin.user_id,
            occurred_at=clock.now(),
        )
    act()


class TestReport:
    def test_a_loss_has_its_report_once_it_is_posted(self, world, lot, other):
        lost = write_off(world, lot, 501)
        assert reports_of(lost) == []
        approve(lost, other)
        (paper,) = reports_of(lost)
        assert (paper.status, kept(lost).paper_id) == (PaperStatus.VALID, paper.id)
        assert paper.number.startswith("LR/KG/")

    def test_found_goods_and_claims_give_it_a_new_edition(self, world, lot):
        lost = write_off(world, lot, 10)
        find(world, lost, 4)
        claims.set_claim(lost, Claim(ClaimState.OPEN, "Silk Road Haulage"), actor=world.admin)
        states = [paper.status for paper in reports_of(lost)]
        assert states == [PaperStatus.SUPERSEDED, PaperStatus.SUPERSEDED, PaperStatus.VALID]

    def test_undone_it_is_void(self, world, lot):
        lost = write_off(world, lot, 10)
        services.undo(kept(lost).movement_id, reason="x", key=uuid4(), actor=world.logistician)
        assert [paper.status for paper in reports_of(lost)] == [PaperStatus.VOID]


class TestDestroy:
    def test_it_says_how_where_and_before_whom(self, world, lot):
        seen = written_off.write_off(destroy(world, lot, 10), world.auditor)
        assert (seen.act, seen.disposal, seen.location) == (
            LossAct.DESTRUCTION, "Burnt", "Municipal plant",
        )  # fmt: skip
        assert seen.number.startswith("DES/KG/")
        assert seen.witnesses == "District pharmacist"
        assert held(world.bin_id, lot) == 990

    @pytest.mark.parametrize("missing", ["disposal", "location"])
    def test_without_how_or_where_it_is_refused(self, world, lot, missing):
        story = Story(**{"disposal": "Burnt", "location": "Plant", missing: " "})
        with pytest.raises(Invalid) as refused:
            destroy(world, lot, 10, story)
        assert refused.value.field == missing

    def test_above_the_limit_it_waits_for_another(self, world, lot, other):
        found = destroy(world, lot, 600)
        assert (kept(found).status, reserved(world.bin_id, lot)) == (W.WAITING, 600)
        approve(found, other)
        assert held(world.bin_id, lot) == 400


class TestGiveBack:
    def give(self, world, lot, quantity):
        return storekeeping.give_back(
            [Taking(lot, world.bin_id, quantity)], note="Too many", key=uuid4(),
            actor=world.logistician, at=clock.now(),
        )  # fmt: skip

    def test_above_the_limit_it_waits_for_another(self, world, lot, other, given):
        found = self.give(world, given, 501)
        assert (kept(found).status, reserved(world.bin_id, given)) == (W.WAITING, 501)
        approve(found, other)
        assert held(lost_place(world, PlaceKind.RETURNED), given) == 501
        assert reports_of(found) == []

    @pytest.fixture
    def given(self, world, lot) -> int:
        db.session.get_one(Lot, lot).donor_id = world.donor_id
        db.session.commit()
        return lot


class TestCorrect:
    def test_less_than_the_books_say_counts_as_lost(self, world, lot):
        done = correct(world, lot, 990)
        assert (held(world.bin_id, lot), held(lost_place(world), lot)) == (990, 10)
        assert kept(done.write_off_id).number.startswith("ADJ/KG/")
        assert done.find_id is None

    def test_more_comes_back_from_the_losses_first(self, world, lot):
        write_off(world, lot, 3)
        done = correct(world, lot, 1_004, book=997)
        assert done.write_off_id is None
        assert held(world.bin_id, lot) == 1_000
        assert held(lost_place(world), lot) == 0
        assert held(lost_place(world, PlaceKind.LOST_IN_WAREHOUSE), lot) == 0
        assert verification.verify().holds

    def test_what_was_moved_since_it_was_looked_at_stays_moved(self, world, lot):
        carry(world, lot, 100)
        correct(world, lot, 995)
        assert held(world.bin_id, lot) == 895

    def test_above_the_limit_less_waits_and_more_takes_a_count(self, world, lot):
        assert kept(correct(world, lot, 400).write_off_id).status == W.WAITING
        with pytest.raises(TakesACount):
            correct(world, lot, 1_600)

    def test_small_steps_up_within_a_day_add_up_to_a_count(self, world, lot, other):
        first = correct(world, lot, 1_300)
        with pytest.raises(TakesACount):
            correct(world, lot, 1_201)
        db.session.rollback()
        correct(world, lot, 1_201, actor=other)
        movement_id = finds.movement_of(first.find_id)
        services.undo(movement_id, reason="x", key=uuid4(), actor=world.logistician)
        assert correct(world, lot, 1_201).find_id

    def test_what_was_put_right_the_day_before_counts_no_longer(self, world, lot):
        correct(world, lot, 1_300, at=clock.now() - timedelta(hours=25))
        assert correct(world, lot, 1_201).find_id

    def test_nothing_to_correct_is_said(self, world, lot):
        with pytest.raises(Invalid, match="Nothing differs"):
            correct(world, lot, 1_000)

    def test_sent_twice_it_counts_once(self, world, lot, key):
        assert correct(world, lot, 990, key=key) == correct(world, lot, 990, key=key)
        assert held(world.bin_id, lot) == 990


class TestSaidTwice:
    def test_the_very_same_within_minutes_is_asked_about(self, world, lot):
        first = write_off(world, lot, 5, again=False)
        with pytest.raises(SaidAlready) as refused:
            write_off(world, lot, 5, again=False)
        assert (refused.value.field, refused.value.facts["write_off_id"]) == ("again", first)
        write_off(world, lot, 5, again=True)
        assert held(world.bin_id, lot) == 990

    def test_other_goods_another_person_or_what_was_undone_are_not(self, world, lot, other):
        first = write_off(world, lot, 5, again=False)
        write_off(world, lot, 6, again=False)
        write_off(world, lot, 5, again=False, actor=other)
        services.undo(kept(first).movement_id, reason="x", key=uuid4(), actor=world.logistician)
        write_off(world, lot, 5, again=False)
        assert held(world.bin_id, lot) == 984


class TestClaims:
    def test_a_claim_is_kept_with_what_was_before(self, world, lot):
        lost = write_off(world, lot, 10)
        claim = Claim(ClaimState.OPEN, "Silk Road Haulage", 10_00, "Broken seal")
        claims.set_claim(lost, claim, actor=world.logistician)
        claims.set_claim(lost, Claim(ClaimState.PAID, "Silk Road Haulage", 9_00), actor=world.admin)
        said = [x for x in audit.history("write_off", lost) if "claim" in x.action]
        changes = said[0].facts["changes"]
        assert changes["claim"] == ["open", "paid"]
        assert changes["claim_minor"] == [10_00, 9_00]

    def test_it_needs_somebody_who_shall_pay(self, world, lot):
        with pytest.raises(Invalid) as refused:
            claims.set_claim(write_off(world, lot, 1), Claim(ClaimState.OPEN), actor=world.admin)
        assert refused.value.field == "against"

    def test_an_auditor_only_reads_it(self, world, lot):
        claim = Claim(ClaimState.OPEN, "Insurer")
        with pytest.raises(NotAllowed):
            claims.set_claim(write_off(world, lot, 1), claim, actor=world.auditor)


def test_two_approvals_of_a_destruction_at_once_destroy_it_once(app, world, lot, other):
    found = destroy(world, lot, 600)
    third = make_person(Role.LOGISTICIAN, world.organisation_id)
    results = all_at_once(app, [partial(approve, found, who) for who in (other, third)])
    assert "wrong_status" in results
    assert held(world.bin_id, lot) == 400
