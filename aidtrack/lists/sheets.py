"""Writes the rows of a list into a file, CSV or XLSX, with its numbers and days typed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import IO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from aidtrack.core import formulas
from aidtrack.core.i18n import _, together

Line = Sequence[object]
TITLE_MAX = 31  # Excel takes no longer name of a sheet, and none of these signs in it.
NOT_IN_TITLES = str.maketrans("", "", "[]:*?/\\'")
WIDTH_MIN, WIDTH_MAX = 12, 40


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file is to hold. Lines come as they are read; moments are told in `zone`."""

    title: str
    headings: Sequence[str]
    lines: Iterable[Line]
    zone: tzinfo = UTC
    is_right_to_left: bool = False


def write_csv(file: IO[bytes], sheet: Sheet) -> None:
    """Nothing in it is run by a spreadsheet program."""
    lines = ([_in_csv(value, sheet.zone) for value in line] for line in sheet.lines)
    formulas.write_csv(file, sheet.headings, lines)


def _in_csv(value: object, zone: tzinfo) -> object:
    value = plain(value, zone)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else value


def write_xlsx(file: IO[bytes], sheet: Sheet) -> None:
    """One sheet whose first line stays in sight, written without holding it in memory."""
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        page = book.add_worksheet(sheet.title.translate(NOT_IN_TITLES)[:TITLE_MAX] or None)
        if sheet.is_right_to_left:
            page.right_to_left()
        page.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        write_day = _dated(page, book.add_format({"num_format": "yyyy-mm-dd"}))
        write_moment = _dated(page, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        for place, heading in enumerate(sheet.headings):
            page.set_column(place, place, min(max(len(heading) + 2, WIDTH_MIN), WIDTH_MAX))
            page.write_string(0, place, heading, bold)
        for row, line in enumerate(sheet.lines, 1):
            for place, kept in enumerate(line):
                value = plain(kept, sheet.zone)
                if isinstance(value, str):
                    page.write_string(row, place, value)
                elif isinstance(value, datetime):
                    write_moment(row, place, value)
                elif isinstance(value, date):
                    write_day(row, place, value)
                elif value is not None:
                    page.write_number(row, place, value)


def _dated(page: Worksheet, look: object) -> Callable[[int, int, date], None]:
    return lambda row, place, value: page.write_datetime(row, place, value, look)


def plain(value: object, zone: tzinfo = UTC) -> str | int | Decimal | date | None:
    """A value as files hold it: yes and no in words, a moment as the clock on the wall."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None)
    if value is None or type(value) in {int, Decimal, date}:
        return value  # type: ignore[return-value]
    return together(str(value))
