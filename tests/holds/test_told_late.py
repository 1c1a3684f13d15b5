"""What reached people before a recall and is recorded after it is kept, and marked."""

from datetime import timedelta
from uuid import uuid4

import pytest

from aidtrack.core import audit, clock
from aidtrack.core.db import db
from aidtrack.distributions import services as distributions
from aidtrack.holds import pieces, recalled
from aidtrack.holds.pieces import Whereabout
from aidtrack.sealing import verification
from aidtrack.stock.ledger import LotRecalled
from aidtrack.stock.models import StockMovement
from tests.factories.distributions import FAMILIES, hand_out, plan
from tests.factories.holds import recall
from tests.factories.shipments import confirm, hand_over, make_dispatched
from tests.factories.world import held, make_item, make_stock
from tests.races import endings

W = Whereabout


@pytest.fixture
def item(world):
    return make_item("Water tablets")


@pytest.fixture
def lot(world, item):
    """At the point already."""
    return make_stock(world, item, 100, place_id=world.point_id, batch_number="AQ-7")


def yesterday():
    return clock.today() - timedelta(days=1)


def where(world, recall_id):
    return pieces.pieces_of(recall_id, world.organisation_id)


def test_it_is_recorded_by_the_word_of_somebody_and_each_recall_marks_it(world, lot):
    before = hand_out(world, lot, 10, on=yesterday())
    recall_id = recall(world, lot)
    with pytest.raises(LotRecalled, match="Say below") as refused:
        hand_out(world, lot, 30, on=yesterday())
    assert refused.value.facts["problems"][0]["field"] == "lines-0-handed_out"
    late = hand_out(world, lot, 30, on=yesterday(), before_recall=True)
    found = where(world, recall_id)
    assert (found.totals[W.HANDED_OUT], found.unexplained) == (40, 0)
    marked = {piece.path: piece.told_by for piece in found.told_late}
    assert marked == {f"/distributions/{late}": world.logistician.name}
    assert f"/distributions/{before}" not in marked
    entry = audit.history("recall", recall_id)[0]
    assert (entry.action, entry.user_id) == ("recall.hand_out_told", world.logistician.user_id)
    assert verification.verify().holds


def test_on_the_day_of_the_recall_it_was_just_before_it(world, lot):
    recall_id = recall(world, lot)
    made = hand_out(world, lot, 30, before_recall=True)
    movement_id = db.session.get_one(distributions.Distribution, made).movement_id
    started_at = recalled.recall(recall_id, world.logistician).started_at
    assert db.session.get_one(StockMovement, movement_id).occurred_at < started_at
    assert len(where(world, recall_id).told_late) == 1


def test_what_was_after_the_recall_stays_refused_whatever_is_said(world, lot):
    recall(world, lot, at=clock.now() - timedelta(days=3))
    for said in (False, True):
        with pytest.raises(LotRecalled):
            hand_out(world, lot, 30, on=yesterday(), before_recall=said)
    assert held(world.point_id, lot) == 100


def test_the_earliest_of_its_recalls_decides(world, item, lot):
    recall(world, lot)
    other = make_stock(world, item, 5, batch_number="AQ-7")
    recall(world, other, whole_batch=True, at=clock.now() - timedelta(days=3))
    with pytest.raises(LotRecalled):
        hand_out(world, lot, 30, on=yesterday(), before_recall=True)


def test_a_plan_recalled_since_is_recorded_and_nothing_need_be_said_of_what_came_back(world, lot):
    planned = plan(world, lot, 30)
    recall_id = recall(world, lot)
    with pytest.raises(LotRecalled):
        plan(world, lot, 5)
    distributions.record_plan(
        planned,
        distributed_on=yesterday(),
        people=FAMILIES,
        lines=[distributions.HandOut(lot, world.point_id, brought=30, handed_out=30)],
        before_recall=True,
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )
    assert where(world, recall_id).totals[W.HANDED_OUT] == 30


def test_an_undone_one_leaves_the_recall_and_its_goods_are_closed_again(world, lot):
    recall_id = recall(world, lot)
    late = hand_out(world, lot, 30, on=yesterday(), before_recall=True)
    distributions.cancel(
        late, reason="Never was", key=uuid4(), actor=world.logistician, at=clock.now()
    )
    found = where(world, recall_id)
    assert (found.totals[W.HANDED_OUT], found.told_late) == (0, [])
    with pytest.raises(LotRecalled):
        hand_out(world, lot, 1, on=yesterday())


@pytest.mark.parametrize("is_before", [True, False])
def test_what_a_driver_confirms_after_the_recall_arrives_whenever_it_was(world, item, is_before):
    lot = make_stock(world, item, 100)
    road = make_dispatched(world, (item, 20))
    arrived_at = clock.now()
    recall_id = recall(world, lot)
    confirm(world, hand_over(road, occurred_at=arrived_at if is_before else clock.now()))
    found = where(world, recall_id)
    assert (found.totals[W.ON_THE_ROAD], found.totals[W.IN_STOCK], found.unexplained) == (0, 100, 0)
    assert held(world.point_id, lot) == 20
    with pytest.raises(LotRecalled):
        hand_out(world, lot, 1)


def test_the_page_offers_it_and_the_recall_says_who(world, lot, signed_in, key):
    recall_id = recall(world, lot)
    browser = signed_in(world.logistician)
    path = f"/distributions/new?site_id={world.point_id}"
    page = browser.get(path).text
    assert "was handed out before its recall" in page
    assert (
        "was handed out before its recall"
        not in browser.get(f"/distributions/plan?site_id={world.point_id}").text
    )
    said = {
        "key": key,
        "site_id": world.point_id,
        "distributed_on": yesterday().isoformat(),
        "households": 20,
        "lines-0-lot_id": lot,
        "lines-0-place_id": world.point_id,
        "lines-0-brought": 30,
        "lines-0-handed_out": 30,
    }
    refused = browser.post(path, data=said)
    assert refused.status_code == 422
    assert "Say below" in refused.text
    assert browser.post(path, data=said | {"before_recall": "1"}).status_code == 303
    told = browser.get(f"/stock/recalls/{recall_id}").text
    assert "1 hand-out was recorded after the recall" in told
    assert world.logistician.name in told
    file = browser.get(f"/stock/recalls/{recall_id}.csv").data.decode("utf-8-sig")
    assert "Recorded after the recall" in file


@pytest.mark.parametrize("turn", range(4))
def test_a_recall_and_a_hand_out_at_once_leave_no_piece_unseen(app, world, lot, turn):
    acts = [lambda: hand_out(world, lot, 30, on=yesterday()), lambda: recall(world, lot)]
    ended = endings(app, *(acts if turn % 2 else acts[::-1]))
    assert ended["done"] + ended["lot_recalled"] == 2
    db.session.rollback()
    found = where(world, 1)
    assert found.totals[W.HANDED_OUT] == (30 if ended["done"] == 2 else 0)
    assert found.unexplained == 0
