"""Packs within packs: nothing is rounded, and what history speaks of never changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidtrack.catalogue import packs, queries, services, units
from aidtrack.catalogue.packs import PackKnown, PackShape
from aidtrack.core.counted import nested
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed
from aidtrack.donations import choices
from aidtrack.stock.models import Lot
from tests.factories.world import make_item, make_stock


def in_use(item_id):
    db.session.expire_all()
    return {x.name: x.size for x in queries.item(item_id).packs if x.is_active}


def make_pallet(world, item_id):
    """A pallet of 40 cartons of 24; the ids of both."""
    carton = packs.add_pack(item_id, PackShape("carton", 24), actor=world.logistician)
    pallet = packs.add_pack(item_id, PackShape("pallet", 40, carton), actor=world.logistician)
    return carton, pallet


def in_a_lot(world, item_id, pack_id):
    lot_id = make_stock(world, item_id, 10)
    db.session.get_one(Lot, lot_id).pack_id = pack_id
    db.session.commit()
    return lot_id


@given(st.integers(0, 10**12), st.lists(st.integers(2, 60), max_size=4))
def test_packs_within_packs_and_the_rest_are_the_whole(quantity, factors):
    sizes, size = [], 1
    for factor in factors:
        size *= factor
        sizes.insert(0, size)
    counts, loose = nested(quantity, sizes)
    assert sum(n * s for n, s in zip(counts, sizes, strict=True)) + loose == quantity
    assert not sizes or loose < sizes[-1]


@pytest.mark.parametrize(
    ("quantity", "each", "of_pack", "whole"),
    [
        (50, 10, None, 500),  # nobody weighed the carton
        (50, 10, 250, 520),  # two cartons as weighed, two loose
        (48, None, 250, 500),  # whole cartons only: what one weighs need not be known
        (50, None, 250, None),
        (5, 10, 250, 50),
    ],
)
def test_whole_packs_weigh_what_they_were_weighed(quantity, each, of_pack, whole):
    assert units.measure(quantity, each, 24, of_pack) == whole


def test_a_quantity_is_said_by_packs_within_packs(app, world):
    item_id = make_item(pack=7)
    _carton, pallet = make_pallet(world, item_id)
    chain = units.chain_of(queries.pack_of(queries.item(item_id), pallet))
    with app.test_request_context():
        said = [units.in_packs(n, "piece", chain) for n in (1997, 960, 29, 0)]
    assert said == ["2 pallets + 3 cartons + 5 pieces", "1 pallet", "1 carton + 5 pieces",
                    "0 pieces"]  # fmt: skip


def test_a_pack_that_nothing_speaks_of_is_replaced_and_its_pallets_follow(world):
    item_id = make_item(pack=7)
    carton, _pallet = make_pallet(world, item_id)
    packs.change_pack(item_id, carton, PackShape("carton", 20), actor=world.logistician)
    assert in_use(item_id) == {"bale": 7, "carton": 20, "pallet": 800}
    assert len(queries.item(item_id).packs) == 3


def test_a_pack_of_a_lot_keeps_its_size_and_another_takes_its_place(world):
    item_id = make_item(pack=7)
    carton, pallet = make_pallet(world, item_id)
    lot_id = in_a_lot(world, item_id, pallet)
    packs.change_pack(item_id, carton, PackShape("carton", 20), actor=world.logistician)
    assert in_use(item_id) == {"bale": 7, "carton": 20, "pallet": 800}
    lot = db.session.get_one(Lot, lot_id)
    assert (lot.pack.size, lot.pack.is_active, lot.pack.inside.size) == (960, False, 24)
    offered = {x.size for x in choices.packs_of_donation([item_id])}
    assert offered == {7, 20, 800}


def test_an_old_pack_comes_back_instead_of_a_second_one(world):
    item_id = make_item(pack=7)
    carton = packs.add_pack(item_id, PackShape("carton", 24), actor=world.logistician)
    in_a_lot(world, item_id, carton)
    packs.retire_pack(item_id, carton, actor=world.logistician)
    assert in_use(item_id) == {"bale": 7}
    again = packs.add_pack(item_id, PackShape("carton", 24), actor=world.logistician)
    assert (again, in_use(item_id)) == (carton, {"bale": 7, "carton": 24})
    with pytest.raises(PackKnown):
        packs.add_pack(item_id, PackShape("carton", 24), actor=world.logistician)


def test_measures_are_put_right_in_place(world):
    item_id = make_item(pack=7)
    carton = packs.add_pack(item_id, PackShape("carton", 24), actor=world.logistician)
    in_a_lot(world, item_id, carton)
    weighed = PackShape("carton", 24, weight_mg=12_000_000)
    assert packs.change_pack(item_id, carton, weighed, actor=world.logistician) == carton
    assert queries.pack_of(queries.item(item_id), carton).weight_mg == 12_000_000


@pytest.mark.parametrize(("count", "field"), [(0, "count"), (1, "count"), (10**10, "count")])
def test_a_pack_holds_several_and_not_the_world(world, count, field):
    item_id = make_item(pack=7)
    with pytest.raises(Invalid) as refused:
        packs.add_pack(item_id, PackShape("box", count), actor=world.logistician)
    assert refused.value.field == field


def test_a_pack_never_holds_itself_or_one_of_another_item(world):
    item_id, other_id = make_item(pack=7), make_item(pack=7)
    carton, pallet = make_pallet(world, item_id)
    for inside in (carton, pallet):
        with pytest.raises(Invalid):
            packs.change_pack(
                item_id, carton, PackShape("carton", 2, inside), actor=world.logistician
            )
    with pytest.raises(Invalid):
        packs.add_pack(other_id, PackShape("crate", 2, carton), actor=world.logistician)


def test_only_those_who_keep_lists_change_packs(world):
    item_id = make_item(pack=7)
    (pack,) = queries.item(item_id).packs
    for act in (
        lambda: packs.add_pack(item_id, PackShape("box", 3), actor=world.coordinator),
        lambda: packs.change_pack(item_id, pack.id, PackShape("box", 3), actor=world.auditor),
        lambda: packs.retire_pack(item_id, pack.id, actor=world.driver),
        lambda: packs.restore_pack(item_id, pack.id, actor=world.donor),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_packs_are_nested_changed_and_put_away_on_their_pages(signed_in, world):
    item_id = make_item(pack=7)
    browser = signed_in(world.logistician)
    at = f"/items/{item_id}/packs"
    assert browser.post(f"{at}/new", data={"name": "carton", "count": "24"}).status_code == 303
    carton = next(x for x in queries.item(item_id).packs if x.name == "carton")
    sent = {"name": "pallet", "count": "40", "inside_id": carton.id, "weight": "510"}
    assert browser.post(f"{at}/new", data=sent).status_code == 303
    page = browser.get(f"/items/{item_id}").text
    assert "40 cartons × 24 = 960 pieces" in page
    assert "510 kg as weighed" in page
    changed = {"name": "carton", "count": "20"}
    assert 'value="24"' in browser.get(f"{at}/{carton.id}/edit").text
    assert browser.post(f"{at}/{carton.id}/edit", data=changed).status_code == 303
    assert in_use(item_id) == {"bale": 7, "carton": 20, "pallet": 800}
    bale = next(x for x in queries.item(item_id).packs if x.name == "bale")
    assert browser.post(f"{at}/{bale.id}/retire").status_code == 303
    assert "Not used any more" in browser.get(f"/items/{item_id}").text
    assert browser.post(f"{at}/{bale.id}/restore").status_code == 303
    assert services.remove_pack(item_id, bale.id, actor=world.logistician) is None


def test_programs_nest_packs_too(api, world):
    item_id = make_item(pack=24)
    program = api(world.logistician)
    (bale,) = queries.item(item_id).packs
    body = {"name": "pallet", "count": 40, "inside_id": bale.id, "weight": "510"}
    made = program.post(f"/api/v1/items/{item_id}/packs", json=body)
    assert made.status_code == 201
    pallet = made.json["packs"][0]
    assert (pallet["size"], pallet["inside_count"], pallet["weight_mg"]) == (960, 40, 510_000_000)
    where = f"/api/v1/items/{item_id}/packs/{pallet['id']}"
    assert program.post(f"{where}/retire").json["packs"][0]["is_active"] is False
    assert program.post(f"{where}/restore").json["packs"][0]["is_active"] is True
    changed = program.put(where, json={"name": "pallet", "count": 10, "inside_id": bale.id})
    assert [x["size"] for x in changed.json["packs"]] == [240, 24]
