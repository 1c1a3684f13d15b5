"""A kit expires with the first of its parts, also when the day of one is put right later."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.catalogue import queries as catalogue
from aidtrack.core import audit, clock
from aidtrack.core.db import db
from aidtrack.core.errors import NotAllowed
from aidtrack.corrections import followers, services
from aidtrack.corrections.followers import Typed
from aidtrack.corrections.models import CorrectionKind
from aidtrack.corrections.plans import Change, Part
from aidtrack.identity.permissions import Role
from aidtrack.kits import services as kits
from aidtrack.stock import with_made
from aidtrack.stock.models import Lot
from tests.factories.kits import build, build_lots, make_kit
from tests.factories.shipments import deliver, hand_over, make_dispatched
from tests.factories.world import carry, make_item, make_person, make_stock
from tests.races import endings

K = CorrectionKind
NONE = Typed(frozenset(), frozenset())


def in_days(days):
    return clock.today() + timedelta(days=days)


@pytest.fixture
def soap(world):
    return make_item("Soap")


@pytest.fixture
def lot(world, soap):
    return make_stock(world, soap, 100, expires_on=in_days(300))


@pytest.fixture
def kit(world, soap, lot):
    (made,) = build_lots(world, make_kit((soap, 2)), 10)
    return made


def correct(world, lot_id, day, **more):
    return services.correct(
        lot_id,
        Change(K.FACTS, batch_number="B-1", expires_on=day),
        **{
            "reason": "The box says so",
            "key": uuid4(),
            "actor": world.logistician,
            "at": clock.now(),
        }
        | more,
    )


def take_back(world, correction_id):
    services.take_back(
        correction_id, reason="It was right", key=uuid4(), actor=world.logistician, at=clock.now()
    )


def day_of(lot_id):
    return db.session.get_one(Lot, lot_id, populate_existing=True).expires_on


def test_an_earlier_day_reaches_kits_and_kits_of_kits_and_each_tells_it(world, soap, lot, kit):
    outer = make_kit((db.session.get_one(Lot, kit).item_id, 3), name="Family kit")
    (nested,) = build_lots(world, outer, 2)
    correction_id = correct(world, lot, in_days(60))
    assert [day_of(each) for each in (lot, kit, nested)] == [in_days(60)] * 3
    for each in (kit, nested):
        entry = audit.history("lot", each)[0]
        assert entry.action == "lot.date_followed"
        assert entry.facts["changes"]["expires_on"] == [
            in_days(300).isoformat(),
            in_days(60).isoformat(),
        ]
    take_back(world, correction_id)
    assert [day_of(each) for each in (lot, kit, nested)] == [in_days(300)] * 3


def test_a_kit_whose_other_part_expires_sooner_stays(world, soap, lot):
    cream = make_item("Cream")
    make_stock(world, cream, 10, expires_on=in_days(30))
    (made,) = build_lots(world, make_kit((soap, 1), (cream, 1)), 10)
    correct(world, lot, in_days(60))
    assert day_of(made) == in_days(30)


def test_a_later_day_moves_only_a_day_that_nobody_typed(world, soap, lot, kit):
    (typed,) = build_lots(world, make_kit((soap, 2), name="Typed kit"), 10)
    correct(world, typed, in_days(200))
    correct(world, lot, in_days(400))
    assert (day_of(kit), day_of(typed)) == (in_days(400), in_days(200))
    correct(world, lot, in_days(200))
    correct(world, lot, in_days(500))
    assert (day_of(kit), day_of(typed)) == (in_days(500), in_days(200))


def test_a_typed_day_comes_back_when_the_correction_that_moved_it_does(world, lot, kit):
    correct(world, kit, in_days(200))
    correction_id = correct(world, lot, in_days(100))
    assert day_of(kit) == in_days(100)
    take_back(world, correction_id)
    assert day_of(kit) == in_days(200)


def test_kits_built_since_never_outlive_what_goes_back_to_an_earlier_day(world, soap, lot):
    correction_id = correct(world, lot, in_days(400))
    (made,) = build_lots(world, make_kit((soap, 2)), 10)
    take_back(world, correction_id)
    assert day_of(made) == in_days(300)


def test_boxes_with_a_label_of_their_own_keep_what_it_says(world, lot):
    change = Change(K.PART, (Part(world.bin_id, 10),), batch_number="B-2", expires_on=in_days(350))
    services.correct(lot, change, reason="x", key=uuid4(), actor=world.logistician, at=clock.now())
    (labelled,) = db.session.scalars(select(Lot.id).filter_by(batch_number="B-2"))
    correct(world, lot, in_days(60))
    assert day_of(labelled) == in_days(350)


def test_goods_packed_anew_are_the_same_goods(world, soap, lot):
    (pack,) = catalogue.item(soap).packs
    kits.repack(
        lot,
        1,
        pack_id=pack.id,
        place_id=world.bin_id,
        to_place_id=world.bin_id,
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )
    (packed,) = with_made.made_of([lot])
    correct(world, lot, in_days(60))
    assert day_of(packed) == in_days(60)


def test_days_are_moved_part_by_part():
    """12 is made of 10 and 11, 13 of 12; the lot 10 is put right."""
    first, second, third = in_days(10), in_days(20), in_days(30)
    parts = {12: [10, 11], 13: [12]}
    days = {10: second, 11: third, 12: second, 13: second}
    moved = followers.moved(days, parts, {10: first}, NONE, {})
    assert moved == {12: (second, first), 13: (second, first)}
    later = followers.moved(days, parts, {10: in_days(90)}, NONE, {})
    assert later == {12: (second, third), 13: (second, third)}
    undated = {**days, 11: None}
    assert followers.moved(undated, parts, {10: None}, NONE, {}) == {
        12: (second, None),
        13: (second, None),
    }


def test_the_page_says_first_which_kits_follow_and_where_they_are(world, lot, kit, signed_in, api):
    carry(world, kit, 4)
    browser = signed_in(world.logistician)
    path = f"/lots/{lot}/correct/facts"
    said = {
        "key": str(uuid4()),
        "seen": "",
        "batch_number": "B-1",
        "expires_on": in_days(60).isoformat(),
        "reason": "The box says so",
    }
    text = browser.post(path, data=said).text
    assert f"L{kit:06d}" in text
    assert "Made of it, and dated anew" in text
    assert "4 · Osh warehouse" in text
    assert "6 · Osh warehouse" in text
    assert day_of(kit) == in_days(300)
    found = api(world.logistician).get(
        f"/api/v1/lots/{lot}/correct?expires_on={in_days(60).isoformat()}"
    )
    correction_id = correct(world, lot, in_days(60))
    for page in ("", "/take-back"):
        told = browser.get(f"/stock/corrections/{correction_id}{page}").text
        assert "Made of it, and dated anew" in told
    (told,) = found.json["dated_anew"]
    assert (told["lot_id"], told["after"]) == (kit, in_days(60).isoformat())
    assert sorted(each["quantity"] for each in told["standing"]) == [4, 6]


def test_whoever_keeps_one_site_does_not_date_kits_of_another(world, lot, kit):
    keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
    correct(world, lot, in_days(200), actor=keeper)
    kit_item = db.session.get_one(Lot, kit).item_id
    deliver(world, hand_over(make_dispatched(world, (kit_item, 4))))
    with pytest.raises(NotAllowed):
        correct(world, lot, in_days(60), actor=keeper)
    assert day_of(lot) == in_days(200)


@pytest.mark.parametrize("turn", range(4))
def test_a_kit_that_is_built_meanwhile_expires_with_its_part(app, world, soap, lot, turn):
    kit_id = make_kit((soap, 2))
    acts = [lambda: build(world, kit_id, 5), lambda: correct(world, lot, in_days(60))]
    ended = endings(app, *(acts if turn % 2 else acts[::-1]))
    assert ended["done"] + ended["made_meanwhile"] == 2
    if "made_meanwhile" in ended:
        correct(world, lot, in_days(60))
    days = db.session.scalars(select(Lot.expires_on).filter_by(item_id=kit_id)).all()
    assert days == [in_days(60)]
