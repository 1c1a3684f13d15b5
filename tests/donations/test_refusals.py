"""What cannot have come, each refused beside its field, leaving nothing behind."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, WrongStatus
from aidtrack.documents.models import Paper
from aidtrack.donations import choices, services
from aidtrack.donations.models import GoodsReceipt
from aidtrack.donations.services import PledgedLine, ReceivedLot
from aidtrack.places.models import PlaceKind
from aidtrack.stock import allocation
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot, Reason, StockMovement
from tests.factories.donations import (
    expiring,
    lines_of,
    make_arrival,
    make_donation,
    make_pledge,
    posted,
)
from tests.factories.world import make_item, make_world


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
        assert posted() == [(5, PlaceKind.IN_TRANSIT, Reason.MISSING)]

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
        assert posted() == [(5, PlaceKind.WAREHOUSE, Reason.DAMAGED)]
