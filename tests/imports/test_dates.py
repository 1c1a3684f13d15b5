"""Dates: American, European and ISO, by one decision for a column."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidtrack.imports.cells import BadCell
from aidtrack.imports.dates import DateOrder, dates


def day(cell: str, *others: str) -> date | None:
    return dates([cell, *others])(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2027-04-01", date(2027, 4, 1)),
        ("2027/4/1", date(2027, 4, 1)),
        ("01/31/2027", date(2027, 1, 31)),
        ("31/01/2027", date(2027, 1, 31)),
        ("31.01.2027", date(2027, 1, 31)),
        ("03.04.2027", date(2027, 4, 3)),
        ("01/16/13", date(2013, 1, 16)),
        ("04/04/2027", date(2027, 4, 4)),
        ("06/2027", date(2027, 6, 30)),
        ("2028-02", date(2028, 2, 29)),
        ("Jun 2027", date(2027, 6, 30)),
        ("30-Jun-27", date(2027, 6, 30)),
        ("June 30, 2027", date(2027, 6, 30)),
        ("30 juin 2027", date(2027, 6, 30)),
        ("30 июня 2027 г.", date(2027, 6, 30)),
        ("1 de enero 2027", date(2027, 1, 1)),
        ("46387", date(2026, 12, 31)),
        ("20271231", date(2027, 12, 31)),
        ("2027-01-31 00:00:00", date(2027, 1, 31)),
        ("2027-01-31T12:00:00Z", date(2027, 1, 31)),
        ("12/31/2027 12:10:00 AM", date(2027, 12, 31)),
        ("", None),
        ("N/A", None),
    ],
)
def test_dates_are_read(cell: str, expected: date | None) -> None:
    assert day(cell) == expected


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("soon", "not a date"), ("31/31/2027", "not a day"), ("2027-02-30", "not a day"),
        ("9999-12-31", "not a date from 1990"), ("1899-01-01", "not a date from 1990"),
        ("13/2027", "not a date"), ("0/2027", "not a date"), ("12", "not a date"),
        ("may be", "not a date"), ("5 June July 2027", "not a date"),
    ],
)  # fmt: skip
def test_a_bad_date_says_why(cell: str, reason: str) -> None:
    with pytest.raises(BadCell, match=reason):
        day(cell)


def test_one_date_decides_for_its_column() -> None:
    assert day("03/04/2027", "01/31/2027") == date(2027, 3, 4)
    assert day("03/04/2027", "31/01/2027") == date(2027, 4, 3)


def test_when_none_decides_nobody_guesses() -> None:
    with pytest.raises(BadCell, match="2027-04-03 or 2027-03-04"):
        day("03/04/2027", "05/06/2027")


def test_when_dates_disagree_the_minority_is_at_fault() -> None:
    column = ["01/31/2027", "02/28/2027", "31/12/2027"]
    reader = dates(column)
    assert reader.order is DateOrder.MONTH_FIRST
    with pytest.raises(BadCell, match="month/day/year like the others"):
        reader("31/12/2027")


def test_a_person_ends_the_argument() -> None:
    assert dates(["03/04/2027"], DateOrder.DAY_FIRST)("03/04/2027") == date(2027, 4, 3)
    assert dates(["03/04/2027"], DateOrder.MONTH_FIRST)("03/04/2027") == date(2027, 3, 4)


def test_a_day_of_a_spreadsheet_needs_no_decision() -> None:
    assert dates([])(date(2027, 1, 31)) == date(2027, 1, 31)
    assert dates([])(datetime(2027, 1, 31).date()) == date(2027, 1, 31)  # noqa: DTZ001 - a day


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_any_day_comes_back_in_each_style(value: date) -> None:
    american = f"{value:%m/%d/%Y}"
    european = f"{value:%d/%m/%Y}"
    assert dates([american], DateOrder.MONTH_FIRST)(american) == value
    assert dates([european], DateOrder.DAY_FIRST)(european) == value
    assert day(value.isoformat()) == value
    assert day(f"{value:%d %B %Y}") == value


@given(st.text(max_size=25))
def test_a_date_reader_gives_a_day_or_a_reason(cell: str) -> None:
    with suppress(BadCell):
        found = day(cell)
        assert found is None or 1990 <= found.year <= 2099
