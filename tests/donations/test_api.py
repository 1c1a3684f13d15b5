"""The API of donations: the same forms, the same services, answers as data."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.donations import choices
from aidtrack.donations.models import GoodsReceipt
from aidtrack.donations.services import PledgedLine
from aidtrack.stock.models import Lot
from tests.factories.donations import expiring, lines_of, make_donation, make_pledge
from tests.factories.world import held, make_item, make_world


@pytest.fixture
def program(api, world):
    return api(world.logistician)


@pytest.fixture
def keyed():
    return {"Idempotency-Key": str(uuid4())}


def arrival(world, *lines, **more):
    return {
        "site_id": world.warehouse_id,
        "arrived_at": (clock.now() - timedelta(hours=1)).isoformat(),
        "transport": "road",
        "lines": list(lines),
    } | more


def test_a_donation_is_pledged_read_and_listed(world, item, program, keyed):
    pack = choices.packs_of_donation([item])[0].id
    body = {
        "donor_id": world.donor_id,
        "value": "2600.00",
        "currency": "EUR",
        "lines": [{"item_id": item, "quantity": 40, "pack_id": pack, "unit_value": "6.50"}],
    }
    answer = program.post("/api/v1/donations", json=body, headers=keyed)
    assert answer.status_code == 201
    assert answer.json["status"] == "pledged"
    assert answer.json["value_minor"] == 260_000
    assert answer.json["lines"][0]["quantity"] == 400
    assert program.get(answer.headers["Location"]).json == answer.json
    listed = program.get("/api/v1/donations?words=lantern&limit=1").json
    assert [row["id"] for row in listed["rows"]] == [answer.json["id"]]
    again = program.post("/api/v1/donations", json=body, headers=keyed)
    assert again.json["id"] == answer.json["id"]


def test_everything_wrong_is_named_at_once(world, program, keyed):
    body = {
        "donor_id": world.donor_id,
        "lines": [{"item_id": 999, "quantity": 5}, {"item_id": 999, "quantity": 10**12 + 1}],
    }
    answer = program.post("/api/v1/donations", json=body, headers=keyed)
    assert answer.status_code == 422
    assert "lines[1].quantity" in [x["field"] for x in answer.json["error"]["problems"]]
    body["lines"][1]["quantity"] = 1
    answer = program.post("/api/v1/donations", json=body, headers=keyed)
    named = [problem["field"] for problem in answer.json["error"]["problems"]]
    assert (answer.status_code, named) == (422, ["lines[0].item_id", "lines[1].item_id"])


def test_goods_are_received_with_many_lines(world, program, keyed):
    items = [make_item(f"Item {n}", has_expiry=True) for n in range(20)]
    donation_id = make_pledge(world, *(PledgedLine(each, 10) for each in items))
    lines = [
        {
            "donation_line_id": line,
            "stated": 10,
            "good": 8,
            "damaged": 1,
            "batch_number": "B1",
            "expires_on": expiring(90).isoformat(),
            "is_claimed": True,
        }
        for line in lines_of(donation_id)
    ]
    body = arrival(world, *lines, bin_id=world.bin_id)
    path = f"/api/v1/donations/{donation_id}/receipts"
    answer = program.post(path, json=body, headers=keyed)
    assert answer.status_code == 201
    assert answer.json["number"].startswith("GRN/KG/")
    assert {line["missing"] for line in answer.json["lines"]} == {1}
    assert {line["is_claimed"] for line in answer.json["lines"]} == {True}
    assert held(world.bin_id, db.session.scalars(select(Lot.id)).first()) == 8
    assert program.get(answer.headers["Location"]).json == answer.json
    assert program.get(f"/api/v1/donations/{donation_id}").json["status"] == "received"
    assert program.post(path, json=body, headers=keyed).json["id"] == answer.json["id"]
    assert db.session.scalar(select(func.count(GoodsReceipt.id))) == 1


def test_a_request_takes_the_same_statements_however_long(world, program, statements):
    items = [make_item(f"Item {n}") for n in range(20)]
    counts = []
    for some in (items[:1], items):
        donation_id = make_pledge(world, *(PledgedLine(each, 10) for each in some))
        lines = [{"donation_line_id": x, "good": 10} for x in lines_of(donation_id)]
        for _again in range(2):
            with statements() as seen:
                answer = program.post(
                    f"/api/v1/donations/{donation_id}/receipts",
                    json=arrival(world, *lines),
                    headers={"Idempotency-Key": str(uuid4())},
                )
            assert answer.status_code == 201
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 30


def test_a_line_of_zeros_and_a_bad_bin_are_refused_by_path(world, item, program, keyed):
    donation_id = make_pledge(world, PledgedLine(item, 10))
    (line,) = lines_of(donation_id)
    body = arrival(
        world,
        {"donation_line_id": line, "good": 0},
        {"donation_line_id": line, "good": 1, "place_id": 999},
    )
    answer = program.post(f"/api/v1/donations/{donation_id}/receipts", json=body, headers=keyed)
    named = [problem["field"] for problem in answer.json["error"]["problems"]]
    assert (answer.status_code, named) == (422, ["lines[0].good", "lines[1].place_id"])


def test_a_receipt_without_a_key_is_refused(world, item, program):
    donation_id = make_pledge(world, PledgedLine(item, 10))
    (line,) = lines_of(donation_id)
    body = arrival(world, {"donation_line_id": line, "good": 1})
    answer = program.post(f"/api/v1/donations/{donation_id}/receipts", json=body)
    assert answer.status_code == 422
    assert answer.json["error"]["problems"][0]["field"] == "key"


def test_a_receipt_is_undone(world, item, program, keyed):
    donation_id, receipt_id = make_donation(world, item, 10)
    path = f"/api/v1/receipts/{receipt_id}/undo"
    answer = program.post(path, json={"reason": "wrong"}, headers=keyed)
    assert (answer.status_code, answer.json["paper_status"]) == (200, "void")
    assert program.post(path, json={"reason": "wrong"}, headers=keyed).status_code == 200
    assert program.get(f"/api/v1/donations/{donation_id}").json["status"] == "pledged"
    listed = program.get(f"/api/v1/receipts?site_id={world.warehouse_id}").json["rows"]
    assert [row["paper_status"] for row in listed] == ["void"]


def test_a_promise_is_changed_cancelled_and_opened_again(world, item, program):
    donation_id = make_pledge(world, PledgedLine(item, 10))
    path = f"/api/v1/donations/{donation_id}"
    body = {"donor_id": world.donor_id, "lines": [{"item_id": item, "quantity": 7}]}
    assert program.put(path, json=body).json["lines"][0]["quantity"] == 7
    assert program.post(f"{path}/close", json={"reason": "x"}).status_code == 409
    assert program.post(f"{path}/cancel", json={"reason": "x"}).json["status"] == "cancelled"
    assert program.post(f"{path}/cancel", json={"reason": "x"}).status_code == 409
    assert program.post(f"{path}/reopen", json={}).json["status"] == "pledged"


def test_strangers_find_nothing_and_donors_may_not_look(world, item, api, keyed):
    donation_id, receipt_id = make_donation(world, item, 10)
    stranger = api(make_world("Other Society").admin)
    for path in (f"/api/v1/donations/{donation_id}", f"/api/v1/receipts/{receipt_id}"):
        assert stranger.get(path).status_code == 404
        assert api(world.donor).get(path).status_code == 403
    assert stranger.get("/api/v1/donations").json["rows"] == []
    assert stranger.get("/api/v1/receipts").json["rows"] == []
    answer = stranger.post(f"/api/v1/receipts/{receipt_id}/undo", json={}, headers=keyed)
    assert answer.status_code == 404
