"""Holds on their pages and over JSON."""

from datetime import timedelta
from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.places.models import PlaceKind
from aidtrack.stock import loss_reasons
from aidtrack.stock.loss_models import LossAct
from aidtrack.stock.loss_reasons import ReasonDetails
from aidtrack.stock.models import Reason
from tests.factories.holds import hold
from tests.factories.world import make_item, make_site, make_stock, make_world, reserved


@pytest.fixture
def lot(world) -> int:
    return make_stock(world, make_item("Tarpaulin"), 1_000)


def test_ticked_goods_are_held_on_a_page(world, lot, signed_in, key):
    browser = signed_in(world.logistician)
    url = f"/stock/hold?pick={lot}-{world.bin_id}"
    assert "Tarpaulin" in browser.get(url).text
    answer = browser.post(
        url,
        data={
            "key": key,
            "kind": "damaged",
            "why": "Torn by the fork",
            "lines-0-lot_id": lot,
            "lines-0-place_id": world.bin_id,
            "lines-0-quantity": "40",
        },
    )
    assert (answer.status_code, reserved(world.bin_id, lot)) == (303, 40)
    page = browser.get(answer.location).text
    assert "Torn by the fork" in page
    assert world.logistician.name in page


def test_a_hold_is_released_on_its_page(world, lot, signed_in, key):
    url = f"/stock/holds/{hold(world, lot, 40)}"
    browser = signed_in(world.logistician)
    assert "Release" in browser.get(url).text
    assert browser.post(f"{url}/release", data={"key": key}).status_code == 422
    browser.post(f"{url}/release", data={"key": key, "note": "Dry again"})
    page = browser.get(url).text
    assert "Dry again" in page
    assert f"{url}/release" not in page


def test_a_hold_is_written_off_on_its_page(world, lot, signed_in, key):
    url = f"/stock/holds/{hold(world, lot, 40)}/write-off"
    browser = signed_in(world.logistician)
    assert "Tarpaulin" in browser.get(url).text
    answer = browser.post(url, data={"key": key, "reason": "damaged", "note": "Torn"})
    assert "Goods are written off" in browser.get(answer.location).text


def test_held_goods_are_written_off_for_a_reason_of_the_own_list(world, lot, signed_in, key):
    details = ReasonDetails("Leaking roof", {}, Reason.WET, (LossAct.LOSS,))
    loss_reasons.add(world.organisation_id, "roof", details, actor=world.admin)
    url = f"/stock/holds/{hold(world, lot, 40)}/write-off"
    browser = signed_in(world.logistician)
    assert "Leaking roof" in browser.get(url).text
    data = {"key": key, "reason": "not_needed", "note": "Wet"}
    assert browser.post(url, data=data).status_code == 422
    answer = browser.post(url, data=data | {"reason": "roof"})
    assert "Leaking roof" in browser.get(answer.location).text


def test_all_that_has_expired_is_held_from_one_page(world, signed_in, key):
    day = clock.today() - timedelta(days=3)
    lot = make_stock(world, make_item("Insulin", has_expiry=True), 60, expires_on=day)
    browser = signed_in(world.logistician)
    url = f"/stock/holds/expired?site_id={world.warehouse_id}"
    assert "Insulin" in browser.get(url).text
    browser.post(url, data={"key": key, "site_id": world.warehouse_id})
    assert reserved(world.bin_id, lot) == 60
    assert "Nothing to hold here" in browser.get(url).text


def test_the_page_of_what_has_expired_opens_where_something_has(world, signed_in):
    day = clock.today() - timedelta(days=3)
    site = make_site(world.organisation_id, PlaceKind.WAREHOUSE, "Uzgen warehouse")
    make_stock(world, make_item("Insulin", has_expiry=True), 60, expires_on=day, place_id=site)
    browser = signed_in(world.logistician)
    assert "Insulin" in browser.get("/stock/holds/expired").text


def test_who_only_reads_has_no_buttons_and_strangers_find_nothing(world, lot, signed_in, key):
    url = f"/stock/holds/{hold(world, lot, 40)}"
    auditor = signed_in(world.auditor)
    assert "/release" not in auditor.get(url).text
    assert auditor.get(f"{url}/release").status_code == 403
    assert auditor.post("/stock/holds/expired", data={"key": key}).status_code == 403
    assert signed_in(world.driver).get("/stock/holds").status_code == 403
    stranger = signed_in(make_world("Strangers").admin)
    assert stranger.get(url).status_code == 404
    assert stranger.post(f"{url}/release", data={"key": key, "note": "x"}).status_code == 404


def test_a_program_holds_and_releases(world, lot, api, key):
    client = api(world.logistician)
    made = client.post(
        "/api/v1/stock/holds",
        json={
            "kind": "inspection",
            "why": "Seal broken",
            "lines": [{"lot_id": lot, "place_id": world.bin_id, "quantity": 40}],
        },
        headers={"Idempotency-Key": str(key)},
    )
    assert (made.status_code, made.json["status"]) == (201, "held")
    assert client.get("/api/v1/stock/holds").json["rows"][0]["why"] == "Seal broken"
    hold_id = made.json["id"]
    answer = client.post(
        f"/api/v1/stock/holds/{hold_id}/release",
        json={"note": "Counted"},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert (answer.status_code, answer.json["status"]) == (200, "released")
    assert reserved(world.bin_id, lot) == 0
