"""Goods are put away from the dock: suggestions that can be trusted, and one movement for all."""

from random import Random
from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.places import bins, capacity, tree
from aidtrack.places import services as places
from aidtrack.places.capacity import Use, WouldOverfill
from aidtrack.places.details import BinDetails
from aidtrack.places.models import Place, Purpose
from aidtrack.stock import putting_away, services, suggestions
from aidtrack.stock.putting_away import PutAway
from aidtrack.stock.services import Taking
from aidtrack.stock.suggestions import Goods
from tests.factories.world import held, make_item, make_stock, make_world
from tests.races import endings


@pytest.fixture
def dock(world) -> int:
    return add(world, "Dock", purpose=Purpose.RECEIVING)


def add(world, name, *, zone_id=None, **more) -> int:
    bin_id = places.add_bin(world.warehouse_id, name=name, zone_id=zone_id, actor=world.logistician)
    details = BinDetails(name=name, parent_id=zone_id or world.warehouse_id, **more)
    bins.change_bin(bin_id, details, actor=world.logistician)
    return bin_id


def put(world, *lines, actor=None, key=None, even_if_full=False) -> int:
    return putting_away.put_away(
        [PutAway(*line) for line in lines],
        even_if_full=even_if_full,
        key=key or uuid4(),
        actor=actor or world.logistician,
        at=clock.now(),
    )


def suggested(world, item_id, quantity=1, lot_id=None):
    (found,) = suggestions.suggest(world.warehouse_id, [Goods(item_id, quantity, lot_id)])
    return (found.place_id, found.why) if found else None


def test_what_lies_at_the_dock_and_on_the_floor_waits(world, dock):
    item = make_item()
    at_dock = make_stock(world, item, 10, place_id=dock)
    on_floor = make_stock(world, item, 5, place_id=world.warehouse_id)
    make_stock(world, item, 7)
    rows, total = putting_away.waiting(world.warehouse_id, world.logistician)
    assert [each.row.lot_id for each in rows] == [at_dock, on_floor]
    assert total == 2
    assert {each.suggestion.place_id for each in rows} == {world.bin_id}
    assert putting_away.how_many([world.warehouse_id]) == {world.warehouse_id: 2}


def test_all_of_it_is_put_away_in_one_movement_and_undone_at_once(world, dock):
    lots = [make_stock(world, make_item(), 10, place_id=dock) for _ in range(2)]
    shelf = add(world, "B-01")
    lines = [
        (lots[0], dock, world.bin_id, 4),
        (lots[0], dock, shelf, 6),
        (lots[1], dock, shelf, 10),
    ]
    key = uuid4()
    movement = put(world, *lines, key=key)
    assert put(world, *lines, key=key) == movement
    assert (held(world.bin_id, lots[0]), held(shelf, lots[0]), held(shelf, lots[1])) == (4, 6, 10)
    assert putting_away.waiting(world.warehouse_id, world.logistician) == ([], 0)


def test_goods_go_beside_their_lot_then_their_item_then_where_it_is_empty(world):
    item, other = make_item(), make_item("Tent")
    shelf = add(world, "B-01")
    assert suggested(world, item) == (world.bin_id, "it is empty")
    first = make_stock(world, other, 1)
    assert suggested(world, item) == (shelf, "it is empty")
    lot = make_stock(world, item, 3, place_id=shelf)
    assert suggested(world, item) == (shelf, "the same item lies there")
    assert suggested(world, item, lot_id=lot) == (shelf, "the same lot lies there")
    assert suggested(world, other, lot_id=first) == (world.bin_id, "the same lot lies there")


def test_cold_goods_go_into_the_cold_and_others_do_not(world):
    cold = make_item("Vaccine", is_cold_chain=True)
    assert suggested(world, cold) is None
    fridge = add(world, "Fridge", is_cold_chain=True)
    assert suggested(world, cold) == (fridge, "it is cold and empty")
    assert suggested(world, make_item()) == (world.bin_id, "it is empty")


