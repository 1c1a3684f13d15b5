"""How the databases read each list: along an index in each order, whatever its size."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, text

from aidtrack.core.db import db, is_postgresql
from aidtrack.lists.columns import KNOWN
from tests.factories.world import make_world
from tests.lists.reading import address, page_at
from tests.lists.test_every_list import LISTS

LIMIT = 37
# Orders that no index walks, each with the reason why it may be so.
SORTED = {
    "areas": "where something happened stands first, which is summed up for each look",
    "corrections": "they are few, and seen by where their lots lie",
    "kits": "they are few, and the newest contents of each are found first",
}


@contextmanager
def kept() -> Iterator[list[tuple[str, Any]]]:
    """The statements sent meanwhile that read one page of LIMIT rows, with what they ask."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, asked: Any, *_more: Any) -> None:
        values = asked.values() if isinstance(asked, dict) else asked
        if LIMIT + 1 in values and "ORDER BY" in statement:
            seen.append((statement, asked))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@LISTS
def test_an_index_walks_each_order(page, database, signed_in):
    browser = signed_in(make_world().admin)
    for order in page.orders.values():
        for said in (order.name, f"-{order.name}"):
            if page.name in SORTED:
                continue
            with kept() as seen:
                page_at(browser, address(page.path, ("sort", said), ("limit", str(LIMIT))))
            assert seen, "no statement reads a page of the list"
            for statement, asked in seen:
                assert not whole_sorts(statement, asked), (said, plan_of(statement, asked))


def whole_sorts(statement: str, asked: Any) -> list[str]:
    """Steps that must see every row before the first can be shown."""
    steps = plan_of(statement, asked)
    if is_postgresql():  # An incremental sort only sorts what is alike in the first columns.
        return [step for step in steps if step.strip().removeprefix("->  ").startswith("Sort  (")]
    return [step for step in steps if step == "USE TEMP B-TREE FOR ORDER BY"]


def plan_of(statement: str, asked: Any) -> list[str]:
    """As for many rows: SQLite has statistics of such, PostgreSQL is told not to sort if it can."""
    db.session.rollback()
    db.engine.dispose()  # A connection of SQLite reads the statistics when it opens.
    with db.engine.connect() as connection:
        if is_postgresql():
            for way in ("sort", "seqscan", "bitmapscan", "hashjoin"):
                connection.execute(text(f"SET LOCAL enable_{way} = off"))
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", asked)
        else:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", asked)
        return [row[-1] for row in rows]


def test_no_list_is_excused_in_vain():
    assert set(SORTED) <= set(KNOWN)


def test_a_sort_of_everything_is_noticed(database):
    assert whole_sorts("SELECT id FROM item ORDER BY base_unit, id LIMIT 38", ())
