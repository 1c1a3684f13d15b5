"""The public page: what is on board, and nothing that endangers anyone."""

import pytest

from aidtrack.core.db import db
from aidtrack.shipments.models import Shipment
from tests.factories.shipments import confirm, hand_over, make_dispatched, make_ready
from tests.factories.world import make_item, make_stock


@pytest.fixture
def shipment(world) -> Shipment:
    item = make_item("Blanket")
    make_stock(world, item, 100)
    return db.session.get_one(
        Shipment, make_dispatched(world, (item, 60), vehicle_plate="01 KG 412")
    )


def test_anyone_with_the_code_sees_contents_weight_areas_and_state(client, shipment):
    page = client.get(f"/t/{shipment.code}").text
    for words in ("Blanket", "60", "90 kg", "Batken", "On the road"):
        assert words in page


def test_people_places_plates_and_times_are_not_shown(client, world, shipment):
    page = client.get(f"/t/{shipment.code}").text
    year_and_hour = shipment.dispatched_at.strftime("%H:%M")
    for secret in (world.driver.name, "School 4", "Osh warehouse", "01 KG 412", year_and_hour):
        assert secret not in page


def test_the_code_may_be_typed_as_it_is_printed(client, shipment):
    code = shipment.code
    typed = f"{code[:4]}-{code[4:8]}-{code[8:]}".lower()
    answer = client.get("/t", query_string={"code": typed})
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200


def test_when_it_arrived_it_says_so(client, world, shipment):
    shipment_id, code = shipment.id, shipment.code
    confirm(world, hand_over(shipment_id))
    assert "Arrived in Batken" in client.get(f"/t/{code}").text


@pytest.mark.parametrize("code", ["AAAAAAAAAA", "nonsense", "K7TM-4WPX-9R", "0O1I0O1I0O"])
def test_a_wrong_code_offers_another_try(client, shipment, code):
    answer = client.get(f"/t/{code}")
    assert answer.status_code == 404
    assert 'name="code"' in answer.text


def test_what_has_not_left_is_not_shown(client, world):
    item = make_item()
    make_stock(world, item, 10)
    code = db.session.get_one(Shipment, make_ready(world, (item, 10))).code
    assert client.get(f"/t/{code}").status_code == 404


def test_codes_cannot_be_guessed(client, shipment, rate_limits):
    answers = [client.get("/t/AAAAAAAAAA").status_code for _time in range(12)]
    assert answers[-1] == 429
