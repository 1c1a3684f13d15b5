"""How SQLite reads the stock list: by name, a page at a time, however much there is."""

import pytest

from aidtrack.core.db import is_postgresql
from aidtrack.stock import queries
from aidtrack.stock.queries import StockFilter
from tests.factories.world import make_world


def test_the_first_page_is_read_in_order_and_not_sorted(database, statements):
    if is_postgresql():
        pytest.skip("PostgreSQL keeps statistics by itself")
    world = make_world()
    with statements() as seen:
        queries.stock(world.logistician, StockFilter())
    (statement,) = (text for text in seen if "stock_balance" in text)
    database.engine.dispose()  # A connection reads the statistics when it opens.
    with database.engine.connect() as connection:
        values = (1,) * statement.count("?")
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [row.detail for row in plan]
    assert steps[0] == "SCAN item USING INDEX ix_item_name_id"
    assert not any("ORDER BY" in step for step in steps)
