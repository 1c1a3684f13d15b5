"""A receipt is taken back, unless its goods have gone on."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core.db import db
from aidtrack.core.errors import NotAllowed, NotFound, WrongStatus
from aidtrack.documents.models import PaperStatus
from aidtrack.donations import queries, receipts, services
from aidtrack.donations.models import DonationStatus
from aidtrack.donations.services import ReceivedLot
from aidtrack.identity.permissions import Role
from aidtrack.stock.models import Lot, StockMovement
from tests.factories.donations import (
    lines_of,
    make_arrival,
    make_donation,
    make_receipt,
    move,
)
from tests.factories.world import held, make_person, make_world


def receive(world, donation_id, *lots, actor=None, key=None, **more):
    return services.receive(
        donation_id,
        make_arrival(world, *lots, **more),
        actor=actor or world.logistician,
        key=key or uuid4(),
    )


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
