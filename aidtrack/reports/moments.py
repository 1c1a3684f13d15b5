"""As of when a report speaks, and how that is written."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, literal, literal_column
from sqlalchemy.orm import aliased

from aidtrack.core.db import Key, is_postgresql
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.stock.models import StockMovement


@dataclass(frozen=True, slots=True)
class AsOf:
    """A moment to report as of. `until` is the first moment that no longer counts.

    None means now: everything recorded so far. The clock is `recorded_at`: what AidTrack
    knew at that moment, which later records cannot change.
    """

    text: str
    day: date
    until: datetime | None = None


def as_of(day: date | None, *, time_zone: str, at: datetime) -> AsOf:
    """Now, or the end of a day where the organisation is. Raises Invalid for a later day."""
    zone = ZoneInfo(time_zone)
    here = at.astimezone(zone)
    if day is None or day == here.date():
        return AsOf(text=written(at, time_zone), day=here.date())
    if day > here.date():
        raise Invalid(_("This day has not come yet."), field="as_of")
    until = datetime.combine(day + timedelta(days=1), time(), zone)
    return AsOf(text=written(until - timedelta(minutes=1), time_zone), day=day, until=until)


def written(moment: datetime, time_zone: str) -> str:
    """2026-11-14 06:30 UTC+6, as papers print a moment for ever."""
    local = moment.astimezone(ZoneInfo(time_zone))
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "−"
    zone = f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"
    return f"{local:%Y-%m-%d %H:%M} {zone}"


def known(moment: AsOf) -> ColumnElement[bool]:
    """The WHERE on movements that were recorded by then."""
    if moment.until is None:
        return literal(value=True)
    return StockMovement.recorded_at < moment.until


def standing(moment: AsOf) -> ColumnElement[bool]:
    """The WHERE on movements that were recorded by then and not undone by then."""
    reversal = aliased(StockMovement)
    undone = exists().where(
        reversal.reverses_id == StockMovement.id,
        *([reversal.recorded_at < moment.until] if moment.until else []),
    )
    return known(moment) & _reversed_one().is_(None) & ~undone


def _reversed_one() -> ColumnElement[int | None]:
    """What a movement reverses. SQLite takes the index of it for choosy, though nearly every
    movement reverses nothing, and would read them all for each lot: the sign keeps it away.
    """
    if is_postgresql():
        return StockMovement.reverses_id.expression
    return literal_column("+stock_movement.reverses_id", Key)
