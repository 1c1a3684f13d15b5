"""How numbers, money, days and weights look, in the reader's language and time zone."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_precision
from flask import Flask
from flask_babel import (
    format_currency,
    format_datetime,
    format_percent,
    format_timedelta,
    get_timezone,
    to_user_timezone,
)

from aidtrack.core import clock
from aidtrack.core.i18n import _, apart, comma, current_language, listed

UNKNOWN = "–"
THIN_SPACE = "\u202f"
FIRM_SPACE = "\u00a0"
# An amount reads from left to right, its currency behind it, in Arabic too.
RIGHT_MARK, LEFT_ISOLATE, END_ISOLATE = "\u200f", "\u2066", "\u2069"


def number(value: Any) -> str:
    """1288 as 1,288 or 1 288, as the language has it; spaces never break the line."""
    if value is None:
        return UNKNOWN
    return _number_in(value, current_language())


@lru_cache(maxsize=20_000)
def _number_in(value: Any, language: str) -> str:
    """Lists show the same few numbers again and again, and Babel takes its time."""
    return format_decimal(value, locale=language).replace("\u00a0", THIN_SPACE)


def money(minor: int | None, currency: str) -> str:
    """Minor units of a currency: 123450, USD is US$1,234.50."""
    if minor is None:
        return UNKNOWN
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    said = format_currency(amount, currency).replace("\u00a0", THIN_SPACE)
    if RIGHT_MARK not in said:
        return said
    return f"{LEFT_ISOLATE}{said.replace(RIGHT_MARK, '')}{END_ISOLATE}"


def weight(weight_mg: int | None) -> str:
    """Milligrams as kilograms, or as grams below one kilogram."""
    if weight_mg is None:
        return _("unknown")
    if 0 < weight_mg < 1_000_000:
        return _("%(weight)s g", weight=_rounded(weight_mg, 1_000))
    return _("%(weight)s kg", weight=_rounded(weight_mg, 1_000_000))


def volume(volume_mm3: int | None) -> str:
    """Cubic millimetres as cubic metres, litres below a tenth of one, or millilitres."""
    if volume_mm3 is None:
        return _("unknown")
    if 0 < volume_mm3 < 10_000:
        return _("%(volume)s ml", volume=_rounded(volume_mm3, 1_000))
    if 0 < volume_mm3 < 100_000_000:
        return _("%(volume)s l", volume=_rounded(volume_mm3, 1_000_000))
    return _("%(volume)s m³", volume=_rounded(volume_mm3, 1_000_000_000))


def _rounded(value: int, per: int) -> str:
    amount = Decimal(value) / per
    step = Decimal(1) if amount >= 100 else Decimal("0.1") if amount >= 10 else Decimal("0.01")
    return number(amount.quantize(step).normalize())


def percent(value: int, total: int) -> str:
    """A share, rounded down, so that 100% means all of it."""
    return format_percent(value * 100 // total / 100 if total else 0)


def day(value: date | datetime | None) -> str:
    """31 Dec 2026; a moment is shown as the day it was where the reader is."""
    if value is None:
        return UNKNOWN
    if isinstance(value, datetime):
        value = to_user_timezone(value).date()
    return _day_in(value, current_language())


@lru_cache(maxsize=5_000)
def _day_in(value: date, language: str) -> str:
    return format_date(value, "d MMM y", locale=language).replace(" ", FIRM_SPACE)


def moment(value: datetime | None) -> str:
    """31 Dec 2026, 14:02 (UTC+6): always with its zone."""
    if value is None:
        return UNKNOWN
    day_words, time_words = day(value), format_datetime(value, "HH:mm")
    return f"{day_words}{comma()}{time_words}{FIRM_SPACE}({zone(value)})"


def clock_time(value: datetime | None) -> str:
    return UNKNOWN if value is None else format_datetime(value, "HH:mm")


def zone(value: datetime | None = None) -> str:
    """The reader's zone as UTC+6, UTC+5:30 or UTC."""
    offset = (value or clock.now()).astimezone(get_timezone()).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


def ago(value: datetime | None) -> str:
    """2 hours ago, in the reader's language."""
    if value is None:
        return _("never")
    return format_timedelta(value - clock.now(), add_direction=True)


def machine_time(value: date | datetime) -> str:
    """For the datetime attribute of a time element."""
    return (value.astimezone(UTC) if isinstance(value, datetime) else value).isoformat()


def code(value: str | None) -> str:
    """A public code in groups of four: ABCDEFGHJK is ABCD-EFGH-JK."""
    text = (value or "").replace("-", "")
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        apart=apart,
        listed=listed,
        number=number,
        money=money,
        weight=weight,
        volume=volume,
        date=day,
        datetime=moment,
        time=clock_time,
        ago=ago,
        code=code,
        machine_time=machine_time,
    )
    app.jinja_env.globals.update(percent=percent, page_time_zone=zone)
