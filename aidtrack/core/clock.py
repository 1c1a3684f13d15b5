"""The only place that asks what time it is."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """The present moment in UTC, with its zone."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in UTC; what decides whether a lot has expired."""
    return now().date()
