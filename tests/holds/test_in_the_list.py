"""The list of stock, and the page of a lot, say what is held, recalled and near its date."""

from datetime import timedelta

import pytest

from aidtrack.core import clock
from aidtrack.stock import queries
from aidtrack.stock.queries import StockFilter, StockView
from tests.factories.holds import hold, recall
from tests.factories.world import make_item, make_stock


@pytest.fixture
def item(world):
    return make_item("Serum")


def day(days):
    return clock.today() + timedelta(days=days)


def seen(world, view):
    return [row.lot_id for row in queries.stock(world.auditor, StockFilter(view=view)).rows]


def test_lots_near_their_date_stand_in_two_views(world, item, signed_in):
    soon = make_stock(world, item, 5, expires_on=day(90))
    later = make_stock(world, item, 5, expires_on=day(270))
    make_stock(world, item, 5, expires_on=day(400))
    assert seen(world, StockView.EXPIRING) == [soon]
    assert later in seen(world, StockView.NEARING)
    page = signed_in(world.auditor).get("/stock").text
    assert "90 days left" in page
    assert "9 months left" in page


def test_what_is_held_or_recalled_says_so(world, item, signed_in):
    held = make_stock(world, item, 50)
    hold(world, held, 20)
    closed = make_stock(world, item, 5)
    recall(world, closed)
    assert seen(world, StockView.RECALLED) == [closed]
    rows = {row.lot_id: row for row in queries.stock(world.auditor, StockFilter()).rows}
    assert (rows[held].held, rows[held].free) == (20, 30)
    assert rows[closed].recall_id
    page = signed_in(world.auditor).get("/stock").text
    assert "20 held" in page
    assert "Recalled" in page


def test_the_page_of_a_recalled_lot_says_why(world, item, signed_in):
    lot = make_stock(world, item, 5)
    assert "Recall" in signed_in(world.logistician).get(f"/lots/{lot}").text
    recall(world, lot)
    page = signed_in(world.logistician).get(f"/lots/{lot}").text
    assert "The maker says so" in page
    assert f"/stock/recalls/new?lot_id={lot}" not in page


def test_the_limit_of_a_place_is_set_on_a_page(world, signed_in, api, key):
    browser = signed_in(world.logistician)
    place = f"{world.organisation_id}.{world.point_id}"
    assert "School 4" in browser.get("/stock/shelf-life").text
    answer = browser.post("/stock/shelf-life", data={"key": key, "place": place, "days": "90"})
    assert answer.status_code == 303
    limits = api(world.auditor).get("/api/v1/stock/shelf-life").json
    assert [row["days"] for row in limits if row["site_id"] == world.point_id] == [90]
    auditor = signed_in(world.auditor)
    assert auditor.post("/stock/shelf-life", data={"key": key, "place": place}).status_code in {
        403,
        422,
    }
