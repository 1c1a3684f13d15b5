"""Goods corrected into a recalled batch are recalled too; out of one they stay recalled."""

from uuid import uuid4

import pytest

from aidtrack.core import audit, clock
from aidtrack.core.db import db
from aidtrack.core.errors import NotAllowed
from aidtrack.corrections import queries, services
from aidtrack.corrections.models import Correction, CorrectionKind
from aidtrack.corrections.plans import Change, Part
from aidtrack.holds import pieces, recalled, recalls
from aidtrack.identity.permissions import Role
from aidtrack.sealing import verification
from aidtrack.stock import ledger
from aidtrack.stock.ledger import Hold, LotRecalled
from aidtrack.stock.making import Taking
from aidtrack.stock.models import Lot
from tests.factories.holds import recall
from tests.factories.kits import build, build_lots, make_kit
from tests.factories.world import held, make_item, make_person, make_stock
from tests.races import endings

K = CorrectionKind
INTO = Change(K.FACTS, batch_number="BAD-1")


@pytest.fixture
def soap(world):
    return make_item("Soap")


@pytest.fixture
def bad(world, soap):
    """A lot of the batch that is recalled."""
    return make_stock(world, soap, 10, batch_number="BAD-1")


@pytest.fixture
def lot(world, soap):
    return make_stock(world, soap, 100, batch_number="GOOD-1")


def correct(world, lot_id, change=INTO, **more):
    return services.correct(
        lot_id,
        change,
        **{"reason": "x", "key": uuid4(), "actor": world.logistician, "at": clock.now()} | more,
    )


def take_back(world, correction_id, **more):
    services.take_back(
        correction_id,
        **{"reason": "y", "key": uuid4(), "actor": world.logistician, "at": clock.now()} | more,
    )


def recall_of(lot_id):
    db.session.rollback()
    return db.session.get_one(Lot, lot_id, populate_existing=True).recall_id


def test_the_lot_and_its_kits_join_the_recall_and_leave_it_when_that_goes_back(
    world, soap, bad, lot
):
    (kit,) = build_lots(world, make_kit((soap, 2)), 5, *taking(world, lot, 10))
    recall_id = recall(world, bad, whole_batch=True)
    correction_id = correct(world, lot)
    assert [recall_of(each) for each in (lot, kit)] == [recall_id] * 2
    assert {each.lot_id: each.is_made for each in recalled.lots_of(recall_id)} == {
        bad: False,
        lot: False,
        kit: True,
    }
    found = pieces.pieces_of(recall_id, world.organisation_id)
    assert (found.given, found.unexplained) == (110, 0)
    with pytest.raises(LotRecalled):
        ledger.reserve([Hold(world.bin_id, lot, 1)])
    assert audit.history("recall", recall_id)[0].action == "recall.lots_joined"
    take_back(world, correction_id)
    assert [recall_of(each) for each in (bad, lot, kit)] == [recall_id, None, None]
    assert audit.history("recall", recall_id)[0].action == "recall.lots_left"
    assert len(recalled.lots_of(recall_id)) == 1


def taking(world, lot_id, quantity):
    return [Taking(lot_id, world.bin_id, quantity)]


def test_some_of_it_and_another_item_are_recalled_too_and_go_back(world, soap, bad, lot):
    shampoo = make_item("Shampoo")
    other = make_stock(world, shampoo, 20, batch_number="BAD-1")
    recall_id = recall(world, bad, whole_batch=True)
    for lot_id, change in (
        (lot, Change(K.PART, (Part(world.bin_id, 30),), batch_number="BAD-1")),
        (other, Change(K.ITEM, (Part(world.bin_id, 5),), item_id=soap)),
    ):
        before = held(world.bin_id, lot_id)
        correction_id = correct(world, lot_id, change)
        new = db.session.get_one(Correction, correction_id).new_lot_id
        assert (recall_of(new), recall_of(lot_id)) == (recall_id, None)
        _dates, (joined,) = queries.along_with(correction_id)
        assert joined.id == recall_id
        take_back(world, correction_id)
        assert recall_of(new) is None
        assert held(world.bin_id, lot_id) == before
    assert verification.verify().holds


