"""Goods are received into bins, to the dock, and at a full place only when somebody says so."""

from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.donations import services
from aidtrack.donations.arrivals import Arrival, ReceivedLot
from aidtrack.donations.landing import SiteFull
from aidtrack.places import bins, states
from aidtrack.places import services as places
from aidtrack.places.capacity import WouldOverfill
from aidtrack.places.details import BinDetails
from aidtrack.places.models import Purpose, SiteState
from aidtrack.stock.models import Lot
from tests.donations.test_receiving_pages import arrival
from tests.factories.donations import lines_of
from tests.factories.world import held, make_item, make_stock


@pytest.fixture
def dock(world) -> int:
    return add(world, "Dock", purpose=Purpose.RECEIVING)


def add(world, name, **more) -> int:
    bin_id = places.add_bin(world.warehouse_id, name=name, actor=world.logistician)
    details = BinDetails(name=name, parent_id=world.warehouse_id, **more)
    bins.change_bin(bin_id, details, actor=world.logistician)
    return bin_id


def receive(world, donation, *lots, even_if_full=False):
    came = Arrival(site_id=world.warehouse_id, arrived_at=clock.now(), lots=lots)
    return services.receive(
        donation, came, even_if_full=even_if_full, actor=world.logistician, key=uuid4()
    )


def test_the_form_suggests_a_bin_and_says_why(world, donation, dock, signed_in):
    browser = signed_in(world.logistician)
    page = browser.get(f"/donations/{donation}/receive?site_id={world.warehouse_id}").text
    assert 'value="A-01"' in page
    assert "Suggested bin: it is empty" in page


def test_one_line_goes_into_two_bins_named_by_their_path(world, donation, signed_in):
    zone = add(world, "B")
    shelf = places.add_bin(world.warehouse_id, name="3", zone_id=zone, actor=world.logistician)
    (line,) = lines_of(donation)
    sent = arrival(world) | {
        "lines-0-donation_line_id": line, "lines-0-good": "30", "lines-0-place_id": "B › 3",
        "lines-1-donation_line_id": line, "lines-1-good": "10", "lines-1-place_id": "A-01",
    }  # fmt: skip
    answer = signed_in(world.logistician).post(f"/donations/{donation}/receive", data=sent)
    assert answer.status_code == 303
    lot = db.session.query(Lot.id).scalar()
    assert (held(shelf, lot), held(world.bin_id, lot)) == (30, 10)


def test_everything_may_be_left_at_the_dock(world, donation, dock, signed_in):
    (line,) = lines_of(donation)
    sent = arrival(world) | {
        "to_dock": "true",
        "lines-0-donation_line_id": line, "lines-0-good": "40", "lines-0-place_id": "A-01",
    }  # fmt: skip
    browser = signed_in(world.logistician)
    assert browser.post(f"/donations/{donation}/receive", data=sent).status_code == 303
    assert held(dock, db.session.query(Lot.id).scalar()) == 40


def test_nothing_is_received_into_quarantine(world, donation):
    apart = add(world, "Q", purpose=Purpose.QUARANTINE)
    (line,) = lines_of(donation)
    with pytest.raises(Invalid) as refused:
        receive(world, donation, ReceivedLot(line, 1, 1, place_id=apart))
    assert refused.value.field == "lines-0-place_id"


def test_a_full_place_is_not_offered_but_takes_goods_when_there_is_room(world, donation, signed_in):
    for site_id in (world.other_warehouse_id, world.warehouse_id):
        states.set_state(site_id, SiteState.FULL, reason="Roof", actor=world.logistician)
    browser = signed_in(world.logistician)
    page = browser.get(f"/donations/{donation}/receive").text
    assert "Arrival at School 4" in page
    assert page.count("Full, so not offered:") == 2
    asked = browser.get(f"/donations/{donation}/receive?site_id={world.warehouse_id}").text
    assert "There is room: receive it here all the same" in asked
    (line,) = lines_of(donation)
    with pytest.raises(SiteFull):
        receive(world, donation, ReceivedLot(line, 1, 1))
    assert receive(world, donation, ReceivedLot(line, 1, 1), even_if_full=True)


def test_a_bin_that_would_be_overfilled_asks_first(world, donation):
    shelf = add(world, "S", capacity_mg=40 * 1_500_000)
    make_stock(world, make_item(), 1, place_id=shelf)
    (line,) = lines_of(donation)
    with pytest.raises(WouldOverfill):
        receive(world, donation, ReceivedLot(line, 40, 40, place_id=shelf))
    receive(world, donation, ReceivedLot(line, 39, 39, place_id=shelf))
    receive(world, donation, ReceivedLot(line, 1, 1, place_id=shelf), even_if_full=True)
