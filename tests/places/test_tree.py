"""Zones and bins are a tree: named by path, moved with what is in them, closed when empty."""

import pytest

from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.places import bins, layout, patterns, queries, services, states
from aidtrack.places.bins import HoldsFreeGoods, InItself
from aidtrack.places.details import BinDetails
from aidtrack.places.models import Place, Purpose, SiteState
from aidtrack.places.services import HoldsGoods, NameTaken
from tests.factories.world import make_item, make_stock, make_world


@pytest.fixture
def zone(world) -> int:
    return add(world, "A")


def add(world, name, zone_id=None, **more) -> int:
    (bin_id,) = services.add_bins(
        world.warehouse_id, [name], zone_id=zone_id, **more, actor=world.logistician
    )
    return bin_id


def change(world, bin_id, *, actor=None, **more) -> None:
    place = db.session.get_one(Place, bin_id)
    known = {"name": place.name, "parent_id": place.parent_id, "purpose": place.purpose}
    bins.change_bin(bin_id, BinDetails(**known | more), actor=actor or world.logistician)


def paths(world) -> list[str]:
    return [each.label for each in queries.bins(world.warehouse_id)]


def test_bins_are_called_by_their_path_and_sorted_as_people_count(world, zone):
    shelf = add(world, "A-10", zone)
    add(world, "A-9", zone)
    add(world, "3", shelf)
    assert paths(world) == ["A", "A › A-9", "A › A-10", "A › A-10 › 3", "A-01"]


def test_a_name_is_taken_once_in_each_zone(world, zone):
    add(world, "A-01", zone)
    with pytest.raises(NameTaken):
        add(world, "A-01", zone)
    with pytest.raises(NameTaken):
        change(world, add(world, "B", zone), name="A-01")
    with pytest.raises(Invalid):
        add(world, "A › 7")


def test_a_zone_is_moved_and_renamed_with_all_that_is_in_it(world, zone):
    shelf = add(world, "1", zone)
    add(world, "top", shelf)
    other = add(world, "Hall")
    change(world, zone, parent_id=other, name="North")
    assert paths(world) == [
        "A-01", "Hall", "Hall › North", "Hall › North › 1", "Hall › North › 1 › top",
    ]  # fmt: skip
    (told, *_rest) = queries.place_history(zone)
    assert "Where it lies: A → Hall › North" in told.detail


def test_a_zone_does_not_lie_in_itself_or_too_deep(world, zone):
    deep = zone
    for number in range(5):
        deep = add(world, str(number), deep)
    for parent_id in (zone, deep):
        with pytest.raises(InItself):
            change(world, zone, parent_id=parent_id)
    with pytest.raises(Invalid):
        add(world, "too deep", deep)
    hall = add(world, "Hall")
    with pytest.raises(InItself):
        change(world, zone, parent_id=hall)


def test_a_bin_stays_in_its_warehouse(world, zone):
    with pytest.raises(Invalid):
        change(world, zone, parent_id=world.other_warehouse_id)
    with pytest.raises(Invalid):
        services.add_bins(world.other_warehouse_id, ["X"], zone_id=zone, actor=world.logistician)


def test_a_zone_closes_with_its_bins_once_they_are_empty(world, zone):
    shelf = add(world, "1", zone)
    make_stock(world, make_item(), 1, place_id=shelf)
    with pytest.raises(HoldsGoods):
        services.close_place(zone, actor=world.logistician)
    full, empty = shelf, add(world, "B")
    inner = add(world, "2", empty)
    services.close_place(empty, actor=world.logistician)
    assert paths(world) == ["A", "A › 1", "A-01"]
    with pytest.raises(Invalid):
        services.reopen_place(inner, actor=world.logistician)
    services.reopen_place(empty, actor=world.logistician)
    assert paths(world) == ["A", "A › 1", "A-01", "B", "B › 2"]
    assert db.session.get_one(Place, full).is_active


def test_bins_are_for_what_their_zone_is_for(world, zone):
    shelf, own = add(world, "1", zone), add(world, "2", zone, purpose=Purpose.PICKING)
    change(world, zone, purpose=Purpose.QUARANTINE)
    assert add(world, "3", zone)
    known = {each.id: each.purpose for each in queries.bins(world.warehouse_id)}
    assert (known[shelf], known[own]) == (Purpose.QUARANTINE, Purpose.PICKING)
    make_stock(world, make_item(), 1)
    with pytest.raises(HoldsFreeGoods):
        change(world, world.bin_id, purpose=Purpose.QUARANTINE)