def test_a_full_bin_is_not_suggested_and_asks_before_it_is_overfilled(world, dock):
    item = make_item()  # 8 litres, 1.5 kg.
    zone = add(world, "Z", capacity_mm3=80_000_000)
    shelf = add(world, "1", zone_id=zone)
    places.close_place(world.bin_id, actor=world.logistician)
    lot = make_stock(world, item, 11, place_id=dock)
    assert suggested(world, item, 10) == (shelf, "it is empty")
    assert suggested(world, item, 11) is None
    with pytest.raises(WouldOverfill) as refused:
        put(world, (lot, dock, shelf, 11))
    assert refused.value.facts["places"] == [zone]
    assert held(shelf, lot) == 0
    put(world, (lot, dock, shelf, 10))
    put(world, (lot, dock, shelf, 1), even_if_full=True)
    assert held(shelf, lot) == 11


def test_what_has_no_measure_is_counted_apart_and_fits(world, dock):
    item = make_item(weight_mg=None, volume_mm3=None)
    shelf = add(world, "S", capacity_mm3=1_000, capacity_mg=1)
    lot = make_stock(world, item, 5, place_id=dock)
    put(world, (lot, dock, shelf, 5))
    use = capacity.filling(db.session.get_one(Place, world.warehouse_id)).whole[world.warehouse_id]
    assert (use.lots, use.lots_without_volume, use.volume_mm3) == (1, 1, 0)


def test_bins_that_cannot_be_are_refused_each_by_its_line(world, dock):
    lot = make_stock(world, make_item(), 9, place_id=dock)
    apart = add(world, "Q", purpose=Purpose.QUARANTINE)
    closed = add(world, "C")
    places.close_place(closed, actor=world.logistician)
    with pytest.raises(Invalid) as refused:
        put(world, *[(lot, dock, to, 1) for to in (
            apart, closed, world.other_warehouse_id, dock, world.bin_id,
        )])  # fmt: skip
    fields = [problem["field"] for problem in refused.value.facts["problems"]]
    assert fields == [f"lines-{number}-to_place_id" for number in range(4)]
    assert held(dock, lot) == 9


def test_only_those_who_move_goods_there_put_them_away(world, dock):
    lot = make_stock(world, make_item(), 9, place_id=dock)
    with pytest.raises(NotAllowed):
        put(world, (lot, dock, world.bin_id, 1), actor=world.auditor)
    with pytest.raises(NotFound):
        put(world, (lot, dock, world.bin_id, 1), actor=make_world("Other", "TJ").admin)


def test_statements_do_not_grow_with_what_waits(world, dock, statements):
    def wait():
        make_stock(world, make_item(), 3, place_id=dock)
        add(world, f"X-{wait.calls}")
        wait.calls += 1

    wait.calls = 0
    wait()
    db.session.rollback()
    with statements() as few:
        putting_away.waiting(world.warehouse_id, world.logistician)
    for _ in range(5):
        wait()
    db.session.rollback()
    with statements() as many:
        rows, _total = putting_away.waiting(world.warehouse_id, world.logistician)
    assert len(rows) == 6
    assert len(few) == len(many)


def test_the_page_puts_away_and_leaves_what_has_no_bin(world, dock, signed_in):
    lots = [make_stock(world, make_item(), 10, place_id=dock) for _ in range(2)]
    browser = signed_in(world.logistician)
    page = browser.get("/stock/put-away").text
    assert "Suggested: it is empty" in page
    sent = {
        "lines-0-lot_id": lots[0], "lines-0-place_id": dock,
        "lines-0-quantity": "6", "lines-0-to_place_id": "A-01",
        "lines-1-lot_id": lots[1], "lines-1-place_id": dock,
        "lines-1-quantity": "10", "lines-1-to_place_id": "",
        "key": str(uuid4()),
    }  # fmt: skip
    assert browser.post("/stock/put-away", data=sent).status_code == 303
    assert (held(world.bin_id, lots[0]), held(dock, lots[0]), held(dock, lots[1])) == (6, 4, 10)
    assert signed_in(world.auditor).get("/stock/put-away").status_code == 403


def test_digits_in_a_page_are_the_name_of_a_bin_and_not_its_number(world, dock, signed_in):
    lot = make_stock(world, make_item(), 10, place_id=dock)
    named = add(world, str(world.bin_id), zone_id=add(world, "Hall"))
    sent = {
        "lines-0-lot_id": lot, "lines-0-place_id": dock, "lines-0-quantity": "10",
        "lines-0-to_place_id": str(world.bin_id), "key": str(uuid4()),
    }  # fmt: skip
    browser = signed_in(world.logistician)
    assert browser.post("/stock/put-away", data=sent).status_code == 303
    assert held(named, lot) == 10


