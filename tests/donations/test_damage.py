"""What comes damaged: written off, held above the limit, and taken back with its receipt."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.documents.models import PaperStatus
from aidtrack.donations import queries, receipts, services
from aidtrack.donations.services import PledgedLine, ReceivedLot
from aidtrack.identity.permissions import Role
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.reports.donor_equation import position
from aidtrack.sealing import verification
from aidtrack.stock import queries as stock
from aidtrack.stock.loss_models import WhyApproved, WriteOff, WriteOffStatus
from aidtrack.stock.models import Lot
from tests.factories.donations import lines_of, make_pledge, make_receipt
from tests.factories.world import held, make_item, make_person, reserved
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
