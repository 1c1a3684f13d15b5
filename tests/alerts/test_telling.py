"""What happened is told to whom it concerns: once, by role and place, never to a stranger."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from aidtrack.alerts import telling, wording
from aidtrack.alerts.models import Alert, AlertKind
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.donations.services import PledgedLine
from aidtrack.identity import services as identity
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import RoleAt
from aidtrack.sharing.models import Purpose
from aidtrack.shipments.deliveries import HandedOver
from aidtrack.stock.models import Reason
from tests.alerts.told import forget_everything, inbox, receivers, titles
from tests.factories.distributions import hand_out
from tests.factories.donations import make_donation, make_pledge
from tests.factories.reports import issue
from tests.factories.sharing import make_share
from tests.factories.shipments import (
    confirm,
    deliver,
    hand_over,
    loads_of,
    make_dispatched,
)
from tests.factories.world import World, make_item, make_person, make_stock, make_world
from tests.races import all_at_once

K = AlertKind


@pytest.fixture
def keeper(world):
    """A logistician who works at the point that goods are sent to."""
    return make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.point_id)


@pytest.fixture
def elsewhere(world):
    return make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.other_warehouse_id)


@pytest.fixture
def tell(world, keeper, elsewhere, office):
    """Tell what is new; the making of the world is told and forgotten."""
    forget_everything(office())
    return lambda: telling.tell_news(office())


def send(world: World, quantity: int = 240, **more: object) -> int:
    item = make_item("Thermal blanket", pack=24)
    make_stock(world, item, quantity)
    return make_dispatched(world, (item, quantity), **more)


class TestShipments:
    def test_who_will_receive_is_told_what_is_on_the_way(self, world, keeper, elsewhere, tell):
        shipment = send(world, expected_at=clock.now() + timedelta(days=1))
        tell()
        (row,) = [x for x in inbox(keeper) if x.kind == K.ARRIVAL]
        assert "is on the way to School 4" in row.title
        assert row.path == f"/shipments/{shipment}"
        assert "From Osh warehouse" in row.lines
        assert any("Thermal blanket: " in x and "240 piece" in x for x in row.lines)
        told = receivers(K.ARRIVAL)
        assert {keeper.user_id, world.coordinator.user_id} <= told
        assert not told & {elsewhere.user_id, world.donor.user_id, world.driver.user_id}

    def test_nobody_is_told_of_what_they_did_themselves(self, world, tell):
        send(world)
        tell()
        assert world.logistician.user_id not in receivers(K.ARRIVAL)

    def test_the_receiving_organisation_is_told_and_no_third_one(self, world, tell):
        other, third = make_world("Partner"), make_world("Third")
        make_share(other, "place", other.point_id, world, Purpose.RECEIVE)
        send(world, destination_id=other.point_id)
        tell()
        told = receivers(K.ARRIVAL)
        assert other.logistician.user_id in told
        assert third.logistician.user_id not in told
        assert world.coordinator.user_id not in told

    def test_what_did_not_come_good_is_told_where_it_must_be_settled(self, world, keeper, tell):
        shipment = send(world)
        (load,) = loads_of(shipment)
        short = HandedOver(load.id, good=216, damaged=24, reason=Reason.WET)
        confirm(world, hand_over(shipment, short))
        tell()
        (row,) = [x for x in inbox(world.logistician) if x.kind == K.DIFFERENCE]
        assert any("= 24 piece" in x or "24 piece" in x for x in row.lines)
        assert keeper.user_id not in receivers(K.DIFFERENCE)

    def test_a_whole_delivery_leaves_no_difference(self, world, tell):
        shipment = send(world)
        confirm(world, hand_over(shipment))
        tell()
        assert not receivers(K.DIFFERENCE)
        assert any("has come to School 4" in x for x in titles(world.logistician))

    def test_a_phones_report_that_waits_is_told_to_who_settles(self, world, tell):
        shipment = send(world)
        (load,) = loads_of(shipment)
        confirm(world, hand_over(shipment, HandedOver(load.id, good=9999)))
        tell()
        assert receivers(K.PHONE_REPORT) == {world.logistician.user_id}

    def test_what_was_undone_before_it_was_told_is_not_told(self, world, tell):
        shipment = send(world)
        deliver(world, hand_over(shipment))
        tell()
        kinds = [row.title for row in inbox(world.coordinator)]
        assert not any("on the way" in title for title in kinds)


class TestGifts:
    def test_the_office_and_the_donor_are_told_what_came(self, world, tell):
        donation, _receipt = make_donation(world, make_item("Soap"), 100)
        tell()
        (row,) = [x for x in inbox(world.coordinator) if "have come" in x.title]
        assert row.path == f"/donations/{donation}"
        assert any("Soap" in x and "100 piece" in x for x in row.lines)
        (mine,) = inbox(world.donor)[:1]
        assert mine.path == f"/donor/donations/{donation}"
        assert "Osh warehouse" not in mine.title + "".join(mine.lines)

    def test_another_donor_hears_nothing(self, world, tell):
        other = make_world("Others")
        make_donation(world, make_item(), 100)
        tell()
        assert other.donor.user_id not in receivers(K.DONATION)

    def test_a_promise_is_told_with_its_day(self, world, tell):
        make_pledge(world, PledgedLine(make_item("Soap"), 50), expected_on=clock.today())
        tell()
        (row,) = [x for x in inbox(world.coordinator) if x.kind == K.DONATION]
        assert "Lantern Foundation has promised goods" in row.title

    def test_a_report_is_told_to_its_donor_and_the_office(self, world, tell):
        make_donation(world, make_item(), 100)
        paper = issue(world, actor=world.coordinator)
        tell()
        assert world.donor.user_id in receivers(K.PAPER)
        (row,) = [x for x in inbox(world.donor) if x.kind == K.PAPER]
        assert row.path == f"/papers/{paper}.pdf"

    def test_a_hand_out_is_told_to_who_plans(self, world, tell):
        lot = make_stock(world, make_item("Soap"), 100, place_id=world.point_id)
        hand_out(world, lot, 30)
        tell()
        assert receivers(K.DISTRIBUTION) == {world.coordinator.user_id}


class TestRights:
    def test_a_person_is_told_of_a_role_that_was_given_to_them(self, world, tell):
        identity.assign_role(
            world.driver.user_id,
            RoleAt(Role.LOGISTICIAN, world.organisation_id, world.point_id),
            actor=world.admin,
        )
        tell()
        (row,) = inbox(world.driver)
        assert row.title == "You were given a role: Logistician"
        assert "Where: School 4" in row.lines
        assert receivers(K.RIGHTS) == {world.driver.user_id}

    def test_the_other_administrators_are_told_of_the_rights_of_others(self, world, tell):
        other = make_person(Role.ADMINISTRATOR, world.organisation_id)
        tell()
        assert not receivers(K.RIGHTS_OF_OTHERS)
        identity.disable_user(world.coordinator.user_id, actor=world.admin)
        tell()
        assert receivers(K.RIGHTS_OF_OTHERS) == {other.user_id}
        row = inbox(other)[0]
        assert row.title == f"Rights changed: {world.coordinator.name}"
        assert row.lines == ("Locked out", f"By {world.admin.name}")
        assert row.path == f"/audit/user/{world.coordinator.user_id}"

    def test_a_person_who_was_locked_out_is_told_nothing(self, world, tell):
        identity.disable_user(world.coordinator.user_id, actor=world.admin)
        make_donation(world, make_item(), 100)
        tell()
        assert world.coordinator.user_id not in receivers(K.DONATION)


class TestOnce:
    def test_a_second_run_tells_nothing_again(self, world, tell):
        send(world)
        assert tell() > 0
        assert tell() == 0

    def test_two_runs_at_once_tell_everything_once(self, app, world, office, tell):
        for _each in range(3):
            make_donation(world, make_item(), 100)
        db.session.rollback()
        made = all_at_once(app, [lambda: telling.tell_news(office())] * 2)
        assert sum(made) == db.session.scalar(select(func.count(Alert.id)))
        assert len(made) == 2
        assert len(titles(world.coordinator)) == 6

    def test_a_fault_in_one_entry_does_not_silence_the_next(self, world, tell, monkeypatch, caplog):
        make_donation(world, make_item(), 100)
        send(world)
        monkeypatch.delitem(wording.WORDINGS, K.RIGHTS)  # Nothing of this run needs it.
        broken = "aidtrack.alerts.goods.of_receipt"
        monkeypatch.setattr(broken, lambda _receipt_id: 1 / 0)
        tell()
        assert "could not be told" in caplog.text
        assert receivers(K.ARRIVAL)


def test_administrators_are_told_what_concerns_nobody_nearer(world, elsewhere, tell):
    for person in (world.logistician, world.coordinator, elsewhere):
        identity.disable_user(person.user_id, actor=world.admin)
    send(world, destination_id=world.other_warehouse_id)
    tell()
    assert receivers(K.ARRIVAL) == {world.admin.user_id}


def test_administrators_of_one_end_are_told_though_the_other_has_people(world, tell):
    other = make_world("Partner")
    make_share(other, "place", other.point_id, world, Purpose.RECEIVE)
    for person in (other.logistician, other.coordinator):
        identity.disable_user(person.user_id, actor=other.admin)
    shipment = send(world, destination_id=other.point_id)
    confirm(world, hand_over(shipment))
    tell()
    assert any("has come to" in x for x in titles(other.admin))
    assert any("has come to" in x for x in titles(world.logistician))
