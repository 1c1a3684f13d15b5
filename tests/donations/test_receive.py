"""Goods arrive: lots, stock, losses on the way, the note, the donation's status."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import KeyReused, NotAllowed, NotFound
from aidtrack.documents.models import Paper
from aidtrack.donations import choices, queries, services
from aidtrack.donations.models import DonationStatus, GoodsReceipt, GoodsReceiptLine
from aidtrack.donations.services import PledgedLine, ReceivedLot
from aidtrack.identity.permissions import Role
from aidtrack.places.models import PlaceKind
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot, Reason, StockLine
from tests.factories.donations import (
    expiring,
    lines_of,
    lots_of,
    make_arrival,
    make_pledge,
    posted,
)
from tests.factories.world import held, make_item, make_person, make_world
from tests.races import at_once


def receive(world, donation_id, *lots, actor=None, key=None, **more):
    return services.receive(
        donation_id,
        make_arrival(world, *lots, **more),
        actor=actor or world.logistician,
        key=key or uuid4(),
    )


def test_good_goods_stand_in_their_bin(world, donation, line):
    receipt_id = receive(world, donation, ReceivedLot(line, 400, 400, place_id=world.bin_id))
    (lot,) = db.session.scalars(select(Lot)).all()
    assert held(world.bin_id, lot.id) == 400
    found = queries.donation(donation, world.logistician)
    assert found.status == DonationStatus.RECEIVED
    assert (found.lines[0].good, found.lines[0].to_come) == (400, 0)
    assert found.receipts[0].id == receipt_id
    assert found.receipts[0].number == f"GRN/KG/{clock.today().year}/000001"


def test_damaged_and_missing_are_given_and_what_never_came_is_lost(world, donation, line):
    receive(world, donation, ReceivedLot(line, 400, 380, 7, place_id=world.bin_id))
    assert posted() == [
        (7, PlaceKind.WAREHOUSE, Reason.DAMAGED),
        (13, PlaceKind.IN_TRANSIT, Reason.MISSING),
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
    def one(number):
        receive(world, donation, ReceivedLot(line, 10, 10, batch_number=f"B{number % 2}"))

    assert at_once(app, one, 8) == {"done": 8}
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
        for damaged in (0, 2):
            lots = lots_of(lines_of(donation_id), 10, damaged=damaged, place_id=world.bin_id)
            receive(world, donation_id, *lots)
            with statements() as seen:
                receive(world, donation_id, *lots)
            counts.append(len(seen))
    assert counts[:2] == counts[2:]
    assert counts[0] <= 24
    assert counts[1] <= 48


def test_nothing_is_left_of_a_receipt_that_breaks_half_way(world, donation, line, monkeypatch):
    monkeypatch.setattr(
        "aidtrack.documents.services.numbering.next_number", lambda *_a, **_k: 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        receive(world, donation, ReceivedLot(line, 5, 5))
    for model in (GoodsReceipt, GoodsReceiptLine, Lot, StockLine, Paper):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0
