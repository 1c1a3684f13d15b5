"""Answers a report as its page, its paper, its file or its JSON, all from one description."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from babel.numbers import format_decimal
from flask import Response, current_app, send_file
from flask_babel import get_timezone

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.i18n import RIGHT_TO_LEFT, _, current_language
from aidtrack.documents import report_page, wording
from aidtrack.documents.report_page import PaperColumn, PaperRow, ReportPage
from aidtrack.identity.models import Organisation
from aidtrack.lists import sheets
from aidtrack.lists.answers import XLSX
from aidtrack.stock_reports import gallery, told
from aidtrack.stock_reports.shown import IN_FILES, Column, Kind, Report, Row, RowKind
from aidtrack.stock_reports.wanted import Wanted
from aidtrack.web.access import current_actor
from aidtrack.web.days import today_there
from aidtrack.web.filters import THIN_SPACE, clock_time, day, number, zone
from aidtrack.web.locales import page_direction

IN_MEMORY = 1_000_000
FILES = {"csv": ("text/csv", sheets.write_csv), "xlsx": (XLSX, sheets.write_xlsx)}


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a report: `kind` says how its values are to be read."""

    name: str
    heading: str
    kind: str


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """A report. Each row names its values by column; amounts are text with a point.

    `row` of a row says what it is: a line, what a card opens or closes with, a sum, the total.
    """

    name: str
    title: str
    about: dict[str, str]
    columns: list[ReportColumn]
    rows: list[dict[str, Any]]
    notes: list[str]
    next_cursor: str | None


def file(name: str, wanted: Wanted, kind: str) -> Response:
    """The whole report as CSV, XLSX or PDF."""
    if kind == "pdf":
        return _paper(gallery.whole(name, wanted, current_actor(), gallery.PAPER_ROWS_MAX))
    return _sheet(gallery.whole(name, wanted, current_actor()), kind)


def as_json(report: Report) -> ReportAnswer:
    return ReportAnswer(
        name=report.name,
        title=report.title,
        about=dict(report.told),
        columns=[ReportColumn(x.name, x.heading, x.kind.value) for x in report.columns],
        rows=[_as_object(row, report.columns) for row in chain(report.rows, report.totals)],
        notes=list(report.notes),
        next_cursor=report.next_cursor,
    )


def text(value: object, column: Column) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{day(value)} {clock_time(value)}"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        pattern = "#,##0" + ("." + "0" * column.places if column.places else "")
        said = format_decimal(value, pattern, locale=current_language())
        return said.replace("\u00a0", THIN_SPACE)
    return number(value) if isinstance(value, int) else str(value)


def heading(column: Column) -> str:
    """A moment's names the zone that it is told in."""
    return f"{column.heading} ({zone()})" if column.kind is Kind.MOMENT else column.heading


def _as_object(row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    values = {
        column.name: str(cell.value) if isinstance(cell.value, Decimal) else cell.value
        for column, cell in zip(columns, row.cells, strict=True)
    }
    return {"row": row.kind.value, **values}


def _sheet(report: Report, kind: str) -> Response:
    """Closed before any of it is sent: a broken one would pass as whole."""
    mimetype, write = FILES[kind]
    sheet = sheets.Sheet(
        title=report.title,
        headings=[heading(column) for column in report.columns],
        lines=_lines(report),
        zone=get_timezone(),
        is_right_to_left=page_direction() == "rtl",
    )
    with ExitStack() as unless_sent:
        sink = unless_sent.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))
        write(sink, sheet)
        unless_sent.pop_all()
    sink.seek(0)
    name = f"{report.title} {today_there().isoformat()}.{kind}"
    return send_file(sink, mimetype, as_attachment=True, download_name=name)


def _lines(report: Report) -> Iterator[list[object]]:
    for row in report.rows:
        if row.kind in IN_FILES:
            yield [cell.value for cell in row.cells]


def _paper(report: Report) -> Response:
    """Made for whoever asks, at this moment, with the newest seal of the ledger."""
    actor = current_actor()
    organisation = db.session.get(Organisation, actor.organisation_id or 0)
    language = current_language()
    page = ReportPage(
        title=report.title,
        organisation=organisation.name if organisation else "AidTrack",
        address=wording.lines(organisation.address) if organisation else (),
        made=_("Made by %(name)s on %(moment)s", name=actor.name,
               moment=told.written(clock.now(), actor)),
        told=tuple(report.told),
        seal=current_app.extensions["latest_seal"](),
        foot=report.foot,
        notes=tuple(report.notes),
        language=language,
        right_to_left=language in RIGHT_TO_LEFT,
        page_size=wording.page_size_of(organisation) if organisation else "A4",
    )  # fmt: skip
    columns = [
        PaperColumn(
            "\n".join(heading(report.columns[number]) for number in stack),
            report.columns[stack[0]].is_number,
        )
        for stack in report.stacks
    ]
    content = report_page.render(page, columns, _paper_rows(report))
    name = f"{report.name}-{today_there().isoformat()}.pdf"
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _paper_rows(report: Report) -> list[PaperRow]:
    return [
        PaperRow(
            ["\n".join(_texts(row, stack, report)) for stack in report.stacks],
            is_strong=row.kind is not RowKind.LINE,
        )
        for row in chain(report.rows, report.totals)
    ]


def _texts(row: Row, stack: Sequence[int], report: Report) -> list[str]:
    texts = (text(row.cells[number].value, report.columns[number]) for number in stack)
    return [each for each in texts if each]


def reach(row: Row, report: Report) -> int:
    """How many columns the words of a sum may take: as far as those behind them are empty."""
    if row.kind not in {RowKind.SUM, RowKind.TOTAL}:
        return 1
    count = 1
    for stack in report.stacks[1:]:
        if any(row.cells[number].value is not None for number in stack):
            break
        count += 1
    return count
