"""Answers the address of a list: its page, or its rows as a file."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from types import SimpleNamespace
from typing import Any

from flask import Response, redirect, render_template, request, send_file
from flask_babel import get_timezone

from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _
from aidtrack.core.paging import Page
from aidtrack.lists import queries, sheets
from aidtrack.lists.asked import ALL, CURSOR, FORMAT, Asked
from aidtrack.lists.columns import ListPage
from aidtrack.lists.queries import ViewRow
from aidtrack.web.access import current_actor
from aidtrack.web.answers import cursor_and_limit
from aidtrack.web.days import today_there
from aidtrack.web.filters import zone
from aidtrack.web.forms import UseCaseForm
from aidtrack.web.locales import page_direction

FILE_ROWS_MAX = 100_000
READ_ROWS = 1_000
COUNT_MAX = 1_000
IN_MEMORY = 1_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "csv": ("text/csv", sheets.write_csv),
    "xlsx": (XLSX, sheets.write_xlsx),
}


class TooLong(RuleBroken):
    """More rows than a file is given."""

    code = "too_long"


class ListShown:
    """One look at a list, as parts/lists.html shows it.

    `on` says of each column whether it shows; the rows of the page ask it.
    """

    def __init__(self, asked: Asked, form: UseCaseForm, page: Page, views: list[ViewRow]) -> None:
        self.asked = asked
        self.form = form
        self.page = page
        self.rows = page.rows
        self.views = views
        self.on = SimpleNamespace(**{x.name: x.name in asked.columns for x in asked.page.columns})
        self.query = asked.query()
        self.total: int | None = None
        self.is_narrowed = bool(asked.filters or asked.cursor)

    @property
    def heads(self) -> list[SimpleNamespace]:
        """The heads of the columns shown; with the address that sorts by it, or turns it."""
        return [
            SimpleNamespace(
                label=column.heading,
                kind=column.kind,
                is_sorted=column.order is self.asked.sorting.order,
                is_descending=self.asked.sorting.is_descending,
                url=self._sort_url(column.order) if column.order else "",
            )
            for column in self.asked.shown
        ]

    def _sort_url(self, order: Any) -> str:
        now = self.asked.sorting
        return self.asked.sorted_by(now.turned if order is now.order else order.up).url()

    @property
    def sortings(self) -> list[tuple[str, str, bool, bool]]:
        """What a box offers: (value, the column's heading, is downwards, is the present one)."""
        return [
            (str(each), str(column.heading), each.is_descending, each == self.asked.sorting)
            for column in self.asked.page.columns
            if column.order
            for each in (column.order.up, column.order.down)
        ]

    def url(self, **changes: str | None) -> str:
        """The same look with these filters said anew, on its first page."""
        return self.asked.filtered(changes).url()

    def filter(self, name: str) -> str:
        """What the address says of a filter; empty when nothing."""
        return dict(self.asked.filters).get(name, "")

    @property
    def everything_url(self) -> str:
        """The list without any filter, even where a saved view is the default."""
        return f"{self.asked.page.path}?{ALL}=1" if self.asked.has_default else self.asked.page.path

    @property
    def next_url(self) -> str:
        cursor = self.page.next_cursor
        return self.asked.url((CURSOR, cursor)) if cursor else ""

    def file_url(self, kind: str) -> str:
        return self.asked.url((FORMAT, kind))


def answer(page: ListPage, form: UseCaseForm, template: str, **context: Any) -> Any:
    """The page in `template`, which gets the look as `list`; or a file when the address asks
    for one; or the way to the default view when it asks for nothing.
    """
    actor = current_actor()
    views = queries.views(page.name, actor)
    default = queries.default(views)
    # What was sent and refused is shown again with its reasons, not the default view.
    is_asked = request.method in {"GET", "HEAD"}
    if default is not None and default.query and is_asked and not request.query_string:
        return redirect(f"{page.path}?{default.query}", 302)
    asked = Asked.read(page, request.args.items(multi=True), (field.name for field in form))
    asked = asked.known_default(default is not None and bool(default.query))
    kind = request.args.get(FORMAT)
    if kind in FORMATS:
        return _file(asked, form, kind)
    cursor, limit = cursor_and_limit()
    rows = page.rows(actor, form, asked.sorting, cursor, limit)
    shown = ListShown(asked, form, rows, views)
    shown.total = _total(asked, form, rows)
    return render_template(template, list=shown, **context)


def _total(asked: Asked, form: UseCaseForm, page: Page) -> int | None:
    """How many rows there are, when that is known or cheap; one over COUNT_MAX means more."""
    if page.next_cursor is None and asked.cursor is None:
        return len(page.rows)
    if asked.page.count is None:
        return None
    return asked.page.count(current_actor(), form, COUNT_MAX + 1)


def _file(asked: Asked, form: UseCaseForm, kind: str) -> Response:
    """The whole list as a file, closed before any of it is sent: a broken one would pass as
    whole.
    """
    mimetype, write = FORMATS[kind]
    title = str(asked.page.heading)
    sheet = sheets.Sheet(
        title=title,
        headings=_headings(asked),
        lines=_lines(asked, form),
        zone=get_timezone(),
        is_right_to_left=page_direction() == "rtl",
    )
    with ExitStack() as unless_sent:
        file = unless_sent.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))
        write(file, sheet)
        unless_sent.pop_all()
    file.seek(0)
    name = f"{title} {today_there().isoformat()}.{kind}"
    return send_file(file, mimetype, as_attachment=True, download_name=name)


def _headings(asked: Asked) -> list[str]:
    return [
        f"{cell.heading} ({zone()})" if cell.is_moment else str(cell.heading)
        for column in asked.shown
        for cell in column.cells
    ]


def _lines(asked: Asked, form: UseCaseForm) -> Iterator[list[object]]:
    values = [cell.value for column in asked.shown for cell in column.cells]
    for row in _every_row(asked, form):
        yield [value(row) for value in values]


def _every_row(asked: Asked, form: UseCaseForm) -> Iterator[Any]:
    """All pages, one after the other. Raises TooLong."""
    read = partial(asked.page.rows, current_actor(), form, asked.sorting)
    cursor, left = None, FILE_ROWS_MAX
    while True:
        page = read(cursor, READ_ROWS)
        left -= len(page.rows)
        if left < 0:
            raise TooLong(
                _(
                    "A file holds at most %(most)s rows, and this list is longer."
                    " Choose fewer with the filters, then export again.",
                    most=f"{FILE_ROWS_MAX:,}",
                )
            )
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None:
            return
