"""What comes damaged or not at all: written off, above the limit by two, claimed, taken back."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.core import audit
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound, WrongStatus
from aidtrack.documents.models import PaperStatus
from aidtrack.donations import lost_again, queries, receipts, services
from aidtrack.donations.services import PledgedLine, ReceivedLot
from aidtrack.identity.duties import SameHands
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.reports.donor_equation import position
from aidtrack.sealing import verification
from aidtrack.stock import queries as stock
from aidtrack.stock.loss_models import ClaimState, WhyApproved, WriteOff, WriteOffStatus
from aidtrack.stock.models import Lot
from tests.factories.donations import lines_of, make_pledge, make_receipt
from tests.factories.world import held, make_item, make_person, make_world, reserved
from tests.factories.write_offs import approve, kept, refuse
from tests.races import endings

W = WriteOffStatus


def receive(world, damaged, *, value=100, good=200, batch="B-1"):
    """A receipt of one line, each worth a dollar: the limit is 500. The id and the lot's."""
    donation = make_pledge(world, PledgedLine(make_item(), 2_000, None, value), currency="USD")
    return receive_more(world, lines_of(donation)[0], donation, damaged, good=good, batch=batch)


def receive_more(world, line, donation, damaged, *, good=200, batch="B-1"):
    lot = ReceivedLot(
        line, good + damaged, good, damaged, place_id=world.bin_id, batch_number=batch,
        note="Crushed",
    )  # fmt: skip
    made = make_receipt(world, donation, lot)
    return made, db.session.scalar(select(Lot.id).filter_by(donation_line_id=line))


def receive_short(world, missing, *, damaged=0, value=100, **more):
    """A receipt that lacks so many of a thousand, each worth a dollar."""
    donation = make_pledge(world, PledgedLine(make_item(), 1_000, None, value), currency="USD")
    (line,) = lines_of(donation)
    lot = ReceivedLot(
        line, 1_000, 1_000 - missing - damaged, damaged, place_id=world.bin_id, **more
    )
    made = make_receipt(world, donation, lot)
    return made, db.session.scalar(select(Lot.id).filter_by(donation_line_id=line))


def where(lot):
    return position(stock.balances_by_kind([lot])[lot])


def lose_again(world, receipt_id, *, actor=None, key=None, note="The truck was robbed"):
    actor = actor or world.logistician
    return lost_again.lose_again(receipt_id, note=note, key=key or uuid4(), actor=actor)


def written(receipt_id) -> WriteOff:
    db.session.rollback()
    return db.session.scalars(select(WriteOff).filter_by(receipt_id=receipt_id)).one()


def lost(world, lot) -> int:
    return held(places.outside_place(PlaceKind.LOST_IN_TRANSPORT, world.organisation_id), lot)


def undo(receipt_id, actor):
    services.undo_receipt(receipt_id, reason="Wrong truck", actor=actor, key=uuid4())


def test_within_the_limit_it_is_written_off_at_once_with_a_report(world):
    receipt, lot = receive(world, 20)
    found = written(receipt)
    assert (found.status, found.stage) == (W.POSTED, PlaceKind.LOST_IN_TRANSPORT)
    assert found.number.startswith("WO/")
    assert found.paper_id is not None
    assert "Crushed" in found.note
    assert (held(world.bin_id, lot), held(world.warehouse_id, lot)) == (200, 0)
    assert lost(world, lot) == 20


def test_above_it_the_damaged_part_is_held_at_the_site_until_another_approves(world):
    receipt, lot = receive(world, 600)
    found = written(receipt)
    assert (found.status, found.why_approved) == (W.WAITING, WhyApproved.ABOVE_LIMIT)
    assert (held(world.warehouse_id, lot), reserved(world.warehouse_id, lot)) == (600, 600)
    assert lost(world, lot) == 0
    approve(found.id, make_person(Role.LOGISTICIAN, world.organisation_id))
    assert (held(world.warehouse_id, lot), lost(world, lot)) == (0, 600)
    assert verification.verify().holds


def test_of_unknown_value_it_waits_too(world):
    found = written(receive(world, 1, value=None)[0])
    assert (found.status, found.why_approved) == (W.WAITING, WhyApproved.VALUE_UNKNOWN)


