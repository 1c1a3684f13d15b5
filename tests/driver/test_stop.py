"""The driver's phone: my stops in order, one tap to hand over, a double tap is one."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity.permissions import Role
from aidtrack.shipments.models import Delivery, DeliveryLine, FieldReport
from aidtrack.stock.models import Reason
from tests.factories.shipments import loads_of, make_dispatched, make_ready
from tests.factories.world import held, make_person, make_stock


@pytest.fixture
def lot(world, item):
    return make_stock(world, item, 200)


@pytest.fixture
def phone(signed_in, world):
    return signed_in(world.driver)


def form_of(page: str) -> dict[str, str]:
    """The hidden boxes of the page's form, as a browser sends them."""
    return dict(re.findall(r'<input type="hidden"[^>]* name="([^"]+)" value="([^"]*)"', page))


def test_my_stops_stand_in_the_order_they_are_expected(phone, world, item, lot):
    now = clock.now()
    late = make_dispatched(world, (item, 10), expected_at=now + timedelta(hours=9))
    soon = make_dispatched(world, (item, 10), expected_at=now + timedelta(hours=1))
    to_load = make_ready(world, (item, 10))
    foreign = make_dispatched(world, (item, 10), driver_id=None)
    page = phone.get("/d").text
    links = re.findall(r'href="/d/(\d+)"', page)
    assert links == [str(soon), str(late), str(to_load)]
    assert phone.get(f"/d/{foreign}").status_code == 404


def test_all_handed_over_is_one_tap(phone, world, item, lot):
    shipment_id = make_dispatched(world, (item, 150))
    page = phone.get(f"/d/{shipment_id}").text
    assert "All 15 handed over" in page
    answer = phone.post(f"/d/{shipment_id}", data=form_of(page) | {"receiver_name": "Gulnara"})
    assert answer.status_code == 303
    assert held(world.point_id, lot) == 150
    assert "The office has it" in phone.get("/d").text


def test_a_double_tap_counts_once(phone, world, item, lot):
    shipment_id = make_dispatched(world, (item, 150))
    form = form_of(phone.get(f"/d/{shipment_id}").text) | {"receiver_name": "Gulnara"}
    for _tap in range(2):
        assert phone.post(f"/d/{shipment_id}", data=form).status_code == 303
    assert held(world.point_id, lot) == 150
    assert db.session.scalar(select(func.count(Delivery.id))) == 1


def test_line_by_line_in_packs_and_pieces(phone, world, item, lot):
    shipment_id = make_dispatched(world, (item, 150))
    form = form_of(phone.get(f"/d/{shipment_id}?lines=1").text) | {
        "receiver_name": "Gulnara",
        "lines-0-damaged_packs": "1",
        "lines-0-damaged_pieces": "2",
        "lines-0-missing_pieces": "3",
        "lines-0-kept_packs": "2",
        "lines-0-reason": "wet",
    }
    assert phone.post(f"/d/{shipment_id}?lines=1", data=form).status_code == 303
    line = db.session.scalars(select(DeliveryLine)).one()
    assert (line.good, line.damaged, line.missing, line.reason) == (115, 12, 3, Reason.WET)
    assert loads_of(shipment_id)[0].on_the_road == 35


def test_more_than_was_on_board_is_said_at_once_and_what_was_typed_is_kept(phone, world, item, lot):
    shipment_id = make_dispatched(world, (item, 50))
    form = form_of(phone.get(f"/d/{shipment_id}?lines=1").text) | {
        "receiver_name": "Gulnara",
        "lines-0-damaged_packs": "6",
    }
    answer = phone.post(f"/d/{shipment_id}?lines=1", data=form)
    assert answer.status_code == 422
    assert "Only 50 are on the road" in answer.text
    assert 'value="Gulnara"' in answer.text
    assert db.session.scalar(select(func.count(FieldReport.id))) == 0


def test_whoever_receives_must_be_named(phone, world, item, lot):
    shipment_id = make_dispatched(world, (item, 50))
    answer = phone.post(f"/d/{shipment_id}", data=form_of(phone.get(f"/d/{shipment_id}").text))
    assert answer.status_code == 422
    assert "Say who received it" in answer.text


def test_an_old_page_sent_late_is_kept_for_the_office(phone, world, item, lot):
    shipment_id = make_dispatched(world, (item, 50))
    old, new = (form_of(phone.get(f"/d/{shipment_id}").text) for _time in range(2))
    for form in (new, old):
        answer = phone.post(f"/d/{shipment_id}", data=form | {"receiver_name": "Gulnara"})
        assert answer.status_code == 303
    assert "the office will look at it" in phone.get("/d").text
    assert held(world.point_id, lot) == 50
    assert db.session.scalar(select(func.count(FieldReport.id))) == 2


def test_one_key_cannot_say_two_things(phone, world, item, lot):
    shipment_id = make_dispatched(world, (item, 50))
    form = form_of(phone.get(f"/d/{shipment_id}").text) | {"receiver_name": "Gulnara"}
    phone.post(f"/d/{shipment_id}", data=form)
    answer = phone.post(f"/d/{shipment_id}", data=form | {"receiver_name": "Another"})
    assert answer.status_code == 422
    assert "already used" in answer.text


def test_what_is_not_sent_off_yet_cannot_be_handed_over(phone, world, item, lot):
    page = phone.get(f"/d/{make_ready(world, (item, 50))}").text
    assert "not sent off yet" in page
    assert "handed over" not in page


def test_another_driver_and_the_office_find_nothing(signed_in, world, item, lot):
    shipment_id = make_dispatched(world, (item, 50))
    other = signed_in(make_person(Role.DRIVER, world.organisation_id))
    assert other.get(f"/d/{shipment_id}").status_code == 404
    assert other.get("/d").status_code == 200
    assert signed_in(world.logistician).get("/d").status_code == 403


def test_a_phone_that_is_not_signed_in_is_asked_to(client, world):
    assert client.get("/d").headers["Location"].startswith("/sign-in")
