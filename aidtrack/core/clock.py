"""The only place that asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The present moment in UTC, with its zone."""
    return _told.get() or datetime.now(UTC)


def today() -> date:
    """The present day in UTC; what decides whether a lot has expired."""
    return now().date()


@contextmanager
def telling(moment: datetime) -> Iterator[None]:
    """Inside, it is `moment`: for the demo, whose story began weeks ago. Nothing else may."""
    assert moment.tzinfo is not None
    before = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(before)


def first_of_month(value: date, later: int = 0) -> date:
    """The first day of the month of a day, or of one so many months later."""
    year, index = divmod(value.year * 12 + value.month - 1 + later, 12)
    return date(year, index + 1, 1)