@pytest.mark.parametrize("ending", ["waits", "approved", "refused"])
def test_the_gift_adds_up_and_the_note_says_what_it_said(world, ending):
    receipt, lot = receive(world, 600)
    if ending == "approved":
        approve(written(receipt).id, world.admin)
    elif ending == "refused":
        refuse(written(receipt).id, world.admin)
    it = position(stock.balances_by_kind([lot])[lot])
    is_lost = ending == "approved"
    assert (it.given, it.in_stock, it.lost_in_transport) == (
        800, 200 if is_lost else 800, 600 if is_lost else 0,
    )  # fmt: skip
    assert it.adds_up
    found = receipts.receipt(receipt, world.logistician)
    assert (found.lines[0].good, found.lines[0].damaged) == (200, 600)
    assert found.paper_status == PaperStatus.VALID
    (line,) = queries.donation(found.donation_id, world.logistician).lines
    assert (line.good, line.damaged, line.to_come) == (200, 600, 1_200)


@pytest.mark.parametrize(("damaged", "status"), [(20, W.UNDONE), (600, W.WITHDRAWN)])
def test_undoing_the_receipt_takes_its_losses_back(world, damaged, status):
    receipt, lot = receive(world, damaged)
    undo(receipt, world.logistician)
    assert written(receipt).status == status
    assert set(stock.balances_by_kind([lot])[lot].values()) <= {0}
    assert reserved(world.warehouse_id, lot) == 0
    assert verification.verify().holds


def test_undone_after_it_was_refused_nothing_is_left(world):
    receipt, lot = receive(world, 600)
    refuse(written(receipt).id, world.admin)
    undo(receipt, world.logistician)
    assert kept(written(receipt).id).status == W.REFUSED
    assert set(stock.balances_by_kind([lot])[lot].values()) <= {0}


def test_approving_and_undoing_at_once_lose_nothing_between_them(app, world):
    receipt, lot = receive(world, 600)
    found = written(receipt).id
    results = endings(
        app, lambda: approve(found, world.admin), lambda: undo(receipt, world.logistician)
    )
    assert results["done"] >= 1
    db.session.rollback()
    assert position(stock.balances_by_kind([lot])[lot]).given in (0, 800)
    assert verification.verify().holds


def test_more_of_the_lot_comes_while_the_first_is_approved(app, world):
    receipt, lot = receive(world, 600)
    found = written(receipt).id
    made = receipts.receipt(receipt, world.logistician)
    line = made.lines[0].donation_line_id
    results = endings(
        app,
        lambda: approve(found, world.admin),
        lambda: receive_more(world, line, made.donation_id, 30),
    )
    assert results["done"] == 2
    db.session.rollback()
    assert position(stock.balances_by_kind([lot])[lot]).given == 1_030
    assert verification.verify().holds


def test_the_page_of_the_receipt_names_what_waits(world, browser):
    receipt, _lot = receive(world, 600)
    page = browser.get(f"/receipts/{receipt}").text
    assert "waits for approval" in page
    assert written(receipt).number in page


class TestMissing:
    def test_within_the_limit_it_is_lost_at_once_with_a_report(self, world):
        receipt, lot = receive_short(world, 20)
        found = written(receipt)
        assert (found.status, found.paper_id is None, lost(world, lot)) == (W.POSTED, False, 20)
        assert found.note.startswith("Missing on arrival: DON/")

    def test_above_it_it_is_on_the_road_until_another_approves(self, world):
        receipt, lot = receive_short(world, 600)
        found = written(receipt)
        assert (found.status, found.why_approved) == (W.WAITING, WhyApproved.ABOVE_LIMIT)
        it = where(lot)
        assert (it.given, it.in_stock, it.on_the_road, it.lost) == (1_000, 400, 600, 0)
        with pytest.raises(SameHands):
            approve(found.id, world.logistician)
        approve(found.id, make_person(Role.LOGISTICIAN, world.organisation_id))
        it = where(lot)
        assert (it.given, it.in_stock, it.on_the_road, it.lost_in_transport) == (1_000, 400, 0, 600)
        assert it.adds_up
        assert verification.verify().holds

    def test_with_what_is_damaged_it_is_one_loss(self, world):
        receipt, _lot = receive_short(world, 300, damaged=300)
        found = written(receipt)
        assert (found.status, found.value_minor) == (W.WAITING, 60_000)
        assert {(x.reason, x.quantity) for x in found.lines} == {("damaged", 300), ("missing", 300)}

    def test_nothing_came_at_all(self, world):
        receipt, lot = receive_short(world, 1_000)
        assert (where(lot).in_stock, where(lot).on_the_road) == (0, 1_000)
        undo(receipt, world.logistician)
        assert set(stock.balances_by_kind([lot])[lot].values()) <= {0}
        assert verification.verify().holds

    def test_a_second_receipt_of_the_donation_uses_the_same_road(self, world):
        donation = make_pledge(world, PledgedLine(make_item(), 40, None, 100), currency="USD")
        (line,) = lines_of(donation)
        for _each in range(2):
            make_receipt(world, donation, ReceivedLot(line, 20, 15))
        assert verification.verify().holds


