"""Keyset pages: as fast on the last page as on the first, whatever happens meanwhile."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, func, literal, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeEngine

from aidtrack.core.db import UtcDateTime, db
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _

PAGE_ROWS = 50
PAGE_ROWS_MAX = 200
# Stands for a moment that nobody named, behind all others.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
INTEGER_MAX = 2**63 - 1  # As much as a column holds.

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and where to go on; `next_cursor` is None on the last page."""

    rows: Sequence[Row]
    next_cursor: str | None


def encode(values: Sequence[object]) -> str:
    """The sort key of the last row shown, as an opaque word for a URL."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> list[object]:
    """The sort key back. Raises Invalid for anything that we did not write."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError
        return [_read(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, OverflowError, RecursionError, binascii.Error) as error:
        raise Invalid(_("This page link is not valid."), field="cursor") from error


def _read(value: object, kind: type) -> object:
    if issubclass(kind, date) and isinstance(value, str):
        moment = kind.fromisoformat(value)
        if not isinstance(moment, datetime):
            return moment
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    if type(value) is not kind:
        raise ValueError
    if isinstance(value, int) and abs(value) > INTEGER_MAX:
        raise OverflowError
    if isinstance(value, str) and b"\0" in value.encode():  # Half letters cannot be.
        raise ValueError
    return value


def _wide(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """PostgreSQL refuses a number too large for a narrow column; a wide one compares."""
    return BigInteger() if isinstance(kind, Integer) else kind


def before(
    columns: Sequence[Any], cursor: str | None, kinds: Sequence[type]
) -> list[ColumnElement[bool]]:
    """The WHERE of a keyset page in descending order, newest first; empty on the first page.

    The first column stands alone once more, so that an index on it can be entered.
    """
    if not cursor:
        return []
    values = decode(cursor, kinds)
    return [columns[0] <= values[0], tuple_(*columns) < tuple_(*values)]


def page(rows: Sequence[Row], limit: int, sort_key: Callable[[Row], Sequence[object]]) -> Page[Row]:
    """Cut `limit + 1` rows to a page; the extra row only tells that more follow."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(rows=shown, next_cursor=encode(sort_key(shown[-1])) if more else None)


def count_up_to(most: int, statement: Select[*tuple[Any, ...]]) -> int:
    """How many rows a statement has; counting stops at `most`, so that it stays cheap."""
    some = statement.limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


class Never(ColumnElement[datetime]):
    """NEVER in SQL, to the letter as indexes have it: `coalesce(expected_at, …)`."""

    inherit_cache = True
    type = UtcDateTime()


@compiles(Never)
def _never(_element: Never, _compiler: Any, **_options: Any) -> str:
    return "TIMESTAMPTZ '9999-12-31 00:00:00+00'"


@compiles(Never, "sqlite")
def _never_in_sqlite(_element: Never, _compiler: Any, **_options: Any) -> str:
    return "'9999-12-31 00:00:00.000000'"


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort a list, which an index walks in both directions.

    The columns are never NULL and the last of them is unique. `key` takes their values off a
    row of the list, as `kinds`: str, int, date or datetime.
    """

    name: str
    columns: tuple[Any, ...]
    kinds: tuple[type, ...]
    key: Callable[[Any], Sequence[object]]

    @property
    def up(self) -> "Sorting":
        return Sorting(self)

    @property
    def down(self) -> "Sorting":
        return Sorting(self, is_descending=True)


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order and its direction. Written in an address as `expires`, or `-expires`."""

    order: Order
    is_descending: bool = False

    def __str__(self) -> str:
        return f"-{self.order.name}" if self.is_descending else self.order.name

    @property
    def turned(self) -> "Sorting":
        return Sorting(self.order, not self.is_descending)

    def by(self) -> list[ColumnElement[Any]]:
        """The ORDER BY."""
        return [x.desc() if self.is_descending else x.asc() for x in self.order.columns]

    def after(self, cursor: str | None) -> list[ColumnElement[bool]]:
        """The WHERE of the rows behind the cursor; empty on the first page."""
        if not cursor:
            return []
        columns = self.order.columns
        read = decode(cursor, self.order.kinds)
        values = [literal(x, _wide(column.type)) for x, column in zip(read, columns, strict=True)]
        # The first column stands alone once more, so that an index on it can be entered.
        if self.is_descending:
            return [columns[0] <= values[0], tuple_(*columns) < tuple_(*values)]
        return [columns[0] >= values[0], tuple_(*columns) > tuple_(*values)]

    def page(self, rows: Sequence[Row], limit: int) -> Page[Row]:
        """Cut `limit + 1` rows to a page."""
        return page(rows, limit, self.order.key)
