"""Packs within packs where people read quantities, and whole packs as they were weighed."""

import re
from uuid import uuid4

import pytest

from aidtrack.catalogue import packs
from aidtrack.catalogue.packs import PackShape
from aidtrack.catalogue.units import InnerPack, Pack
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.places import bins, capacity
from aidtrack.places.capacity import WouldOverfill
from aidtrack.places.details import BinDetails
from aidtrack.places.models import Place
from aidtrack.shipments import balances, overview, queries
from aidtrack.shipments.deliveries import HandedOver
from aidtrack.shipments.overview import ShipmentFilter
from aidtrack.stock import queries as stock
from aidtrack.stock import storekeeping, suggestions
from aidtrack.stock.models import Lot, Reason
from aidtrack.stock.queries import StockFilter
from aidtrack.stock.services import Taking
from aidtrack.stock.suggestions import Goods
from tests.factories.counts import make_count
from tests.factories.gifts import make_gift
from tests.factories.holds import hold
from tests.factories.shipments import (
    deliver,
    hand_over,
    loads_of,
    make_dispatched,
    make_draft,
    make_ready,
)
from tests.factories.world import make_item, make_stock
from tests.stock.test_putting_away import add, put

PALLETS = "2 pallets + 3 cartons + 5 pieces = 1,997 pieces"
PALLET_MG, PALLET_MM3 = 1_000_000_000, 2_000_000_000


@pytest.fixture
def item(world):
    """Blankets of 1.5 kg each, in cartons of 24, 40 of them on a pallet of 1000 kg as weighed."""
    return make_item("Blanket")


@pytest.fixture
def pallet(world, item):
    carton = packs.add_pack(item, PackShape("carton", 24), actor=world.logistician)
    shape = PackShape("pallet", 40, carton, weight_mg=PALLET_MG, volume_mm3=PALLET_MM3)
    return packs.add_pack(item, shape, actor=world.logistician)


def on_pallets(world, item, pallet, quantity, **more) -> int:
    lot_id = make_stock(world, item, quantity, **more)
    db.session.get_one(Lot, lot_id).pack_id = pallet
    db.session.commit()
    return lot_id


