"""A bin is called by its whole path wherever it is read: a shelf B-03 may lie in every zone."""

import pytest

from aidtrack.core.i18n import speaking
from aidtrack.places import services as places
from aidtrack.reports.search import search
from tests.factories.holds import recall
from tests.factories.world import make_item, make_stock

PATH = "Hall › B-03"


@pytest.fixture
def shelf(world) -> int:
    hall = places.add_bin(world.warehouse_id, name="Hall", actor=world.logistician)
    return places.add_bin(world.warehouse_id, name="B-03", zone_id=hall, actor=world.logistician)


@pytest.fixture
def lot(world, shelf) -> int:
    return make_stock(world, make_item("Blanket"), 10, place_id=shelf)


def test_search_finds_a_bin_by_its_name_and_says_where_it_lies(world, shelf):
    with speaking("en"):
        titles = [
            hit.title for group in search("B-03", world.logistician).groups for hit in group.hits
        ]
    assert PATH in titles


@pytest.mark.parametrize("path", ["on-hand?by=bin&", "movements?", "expiring?"])
def test_reports_say_the_path(world, lot, signed_in, path):
    page = signed_in(world.logistician).get(f"/stock/reports/{path}lot_id={lot}").text
    assert PATH in page


def test_a_recall_says_the_path(world, lot, signed_in):
    page = signed_in(world.logistician).get(f"/stock/recalls/{recall(world, lot)}").text
    assert PATH in page


def test_a_scanned_bin_says_its_path(world, shelf, signed_in):
    page = signed_in(world.logistician).get("/scan?code=B-03").text
    assert PATH in page
