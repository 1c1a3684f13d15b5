"""The SQL under the ledger: one statement for any number of rows, on both databases.

Only `ledger` calls this. SQLite reads keys from a JSON array and writes by
`executemany`; PostgreSQL takes arrays through `unnest`. Both lock in key order:
SQLite because the writer holds the database, PostgreSQL row by row.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from aidtrack.core.bulk import insert_many
from aidtrack.core.db import is_postgresql
from aidtrack.stock.models import Lot, LotPart, Reason, StockMovement

BalanceKey = tuple[int, int]
"""(place id, lot id)"""

LineRow = tuple[int, int, int, int, int, Reason | None]
"""(movement id, lot id, from place id, to place id, quantity, reason)"""


@dataclass(frozen=True, slots=True)
class Balance:
    """What one place holds of one lot, read under lock."""

    place_id: int
    lot_id: int
    is_outside: bool
    quantity: int
    reserved: int

    def after(self, moved: int, promised: int) -> "Balance":
        return replace(self, quantity=self.quantity + moved, reserved=self.reserved + promised)


_SQLITE_READ = """
SELECT k.place_id, k.lot_id, p.is_outside, coalesce(b.quantity, 0), coalesce(b.reserved, 0)
FROM (SELECT value ->> 0 AS place_id, value ->> 1 AS lot_id FROM json_each(?)) AS k
JOIN place AS p ON p.id = k.place_id
LEFT JOIN stock_balance AS b ON b.place_id = k.place_id AND b.lot_id = k.lot_id
"""
_SQLITE_LINES = """
INSERT INTO stock_line (movement_id, lot_id, from_place_id, to_place_id, quantity, reason)
VALUES (?, ?, ?, ?, ?, ?)
"""
_SQLITE_BALANCES = """
INSERT INTO stock_balance (place_id, lot_id, is_outside, quantity, reserved)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (place_id, lot_id) DO UPDATE
SET quantity = excluded.quantity, reserved = excluded.reserved
"""

# A row that does not exist cannot be locked: make it first, in the order of the keys.
_POSTGRESQL_MAKE = text("""
INSERT INTO stock_balance (place_id, lot_id, is_outside, quantity, reserved)
SELECT k.place_id, k.lot_id, p.is_outside, 0, 0
FROM unnest(CAST(:places AS bigint[]), CAST(:lots AS bigint[])) AS k (place_id, lot_id)
JOIN place AS p ON p.id = k.place_id
ORDER BY k.place_id, k.lot_id
ON CONFLICT DO NOTHING
""")
_POSTGRESQL_LOCK = text("""
SELECT b.place_id, b.lot_id, b.is_outside, b.quantity, b.reserved
FROM stock_balance AS b
JOIN unnest(CAST(:places AS bigint[]), CAST(:lots AS bigint[])) AS k (place_id, lot_id)
  ON b.place_id = k.place_id AND b.lot_id = k.lot_id
ORDER BY b.place_id, b.lot_id
FOR UPDATE OF b
""")
_POSTGRESQL_LINES = text("""
INSERT INTO stock_line (movement_id, lot_id, from_place_id, to_place_id, quantity, reason)
SELECT * FROM unnest(
    CAST(:movements AS bigint[]), CAST(:lots AS bigint[]), CAST(:froms AS bigint[]),
    CAST(:tos AS bigint[]), CAST(:quantities AS bigint[]), CAST(:reasons AS text[])
)
""")
_POSTGRESQL_BALANCES = text("""
UPDATE stock_balance AS b SET quantity = k.quantity, reserved = k.reserved
FROM unnest(
    CAST(:places AS bigint[]), CAST(:lots AS bigint[]),
    CAST(:quantities AS bigint[]), CAST(:reserved AS bigint[])
) AS k (place_id, lot_id, quantity, reserved)
WHERE b.place_id = k.place_id AND b.lot_id = k.lot_id
""")
_SQLITE_RECALLED = """
SELECT lot.id FROM lot JOIN json_each(?) AS k ON lot.id = k.value
WHERE lot.recall_id IS NOT NULL ORDER BY lot.id
"""
_POSTGRESQL_RECALLED = text("""
SELECT id FROM lot
WHERE id = ANY (CAST(:lots AS bigint[])) AND recall_id IS NOT NULL ORDER BY id
""")
_MOVEMENT = insert(StockMovement).returning(StockMovement.id)


def lock_balances(session: Session, keys: Sequence[BalanceKey]) -> dict[BalanceKey, Balance]:
    """The balances of the keys, which must be sorted; locked until the commit."""
    connection = session.connection()
    if is_postgresql():
        arrays = {"places": [key[0] for key in keys], "lots": [key[1] for key in keys]}
        connection.execute(_POSTGRESQL_MAKE, arrays)
        rows = connection.execute(_POSTGRESQL_LOCK, arrays)
    else:
        rows = connection.exec_driver_sql(_SQLITE_READ, (json.dumps(keys),))
    balances = {
        (place_id, lot_id): Balance(place_id, lot_id, bool(is_outside), quantity, reserved)
        for place_id, lot_id, is_outside, quantity, reserved in rows
    }
    assert len(balances) == len(keys), "a place or a lot that does not exist"
    return balances


def recalled(session: Session, lot_ids: Sequence[int]) -> list[int]:
    """Those of the lots that are recalled."""
    connection = session.connection()
    if is_postgresql():
        return list(connection.execute(_POSTGRESQL_RECALLED, {"lots": list(lot_ids)}).scalars())
    return list(connection.exec_driver_sql(_SQLITE_RECALLED, (json.dumps(lot_ids),)).scalars())


def write_movement(session: Session, values: Mapping[str, object]) -> int:
    """Insert the header; its id."""
    return session.connection().execute(_MOVEMENT, values).scalar_one()


def write_lines(session: Session, rows: Sequence[LineRow]) -> None:
    words = [(*row[:5], None if row[5] is None else str(row[5])) for row in rows]
    if not is_postgresql():
        session.connection().exec_driver_sql(_SQLITE_LINES, words)
        return
    movements, lots, froms, tos, quantities, reasons = zip(*words, strict=True)
    session.connection().execute(
        _POSTGRESQL_LINES,
        {
            "movements": list(movements),
            "lots": list(lots),
            "froms": list(froms),
            "tos": list(tos),
            "quantities": list(quantities),
            "reasons": list(reasons),
        },
    )


def write_balances(session: Session, balances: Sequence[Balance]) -> None:
    """Store balances read under lock, at their new figures."""
    if not balances:
        return
    if is_postgresql():
        session.connection().execute(
            _POSTGRESQL_BALANCES,
            {
                "places": [b.place_id for b in balances],
                "lots": [b.lot_id for b in balances],
                "quantities": [b.quantity for b in balances],
                "reserved": [b.reserved for b in balances],
            },
        )
    else:
        session.connection().exec_driver_sql(
            _SQLITE_BALANCES,
            [(b.place_id, b.lot_id, b.is_outside, b.quantity, b.reserved) for b in balances],
        )


def write_lots(session: Session, rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Insert lots in bulk; their ids in the order of the rows."""
    return insert_many(session, Lot, rows)


def write_parts(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert what lots are made of, in bulk."""
    insert_many(session, LotPart, rows)