def test_programs_ask_what_waits_and_put_it_away(world, dock, api):
    lot = make_stock(world, make_item(), 10, place_id=dock)
    program = api(world.logistician)
    there = f"/api/v1/places/{world.warehouse_id}/put-away"
    (row,) = program.get(there).json["rows"]
    assert row["suggestion"]["path"] == "A-01"
    line = {"lot_id": lot, "place_id": dock, "quantity": 10, "to_place_id": world.bin_id}
    body = {"key": str(uuid4()), "lines": [line]}
    assert program.post("/api/v1/stock/put-away", json=body).status_code == 201
    assert program.get(there).json == {"total": 0, "rows": []}
    assert api(make_world("Other", "TJ").admin).get(there).status_code == 404


def move(world, lot, from_id, to_id, quantity, **more) -> int:
    return services.move(
        [Taking(lot, from_id, quantity)],
        to_place_id=to_id,
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
        **more,
    )


def test_a_move_asks_before_it_overfills_and_keeps_out_of_quarantine(world, dock):
    lot = make_stock(world, make_item(), 9, place_id=dock)
    shelf = add(world, "S", capacity_mg=1_500_000)
    apart = add(world, "Q", purpose=Purpose.QUARANTINE)
    with pytest.raises(WouldOverfill):
        move(world, lot, dock, shelf, 2)
    with pytest.raises(Invalid):
        move(world, lot, dock, apart, 2)
    move(world, lot, dock, shelf, 2, even_if_full=True)
    assert (held(dock, lot), held(shelf, lot), held(apart, lot)) == (7, 2, 0)


def test_of_several_who_fill_a_bin_at_once_the_later_ones_are_asked(app, world, dock):
    lot = make_stock(world, make_item(), 9, place_id=dock)
    shelf = add(world, "S", capacity_mg=1_500_000)
    acts = [lambda: put(world, (lot, dock, shelf, 1)), lambda: move(world, lot, dock, shelf, 1)]
    assert endings(app, *acts * 2) == {"done": 1, "would_overfill": 3}
    assert held(shelf, lot) == 1


def test_the_page_of_moves_suggests_a_bin_and_leads_to_a_shipment(world, dock, signed_in):
    lot = make_stock(world, make_item(), 9, place_id=dock)
    page = signed_in(world.logistician).get(f"/stock/move?pick={lot}-{dock}").text
    assert "Suggested: A-01, it is empty" in page
    assert f"/shipments/new?pick={lot}-{dock}" in page


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_put_where_bins_and_site_agree_and_suggestions_are_sound(world, dock, seed):
    dice = Random(seed)
    halls = [world.warehouse_id, add(world, "Hall")]
    for number in range(6):
        zone = dice.choice(halls)
        made = add(
            world, f"B{number}", zone_id=zone,
            purpose=dice.choice(list(Purpose)), capacity_mm3=dice.choice([None, 40_000_000]),
        )  # fmt: skip
        if dice.random() < 0.3:
            places.close_place(made, actor=world.logistician)
    item = make_item()
    lot = make_stock(world, item, 40, place_id=dock)
    for _turn in range(6):
        (found,) = suggestions.suggest(world.warehouse_id, [Goods(item, 1, lot, dock)])
        target = db.session.get_one(Place, found.place_id)
        assert (target.is_active, target.site_id) == (True, world.warehouse_id)
        assert target.purpose in {Purpose.STORAGE, Purpose.PICKING}
        put(world, (lot, dock, target.id, dice.randint(1, 6)), even_if_full=True)
    site = db.session.get_one(Place, world.warehouse_id)
    filled = capacity.filling(site)
    assert filled.whole[site.id].volume_mm3 == 40 * 8_000_000
    assert sum(use.volume_mm3 for use in filled.own.values()) == 40 * 8_000_000
    for node in tree.nodes(filled.bins, site.id):
        inside = [filled.own.get(each, Use()).volume_mm3 for each in (node.bin.id, *node.inside)]
        assert filled.whole[node.bin.id].volume_mm3 == sum(inside)
