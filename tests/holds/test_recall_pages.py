"""Recalls on their pages and over JSON."""

from uuid import uuid4

import pytest

from tests.factories.distributions import hand_out
from tests.factories.holds import recall
from tests.factories.shipments import make_dispatched, make_ready
from tests.factories.world import make_item, make_stock, make_world


@pytest.fixture
def item(world):
    return make_item("Water tablets")


@pytest.fixture
def lot(world, item) -> int:
    return make_stock(world, item, 1_000, batch_number="AQ-7")


def test_one_button_recalls_the_batch_and_lists_where_it_is(world, item, lot, signed_in, key):
    make_ready(world, (item, 40))
    make_dispatched(world, (item, 100), driver_name="Aibek", driver_phone="+996 555")
    browser = signed_in(world.logistician)
    url = f"/stock/recalls/new?lot_id={lot}"
    assert "AQ-7" in browser.get(url).text
    answer = browser.post(
        url, data={"key": key, "lot_id": lot, "reason": "Bitter", "whole_batch": "1"}
    )
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    for words in ("Bitter", "On the road", "Aibek", "A-01", "1 shipment cannot leave"):
        assert words in page
    assert "RC/" in browser.get("/stock/recalls?open=1").text


def test_the_file_lists_every_piece_and_what_was_given(world, item, lot, signed_in):
    at_school = make_stock(world, item, 30, place_id=world.point_id, batch_number="AQ-7")
    hand_out(world, at_school, 20)
    recall_id = recall(world, lot, whole_batch=True)
    answer = signed_in(world.auditor).get(f"/stock/recalls/{recall_id}.csv")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert answer.mimetype == "text/csv"
    numbers = [int(line.split(",")[-2]) for line in lines[1:]]
    assert numbers[-1] == sum(numbers[:-1]) == 1_030


def test_it_is_closed_and_lifted_on_its_page(world, lot, signed_in, key):
    url = f"/stock/recalls/{recall(world, lot)}"
    browser = signed_in(world.logistician)
    assert browser.post(f"{url}/close", data={"key": key}).status_code == 422
    browser.post(f"{url}/close", data={"key": key, "note": "All given back"})
    assert "All given back" in browser.get(url).text
    browser.post(f"{url}/lift", data={"key": uuid4(), "note": "A wrong alarm"})
    page = browser.get(url).text
    assert "A wrong alarm" in page
    assert f"{url}/lift" not in page


def test_who_only_reads_has_no_buttons_and_strangers_find_nothing(world, lot, signed_in, key):
    url = f"/stock/recalls/{recall(world, lot)}"
    auditor = signed_in(world.auditor)
    assert f"{url}/lift" not in auditor.get(url).text
    assert auditor.get(f"{url}/lift").status_code == 403
    assert auditor.get(f"/stock/recalls/new?lot_id={lot}").status_code == 403
    assert signed_in(world.driver).get(url).status_code == 403
    stranger = signed_in(make_world("Strangers").admin)
    for path in (url, f"{url}.csv", f"{url}/lift", f"/stock/recalls/new?lot_id={lot}"):
        assert stranger.get(path).status_code == 404


def test_a_program_recalls_and_reads_where_it_is(world, lot, api, key):
    client = api(world.logistician)
    made = client.post(
        "/api/v1/stock/recalls",
        json={"lot_id": lot, "reason": "Bitter", "whole_batch": True},
        headers={"Idempotency-Key": str(key)},
    )
    assert made.status_code == 201
    assert (made.json["given"], made.json["totals"]["in_stock"]) == (1_000, 1_000)
    recall_id = made.json["recall"]["id"]
    assert client.get(f"/api/v1/stock/recalls/{recall_id}").json["pieces"][0]["place"] == "A-01"
    assert client.get("/api/v1/stock/recalls").json["rows"][0]["reason"] == "Bitter"