def test_out_of_a_recalled_batch_it_stays_recalled_until_that_is_lifted(world, bad, lot, signed_in):
    recall_id = recall(world, bad, whole_batch=True)
    correct(world, bad, Change(K.FACTS, batch_number="GOOD-2"))
    assert recall_of(bad) == recall_id
    for kind in (K.PART, K.QUANTITY):
        with pytest.raises(LotRecalled):
            correct(world, bad, Change(kind, (Part(world.bin_id, 5),), batch_number="GOOD-3"))
    page = seen(signed_in(world.logistician), bad, "GOOD-3")
    assert "It stays recalled" in page
    recalls.lift(recall_id, note="Settled", actor=world.logistician, at=clock.now())
    assert recall_of(bad) is None


def test_the_page_says_first_that_the_batch_is_recalled(world, bad, lot, signed_in, api):
    recall_id = recall(world, bad, whole_batch=True)
    number = recalled.recall(recall_id, world.logistician).number
    page = seen(signed_in(world.logistician), lot, "BAD-1")
    assert f"This batch is recalled ({number})" in page
    assert recall_of(lot) is None
    asked = f"/api/v1/lots/{lot}/correct?batch_number=BAD-1"
    assert api(world.logistician).get(asked).json["recalls"] == [number]
    correction_id = correct(world, lot)
    browser = signed_in(world.logistician)
    assert number in browser.get(f"/stock/corrections/{correction_id}").text
    assert "leaves that recall" in browser.get(f"/stock/corrections/{correction_id}/take-back").text


def seen(browser, lot_id, batch_number):
    said = {"key": str(uuid4()), "seen": "", "batch_number": batch_number, "reason": "x"}
    return browser.post(f"/lots/{lot_id}/correct/facts", data=said).text


def test_only_who_may_recall_frees_it_by_taking_the_correction_back(world, bad, lot):
    recall_id = recall(world, bad, whole_batch=True)
    keeper = make_person(Role.LOGISTICIAN, world.organisation_id, site_id=world.warehouse_id)
    correction_id = correct(world, lot, actor=keeper)
    with pytest.raises(NotAllowed):
        take_back(world, correction_id, actor=keeper)
    assert recall_of(lot) == recall_id


def test_what_another_recall_has_stays_recalled_when_the_correction_goes_back(world, bad, lot):
    recall(world, bad, whole_batch=True)
    correction_id = correct(world, lot)
    recalls.lift(recall_of(bad), note="Settled", actor=world.logistician, at=clock.now())
    again = recall(world, lot)
    take_back(world, correction_id)
    assert recall_of(lot) == again


def test_going_back_into_a_batch_that_was_recalled_since_recalls_it(world, soap, bad):
    correction_id = correct(world, bad, Change(K.FACTS, batch_number="GOOD-9"))
    rest = make_stock(world, soap, 5, batch_number="BAD-1")
    recall_id = recall(world, rest, whole_batch=True)
    assert recall_of(bad) is None
    take_back(world, correction_id)
    assert recall_of(bad) == recall_id


def test_kits_are_not_built_into_a_recalled_batch_of_kits(world, soap, lot):
    kit_id = make_kit((soap, 1))
    first = make_stock(world, kit_id, 1, batch_number="KIT-1")
    recall(world, first, whole_batch=True)
    with pytest.raises(LotRecalled):
        build(world, kit_id, 2, batch_number="KIT-1")
    assert held(world.bin_id, lot) == 100


@pytest.mark.parametrize("turn", range(4))
def test_a_correction_into_a_batch_while_that_is_recalled_is_recalled(app, world, bad, lot, turn):
    acts = [lambda: correct(world, lot), lambda: recall(world, bad, whole_batch=True)]
    assert endings(app, *(acts if turn % 2 else acts[::-1])) == {"done": 2}
    assert recall_of(lot) == recall_of(bad) is not None
