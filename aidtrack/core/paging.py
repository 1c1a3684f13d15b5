"""Keyset pages: as fast on the last page as on the first, whatever happens meanwhile."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, tuple_

from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _

PAGE_ROWS = 50
PAGE_ROWS_MAX = 200

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
        if any(type(value) is not kind for value, kind in zip(values, kinds, strict=True)):
            raise ValueError
    except (ValueError, binascii.Error) as error:
        raise Invalid(_("This page link is not valid."), field="cursor") from error
    return values


def after(
    columns: Sequence[Any], cursor: str | None, kinds: Sequence[type]
) -> list[ColumnElement[bool]]:
    """The WHERE of a keyset page in ascending order; empty on the first page.

    The first column stands alone once more, so that an index on it can be entered.
    """
    if not cursor:
        return []
    values = decode(cursor, kinds)
    return [columns[0] >= values[0], tuple_(*columns) > tuple_(*values)]


def before(
    columns: Sequence[Any], cursor: str | None, kinds: Sequence[type]
) -> list[ColumnElement[bool]]:
    """The same in descending order: newest first."""
    if not cursor:
        return []
    values = decode(cursor, kinds)
    return [columns[0] <= values[0], tuple_(*columns) < tuple_(*values)]


def page(rows: Sequence[Row], limit: int, sort_key: Callable[[Row], Sequence[object]]) -> Page[Row]:
    """Cut `limit + 1` rows to a page; the extra row only tells that more follow."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(rows=shown, next_cursor=encode(sort_key(shown[-1])) if more else None)
