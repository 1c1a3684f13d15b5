"""The pages: every event can be caused from one, in plain HTML."""

import re
from uuid import uuid4

import pytest

from aidtrack.core.db import db
from aidtrack.sharing.models import Purpose
from aidtrack.shipments.deliveries import HandedOver
from aidtrack.shipments.models import Shipment
from tests.factories.sharing import make_share
from tests.factories.shipments import (
    confirm,
    deliver,
    hand_over,
    loads_of,
    make_dispatched,
    make_draft,
    make_ready,
)
from tests.factories.world import held, make_item, make_stock, make_world, reserved


@pytest.fixture
def item(world):
    return make_item("Blanket")


@pytest.fixture
def lot(world, item):
    return make_stock(world, item, 100, batch_number="B-12")


@pytest.fixture
def office(signed_in, world):
    return signed_in(world.logistician)


def shown(client, path, status=200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def sent(client, path, **fields):
    answer = client.post(path, data={"key": str(uuid4())} | fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def hidden_fields(html: str, start: str = "") -> dict[str, str]:
    """Names and values of the hidden boxes of a page."""
    found = re.findall(r'<input type="hidden"[^>]* name="([^"]+)" value="([^"]*)"', html)
    return {name: value for name, value in found if name.startswith(start)}


def test_sending_goods_from_the_first_page_to_the_last(office, world, item, lot):
    at = sent(
        office,
        "/shipments/new",
        origin_id=world.warehouse_id,
        destination_id=world.point_id,
        transport="road",
        **{"lines-0-item_id": item, "lines-0-quantity": 60},
    )
    assert "Can be sent" in shown(office, at)
    show = sent(office, at)
    assert "Ready to go" in shown(office, show)
    sent(office, f"{show}/dispatch", seal_number="S-1")
    page = shown(office, show)
    assert "On the road" in page
    assert "WB/KG/" in page
    rows = hidden_fields(shown(office, f"{show}/deliver"), "lines-")
    sent(office, f"{show}/deliver", receiver_name="Gulnara", **rows, **{
        "lines-0-damaged_pieces": "2", "lines-0-reason": "wet",
    })  # fmt: skip
    assert "2 wet" in shown(office, show)
    rows = hidden_fields(shown(office, f"{show}/settle"), "lines-")
    sent(office, f"{show}/settle", **rows, **{
        "lines-0-lost_pieces": "2", "lines-0-reason": "wet",
    })  # fmt: skip
    assert "Delivered in part" in shown(office, show)
    assert held(world.point_id, lot) == 58


def test_the_refusal_has_a_button_that_mends_it(office, world, item, lot):
    shipment_id = make_draft(world, (item, 160))
    at = f"/shipments/{shipment_id}/ready"
    refused = office.post(at, data={"key": str(uuid4())})
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
    assert "Send only 100" in refused.text
    button = hidden_fields(refused.text)
    assert sent(office, f"/shipments/{shipment_id}/loads", **button).endswith(at)
    assert "Can be sent" in shown(office, at)
    assert reserved(world.bin_id, lot) == 0


def test_lots_are_chosen_on_a_page(office, world, item, lot):
    other = make_stock(world, item, 100, batch_number="B-14")
    shipment_id = make_draft(world, (item, 50))
    at = f"/shipments/{shipment_id}/loads"
    fields = hidden_fields(shown(office, at))
    index = next(
        name.split("-")[1]
        for name, value in fields.items()
        if name.endswith("lot_id") and value == str(other)
    )
    fields |= {name.replace("lot_id", "quantity"): "" for name in fields if "lot_id" in name}
    sent(office, at, **fields | {f"loads-{index}-quantity": "50"})
    assert [load.lot_id for load in loads_of(shipment_id)] == [other]


def test_what_was_typed_is_kept_when_a_lot_cannot_be_taken(office, world, item, lot):
    shipment_id = make_draft(world, (item, 50))
    at = f"/shipments/{shipment_id}/loads"
    fields = hidden_fields(shown(office, at))
    answer = office.post(at, data=fields | {"loads-0-quantity": "51"})
    assert answer.status_code == 422
    assert 'value="51"' in answer.text
    assert "Only 50 are asked for" in answer.text


def test_a_draft_is_changed_on_the_page_that_made_it(office, world, item, lot):
    shipment_id = make_draft(world, (item, 50))
    page = shown(office, f"/shipments/{shipment_id}/change")
    assert 'value="50"' in page
    sent(
        office,
        f"/shipments/{shipment_id}/change",
        origin_id=world.warehouse_id,
        destination_id=world.other_warehouse_id,
        **{"lines-0-item_id": item, "lines-0-quantity": 40},
    )
    shipment = db.session.get_one(Shipment, shipment_id)
    assert (shipment.destination_id, shipment.lines[0].quantity) == (world.other_warehouse_id, 40)


def test_taking_back_asks_for_a_reason(office, world, item, lot):
    ready = make_ready(world, (item, 10))
    left = make_dispatched(world, (item, 10))
    arrived = make_dispatched(world, (item, 10))
    delivery_id = deliver(world, hand_over(arrived))
    for path in (
        f"/shipments/{ready}/cancel",
        f"/shipments/{left}/undo-dispatch",
        f"/shipments/deliveries/{delivery_id}/undo",
    ):
        shown(office, path)
        assert office.post(path, data={"key": str(uuid4())}).status_code == 422
        sent(office, path, reason="a mistake")
    assert (held(world.bin_id, lot), held(world.point_id, lot)) == (90, 0)


def test_a_ready_shipment_becomes_a_draft_again(office, world, item, lot):
    ready = make_ready(world, (item, 10))
    sent(office, f"/shipments/{ready}/reopen")
    assert reserved(world.bin_id, lot) == 0


def test_pages_for_what_cannot_happen_now_lead_back(office, world, item, lot):
    left = make_dispatched(world, (item, 10))
    for name in ("change", "loads", "ready", "dispatch"):
        answer = office.get(f"/shipments/{left}/{name}")
        assert answer.headers["Location"] == f"/shipments/{left}", name


def test_what_a_phone_said_waits_on_the_list_and_on_the_shipment(office, world, item, lot):
    shipment_id = make_dispatched(world, (item, 10))
    said = hand_over(shipment_id, HandedOver(loads_of(shipment_id)[0].id, good=11))
    outcome = confirm(world, said)
    for path in ("/shipments", "/shipments?view=attention", f"/shipments/{shipment_id}"):
        assert "not 11" in shown(office, path)
    sent(office, f"/shipments/reports/{outcome.report_id}/apply")
    at = f"/shipments/reports/{outcome.report_id}/dismiss"
    shown(office, at)
    sent(office, at, reason="counted twice")
    assert "not 11" not in shown(office, "/shipments?view=attention")


def test_the_receiver_reads_it_in_their_own_words(signed_in, world, item, lot):
    partner = make_world("Partner")
    make_share(partner, "place", partner.point_id, world, Purpose.RECEIVE)
    make_dispatched(world, (item, 10), destination_id=partner.point_id)
    draft = make_draft(world, (item, 10), destination_id=partner.point_id)
    receiver = signed_in(partner.logistician)
    assert "On the way to you" in shown(receiver, "/shipments")
    shown(receiver, f"/shipments/{draft}", status=404)


def test_strangers_get_404_and_drivers_are_sent_away(signed_in, world, item, lot):
    left = make_dispatched(world, (item, 10))
    stranger = signed_in(make_world("Other").logistician)
    for path in (f"/shipments/{left}", f"/shipments/{left}/deliver", f"/shipments/{left}/settle"):
        shown(stranger, path, status=404)
    shown(signed_in(world.driver), "/shipments", status=403)


@pytest.mark.parametrize("who", ["admin", "coordinator", "auditor"])
def test_everyone_who_may_look_can_look(signed_in, world, item, lot, who):
    left = make_dispatched(world, (item, 10))
    reader = signed_in(getattr(world, who))
    for path in ("/shipments", f"/shipments/{left}"):
        shown(reader, path)


def test_an_empty_list_says_what_to_do(office, signed_in, world):
    assert "No shipment yet" in shown(office, "/shipments")
    assert "Nothing matches" in shown(office, "/shipments?words=nothing")
    assert "Send goods" not in shown(signed_in(world.auditor), "/shipments")


def test_a_page_takes_as_many_statements_for_twenty_lines_as_for_one(office, world, statements):
    items = [make_item(f"Item {n}") for n in range(20)]
    for number in items:
        make_stock(world, number, 100)
    counts = []
    for some in (items[:1], items):
        shipment_id = make_dispatched(world, *((number, 10) for number in some))
        confirm(world, hand_over(shipment_id, HandedOver(loads_of(shipment_id)[0].id, good=1)))
        with statements() as seen:
            shown(office, f"/shipments/{shipment_id}")
        counts.append(len(seen))
    assert counts[0] == counts[1]