def test_strangers_find_no_bin_and_readers_change_none(world, zone):
    with pytest.raises(NotFound):
        change(world, zone, actor=make_world("Other", "TJ").admin)
    with pytest.raises(NotAllowed):
        change(world, zone, actor=world.auditor)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("A-08 … A-11", ["A-08", "A-09", "A-10", "A-11"]),
        ("1a..3a", ["1a", "2a", "3a"]),
        ("Row A … Row C", ["Row A", "Row B", "Row C"]),
        ("A-01", ["A-01"]),
        ("A-09 … A-01", ["A-09 … A-01"]),
        ("A-1 … B-3", ["A-1 … B-3"]),
        ("1 … 999999", ["1 … 999999"]),
    ],
)
def test_two_names_stand_for_all_between_them(line, names):
    assert patterns.spread(line) == names


def test_a_site_is_open_full_or_closed_and_says_why(world):
    def say(state):
        states.set_state(world.warehouse_id, state, reason="Roof leaks", actor=world.logistician)
        return db.session.get_one(Place, world.warehouse_id).state

    assert [say(each) for each in (SiteState.FULL, SiteState.CLOSED, SiteState.FULL)] == [
        SiteState.FULL, SiteState.CLOSED, SiteState.FULL,
    ]  # fmt: skip
    told = queries.place_history(world.warehouse_id)[0]
    assert (told.title, told.detail) == ("Full: takes no more goods", "Roof leaks")
    make_stock(world, make_item(), 1)
    with pytest.raises(HoldsGoods):
        say(SiteState.CLOSED)
    assert say(SiteState.OPEN) == SiteState.OPEN


def test_the_tree_is_read_in_as_many_statements_however_large(world, zone, statements):
    site = db.session.get_one(Place, world.warehouse_id)

    def read():
        with statements() as seen:
            found = layout.of(site, site)
        return found, len(seen)

    make_stock(world, make_item(), 4, place_id=zone)
    before, few = read()
    names = patterns.spread("A-01 … A-40")
    made = services.add_bins(world.warehouse_id, names, zone_id=zone, actor=world.logistician)
    for each in made[:5]:
        make_stock(world, make_item(), 4, place_id=each)
    after, many = read()
    assert (before.bins, after.bins, few) == (2, 42, many)
    assert (after.rows[0].node.bin.id, after.rows[0].use.lots) == (zone, 6)


def test_the_page_shows_the_tree_and_adds_bins_to_a_zone(world, zone, signed_in):
    browser = signed_in(world.logistician)
    where = f"/places/{zone}"
    sent = {"names": "A-01 … A-03", "purpose": "picking"}
    assert browser.post(f"{where}/bins", data=sent).status_code == 303
    assert paths(world)[:4] == ["A", "A › A-01", "A › A-02", "A › A-03"]
    page = browser.get(f"/places/{world.warehouse_id}").text
    assert "depth-2" in page
    assert "Picking" in page


def test_the_page_of_a_bin_changes_and_moves_it(world, zone, signed_in):
    browser = signed_in(world.logistician)
    where = f"/places/{world.bin_id}/bin"
    assert "Lies in" in browser.get(where).text
    sent = {
        "name": "A-02", "parent_id": zone, "purpose": "storage", "is_cold_chain": "true",
        "room_m3": "1.5", "room_kg": "",
    }  # fmt: skip
    assert browser.post(where, data=sent).status_code == 303
    place = db.session.get_one(Place, world.bin_id, populate_existing=True)
    assert (place.label, place.capacity_mm3, place.is_cold_chain) == (
        "A › A-02",
        1_500_000_000,
        True,
    )
    assert "0 m³ of 1.5 m³" in browser.get(f"/places/{world.bin_id}").text
    assert browser.get(f"/places/{world.warehouse_id}/bin").status_code == 404
    assert signed_in(world.auditor).get(where).status_code == 403


def test_programs_read_the_tree_and_change_it(world, zone, api):
    program = api(world.logistician)
    make_stock(world, make_item(), 10)
    body = {"name": "A-01", "parent_id": zone, "purpose": "picking", "room_m3": "2"}
    assert program.put(f"/api/v1/places/{world.bin_id}/bin", json=body).status_code == 200
    rows = program.get(f"/api/v1/places/{world.warehouse_id}/tree").json["rows"]
    told = [(row["path"], row["depth"], row["lots"], row["used_mm3"]) for row in rows]
    assert told == [("A", 1, 1, 80_000_000), ("A › A-01", 2, 1, 80_000_000)]
    said = {"state": "full", "reason": "Roof"}
    answer = program.post(f"/api/v1/places/{world.warehouse_id}/state", json=said)
    assert answer.json["state"] == "full"
    other = api(make_world("Other", "TJ").admin)
    assert other.get(f"/api/v1/places/{world.warehouse_id}/tree").status_code == 404
