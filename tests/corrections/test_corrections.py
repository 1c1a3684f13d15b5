"""Corrections: what was wrong is put right, history stays, and donors' figures hold."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.catalogue import queries as catalogue
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound, WrongStatus
from aidtrack.corrections import queries, services
from aidtrack.corrections.models import Correction, CorrectionKind
from aidtrack.corrections.plans import Change, MadeHere, NothingWrong, Part
from aidtrack.donations import queries as donations
from aidtrack.identity.permissions import Role
from aidtrack.places.models import PlaceKind
from aidtrack.reports import accounts
from aidtrack.sealing import verification
from aidtrack.stock import ledger, lots
from aidtrack.stock import services as store
from aidtrack.stock.ledger import InsufficientStock, LotRecalled
from aidtrack.stock.models import Lot
from tests.factories.gifts import make_gift
from tests.factories.holds import recall
from tests.factories.world import (
    held,
    make_donor,
    make_item,
    make_person,
    make_stock,
    make_world,
    reserved,
)

K = CorrectionKind


@pytest.fixture
def item(world):
    return make_item("Soap", unit_value_minor=10, currency="USD")


@pytest.fixture
def gift(world, item):
    return make_gift(world, item, 100)


def correct(world, lot_id, change, *, actor=None, key=None, reason="Wrong label"):
    return services.correct(
        lot_id,
        change,
        reason=reason,
        key=key or uuid4(),
        actor=actor or world.logistician,
        at=clock.now(),
    )


def take_back(world, correction_id, *, key=None):
    services.take_back(
        correction_id,
        reason="It was right",
        key=key or uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )


def parts(world, quantity, place_id=None):
    return (Part(place_id or world.bin_id, quantity),)


def kept(correction_id):
    return db.session.get_one(Correction, correction_id, populate_existing=True)


def given_by(donation_id, actor):
    return sum(line.good for line in donations.donation(donation_id, actor).lines)


def given_of(lot_id, actor):
    return lots.lot_detail(lot_id, actor).given


def holds():
    return not verification.verify().disagreements


class TestFacts:
    change = Change(K.FACTS, batch_number="B-13", expires_on=date(2027, 5, 1))

    def test_they_change_wherever_the_lot_is_and_what_it_said_is_kept(self, world, gift):
        done = kept(correct(world, gift.lot_id, self.change))
        lot = db.session.get_one(Lot, gift.lot_id, populate_existing=True)
        assert (lot.batch_number, lot.expires_on) == ("B-13", date(2027, 5, 1))
        assert (done.before["batch_number"], done.after["batch_number"]) == ("B-12", "B-13")
        assert done.number.startswith("CO/KG/")
        assert given_of(gift.lot_id, world.logistician) == 100

    def test_they_go_back_unless_somebody_corrected_them_since(self, world, gift):
        first = correct(world, gift.lot_id, self.change)
        second = correct(world, gift.lot_id, Change(K.FACTS, batch_number="B-14"))
        with pytest.raises(WrongStatus, match="again since"):
            take_back(world, first)
        take_back(world, second)
        take_back(world, first)
        assert db.session.get_one(Lot, gift.lot_id, populate_existing=True).batch_number == "B-12"
        with pytest.raises(WrongStatus, match="already"):
            take_back(world, first)

    def test_what_expires_keeps_a_date(self, world):
        lot = make_stock(world, make_item(has_expiry=True), 5, expires_on=date(2027, 1, 1))
        with pytest.raises(Invalid) as refused:
            correct(world, lot, Change(K.FACTS, batch_number="B-12"))
        assert refused.value.field == "expires_on"

    def test_a_pack_of_another_item_is_refused(self, world, gift):
        (other,) = catalogue.item(make_item()).packs
        with pytest.raises(Invalid) as refused:
            correct(world, gift.lot_id, Change(K.FACTS, batch_number="x", pack_id=other.id))
        assert refused.value.field == "pack_id"

    def test_what_is_right_already_is_not_corrected(self, world, gift):
        with pytest.raises(NothingWrong):
            correct(world, gift.lot_id, Change(K.FACTS, batch_number="B-12"))


class TestPart:
    def test_some_of_it_becomes_a_lot_of_its_own_with_the_same_donor(self, world, gift):
        change = Change(K.PART, parts(world, 30), batch_number="B-99")
        done = kept(correct(world, gift.lot_id, change))
        new = db.session.get_one(Lot, done.new_lot_id)
        assert (new.batch_number, new.donor_id) == ("B-99", world.donor_id)
        assert held(world.bin_id, new.id) == 30
        assert held(world.bin_id, gift.lot_id) == 70
        assert given_by(gift.donation_id, world.logistician) == 100
        take_back(world, done.id)
        assert held(world.bin_id, gift.lot_id) == 100
        assert holds()


class TestItem:
    def test_soap_booked_as_shampoo_is_soap_from_the_same_donor(self, world, gift):
        shampoo = make_item("Shampoo")
        change = Change(K.ITEM, parts(world, 40), item_id=shampoo)
        done = kept(correct(world, gift.lot_id, change))
        new = db.session.get_one(Lot, done.new_lot_id)
        assert (new.item_id, new.donor_id) == (shampoo, world.donor_id)
        assert held(world.bin_id, new.id) == 40
        assert given_of(gift.lot_id, world.logistician) == 60
        assert given_of(new.id, world.logistician) == 40
        assert holds()

    def test_the_donor_reads_it_under_the_donation_that_brought_it(self, world, gift):
        shampoo = make_item("Shampoo")
        correct(world, gift.lot_id, Change(K.ITEM, parts(world, 40), item_id=shampoo))
        (told,) = accounts.account(world.donor_id, world.logistician).donations
        assert told.id == gift.donation_id
        assert [(x.item, x.pledged, x.position.given) for x in told.gifts] == [
            ("Soap", 100, 60),
            ("Shampoo", 0, 40),
        ]

    def test_what_came_instead_is_no_longer_counted_as_what_was_promised(self, world, gift):
        shampoo = make_item("Shampoo")
        wrong = correct(world, gift.lot_id, Change(K.ITEM, parts(world, 40), item_id=shampoo))
        assert given_by(gift.donation_id, world.logistician) == 60
        other = kept(wrong).new_lot_id
        correct(world, other, Change(K.QUANTITY, parts(world, 10)))
        assert given_by(gift.donation_id, world.logistician) == 60
        soap = db.session.get_one(Lot, gift.lot_id).item_id
        correct(world, other, Change(K.ITEM, parts(world, 20), item_id=soap))
        assert given_by(gift.donation_id, world.logistician) == 80
        assert holds()

    def test_the_promise_is_whole_again_when_it_goes_back(self, world, gift):
        wrong = correct(
            world, gift.lot_id, Change(K.ITEM, parts(world, 40), item_id=make_item("Shampoo"))
        )
        take_back(world, wrong)
        assert given_by(gift.donation_id, world.logistician) == 100

    def test_a_later_receipt_does_not_join_the_lot_of_another_item(self, world, gift):
        change = Change(K.ITEM, parts(world, 100), item_id=make_item("Shampoo"))
        done = kept(correct(world, gift.lot_id, change))
        gift.receive(20)
        assert held(world.bin_id, done.new_lot_id) == 100
        assert held(world.bin_id, gift.lot_id) == 20


class TestDonor:
    @pytest.fixture
    def right(self, world, item):
        return make_gift(
            world, item, 0, pledged=100, donor_id=make_donor(world.organisation_id, "Nordlys")
        )

    def test_it_moves_to_the_right_gift_and_both_count_it(self, world, gift, right):
        change = Change(K.DONOR, parts(world, 100), donation_line_id=right.line_id)
        done = kept(correct(world, gift.lot_id, change))
        assert given_by(gift.donation_id, world.logistician) == 0
        assert given_by(right.donation_id, world.logistician) == 100
        assert given_of(gift.lot_id, world.logistician) == 0
        assert given_of(done.new_lot_id, world.logistician) == 100
        assert donations.donation(right.donation_id, world.logistician).status == "received"
        assert donations.donation(gift.donation_id, world.logistician).status != "received"
        take_back(world, done.id)
        assert given_by(gift.donation_id, world.logistician) == 100
        assert given_by(right.donation_id, world.logistician) == 0
        assert held(world.bin_id, gift.lot_id) == 100
        assert holds()

    def test_both_gifts_tell_it(self, world, gift, right, signed_in):
        change = Change(K.DONOR, parts(world, 10), donation_line_id=right.line_id)
        number = kept(correct(world, gift.lot_id, change)).number
        browser = signed_in(world.logistician)
        for donation_id in (gift.donation_id, right.donation_id):
            assert number in browser.get(f"/donations/{donation_id}").text

    def test_a_giver_without_a_gift_is_enough(self, world):
        lot = make_stock(world, make_item(), 50)
        donor = make_donor(world.organisation_id, "Nordlys")
        done = kept(correct(world, lot, Change(K.DONOR, parts(world, 50), donor_id=donor)))
        assert db.session.get_one(Lot, done.new_lot_id).donor_id == donor
        assert holds()

    def test_a_gift_of_another_item_or_organisation_is_refused(self, world, gift):
        other = make_world("Elsewhere", country="TJ")
        theirs = make_gift(other, db.session.get_one(Lot, gift.lot_id).item_id, 5)
        for line_id in (make_gift(world, make_item(), 5).line_id, theirs.line_id, 10**6):
            with pytest.raises(Invalid):
                correct(
                    world,
                    gift.lot_id,
                    Change(K.DONOR, parts(world, 5), donation_line_id=line_id),
                )
        with pytest.raises(Invalid):
            correct(world, gift.lot_id, Change(K.DONOR, parts(world, 5), donor_id=other.donor_id))

    def test_what_is_promised_stays_until_it_is_free(self, world, gift, right):
        ledger.reserve([ledger.Hold(world.bin_id, gift.lot_id, 30)])
        change = Change(K.DONOR, parts(world, 80), donation_line_id=right.line_id)
        with pytest.raises(InsufficientStock):
            correct(world, gift.lot_id, change)
        db.session.expire_all()
        assert reserved(world.bin_id, gift.lot_id) == 30
        assert db.session.scalars(select(Correction)).all() == []
        assert given_by(gift.donation_id, world.logistician) == 100

    def test_a_recalled_lot_does_not_hide_behind_another_number(self, world, gift, right):
        recall(world, gift.lot_id)
        change = Change(K.DONOR, parts(world, 10), donation_line_id=right.line_id)
        with pytest.raises((LotRecalled, InsufficientStock)):
            correct(world, gift.lot_id, change)

    def test_a_made_lot_has_the_donors_of_its_parts(self, world, gift, right):
        part = Change(K.PART, parts(world, 30), batch_number="B-99")
        made = kept(correct(world, gift.lot_id, part)).new_lot_id
        with pytest.raises(MadeHere):
            correct(world, made, Change(K.DONOR, parts(world, 30), donation_line_id=right.line_id))

    def test_it_goes_back_only_while_the_goods_are_there(self, world, gift, right):
        change = Change(K.DONOR, parts(world, 100), donation_line_id=right.line_id)
        done = kept(correct(world, gift.lot_id, change))
        store.move(
            [store.Taking(done.new_lot_id, world.bin_id, 60)],
            to_place_id=world.warehouse_id,
            key=uuid4(),
            actor=world.logistician,
            at=clock.now(),
        )
        breaks = queries.breakage(queries.correction(done.id, world.logistician), world.logistician)
        assert [x.missing for x in breaks.missing] == [60]
        with pytest.raises(InsufficientStock):
            take_back(world, done.id)
        assert given_by(right.donation_id, world.logistician) == 100


class TestQuantity:
    def test_what_never_came_was_never_given(self, world, gift):
        done = kept(correct(world, gift.lot_id, Change(K.QUANTITY, parts(world, 20))))
        assert held(world.bin_id, gift.lot_id) == 80
        assert given_by(gift.donation_id, world.logistician) == 80
        assert given_of(gift.lot_id, world.logistician) == 80
        take_back(world, done.id)
        assert given_by(gift.donation_id, world.logistician) == 100
        assert holds()

    def test_nothing_and_too_much_are_refused(self, world, gift):
        for change in (Change(K.QUANTITY), Change(K.QUANTITY, parts(world, 101))):
            with pytest.raises((Invalid, InsufficientStock)):
                correct(world, gift.lot_id, change)
        assert given_by(gift.donation_id, world.logistician) == 100


class TestWho:
    change = Change(K.FACTS, batch_number="B-13")

    @pytest.mark.parametrize("role", ["coordinator", "auditor", "donor"])
    def test_only_those_who_keep_stock_correct_it(self, world, gift, role):
        with pytest.raises((NotAllowed, NotFound)):
            correct(world, gift.lot_id, self.change, actor=getattr(world, role))

    def test_whoever_keeps_one_site_corrects_what_lies_there(self, world, gift):
        keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
        correct(world, gift.lot_id, self.change, actor=keeper)
        far = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.other_warehouse_id)
        with pytest.raises((NotAllowed, NotFound)):
            correct(world, gift.lot_id, Change(K.FACTS, batch_number="B-14"), actor=far)

    def test_a_stranger_finds_nothing(self, world, gift, signed_in, api):
        done = correct(world, gift.lot_id, self.change)
        stranger = make_world("Elsewhere", country="TJ").logistician
        browser = signed_in(stranger)
        for path in (
            f"/stock/corrections/{done}",
            f"/stock/corrections/{done}/take-back",
            f"/lots/{gift.lot_id}/correct",
            f"/lots/{gift.lot_id}/correct/facts",
        ):
            assert browser.get(path).status_code == 404, path
        assert queries.corrections(stranger, queries.CorrectionFilter()).rows == []
        assert api(stranger).get(f"/api/v1/stock/corrections/{done}").status_code == 404

    def test_a_double_click_corrects_once(self, world, gift, key):
        change = Change(K.QUANTITY, parts(world, 20))
        first = correct(world, gift.lot_id, change, key=key)
        assert correct(world, gift.lot_id, change, key=key) == first
        again = uuid4()
        take_back(world, first, key=again)
        take_back(world, first, key=again)
        assert held(world.bin_id, gift.lot_id) == 100

    def test_a_reason_is_needed(self, world, gift):
        with pytest.raises(Invalid) as refused:
            correct(world, gift.lot_id, self.change, reason="  ")
        assert refused.value.field == "reason"


def test_the_outside_of_a_donor_is_theirs(world, gift):
    """What goes back stands at the donor's own place, not at somebody else's."""
    correct(world, gift.lot_id, Change(K.QUANTITY, parts(world, 20)))
    (source,) = [place for place in lots.whereabouts(gift.lot_id) if place.kind == PlaceKind.DONOR]
    assert source.quantity == -80
