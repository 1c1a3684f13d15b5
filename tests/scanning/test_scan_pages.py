"""The page that scans: its modes, who may use them, and what it tells the browser."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from aidtrack.donations.pledges import PledgedLine
from aidtrack.places import services as places
from tests.factories.donations import make_pledge
from tests.factories.world import World, held, make_item, make_stock, make_world

SignedIn = Callable[[Any], FlaskClient]
READS = "'wasm-unsafe-eval'"


def test_only_the_page_with_the_camera_may_run_its_reader(
    world: World, signed_in: SignedIn
) -> None:
    client = signed_in(world.logistician)
    assert READS in client.get("/scan").headers["Content-Security-Policy"]
    for other in ("/stock", "/labels", "/search?q=x"):
        assert READS not in client.get(other).headers["Content-Security-Policy"]


@pytest.mark.parametrize("mode", ["look", "receive", "move", "check", "nonsense"])
def test_every_mode_opens_and_says_what_to_do(world: World, signed_in: SignedIn, mode: str) -> None:
    assert signed_in(world.logistician).get(f"/scan?mode={mode}").status_code == 200


def test_who_may_not_move_or_receive_is_not_offered_it(world: World, signed_in: SignedIn) -> None:
    page = signed_in(world.auditor).get("/scan").text
    assert "mode=check" in page
    assert "mode=move" not in page
    assert "mode=receive" not in page
    assert signed_in(world.auditor).post("/scan/move").status_code == 403
    assert signed_in(world.driver).get("/scan").status_code == 403


def test_what_was_scanned_is_moved_once_and_can_be_undone(
    world: World, signed_in: SignedIn
) -> None:
    lot_id = make_stock(world, make_item(), 100)
    target = places.add_bin(world.warehouse_id, name="B-02", actor=world.logistician)
    sent = {
        "key": str(uuid4()),
        "to_place_id": target,
        "lines-0-lot_id": lot_id,
        "lines-0-place_id": world.bin_id,
        "lines-0-quantity": 24,
    }
    client = signed_in(world.logistician)
    for _twice in range(2):
        assert (
            client.post("/scan/move", data=sent).location == f"/scan?mode=move&done={sent['key']}"
        )
    assert held(target, lot_id) == 24
    assert "/undo" in client.get("/scan?mode=move").text


def test_more_than_lies_there_is_refused_in_words(world: World, signed_in: SignedIn) -> None:
    lot_id = make_stock(world, make_item(), 100)
    target = places.add_bin(world.warehouse_id, name="B-02", actor=world.logistician)
    sent = {"lines-0-lot_id": lot_id, "lines-0-place_id": world.bin_id, "lines-0-quantity": 101}
    client = signed_in(world.logistician)
    without_bin = client.post("/scan/move", data={**sent, "key": str(uuid4())})
    assert without_bin.status_code == 422
    assert "Scan the bin they go into." in without_bin.text
    refused = client.post("/scan/move", data={**sent, "to_place_id": target, "key": str(uuid4())})
    assert refused.status_code == 422
    assert held(world.bin_id, lot_id) == 100


def test_donations_and_shipments_of_others_are_not_there(world: World, signed_in: SignedIn) -> None:
    donation_id = make_pledge(world, PledgedLine(make_item(), 10))
    own, stranger = signed_in(world.logistician), signed_in(make_world("Other").logistician)
    address = f"/scan?mode=receive&donation_id={donation_id}"
    assert "Go on to the receipt" in own.get(address).text
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"/api/v1/scan?code=x&donation_id={donation_id}").status_code == 404
    assert own.get("/scan?mode=check&shipment_id=999").status_code == 404
