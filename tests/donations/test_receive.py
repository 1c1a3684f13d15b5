"""Goods arrive: lots, stock, losses on the way, the note, the donation's status."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound, WrongStatus
from aidtrack.documents.models import Paper, PaperStatus
from aidtrack.donations import choices, queries, receipts, services
from aidtrack.donations.models import DonationStatus, GoodsReceipt, GoodsReceiptLine
from aidtrack.donations.services import PledgedLine, ReceivedLot
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Role
from aidtrack.places.models import PlaceKind
from aidtrack.stock import allocation
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot, Reason, StockLine, StockMovement
from tests.factories.donations import (
    expiring,
    lines_of,
    lots_of,
    make_arrival,
    make_donation,
    make_pledge,
    make_receipt,
    move,
)
from tests.factories.world import held, make_item, make_person, make_world


@pytest.fixture
def world(app):
    return make_world()


@pytest.fixture
def item(world):
    return make_item()


@pytest.fixture
def donation(world, item):
    return make_pledge(world, PledgedLine(item, 400))


@pytest.fixture
def line(donation):
    return lines_of(donation)[0]


def receive(world, donation_id, *lots, actor=None, key=None, **more):
    return services.receive(
        donation_id,
        make_arrival(world, *lots, **more),
        actor=actor or world.logistician,
        key=key or uuid4(),
    )


def refused(world, donation_id, *lots, **more):
    """The fields that a refused receipt names; nothing of it is left."""
    before = db.session.scalar(select(func.count(StockMovement.id)))
    with pytest.raises(Invalid) as refusal:
        receive(world, donation_id, *lots, **more)
    db.session.rollback()
    assert db.session.scalar(select(func.count(StockMovement.id))) == before
    assert db.session.scalar(select(func.count(GoodsReceipt.id))) == 0
    assert db.session.scalar(select(func.count(Lot.id))) == 0
    assert db.session.scalar(select(func.count(Paper.id))) == 0
    return [problem["field"] for problem in refusal.value.facts["problems"]]


def posted():
    """(quantity, kind of the place it went to, reason) of every line."""
    rows = stock.card(movement_ids=db.session.scalars(select(StockMovement.id)).all())
    return sorted(((row.quantity, row.to_kind, row.reason) for row in rows), key=lambda row: row[0])


def test_good_goods_stand_in_their_bin(world, donation, line):
    receipt_id = receive(world, donation, ReceivedLot(line, 400, 400, place_id=world.bin_id))
    (lot,) = db.session.scalars(select(Lot)).all()
    assert held(world.bin_id, lot.id) == 400
    found = queries.donation(donation, world.logistician)
    assert found.status == DonationStatus.RECEIVED
    assert (found.lines[0].good, found.lines[0].to_come) == (400, 0)
    assert found.receipts[0].id == receipt_id
    assert found.receipts[0].number == f"GRN/KG/{clock.today().year}/000001"


def test_damaged_and_missing_are_given_and_lost_on_the_way(world, donation, line):
    receive(world, donation, ReceivedLot(line, 400, 380, 7, place_id=world.bin_id))
    assert posted() == [
        (7, PlaceKind.LOST_IN_TRANSPORT, Reason.DAMAGED),
        (13, PlaceKind.LOST_IN_TRANSPORT, Reason.MISSING),
        (380, PlaceKind.BIN, None),
    ]
    (line_now,) = queries.donation(donation, world.logistician).lines
    assert (line_now.good, line_now.damaged, line_now.missing) == (380, 7, 13)
    (lot,) = db.session.scalars(select(Lot)).all()
    balances = stock.balances_by_kind([lot.id])[lot.id]
    assert balances[PlaceKind.DONOR] == -400
    assert sum(balances.values()) == 0


def test_a_surplus_is_more_good_and_is_allowed(world, donation, line):
    receive(world, donation, ReceivedLot(line, 400, 410))
    found = queries.donation(donation, world.logistician)
    assert (found.status, found.lines[0].surplus) == (DonationStatus.RECEIVED, 10)


def test_a_part_leaves_the_rest_to_come(world, donation, line):
    receive(world, donation, ReceivedLot(line, 100, 90, 4))
    found = queries.donation(donation, world.logistician)
    assert (found.status, found.lines[0].to_come) == (DonationStatus.RECEIVING, 300)
    receive(world, donation, ReceivedLot(line, 300, 300))
    found = queries.donation(donation, world.logistician)
    assert (found.status, found.lines[0].to_come) == (DonationStatus.RECEIVED, 0)


def test_every_line_must_have_come(world, item):
    donation_id = make_pledge(world, PledgedLine(item, 10), PledgedLine(item, 20))
    first, second = lines_of(donation_id)
    receive(world, donation_id, ReceivedLot(first, 10, 10))
    assert queries.donation(donation_id, world.logistician).status == DonationStatus.RECEIVING
    receive(world, donation_id, ReceivedLot(second, 20, 19))
    assert queries.donation(donation_id, world.logistician).status == DonationStatus.RECEIVED


def test_goods_without_a_bin_stand_at_the_place_itself(world, donation, line):
    receive(world, donation, ReceivedLot(line, 5, 5), site_id=world.point_id)
    (lot,) = db.session.scalars(select(Lot)).all()
    assert held(world.point_id, lot.id) == 5


def test_a_lot_carries_donor_line_batch_expiry_pack_and_value(world):
    item = make_item("Soup", has_expiry=True, pack=24)
    pack = choices.packs_of_donation([item])[0].id
    donation = make_pledge(world, PledgedLine(item, 48, pack, 250), currency="EUR")
    (line,) = lines_of(donation)
    receive(world, donation, ReceivedLot(line, 48, 48, batch_number="X1", expires_on=expiring(90)))
    (lot,) = db.session.scalars(select(Lot)).all()
    assert (lot.item_id, lot.donation_line_id, lot.donor_id) == (item, line, world.donor_id)
    assert (lot.batch_number, lot.expires_on, lot.pack_id) == ("X1", expiring(90), pack)
    assert (lot.unit_value_minor, lot.currency) == (250, "EUR")


def test_two_lots_of_a_line_are_two_and_come_again_to_the_same(world, donation, line):
    receive(
        world,
        donation,
        ReceivedLot(line, 10, 10, batch_number="A"),
        ReceivedLot(line, 20, 20, batch_number="B"),
    )
    receive(world, donation, ReceivedLot(line, 5, 5, batch_number="A"))
    lots = db.session.scalars(select(Lot).order_by(Lot.id)).all()
    assert [lot.batch_number for lot in lots] == ["A", "B"]
    assert held(world.warehouse_id, lots[0].id) == 15


def test_one_lot_in_two_bins_is_one_lot(world, donation, line):
    receive(
        world, donation, ReceivedLot(line, 10, 10, place_id=world.bin_id), ReceivedLot(line, 5, 5)
    )
    (lot,) = db.session.scalars(select(Lot)).all()
    assert (held(world.bin_id, lot.id), held(world.warehouse_id, lot.id)) == (10, 5)


class TestRefusals:
    def test_nothing_at_all(self, world, donation):
        assert refused(world, donation) == ["lines"]

    def test_a_line_of_zeros(self, world, donation, line):
        assert refused(world, donation, ReceivedLot(line, 0, 0)) == ["lines-0-good"]

    def test_a_line_of_another_donation(self, world, donation, item):
        (other,) = lines_of(make_pledge(world, PledgedLine(item, 5)))
        assert refused(world, donation, ReceivedLot(other, 5, 5)) == ["lines-0-donation_line_id"]

    def test_the_future(self, world, donation, line):
        tomorrow = clock.now() + timedelta(days=1)
        lot = ReceivedLot(line, 5, 5)
        assert refused(world, donation, lot, arrived_at=tomorrow) == ["arrived_at"]

    def test_a_bin_of_another_place(self, world, donation, line):
        lot = ReceivedLot(line, 5, 5, place_id=world.bin_id)
        named = refused(world, donation, lot, site_id=world.other_warehouse_id)
        assert named == ["lines-0-place_id"]

    def test_a_place_that_is_not_theirs(self, world, donation, line):
        stranger = make_world("Other Society")
        lot = ReceivedLot(line, 5, 5)
        assert refused(world, donation, lot, site_id=stranger.warehouse_id) == ["site_id"]
        assert refused(world, donation, lot, site_id=world.bin_id) == ["site_id"]

    @pytest.mark.parametrize("name", ["stated", "good", "damaged"])
    @pytest.mark.parametrize("quantity", [10**12 + 1, -1])
    def test_a_quantity_that_cannot_be(self, world, donation, line, name, quantity):
        lot = replace(ReceivedLot(line, 5, 5), **{name: quantity})
        assert refused(world, donation, lot) == [f"lines-0-{name}"]

    def test_a_pack_of_another_item(self, world, donation, line):
        pack = choices.packs_of_donation([make_item("Other")])[0].id
        lot = ReceivedLot(line, 5, 5, pack_id=pack)
        assert refused(world, donation, lot) == ["lines-0-pack_id"]

    def test_everything_wrong_at_once(self, world, donation, line):
        named = refused(
            world,
            donation,
            ReceivedLot(line, 0, 0),
            ReceivedLot(line, 5, 5, place_id=999),
            arrived_at=clock.now() + timedelta(days=2),
            transport="camel",
        )
        assert named == ["arrived_at", "transport", "lines-0-good", "lines-1-place_id"]

    def test_closed_and_cancelled(self, world, donation, line, item):
        services.cancel(donation, reason="no", actor=world.logistician)
        with pytest.raises(WrongStatus):
            receive(world, donation, ReceivedLot(line, 5, 5))
        closed, _receipt = make_donation(world, item, 10)
        services.close(closed, actor=world.logistician)
        with pytest.raises(WrongStatus):
            receive(world, closed, ReceivedLot(lines_of(closed)[0], 5, 5))


class TestExpiry:
    @pytest.fixture
    def medicine(self, world):
        return make_pledge(world, PledgedLine(make_item("Amoxicillin", has_expiry=True), 100))

    @pytest.fixture
    def dose(self, medicine):
        return lines_of(medicine)[0]

    def test_what_expires_says_when(self, world, medicine, dose):
        assert refused(world, medicine, ReceivedLot(dose, 5, 5)) == ["lines-0-expires_on"]

    def test_what_never_came_need_not(self, world, medicine, dose):
        receive(world, medicine, ReceivedLot(dose, 5, 0))
        assert posted() == [(5, PlaceKind.LOST_IN_TRANSPORT, Reason.MISSING)]

    @pytest.mark.parametrize("day", [date(26, 5, 1), date(2001, 1, 1), date(2926, 1, 1)])
    def test_a_year_that_cannot_be(self, world, medicine, dose, day):
        lot = ReceivedLot(dose, 5, 5, expires_on=day, note="kept")
        assert refused(world, medicine, lot) == ["lines-0-expires_on"]

    def test_expired_goods_are_good_only_with_a_note(self, world, medicine, dose):
        lot = ReceivedLot(dose, 5, 5, expires_on=expiring(-10))
        assert refused(world, medicine, lot) == ["lines-0-expires_on"]
        receive(world, medicine, replace(lot, note="for training only"))
        (found,) = db.session.scalars(select(Lot)).all()
        offers = stock.offers(world.warehouse_id, [found.item_id])[found.item_id]
        assert allocation.propose(5, offers, on=clock.today()).missing == 5

    def test_expired_goods_are_damaged_without_one(self, world, medicine, dose):
        receive(world, medicine, ReceivedLot(dose, 5, 0, 5, expires_on=expiring(-10)))
        assert posted() == [(5, PlaceKind.LOST_IN_TRANSPORT, Reason.DAMAGED)]


class TestPermission:
    def test_a_stranger_finds_no_donation(self, world, donation, line):
        stranger = make_world("Other Society").logistician
        with pytest.raises(NotFound):
            receive(world, donation, ReceivedLot(line, 5, 5), actor=stranger)
        with pytest.raises(NotFound):
            receive(world, 999, ReceivedLot(line, 5, 5))

    @pytest.mark.parametrize("who", ["coordinator", "auditor"])
    def test_those_who_only_look_receive_nothing(self, world, donation, line, who):
        with pytest.raises(NotAllowed):
            receive(world, donation, ReceivedLot(line, 5, 5), actor=getattr(world, who))

    @pytest.mark.parametrize("who", ["driver", "donor"])
    def test_others_do_not_even_see_it(self, world, donation, line, who):
        with pytest.raises(NotFound):
            receive(world, donation, ReceivedLot(line, 5, 5), actor=getattr(world, who))

    def test_who_works_at_one_place_receives_only_there(self, world, donation, line):
        bound = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
        with pytest.raises(NotAllowed):
            receive(
                world,
                donation,
                ReceivedLot(line, 5, 5),
                actor=bound,
                site_id=world.other_warehouse_id,
            )
        receive(world, donation, ReceivedLot(line, 5, 5), actor=bound)


class TestRepeats:
    def test_the_same_key_receives_once(self, world, donation, line, key):
        arrival = make_arrival(world, ReceivedLot(line, 5, 5))
        ids = {
            services.receive(donation, arrival, actor=world.logistician, key=key)
            for _again in range(20)
        }
        assert len(ids) == 1
        assert posted() == [(5, PlaceKind.WAREHOUSE, None)]

    def test_the_same_key_for_something_else_is_refused(self, world, donation, line, key):
        receive(world, donation, ReceivedLot(line, 5, 5), key=key)
        with pytest.raises(KeyReused):
            receive(world, donation, ReceivedLot(line, 6, 6), key=key)

    def test_a_repeat_after_closing_gets_the_same_answer(self, world, donation, line, key):
        arrival = make_arrival(world, ReceivedLot(line, 400, 400))
        first = services.receive(donation, arrival, actor=world.logistician, key=key)
        services.close(donation, actor=world.logistician)
        again = services.receive(donation, arrival, actor=world.logistician, key=key)
        assert again == first


def test_two_receipts_at_once_both_stand(app, world, donation, line):
    failed = []

    def one(number):
        with app.app_context():
            try:
                lot = ReceivedLot(line, 10, 10, batch_number=f"B{number % 2}")
                receive(world, donation, lot)
            except Exception as error:  # noqa: BLE001
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failed
    db.session.rollback()
    found = queries.donation(donation, world.logistician)
    assert (found.lines[0].good, len(found.receipts)) == (80, 8)
    assert sorted(each.number[-2:] for each in found.receipts) == [f"{n:02}" for n in range(1, 9)]
    lots = db.session.scalars(select(Lot.id)).all()
    assert [held(world.warehouse_id, lot) for lot in lots] == [40, 40]


def test_a_receipt_takes_the_same_statements_however_long(world, statements):
    items = [make_item(f"Item {n}") for n in range(20)]
    counts = []
    for some in (items[:1], items):
        donation_id = make_pledge(world, *(PledgedLine(each, 10) for each in some))
        lots = lots_of(lines_of(donation_id), 10, damaged=2, place_id=world.bin_id)
        receive(world, donation_id, *lots)
        with statements() as seen:
            receive(world, donation_id, *lots)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 24


class TestNote:
    def facts(self):
        return msgspec.json.decode(db.session.scalars(select(Paper.facts)).one())

    def test_it_says_what_came_from_whom_and_how(self, world, donation, line):
        receive(
            world,
            donation,
            ReceivedLot(line, 400, 380, 7, batch_number="A", is_claimed=True, note="wet"),
            delivered_by="A. Driver",
            received_by="B. Keeper",
            transport="rail",
            transport_reference="CIM 7",
            documents_complete=False,
            note="late",
        )
        facts = self.facts()
        assert facts["donation"] == queries.donation(donation, world.logistician).number
        assert facts["received_from"]["name"] == ["Lantern Foundation"]
        assert (facts["transport"], facts["reference"]) == ("by rail", "CIM 7")
        assert facts["documents_received"] is False
        assert facts["comments"] == "Delivered by A. Driver. Received by B. Keeper.\nlate"
        (row,) = facts["lines"]
        assert (row["stated"], row["good"], row["damaged"]) == (400, 380, 7)
        assert row["weight_mg"] == 387 * 1_500_000
        assert (row["lot"], row["tracking"], row["claim"]) == ("A", "L000001", True)

    def test_it_speaks_both_languages_of_the_organisation(self, world):
        organisation = db.session.get_one(Organisation, world.organisation_id)
        organisation.second_language = "ru"
        db.session.commit()
        item = make_item("Blanket", names={"ru": "Одеяло"}, weight_mg=None)
        make_donation(world, item, 5)
        facts = self.facts()
        assert facts["languages"] == ["en", "ru"]
        assert facts["lines"][0]["item_name"] == ["Blanket", "Одеяло"]
        assert len(facts["lines"][0]["unit"]) == 2
        assert "weight_mg" not in facts["lines"][0] or facts["lines"][0]["weight_mg"] is None


class TestUndo:
    def undo(self, world, receipt_id, actor=None, key=None):
        services.undo_receipt(
            receipt_id, reason="wrong truck", actor=actor or world.logistician, key=key or uuid4()
        )
        db.session.expire_all()

    def test_goods_leave_the_note_is_void_and_the_promise_is_open_again(self, world, item):
        donation_id, receipt_id = make_donation(world, item, 10)
        self.undo(world, receipt_id)
        (lot,) = db.session.scalars(select(Lot)).all()
        assert held(world.bin_id, lot.id) == 0
        found = receipts.receipt(receipt_id, world.logistician)
        assert found.paper_status == PaperStatus.VOID
        assert found.undone_at is not None
        donation = queries.donation(donation_id, world.logistician)
        assert (donation.status, donation.lines[0].to_come) == (DonationStatus.PLEDGED, 10)

    def test_other_receipts_still_count(self, world, donation, line):
        first = receive(world, donation, ReceivedLot(line, 100, 100))
        receive(world, donation, ReceivedLot(line, 300, 300))
        self.undo(world, first)
        found = queries.donation(donation, world.logistician)
        assert (found.status, found.lines[0].good) == (DonationStatus.RECEIVING, 300)

    def test_the_same_lot_comes_again(self, world, item):
        donation_id, receipt_id = make_donation(world, item, 10)
        self.undo(world, receipt_id)
        (line,) = lines_of(donation_id)
        make_receipt(world, donation_id, ReceivedLot(line, 10, 10, batch_number="other"))
        assert db.session.scalar(select(func.count(Lot.id))) == 2

    def test_once_only_and_a_repeat_is_harmless(self, world, item, key):
        _donation, receipt_id = make_donation(world, item, 10)
        self.undo(world, receipt_id, key=key)
        self.undo(world, receipt_id, key=key)
        assert db.session.scalar(select(func.count(StockMovement.id))) == 2
        with pytest.raises(WrongStatus):
            self.undo(world, receipt_id)

    def test_goods_that_went_on_are_named(self, world, item):
        donation_id, receipt_id = make_donation(world, item, 10)
        lot = db.session.scalars(select(Lot.id)).one()
        move(world, lot, 4)
        with pytest.raises(services.GoodsHaveGoneOn, match="4 short of Thermal blanket") as refusal:
            self.undo(world, receipt_id)
        assert refusal.value.facts["shortages"][0]["lot_id"] == lot
        db.session.rollback()
        assert receipts.receipt(receipt_id, world.logistician).paper_status == PaperStatus.VALID
        found = queries.donation(donation_id, world.logistician)
        assert found.status == DonationStatus.RECEIVED

    def test_a_closed_donation_keeps_its_receipts(self, world, item):
        donation_id, receipt_id = make_donation(world, item, 10)
        services.close(donation_id, actor=world.logistician)
        with pytest.raises(WrongStatus):
            self.undo(world, receipt_id)

    def test_strangers_and_readers_undo_nothing(self, world, item):
        _donation, receipt_id = make_donation(world, item, 10)
        with pytest.raises(NotFound):
            self.undo(world, receipt_id, actor=make_world("Other Society").admin)
        with pytest.raises(NotFound):
            self.undo(world, 999)
        for who in (world.auditor, world.coordinator):
            with pytest.raises(NotAllowed):
                self.undo(world, receipt_id, actor=who)

    def test_who_works_at_another_place_undoes_nothing_here(self, world, item):
        _donation, receipt_id = make_donation(world, item, 10)
        bound = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)
        with pytest.raises(NotAllowed):
            self.undo(world, receipt_id, actor=bound)


def test_nothing_is_left_of_a_receipt_that_breaks_half_way(world, donation, line, monkeypatch):
    monkeypatch.setattr(
        "aidtrack.documents.services.numbering.next_number", lambda *_a, **_k: 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        receive(world, donation, ReceivedLot(line, 5, 5))
    for model in (GoodsReceipt, GoodsReceiptLine, Lot, StockLine, Paper):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0
