"""What this machine's database drivers can do at best, without AidTrack."""

import itertools
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import psycopg
from sqlalchemy import event

from aidtrack.core.db import BUSY_TIMEOUT_MS, db
from aidtrack.core.letters import fold
from tests.benchmarks.site import Site

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SQLITE_HEADER = """
INSERT INTO stock_movement
  (organisation_id, kind, source_kind, source_id, occurred_at, recorded_at, recorded_by_id, note)
VALUES (?, 'move', 'bench', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00', ?, '')
"""
SQLITE_LINES = """
INSERT INTO stock_line (movement_id, lot_id, from_place_id, to_place_id, quantity)
VALUES (?, ?, ?, ?, ?)
"""
SQLITE_BALANCES = """
INSERT INTO stock_balance (place_id, lot_id, is_outside, quantity, reserved)
VALUES (?, ?, 0, ?, 0)
ON CONFLICT (place_id, lot_id) DO UPDATE SET quantity = excluded.quantity
"""
SQLITE_LOTS = "INSERT INTO lot (id, item_id, organisation_id, batch_number) VALUES (?, ?, ?, ?)"
POSTGRESQL_POSTING = """
WITH movement AS (
  INSERT INTO stock_movement
    (organisation_id, kind, source_kind, source_id, occurred_at, recorded_at, recorded_by_id, note)
  VALUES (%(organisation)s, 'move', 'bench', 1, %(now)s, %(now)s, %(person)s, '')
  RETURNING id
), line AS (
  INSERT INTO stock_line (movement_id, lot_id, from_place_id, to_place_id, quantity)
  SELECT movement.id, k.* FROM movement, unnest(
    %(lots)s::bigint[], %(froms)s::bigint[], %(tos)s::bigint[], %(moved)s::bigint[]) AS k
)
INSERT INTO stock_balance (place_id, lot_id, is_outside, quantity, reserved)
SELECT k.place, k.lot, false, k.quantity, 0
FROM unnest(%(places)s::bigint[], %(held)s::bigint[], %(quantities)s::bigint[])
  AS k (place, lot, quantity)
ORDER BY k.place, k.lot
ON CONFLICT (place_id, lot_id) DO UPDATE SET quantity = excluded.quantity
"""
POSTGRESQL_LOTS = """
INSERT INTO lot (id, item_id, organisation_id, batch_number)
SELECT * FROM unnest(
  %(lots)s::bigint[], %(items)s::bigint[], %(organisations)s::bigint[], %(batches)s::text[])
"""

Line = tuple[int, int, int, int]
"""(lot, from, to, quantity)"""
Balance = tuple[int, int, int]
"""(place, lot, quantity)"""
NewLot = tuple[int, int, int, str]
"""(id, item, organisation, batch)"""
Statement = tuple[str, Any]


class Driver(Protocol):
    """A database driver used as directly as it allows."""

    def read(self, statements: Sequence[Statement]) -> None: ...

    def post(
        self, site: Site, lines: Sequence[Line], balances: Sequence[Balance],
        lots: Sequence[NewLot] = (),
    ) -> None: ...  # fmt: skip

    def close(self) -> None: ...


class Sqlite:
    """sqlite3, with the settings that AidTrack has."""

    def __init__(self, site: Site) -> None:
        path = site.url.removeprefix("sqlite:///")
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        self.connection.create_function("folded", 1, fold, deterministic=True)

    def read(self, statements: Sequence[Statement]) -> None:
        for statement, parameters in statements:
            self.connection.execute(statement, parameters).fetchall()

    def post(
        self, site: Site, lines: Sequence[Line], balances: Sequence[Balance],
        lots: Sequence[NewLot] = (),
    ) -> None:  # fmt: skip
        world, run = site.world, self.connection
        run.execute("BEGIN IMMEDIATE")
        run.executemany(SQLITE_LOTS, lots)
        header = (world.organisation_id, world.logistician.user_id)
        movement = run.execute(SQLITE_HEADER, header).lastrowid
        run.executemany(SQLITE_LINES, [(movement, *line) for line in lines])
        run.executemany(SQLITE_BALANCES, balances)
        run.execute("COMMIT")

    def close(self) -> None:
        self.connection.close()


class Postgresql:
    """psycopg: a posting is one prepared statement, and so one way there and back."""

    def __init__(self, site: Site) -> None:
        url = site.url.replace("+psycopg", "", 1)
        self.connection = psycopg.connect(url, autocommit=True, prepare_threshold=1)

    def read(self, statements: Sequence[Statement]) -> None:
        for statement, parameters in statements:
            self.connection.execute(statement, parameters).fetchall()

    def post(
        self, site: Site, lines: Sequence[Line], balances: Sequence[Balance],
        lots: Sequence[NewLot] = (),
    ) -> None:  # fmt: skip
        moved, froms, tos, amounts = _columns(lines)
        places, held, quantities = _columns(balances)
        values = {
            "organisation": site.world.organisation_id,
            "person": site.world.logistician.user_id,
            "now": NOW,
            "lots": moved,
            "froms": froms,
            "tos": tos,
            "moved": amounts,
            "places": places,
            "held": held,
            "quantities": quantities,
        }
        if not lots:
            self.connection.execute(POSTGRESQL_POSTING, values)
            return
        ids, items, organisations, batches = _columns(lots)
        new = {"lots": ids, "items": items, "organisations": organisations, "batches": batches}
        with self.connection.transaction():
            self.connection.execute(POSTGRESQL_LOTS, new)
            self.connection.execute(POSTGRESQL_POSTING, values)

    def close(self) -> None:
        self.connection.close()


def driver(site: Site) -> Driver:
    return Sqlite(site) if site.name == "sqlite" else Postgresql(site)


def posting(site: Site, driver: Driver, lots: Sequence[int]) -> Callable[[], None]:
    """Moves one of each lot from the bin to the warehouse, and back the next time.

    One header, a line a lot, two balances a lot, one commit.
    """
    bin_id, warehouse_id = site.world.bin_id, site.world.warehouse_id
    held = site.held(lots)
    turns = itertools.cycle(((bin_id, warehouse_id, 1), (warehouse_id, bin_id, 0)))

    def post() -> None:
        origin, target, away = next(turns)
        balances = [
            (place, lot, held.get((place, lot), 0) + (away if place == warehouse_id else -away))
            for place in (bin_id, warehouse_id)
            for lot in lots
        ]
        driver.post(site, [(lot, origin, target, 1) for lot in lots], balances)

    return post


def statements_of(site: Site, act: Callable[[], Any]) -> list[Statement]:
    """The SELECTs that something in this process makes, as the driver gets them."""
    heard: list[Statement] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            heard.append((statement, parameters))

    with site.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return heard


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