class TestSaidAgain:
    def test_what_was_refused_is_said_again_and_approved(self, world, key):
        receipt, lot = receive_short(world, 600)
        refuse(written(receipt).id, world.admin)
        assert (where(lot).on_the_road, where(lot).lost) == (600, 0)
        again = lose_again(world, receipt, key=key)
        assert again == lose_again(world, receipt, key=key)
        assert kept(again).status == W.WAITING
        with pytest.raises(WrongStatus, match="on the road any more"):
            lose_again(world, receipt)
        approve(again, world.admin)
        assert (where(lot).on_the_road, where(lot).lost_in_transport) == (0, 600)
        assert verification.verify().holds

    def test_whoever_may_not_write_off_cannot_say_it(self, world):
        receipt, _lot = receive_short(world, 600)
        refuse(written(receipt).id, world.admin)
        with pytest.raises(NotAllowed):
            lose_again(world, receipt, actor=world.auditor)
        with pytest.raises(NotFound):
            lose_again(world, receipt, actor=make_world("Strangers").admin)
        with pytest.raises(Invalid):
            lose_again(world, receipt, note=" ")

    def test_two_at_once_say_it_once(self, app, world):
        receipt, lot = receive_short(world, 600)
        refuse(written(receipt).id, world.admin)
        results = endings(
            app, lambda: lose_again(world, receipt), lambda: lose_again(world, receipt)
        )
        assert results["done"] == 1
        assert where(lot).on_the_road == 600
        assert verification.verify().holds

    def test_the_page_of_the_receipt_leads_there(self, world, browser, api):
        receipt, _lot = receive_short(world, 600)
        at = f"/receipts/{receipt}/lose-again"
        assert at not in browser.get(f"/receipts/{receipt}").text
        refuse(written(receipt).id, world.admin)
        assert at in browser.get(f"/receipts/{receipt}").text
        assert browser.get(at).status_code == 200
        assert browser.post(at, data={"key": str(uuid4())}).status_code == 422
        answer = browser.post(at, data={"key": str(uuid4()), "reason": "The truck was robbed"})
        assert answer.status_code == 303
        assert "The truck was robbed" in browser.get(answer.headers["Location"]).text


class TestClaims:
    def test_what_we_claim_is_claimed_of_whoever_brought_it(self, world):
        receipt, _lot = receive_short(world, 20, damaged=10, is_claimed=True)
        found = written(receipt)
        assert (found.claim, found.claim_minor) == (ClaimState.OPEN, 3_000)
        assert found.claim_against
        acts = [each.action for each in audit.history("write_off", found.id)]
        assert "write_off.claim_changed" in acts

    def test_only_what_is_ticked_is_claimed(self, world):
        donation = make_pledge(
            world, *(PledgedLine(make_item(), 100, None, 100) for _each in range(2)),
            currency="USD",
        )  # fmt: skip
        first, second = lines_of(donation)
        receipt = make_receipt(
            world, donation, ReceivedLot(first, 100, 90, 10, is_claimed=True),
            ReceivedLot(second, 100, 95),
        )  # fmt: skip
        assert (written(receipt).claim_minor, written(receipt).value_minor) == (1_000, 1_500)

    def test_nothing_is_claimed_unless_it_is_said(self, world):
        assert written(receive_short(world, 20)[0]).claim == ClaimState.NONE

    def test_there_is_nothing_to_claim_of_what_came_whole(self, world):
        with pytest.raises(Invalid) as refused:
            receive_short(world, 0, is_claimed=True)
        assert refused.value.facts["problems"][0]["field"] == "lines-0-is_claimed"
