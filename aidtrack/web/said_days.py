"""Days as people say and type them: t, +3, -2w, 31.12, 12/2027, 261231.

A month alone is its last day, as GS1 reads an expiry date without a day (General
Specifications, AI 17). Digits of any script count.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from aidtrack.core.i18n import _

# Letters of the shorthands in Latin and in Cyrillic; the keys of a Latin `t` on a Russian
# keyboard write `е`.
TODAY = {"t", "т", "е"}
WEEKS, MONTHS, YEARS = set("wн"), set("mм"), set("yг")
SHIFT = re.compile(r"([+\-−])\s*(\d{1,5})\s*(\w?)")
PARTS = re.compile(r"(\d{1,4})([.\-/])(\d{1,4})(?:\2(\d{1,4}))?\.?")
CENTURY = 2000


def read(text: str, today: date) -> date | None:
    """The day that is meant, or None when no one could tell.

    `today` is the day where the person is: shifts count from it, and a day without a year
    is the one nearest to it.
    """
    said = text.strip().casefold()
    try:
        if said in TODAY or said in {"today", _("today").casefold()}:
            return today
        for pattern, meaning in _MEANINGS:
            if found := pattern.fullmatch(said):
                return meaning(found, today)
    except (ValueError, OverflowError):
        return None
    return None


def _shifted(found: re.Match[str], today: date) -> date | None:
    count = int(found[2]) * (1 if found[1] == "+" else -1)
    unit = found[3]
    if not unit:
        return today + timedelta(days=count)
    if unit in WEEKS:
        return today + timedelta(weeks=count)
    if unit in MONTHS | YEARS:
        months = today.year * 12 + today.month - 1 + count * (12 if unit in YEARS else 1)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(today.day, monthrange(year, month)[1]))
    return None


def _written(found: re.Match[str], today: date) -> date | None:
    first, separator, second, third = found.groups()
    if len(first) == 4:
        if third is None:
            return _last_day(int(first), int(second))
        return date(int(first), int(second), int(third))
    if third is None and (len(second) == 4 or int(second) > 12):
        return _last_day(_year(second), int(first))
    day, month = int(first), int(second)
    if separator == "/" and day != month and day <= 12:
        return None  # 3/4 is March to some and April to others.
    return _nearest(day, month, today) if third is None else date(_year(third), month, day)


def _printed(found: re.Match[str], _today: date) -> date:
    """YYMMDD, as beside a barcode; day 00 is the last of the month."""
    year, month, day = CENTURY + int(found[1]), int(found[2]), int(found[3])
    return date(year, month, day) if day else _last_day(year, month)


def _year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    if len(digits) == 2:
        return CENTURY + int(digits)
    raise ValueError(digits)


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _nearest(day: int, month: int, today: date) -> date:
    """This year's, or the one before or after when that is nearer than half a year."""
    days = [
        date(year, month, day)
        for year in (today.year - 1, today.year, today.year + 1)
        if day <= monthrange(year, month)[1]
    ]
    return min(days, key=lambda each: abs(each - today))


_MEANINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (SHIFT, _shifted),
    (PARTS, _written),
    (re.compile(r"(\d\d)(\d\d)(\d\d)"), _printed),
)
