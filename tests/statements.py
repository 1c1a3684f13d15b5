"""Counts the SQL statements of a path, so that none grows with the rows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def statements() -> Statements:
    """`with statements() as seen:` gathers the text of every statement sent meanwhile."""

    @contextmanager
    def gather() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return gather
