"""Reads a list off its page and off its files."""

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from aidtrack.core.formulas import harmless


@dataclass
class Shown:
    """The table of a page: its heads, its rows as texts, the first link of each row."""

    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    sorts: dict[str, str] = field(default_factory=dict)
    sorted_by: dict[str, str] = field(default_factory=dict)
    next_url: str | None = None
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = Shown()
        self._cell: list[str] | None = None
        self._in_head = False
        self._linked = False
        self._sort: tuple[str | None, str | None] = (None, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "thead":
            self._in_head = True
        elif tag == "tr" and not self._in_head:
            self.shown.rows.append([])
            self._linked = False
        elif tag in {"td", "th"}:
            self._cell = []
            self._sort = (None, facts.get("aria-sort"))
        elif tag == "a" and self._cell is not None:
            if self._in_head:
                self._sort = (facts.get("href"), self._sort[1])
            elif not self._linked:
                self._linked = True
                self.shown.links.append(facts.get("href") or "")
        elif tag == "a" and facts.get("rel") == "next":
            self.shown.next_url = facts.get("href")

    def handle_endtag(self, tag: str) -> None:
        if tag == "thead":
            self._in_head = False
        elif tag in {"td", "th"} and self._cell is not None:
            text = " ".join("".join(self._cell).split())
            if self._in_head:
                self.shown.heads.append(text)
                url, sorted_how = self._sort
                if url:
                    self.shown.sorts[text] = url
                if sorted_how:
                    self.shown.sorted_by[text] = sorted_how
            else:
                self.shown.rows[-1].append(text)
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def page_at(browser: FlaskClient, url: str) -> Shown:
    answer = browser.get(url)
    assert answer.status_code == 200, (url, answer.status_code, answer.headers.get("Location"))
    reader = _Reader()
    reader.feed(answer.text)
    reader.shown.text = answer.text
    return reader.shown


def address(path: str, *pairs: tuple[str, str]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


def csv_at(browser: FlaskClient, url: str) -> list[list[str]]:
    """The lines of a CSV file, its headings first."""
    answer = browser.get(url)
    assert answer.status_code == 200, (url, answer.text[:500])
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def xlsx_at(browser: FlaskClient, url: str) -> list[list[Any]]:
    """The lines of an XLSX file, its headings first, each value as its cell says."""
    answer = browser.get(url)
    assert answer.status_code == 200, url
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def as_csv_says(value: Any) -> str:
    """A typed value as the CSV file writes it, to compare the two."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return re.sub(r"\.0$", "", repr(value))
    return harmless(str(value))
