"""The API: the same events, in JSON."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.shipments.models import FieldReport
from tests.factories.shipments import loads_of, make_dispatched, make_draft, make_ready
from tests.factories.world import held, make_item, make_stock, make_world


@pytest.fixture
def item(world):
    return make_item("Blanket")


@pytest.fixture
def lot(world, item):
    return make_stock(world, item, 100)


def keyed():
    return {"Idempotency-Key": str(uuid4())}


def report(shipment_id, **more):
    lines = [{"load_id": x.id, "good": x.on_the_road} for x in loads_of(shipment_id)]
    return {
        "key": str(uuid4()),
        "shipment_id": shipment_id,
        "occurred_at": clock.now().isoformat(),
        "receiver_name": "Gulnara",
        "lines": lines,
    } | more


def send(api, who, *reports):
    answer = api(who).post("/api/v1/field-reports", json={"reports": list(reports)})
    assert answer.status_code == 200, answer.text
    return answer.json["results"]


def test_a_shipment_from_draft_to_the_end(api, world, item, lot):
    office = api(world.logistician)
    draft = {
        "origin_id": world.warehouse_id,
        "destination_id": world.point_id,
        "driver_id": world.driver.user_id,
        "lines": [{"item_id": item, "quantity": 60}],
    }
    made = office.post("/api/v1/shipments", json=draft, headers=keyed())
    assert made.status_code == 201, made.text
    at = made.headers["Location"]
    (line,) = office.get(f"{at}/proposal").json
    assert [(x["lot_id"], x["picked"]) for x in line["lots"]] == [(lot, 60)]
    assert office.post(f"{at}/ready", headers=keyed()).json["status"] == "ready"
    left = office.post(f"{at}/dispatch", json={"seal_number": "S-1"}, headers=keyed()).json
    assert left["status"] == "on_the_road"
    (load,) = office.get(at).json["lines"][0]["loads"]
    handed = report(left["id"], lines=[{"load_id": load["id"], "good": 50, "damaged": 10}])
    assert send(api, world.driver, handed)[0]["state"] == "applied"
    for way, quantity in (("return", 4), ("lose", 6)):
        lines = [{"load_id": load["id"], "quantity": quantity, "reason": "wet"}]
        answer = office.post(f"{at}/{way}", json={"lines": lines}, headers=keyed())
    assert (answer.json["status"], answer.json["outcome"]) == ("delivered", "in_part")
    assert held(world.point_id, lot) == 50


def test_a_change_needs_a_key(api, world, item):
    shipment_id = make_draft(world, (item, 1))
    answer = api(world.logistician).post(f"/api/v1/shipments/{shipment_id}/ready")
    assert answer.status_code == 422
    assert answer.json["error"]["problems"][0]["field"] == "key"


def test_a_shortage_says_what_would_mend_it_and_loads_does_it(api, world, item, lot):
    shipment_id = make_draft(world, (item, 160))
    office, at = api(world.logistician), f"/api/v1/shipments/{shipment_id}"
    refused = office.post(f"{at}/ready", headers=keyed())
    error = refused.json["error"]
    assert (refused.status_code, error["code"]) == (409, "short_of_goods")
    (short,) = error["shortages"]
    (way,) = short["mends"]
    assert (short["missing"], way["kind"], way["quantity"]) == (60, "send_only", 100)
    body = {
        "lines": [{"line_id": short["line_id"], "quantity": way["quantity"]}],
        "loads": [{"line_id": short["line_id"], **pick} for pick in way["picks"]],
    }
    assert office.put(f"{at}/loads", json=body, headers=keyed()).status_code == 200
    assert office.post(f"{at}/ready", headers=keyed()).status_code == 200


def test_every_report_gets_its_own_result_in_order(api, world, item, lot):
    first, second = (make_dispatched(world, (item, 10)) for _number in range(2))
    good, other = report(first), report(second)
    results = send(
        api,
        world.driver,
        good,
        "not an object",
        report(first, lines="wrong"),
        report(first, occurred_at="yesterday"),
        {"key": str(uuid4())},
        report(first) | {"shipment_id": 999_999},
        good | {"receiver_name": "Somebody else"},
        {name: value for name, value in other.items() if name != "key"},
        other,
        good,
    )
    assert [result["state"] for result in results] == [
        "applied", "invalid", "invalid", "invalid", "invalid", "needs_attention", "key_reused",
        "invalid", "applied", "applied",
    ]  # fmt: skip
    assert results[0] == results[9]
    assert results[2]["problems"][0]["field"] == "lines"
    assert results[5]["code"] == "not_found"
    assert held(world.point_id, lot) == 20
    assert db.session.scalar(select(func.count(FieldReport.id))) == 3


@pytest.mark.parametrize("body", [{}, {"reports": []}, {"reports": {}}, {"reports": [{}] * 101}])
def test_a_list_of_no_or_too_many_reports_is_refused(api, world, body):
    answer = api(world.driver).post("/api/v1/field-reports", json=body)
    assert answer.status_code == 422


def test_a_driver_reads_their_own_journeys_and_no_others(api, world, item, lot):
    mine = make_dispatched(world, (item, 10))
    foreign = make_dispatched(world, (item, 10), driver_id=None)
    phone = api(world.driver)
    assert [row["id"] for row in phone.get("/api/v1/journeys").json] == [mine]
    assert phone.get(f"/api/v1/shipments/{mine}").status_code == 200
    assert phone.get(f"/api/v1/shipments/{foreign}").status_code == 404
    assert phone.get("/api/v1/shipments").status_code == 403


def test_the_list_pages_and_filters(api, world, item, lot):
    ids = [make_draft(world, (item, 1)) for _number in range(3)]
    ready = make_ready(world, (item, 1), vehicle_plate="01 KG 777")
    office = api(world.logistician)
    first = office.get("/api/v1/shipments?limit=2").json
    assert [row["id"] for row in first["rows"]] == [ready, ids[2]]
    second = office.get(f"/api/v1/shipments?limit=2&cursor={first['next_cursor']}").json
    assert [row["id"] for row in second["rows"]] == [ids[1], ids[0]]
    for query in ("view=ready", "words=777", f"view=ready&origin_id={world.warehouse_id}"):
        rows = office.get(f"/api/v1/shipments?{query}").json["rows"]
        assert [row["id"] for row in rows] == [ready]


def test_the_list_takes_as_many_statements_for_many_as_for_one(api, world, item, statements):
    office = api(world.logistician)
    make_draft(world, (item, 1))
    office.get("/api/v1/shipments")  # That a token was used is noted once in a while.
    counts = []
    for _time in range(2):
        with statements() as seen:
            office.get("/api/v1/shipments")
        counts.append(len(seen))
        for _number in range(5):
            make_draft(world, (item, 1), (item, 2))
    assert counts[0] == counts[1]


def test_strangers_get_404_everywhere(api, world, item, lot):
    shipment_id = make_dispatched(world, (item, 10))
    other, at = api(make_world("Other").logistician), f"/api/v1/shipments/{shipment_id}"
    lines = [{"load_id": 1, "quantity": 1, "reason": "wet"}]
    assert other.get(at).status_code == 404
    assert other.get(f"{at}/proposal").status_code == 404
    for way, body in (
        ("ready", {}),
        ("reopen", {}),
        ("cancel", {"reason": "no"}),
        ("dispatch", {}),
        ("undo-dispatch", {"reason": "no"}),
        ("return", {"lines": lines}),
        ("lose", {"lines": lines}),
        ("deliveries", report(shipment_id)),
    ):
        headers = {"Idempotency-Key": body.get("key", str(uuid4()))}
        assert other.post(f"{at}/{way}", json=body, headers=headers).status_code == 404, way


def test_an_undone_hand_over_can_be_typed_again(api, world, item, lot):
    shipment_id = make_dispatched(world, (item, 10))
    office, at = api(world.logistician), f"/api/v1/shipments/{shipment_id}"
    body = report(shipment_id)
    made = office.post(f"{at}/deliveries", json=body, headers={"Idempotency-Key": body["key"]})
    (delivery,) = made.json["deliveries"]
    undo = f"/api/v1/deliveries/{delivery['id']}/undo"
    assert office.post(undo, json={"reason": "wrong"}, headers=keyed()).status_code == 200
    assert office.get(at).json["status"] == "on_the_road"


def test_the_office_sees_reports_that_wait_and_closes_them(api, world, item, lot):
    shipment_id = make_dispatched(world, (item, 10))
    load_id = loads_of(shipment_id)[0].id
    send(api, world.driver, report(shipment_id, lines=[{"load_id": load_id, "good": 11}]))
    office = api(world.logistician)
    (waiting,) = office.get("/api/v1/field-reports").json
    at = f"/api/v1/field-reports/{waiting['id']}"
    assert office.post(f"{at}/apply").json["state"] == "needs_attention"
    dismissed = office.post(f"{at}/dismiss", json={"reason": "twice"}, headers=keyed())
    assert dismissed.status_code == 200
    assert office.get("/api/v1/field-reports").json == []


def test_a_phone_whose_clock_is_wrong_by_decades_still_confirms(api, world, item, lot):
    shipment_id = make_dispatched(world, (item, 60))
    load = loads_of(shipment_id)[0].id
    for year in ("1970", "1980", "2106", "2199"):
        said = report(shipment_id, occurred_at=f"{year}-01-01T00:00:07Z")
        said["lines"] = [{"load_id": load, "good": 1}]
        assert send(api, world.driver, said)[0]["state"] == "applied", year
    assert held(world.point_id, lot) == 4
    first, *_others = (
        api(world.logistician).get(f"/api/v1/shipments/{shipment_id}").json["deliveries"]
    )
    assert first["delivered_at"][:4] == str(clock.now().year)
