"""Where a shipment may go, and with what: not to full places, and with ticked goods."""

from aidtrack.places import states
from aidtrack.places.models import SiteState
from tests.factories.world import make_item, make_stock


def test_a_full_place_is_offered_only_when_asked_for(world, signed_in):
    states.set_state(world.point_id, SiteState.FULL, reason="Roof", actor=world.logistician)
    browser = signed_in(world.logistician)
    page = browser.get("/shipments/new?pick=1-1").text
    assert "Full, so not offered: School 4." in page
    assert f'<option value="{world.point_id}">School 4, ' not in page
    asked = browser.get("/shipments/new?pick=1-1&full=1").text
    assert f'<option value="{world.point_id}">School 4, ' in asked
    assert "not offered" not in asked


def test_a_shipment_is_begun_with_the_goods_that_were_ticked(world, signed_in):
    item = make_item("Tarpaulin")
    lots = [make_stock(world, item, quantity) for quantity in (30, 12)]
    picks = "&".join(f"pick={lot}-{world.bin_id}" for lot in lots)
    page = signed_in(world.logistician).get(f"/shipments/new?{picks}").text
    assert f'<option value="{world.warehouse_id}" selected>Osh warehouse' in page
    assert 'value="42"' in page
    assert "Tarpaulin" in page