def said(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def used(world, place_id):
    site = db.session.get_one(Place, world.warehouse_id)
    return capacity.filling(site).whole[place_id]


def test_a_row_brings_its_pack_with_all_within_in_the_same_statement(
    world, item, pallet, statements
):
    loose = make_stock(world, item, 7, batch_number="loose")
    on_pallets(world, item, pallet, 1997)
    with statements() as seen:
        rows = stock.stock(world.logistician, StockFilter()).rows
    found = {row.lot_id == loose: (row.pack, row.pack_size) for row in rows}
    assert found == {
        True: (None, None),
        False: (Pack("pallet", 960, (InnerPack("carton", 24),)), 960),
    }
    assert len([each for each in seen if each.startswith("SELECT")]) == 1


@pytest.mark.parametrize(
    "path", ["/stock?", "/stock/move?", "/stock/write-off?", "/stock/hold?", "/stock/correct?"]
)
def test_pages_of_stock_say_pallets_and_cartons(world, item, pallet, signed_in, path):
    lot = on_pallets(world, item, pallet, 1997)
    page = signed_in(world.logistician).get(f"{path}pick={lot}-{world.bin_id}")
    assert page.status_code == 200
    assert PALLETS in said(page.text)


def test_a_driver_and_a_donor_see_pallets_and_cartons(world, item, pallet, signed_in):
    gift = make_gift(world, item, 1997)
    db.session.get_one(Lot, gift.lot_id).pack_id = pallet
    db.session.commit()
    shipment = make_dispatched(world, (item, 1997))
    stop = signed_in(world.driver).get(f"/d/{shipment}")
    assert PALLETS in said(stop.text)
    trail = signed_in(world.donor).get(f"/donor/donations/{gift.donation_id}")
    assert PALLETS in said(trail.text)


def test_a_shipment_says_pallets_and_weighs_them_whole(world, item, pallet, signed_in):
    on_pallets(world, item, pallet, 1997)
    shipment = make_ready(world, (item, 1997))
    page = said(signed_in(world.logistician).get(f"/shipments/{shipment}").text)
    assert PALLETS in page
    found = queries.detail(shipment, world.logistician)
    weight = 2 * PALLET_MG + 77 * 1_500_000
    assert balances.weight_of(found.lines) == weight
    assert overview.shipments(world.logistician, ShipmentFilter()).rows[0].weight_mg == weight


def test_the_weights_of_a_journey_add_up_though_pallets_were_opened(world, item, pallet):
    on_pallets(world, item, pallet, 960)
    shipment = make_dispatched(world, (item, 960))
    (load,) = loads_of(shipment)
    deliver(world, hand_over(shipment, HandedOver(load.id, good=700)))
    balance = balances.balance_of(queries.detail(shipment, world.logistician).lines)
    assert (balance.loaded, balance.delivered, balance.on_the_road) == (1000, 729, 271)


def test_what_was_asked_weighs_as_its_largest_pack_until_lots_are_chosen(world, item, pallet):
    shipment = make_draft(world, (item, 960))
    found = queries.detail(shipment, world.logistician)
    assert balances.weight_of(found.lines) == PALLET_MG
    assert balances.volume_of(found.lines) == PALLET_MM3


def test_a_bin_is_as_full_as_the_pallets_in_it(world, item, pallet):
    on_pallets(world, item, pallet, 960 + 10)
    make_stock(world, item, 960, batch_number="loose")
    use = used(world, world.bin_id)
    assert use.weight_mg == PALLET_MG + (10 + 960) * 1_500_000
    assert (use.lots, use.lots_without_weight) == (2, 0)


def test_what_is_not_known_is_counted_apart(world):
    item = make_item("Rope", weight_mg=None)
    pack = packs.add_pack(item, PackShape("coil", 10, weight_mg=50), actor=world.logistician)
    on_pallets(world, item, pack, 30)
    on_pallets(world, item, pack, 31)
    use = used(world, world.bin_id)
    assert (use.lots, use.lots_without_weight, use.weight_mg) == (2, 1, 150)


def test_a_bin_takes_a_pallet_by_what_the_pallet_weighs(world, item, pallet):
    shelf = add(world, "S", capacity_mg=PALLET_MG)
    lot = on_pallets(world, item, pallet, 960, place_id=world.warehouse_id)
    loose = make_stock(world, item, 960, place_id=world.warehouse_id, batch_number="loose")
    with pytest.raises(WouldOverfill):
        put(world, (loose, world.warehouse_id, shelf, 960))
    put(world, (lot, world.warehouse_id, shelf, 960))
    assert used(world, shelf).weight_mg == PALLET_MG


def test_a_bin_is_suggested_to_a_pallet_that_fits(world, item, pallet):
    limits = BinDetails(name="A-01", parent_id=world.warehouse_id, capacity_mg=PALLET_MG)
    bins.change_bin(world.bin_id, limits, actor=world.logistician)
    whole = Pack("pallet", 960)
    goods = [Goods(item, 960), Goods(item, 960, pack=whole), Goods(item, 960, pack=whole)]
    found = suggestions.suggest(world.warehouse_id, goods)
    assert [each and each.place_id for each in found] == [None, world.bin_id, None]


def test_held_and_lost_goods_are_said_in_pallets_however_many_lines(
    world, item, pallet, signed_in, statements
):
    lots = [on_pallets(world, item, pallet, 2 * 1997) for _lot in range(3)]
    kept = hold(world, lots[0], 1997)
    browser = signed_in(world.logistician)
    assert PALLETS in said(browser.get("/stock/holds").text)
    assert PALLETS in said(browser.get(f"/stock/holds/{kept}").text)
    counted = []
    for some in (lots[:1], lots[1:]):
        lost = storekeeping.write_off(
            [Taking(lot, world.bin_id, 1997) for lot in some],
            reason=Reason.WET,
            note="Rain came in",
            key=uuid4(),
            actor=world.logistician,
            at=clock.now(),
        )
        browser.get(f"/stock/write-offs/{lost}")
        with statements() as seen:
            page = browser.get(f"/stock/write-offs/{lost}")
        assert said(page.text).count(PALLETS) == len(some)
        counted.append(len(seen))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("path", ["move", "hold", "write-off"])
def test_quantities_may_be_typed_as_packs_and_pieces(world, item, pallet, signed_in, path):
    lot = on_pallets(world, item, pallet, 1997)
    browser = signed_in(world.logistician)
    page = browser.get(f"/stock/{path}?pick={lot}-{world.bin_id}").text
    assert "packs and pieces: 3x24+5" in page
    sent = {
        "key": str(uuid4()),
        "lines-0-lot_id": lot,
        "lines-0-place_id": world.bin_id,
        "lines-0-quantity": "2*960 + 3x24 + 5",
        "to_place_id": world.warehouse_id if path == "move" else "",
        "kind": "quarantine",
        "why": "Wet corner",
        "reason": "wet",
        "note": "As counted by the two of us",
    }
    answer = browser.post(f"/stock/{path}?pick={lot}-{world.bin_id}", data=sent)
    assert answer.status_code == 303, answer.text


def test_who_counts_reads_the_size_of_each_pack(world, item, pallet, signed_in):
    on_pallets(world, item, pallet, 1997)
    count = make_count(world)
    page = said(signed_in(world.logistician).get(f"/counts/{count}/count").text)
    assert "× 960, 24" in page
