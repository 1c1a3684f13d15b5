"""Many rows in a few statements, with their ids, on both databases."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from aidtrack.core.db import Model, is_postgresql

NOTED = "noted_new"
Noted = list[tuple[type[Model], int, Mapping[str, Any]]]


@contextmanager
def noting_new(session: Session, into: Noted) -> Iterator[None]:
    """Inside, each row that is inserted in bulk is noted: its model, its id, its columns."""
    session.info[NOTED] = into
    try:
        yield
    finally:
        del session.info[NOTED]


def note_new(
    session: Session, model: type[Model], ids: Sequence[int], rows: Sequence[Mapping[str, Any]]
) -> None:
    noted: Noted | None = session.info.get(NOTED)
    if noted is not None:
        noted += [(model, number, row) for number, row in zip(ids, rows, strict=True)]


def insert_many(
    session: Session, model: type[Model], rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Insert the rows of one table; their ids in the same order. Call inside `transaction()`.

    Every row names the same columns; the others get their defaults. Values are text,
    numbers, days, words of an enumeration, or JSON. The ORM's events do not see these rows.
    """
    if not rows:
        return []
    table = cast(Table, model.__table__)
    # Neither database gives back the ids of many rows quickly, so they are taken first.
    ids = _next_ids(session, table, len(rows))
    note_new(session, model, ids, rows)
    defaults = _defaults(table, rows[0])
    numbered = [
        {"id": number, **{name: make() for name, make in defaults.items()}, **row}
        for number, row in zip(ids, rows, strict=True)
    ]
    if is_postgresql():
        # One parameter, read by the server: thousands of placeholders take seconds to parse.
        columns = ", ".join(f'"{name}"' for name in numbered[0])
        statement = text(
            f"INSERT INTO {table.name} ({columns}) SELECT {columns}"  # noqa: S608 - our names
            f" FROM json_populate_recordset(NULL::{table.name}, CAST(:rows AS json))"
        )
        session.execute(statement, {"rows": json.dumps(numbered, default=str)})
    else:
        session.connection().execute(insert(table), numbered)
    return ids


def _next_ids(session: Session, table: Table, count: int) -> list[int]:
    if is_postgresql():
        sequence = func.pg_get_serial_sequence(table.name, "id")
        numbers = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
        return sorted(session.scalars(numbers))
    # As SQLite itself would: we hold its only write lock.
    last = session.scalar(select(func.max(table.c.id))) or 0
    return list(range(last + 1, last + 1 + count))


def _defaults(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """What makes the value of each column that the rows do not name."""
    found: dict[str, Any] = {}
    for column in table.columns:
        default = column.default
        if column.name in row or default is None:
            continue
        if default.is_callable:
            found[column.name] = lambda default=default: default.arg(None)
        else:
            found[column.name] = lambda default=default: default.arg
    return found
