"""How SQLite reads stock: the list by name, a page at a time, and sums from indexes alone."""

import pytest

from aidtrack.core.db import is_postgresql
from aidtrack.stock import minimums, queries
from aidtrack.stock.queries import StockFilter
from tests.factories.world import make_world


def plan_of(database, statement):
    """The steps in which SQLite would run a statement."""
    database.engine.dispose()  # A connection reads the statistics when it opens.
    with database.engine.connect() as connection:
        values = (1,) * statement.count("?")
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [row.detail for row in plan]


def test_the_first_page_is_read_in_order_and_not_sorted(database, statements):
    if is_postgresql():
        pytest.skip("PostgreSQL keeps statistics by itself")
    world = make_world()
    with statements() as seen:
        queries.stock(world.logistician, StockFilter())
    (statement,) = (text for text in seen if "stock_balance" in text)
    steps = plan_of(database, statement)
    assert steps[0] == "SCAN item USING INDEX ix_item_name_id"
    assert not any("ORDER BY" in step for step in steps)


def test_lots_that_expired_are_not_met_when_what_is_free_is_summed(database, statements):
    if is_postgresql():
        pytest.skip("PostgreSQL keeps statistics by itself")
    world = make_world()
    with statements() as seen:
        minimums.count_below(world.logistician)
    (statement,) = (text for text in seen if "stock_balance" in text)
    steps = plan_of(database, statement)
    by_expiry = (
        "SEARCH lot USING COVERING INDEX ix_lot_item_id_expires_on (item_id=? AND expires_on"
    )
    assert [step for step in steps if " lot " in step] == [f"{by_expiry}=?)", f"{by_expiry}>?)"]
