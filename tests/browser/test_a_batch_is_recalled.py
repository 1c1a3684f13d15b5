"""A batch turns out bad: one button closes it, all of it is found, and no truck leaves with it."""

import pytest
from playwright.sync_api import expect

from aidtrack.core.db import db
from aidtrack.sealing import verification
from aidtrack.shipments.models import Shipment, ShipmentStatus
from tests.browser.people import sign_in
from tests.factories.distributions import hand_out
from tests.factories.shipments import make_dispatched, make_ready
from tests.factories.world import make_item, make_stock


@pytest.fixture
def story(world) -> tuple[int, int]:
    """300 in the warehouse, 60 of them kept for a truck; 100 on the road; 40 at the school, of
    which families have 25. The lot, and the shipment that is ready.
    """
    item = make_item("Water tablets", pack=10)
    lot = make_stock(world, item, 400, batch_number="AQ-7")
    make_dispatched(world, (item, 100), driver_id=None, driver_name="Aibek", driver_phone="0555 12")
    ready = make_ready(world, (item, 60))
    at_school = make_stock(world, item, 40, place_id=world.point_id, batch_number="AQ-7")
    hand_out(world, at_school, 25)
    return lot, ready


def test_one_button_finds_every_piece_and_stops_the_truck(world, story, page):
    lot, ready = story
    sign_in(page, world.logistician)
    page.goto(f"/lots/{lot}")
    page.get_by_role("link", name="Recall", exact=True).click()
    page.get_by_label("Why it is recalled").fill("The maker found chlorine missing")
    page.get_by_label("Every lot with this batch number").check()
    page.get_by_role("button", name="Recall", exact=True).dblclick()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Water tablets is recalled")
    main = page.get_by_role("main")
    for words in (
        "The maker found chlorine missing",
        "Aibek · 0555 12",
        "A-01",
        "1 shipment cannot",
    ):
        expect(main).to_contain_text(words)
    rows = page.get_by_role("table", name="Handed out").get_by_role("row")
    expect(rows.last).to_contain_text("25")

    page.goto(f"/shipments/{ready}/dispatch")
    page.get_by_role("button", name="It leaves now").click()
    expect(page.get_by_role("main")).to_contain_text("is recalled")
    db.session.rollback()
    assert db.session.get_one(Shipment, ready).status == ShipmentStatus.READY
    assert verification.verify().holds
