"""Boxes for days and moments."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_timezone

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.web import said_days
from aidtrack.web.inputs import InputField

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


def own_zone() -> ZoneInfo:
    """The person's zone. Flask-Babel gives pytz's, which cannot be put on a naive time."""
    return ZoneInfo(str(get_timezone()))


def today_there() -> date:
    """The day that it is where the person is."""
    return clock.now().astimezone(own_zone()).date()


class DateField(InputField):
    """A day: 2026-12-31 as browsers and JSON send it, or as people say it (`said_days`)."""

    control = "date"
    input_type = "date"

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Callable] | None = None,
        *,
        earliest: date = FIRST_DAY,
        latest: date = LAST_DAY,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.earliest = earliest
        self.latest = latest

    def parse(self, text: str) -> date:
        day = said_days.read(text, today_there())
        if day is None:
            raise ValueError(_("Enter a day, for example 2026-12-31."))
        if not self.earliest <= day <= self.latest:
            raise ValueError(
                _(
                    "Choose a day between %(first)s and %(last)s.",
                    first=self.earliest.isoformat(),
                    last=self.latest.isoformat(),
                )
            )
        return day

    def show(self, value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else super().show(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class DateTimeField(InputField):
    """A moment, kept in UTC. JSON gives its offset; a page means the person's own zone."""

    control = "datetime"
    input_type = "datetime-local"
    years = (FIRST_DAY.year, LAST_DAY.year)

    def parse(self, text: str) -> datetime:
        try:
            moment = self._said(text.strip())
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=own_zone())
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError(_("Enter a day and a time, for example 2026-12-31 14:30.")) from None
        first, last = self.years
        if not first <= moment.year <= last:
            raise ValueError(
                _("Choose a year between %(first)d and %(last)d.", first=first, last=last)
            )
        return moment

    def _said(self, text: str) -> datetime:
        """What ISO 8601 writes, or a day as people say it and a time: `-1 14:30`, `t 9:05`."""
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            words, _space, time = text.rpartition(" ")
            day = said_days.read(words, today_there())
            if day is None:
                raise
            return datetime.combine(day, clock_time.fromisoformat(time.zfill(5)))

    def show(self, value: Any) -> str:
        if not isinstance(value, datetime):
            return super().show(value)
        return value.astimezone(own_zone()).strftime("%Y-%m-%dT%H:%M")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


class PhoneTimeField(DateTimeField):
    """When a phone says it was. An empty battery puts its clock back to 1970.

    What it says is kept; whoever reads it moves it to what can be.
    """

    years = (1900, 2200)
