"""Dispatching: what was kept leaves as one movement, with its waybill."""

from tests.factories.shipments import confirm, hand_over, loads_of, make_dispatched
from tests.factories.world import held, make_item, make_stock, make_world


def test_smoke(database, statements):
    world = make_world()
    item = make_item()
    lot = make_stock(world, item, 100)
    shipment_id = make_dispatched(world, (item, 60))
    assert held(world.bin_id, lot) == 40
    with statements() as seen:
        outcome = confirm(world, hand_over(shipment_id))
    assert outcome.state == "applied", outcome
    assert held(world.point_id, lot) == 60
    assert loads_of(shipment_id)[0].delivered == 60
