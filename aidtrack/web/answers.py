"""JSON answers: frozen dataclasses in, bytes out."""

from typing import Any

import msgspec
from flask import Response, request

from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.core.paging import PAGE_ROWS, PAGE_ROWS_MAX, Page

encoder = msgspec.json.Encoder()


def json_answer(value: Any, status: int = 200, location: str | None = None) -> Response:
    """A dataclass, or a list or dict of them. `location` is where a new record lives."""
    answer = Response(encoder.encode(value), status=status, mimetype="application/json")
    if location:
        answer.headers["Location"] = location
    return answer


def page_answer(page: Page) -> Response:
    """One page of a list: its rows, and the cursor of the next page or null."""
    return json_answer({"rows": list(page.rows), "next_cursor": page.next_cursor})


def cursor_and_limit() -> tuple[str | None, int]:
    """The `cursor` and `limit` of the address. Raises Invalid when they cannot be."""
    limit = request.args.get("limit", str(PAGE_ROWS))
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= PAGE_ROWS_MAX):
        raise Invalid(_("Ask for 1 to %(most)d rows.", most=PAGE_ROWS_MAX), field="limit")
    return request.args.get("cursor") or None, int(limit)
