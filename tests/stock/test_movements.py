"""One movement: what it was, and what reversing it would break, before it is done."""

from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import speaking
from aidtrack.holds import services as holds
from aidtrack.holds.models import HoldKind
from aidtrack.holds.services import Wanted
from aidtrack.identity.permissions import Role
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock import cards, movements, reversal, services
from aidtrack.stock.services import HasGoneOn, Taking
from tests.factories.world import (
    carry,
    held,
    make_item,
    make_person,
    make_site,
    make_stock,
    make_world,
)


@pytest.fixture
def lot(world):
    return make_stock(world, make_item(), 100)


def move(world, lot, quantity, to=None, at=None):
    return carry(world, lot, quantity, from_place_id=at, to_place_id=to)


def breakage(world, movement_id):
    found = movements.movement(movement_id, world.logistician)
    return reversal.breakage(found, world.logistician)


def test_a_movement_says_what_each_end_held_before_and_after(world, lot):
    first = move(world, lot, 60)
    move(world, lot, 15)
    it = movements.detail(first, world.logistician)
    (line,) = it.lines
    assert (line.origin.before, line.origin.after) == (100, 40)
    assert (line.target.before, line.target.after) == (0, 60)
    assert (it.recorded_by, it.source.url) == (
        world.logistician.name,
        f"/places/{world.warehouse_id}",
    )


def test_what_nothing_depends_on_is_reversed_with_a_reason(world, lot, signed_in, key):
    movement = move(world, lot, 60)
    assert breakage(world, movement).is_free
    browser = signed_in(world.logistician)
    where = f"/stock/movements/{movement}"
    assert "Nothing depends on it" in browser.get(f"{where}/reverse").text
    sent = {"reason": "", "key": str(key)}
    assert browser.post(f"{where}/reverse", data=sent).status_code == 422
    sent["reason"] = "Wrong bin"
    assert browser.post(f"{where}/reverse", data=sent).status_code == 303
    assert held(world.bin_id, lot) == 100
    page = browser.get(where).text
    assert "This was taken back." in page
    assert "Reverse</a>" not in page


def test_what_went_on_is_named_with_what_is_missing(world, lot):
    first = move(world, lot, 60)
    on = move(world, lot, 50, to=world.bin_id, at=world.warehouse_id)
    broken = breakage(world, first)
    (missing,) = broken.missing
    assert (missing.needed, missing.free, missing.missing) == (60, 10, 50)
    assert [(x.movement_id, x.quantity) for x in broken.gone_on] == [(on, 50)]
    with pytest.raises(HasGoneOn):
        services.undo(first, reason="Wrong", key=uuid4(), actor=world.logistician)
    services.undo(on, reason="Wrong", key=uuid4(), actor=world.logistician)
    assert breakage(world, first).is_free


def test_goods_that_are_held_are_named_too(world, lot):
    movement = move(world, lot, 60)
    holds.hold(
        [Taking(lot, world.warehouse_id, 20)],
        Wanted(HoldKind.QUARANTINE, "Wet boxes"),
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )
    broken = breakage(world, movement)
    assert [x.missing for x in broken.missing] == [20]
    assert [(x.source.kind, x.quantity) for x in broken.gone_on] == [("hold", 20)]


def test_undo_from_its_message_leads_to_what_depends_on_it(world, lot, signed_in):
    first = move(world, lot, 60)
    move(world, lot, 50, to=world.bin_id, at=world.warehouse_id)
    answer = signed_in(world.logistician).post(
        f"/stock/movements/{first}/undo", data={"key": str(uuid4())}
    )
    assert answer.status_code == 303
    assert answer.location.endswith(f"/stock/movements/{first}/reverse")


def test_a_movement_with_papers_is_taken_back_where_they_are(world, lot, signed_in):
    opening = movements.movement(1, world.logistician)
    page = signed_in(world.logistician).get(f"/stock/movements/{opening.id}/reverse").text
    assert "taken back there" in page
    assert "Reverse it" not in page


def test_a_stranger_finds_no_movement(world, lot, signed_in):
    movement = move(world, lot, 60)
    stranger = make_world("Elsewhere", country="TJ").logistician
    with pytest.raises(NotFound):
        movements.movement(movement, stranger)
    for path in (f"/stock/movements/{movement}", f"/stock/movements/{movement}/reverse"):
        assert signed_in(stranger).get(path).status_code == 404
    assert signed_in(world.driver).get(f"/stock/movements/{movement}").status_code in (403, 404)
    assert signed_in(world.auditor).get(f"/stock/movements/{movement}").status_code == 200
    assert signed_in(world.auditor).get(f"/stock/movements/{movement}/reverse").status_code == 403


def test_whoever_keeps_one_site_sees_what_touched_it(world, lot):
    opening = movements.movement(1, world.logistician).id
    keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
    other = make_site(world.organisation_id, PlaceKind.WAREHOUSE, "Far away")
    far = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=other)
    assert movements.detail(opening, keeper).lines
    with pytest.raises(NotFound):
        movements.detail(opening, far)


def test_the_pages_ask_no_more_for_many_lines(world, lot, statements):
    one = move(world, lot, 1)
    many = services.move(
        [Taking(make_stock(world, make_item(f"Item {n}"), 5), world.bin_id, 5) for n in range(12)],
        to_place_id=world.warehouse_id,
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )
    counts = []
    for movement in (one, many):
        movements.detail(movement, world.logistician)  # warm
        with statements() as seen:
            movements.detail(movement, world.logistician)
            breakage(world, movement)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_stock_card_names_the_site_of_each_bin_as_its_reader_does(world, lot, signed_in):
    db.session.get_one(Place, world.warehouse_id).names = {"ru": "Главный склад"}
    db.session.commit()
    move(world, lot, 60)
    with speaking("ru"):
        (moved, *_earlier) = cards.card(lot)
    assert (moved.from_site, moved.from_place) == ("Главный склад", "A-01")
    assert (moved.to_site, moved.to_place) == ("Главный склад", "Главный склад")
    browser = signed_in(world.logistician)
    assert 'Osh warehouse · <bdi class="code">A-01</bdi>' in browser.get(f"/lots/{lot}").text
    (line, *_others) = browser.get(f"/api/v1/lots/{lot}/card").json
    assert line["from_site"] == "Osh warehouse"


def test_goods_that_went_on_within_the_site_name_their_bin(world, lot, signed_in):
    first = move(world, lot, 60)
    move(world, lot, 50, to=world.bin_id, at=world.warehouse_id)
    broken = breakage(world, first)
    assert [x.place for x in broken.gone_on] == ["A-01"]
    page = signed_in(world.logistician).get(f"/stock/movements/{first}/reverse").text
    assert 'Goods moved · <bdi class="code">A-01</bdi>' in page
    (missing,) = broken.missing
    assert missing.place == "Osh warehouse"
