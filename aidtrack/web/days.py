"""Boxes for days and moments."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_timezone

from aidtrack.core.i18n import _
from aidtrack.web.inputs import InputField

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


def own_zone() -> ZoneInfo:
    """The person's zone. Flask-Babel gives pytz's, which cannot be put on a naive time."""
    return ZoneInfo(str(get_timezone()))


class DateField(InputField):
    """A day: 2026-12-31 as browsers and JSON send it, or 31.12.2026 as people type it."""

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
        text = text.strip()
        dotted = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
        try:
            if dotted:
                day = date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
            elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                day = date.fromisoformat(text)
            else:
                raise ValueError
        except ValueError:
            raise ValueError(_("Enter a day, for example 2026-12-31.")) from None
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
            moment = datetime.fromisoformat(text.strip())
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
