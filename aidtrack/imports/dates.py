"""Dates as people write them, by one decision about day and month for the whole column."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from aidtrack.core.i18n import _
from aidtrack.imports.cells import BadCell, filled
from aidtrack.imports.spreadsheets import Cell

FIRST_YEAR, LAST_YEAR = 1990, 2099


class DateOrder(StrEnum):
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


# Day zero of spreadsheets, which believe that 1900 was a leap year.
_SERIAL_ZERO = date(1899, 12, 30)
_TIME = re.compile(
    r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(am|pm|Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})[-/. ](\d{4}|\d{2})")
_MONTH_OF_YEAR = re.compile(r"(\d{1,2})[-/. ](\d{4})")
_YEAR_AND_MONTH = re.compile(r"(\d{4})[-/. ](\d{1,2})")
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_MONTHS = (
    "jan january janvier janv enero ene января янв январь",
    "feb february février fevrier févr febrero февраля фев февраль",
    "mar march mars marzo марта мар март",
    "apr april avril avr abril abr апреля апр апрель",
    "may mai mayo мая май",
    "jun june juin junio июня июн июнь",
    "jul july juillet juil julio июля июл июль",
    "aug august août aout agosto ago августа авг август",
    "sep sept september septembre septiembre сентября сен сентябрь",
    "oct october octobre octubre октября окт октябрь",
    "nov november novembre noviembre ноября ноя ноябрь",
    "dec december décembre decembre déc diciembre dic декабря дек декабрь",
)
_MONTH_OF_WORD = {
    word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()
}


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads the dates of one column. `order` None: nothing in it tells day from month.

    `example` is the value that told, `chosen` says that a person did.
    """

    order: DateOrder | None
    example: str = ""
    chosen: bool = False

    def __call__(self, cell: Cell) -> date | None:
        if isinstance(cell, date):
            return _within_reason(cell)
        words = _TIME.sub("", filled(cell)).strip()
        return _within_reason(self._read(words)) if words else None

    def _read(self, words: str) -> date:
        if match := _YEAR_FIRST.fullmatch(words):
            return _day(int(match[1]), int(match[2]), int(match[3]))
        if match := _YEAR_LAST.fullmatch(words):
            return self._numbered(int(match[1]), int(match[3]), _year(match[4]), match[2])
        if match := _MONTH_OF_YEAR.fullmatch(words):
            return _last_day(int(match[2]), int(match[1]))
        if match := _YEAR_AND_MONTH.fullmatch(words):
            return _last_day(int(match[1]), int(match[2]))
        if re.fullmatch(r"(19|20)\d{6}", words):
            return _day(int(words[:4]), int(words[4:6]), int(words[6:]))
        if re.fullmatch(r"[2-7]\d{4}", words):
            return _SERIAL_ZERO + timedelta(days=int(words))
        return _in_words(words)

    def _numbered(self, first: int, second: int, year: int, separator: str) -> date:
        order = self.order or (DateOrder.DAY_FIRST if separator == "." else None)
        if order is None and first == second:
            order = DateOrder.DAY_FIRST
        if order is None:
            by_day, by_month = _day(year, second, first), _day(year, first, second)
            raise BadCell(
                _(
                    "may be %(day_first)s or %(month_first)s: choose how dates are written",
                    day_first=by_day.isoformat(),
                    month_first=by_month.isoformat(),
                )
            )
        day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
        if month > 12 >= day:
            expected = _("day/month/year") if order is DateOrder.DAY_FIRST else _("month/day/year")
            raise BadCell(_("is not %(expected)s like the others", expected=expected))
        return _day(year, month, day)


def dates(cells: Iterable[Cell], chosen: DateOrder | None = None) -> DateReader:
    """The reader of a column, after looking at all of it; `chosen` ends the argument."""
    votes: dict[DateOrder, list[str]] = {order: [] for order in DateOrder}
    for cell in cells:
        match = _YEAR_LAST.fullmatch(_TIME.sub("", filled(cell))) if isinstance(cell, str) else None
        if match:
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                votes[DateOrder.DAY_FIRST].append(match[0])
            elif second > 12 >= first:
                votes[DateOrder.MONTH_FIRST].append(match[0])
    if chosen:
        return DateReader(chosen, chosen=True)
    day_first, month_first = votes[DateOrder.DAY_FIRST], votes[DateOrder.MONTH_FIRST]
    if len(day_first) == len(month_first):
        return DateReader(None)
    if len(day_first) > len(month_first):
        return DateReader(DateOrder.DAY_FIRST, example=day_first[0])
    return DateReader(DateOrder.MONTH_FIRST, example=month_first[0])


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadCell(_("is not a day of the calendar")) from error


def _last_day(year: int, month: int) -> date:
    """Medicines expire with a month, not a day: good to its end."""
    if not 1 <= month <= 12:
        raise BadCell(_("is not a date"))
    return _day(year, month, calendar.monthrange(max(year, 1), month)[1])


def _in_words(words: str) -> date:
    """30 June 2025, June 30, 2025, 30-Jun-25, июнь 2025."""
    parts = _WORDS.findall(words.casefold())
    months = [_MONTH_OF_WORD[part] for part in parts if part in _MONTH_OF_WORD]
    others = [part for part in parts if part not in _MONTH_OF_WORD]
    numbers = [part for part in others if part.isdigit() and len(part) in {1, 2, 4}]
    strange = [part for part in others if not part.isdigit() and part not in {"de", "г", "of"}]
    if len(months) != 1 or strange or not 1 <= len(numbers) <= 2:
        raise BadCell(_("is not a date"))
    if len(numbers) == 1:
        return _last_day(_year(numbers[0].zfill(2)), months[0])
    first, second = numbers
    year, day = (first, second) if len(first) == 4 else (second, first)
    return _day(_year(year.zfill(2)), months[0], int(day))


def _within_reason(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadCell(
            _("is not a date from %(first)d to %(last)d", first=FIRST_YEAR, last=LAST_YEAR)
        )
    return day
