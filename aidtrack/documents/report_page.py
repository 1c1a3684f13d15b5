"""A report on paper: what it is about, a table whose head stands on every page, and its seal.

Nothing here is numbered or frozen: it is what a reader asked for at a moment, in their language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aidtrack.core.i18n import _
from aidtrack.documents.kit import (
    CONTENT_WIDTH,
    FIRM,
    HAIR,
    THIN,
    TOP_MARGIN,
    Align,
    Sheet,
    lines_of,
    width_of,
)
from aidtrack.documents.layouts.facts import PageSize
from aidtrack.documents.layouts.flow import Area, Cell, Flow, Gap, Row
from aidtrack.documents.layouts.tables import BODY, LABEL, NAME, SMALL
from aidtrack.documents.text import Line, Style

TITLE = Style(15, bold=True)
FIGURE = Style(6.8)
STRONG = Style(6.8, bold=True)
HEAD = Style(6.3, bold=True)
GAP = 2.0
MARK_SIZE = 11.0
MEASURED = 400  # rows whose texts say how wide a column is; later ones wrap
LABEL_ROOM = 32.0
BREAKS = re.compile("[ \n]+")  # A firm space breaks no line.


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """What stands around the table. `told`: what it is about, in pairs; `made`: by whom and when.

    seal: one line about the latest seal of the ledger. foot: a line that every page ends with.
    """

    title: str
    organisation: str
    address: tuple[str, ...]
    made: str
    told: tuple[tuple[str, str], ...]
    seal: str
    language: str
    right_to_left: bool
    foot: str = ""
    notes: tuple[str, ...] = ()
    page_size: PageSize = "A4"


@dataclass(frozen=True, slots=True)
class PaperColumn:
    heading: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class PaperRow:
    """The texts of a row; strong ones are sums, or what a card opens and closes with."""

    texts: Sequence[str]
    is_strong: bool = False


def render(page: ReportPage, columns: Sequence[PaperColumn], rows: Sequence[PaperRow]) -> bytes:
    """One PDF; long words and names flow on, nothing is cut."""
    sheet = Sheet(
        title=page.title,
        author=page.organisation,
        language=page.language,
        page_size=page.page_size,
        mirrored=page.right_to_left,
    )
    head = _head(page)
    foot = _foot(page)
    top = TOP_MARGIN + head.height + 4
    start = sheet.bottom - foot.height
    pages = _flow(page, columns, rows).pages(first_top=top, top=top, bottom=start - 2)
    for number, placed in enumerate(pages, start=1):
        sheet.mark(0, TOP_MARGIN, MARK_SIZE)
        head.draw(sheet, TOP_MARGIN)
        for piece, y in placed:
            piece.draw(sheet, y)
        sheet.rule(0, start, CONTENT_WIDTH, start, HAIR)
        foot.draw(sheet, start)
        words = _("Page %(page)s of %(pages)s", page=number, pages=len(pages))
        sheet.line(140, sheet.bottom - 1, lines_of(words, LABEL, 40)[0], room=40, align="right")
        sheet.end_page()
    return sheet.finish()


def _head(page: ReportPage) -> Row:
    names = lines_of(page.organisation, NAME, 90)
    for text in page.address:
        names += lines_of(text, BODY, 90)
    title = lines_of(page.title, STRONG, 70) + lines_of(page.made, BODY, 70)
    return Row(
        (Cell(14, 90, names), Cell(110, 70, title, "right")),
        leading=3.9,
        above=1.2,
        below=1.6,
        least=MARK_SIZE + 2.0,
        rule=FIRM,
    )


def _foot(page: ReportPage) -> Row:
    lines = lines_of(page.seal, LABEL, 135) if page.seal else ()
    if page.foot:
        lines = lines_of(page.foot, Style(7.5, bold=True), 135) + lines
    return Row((Cell(0, 135, lines),), leading=3.2, above=1.4, below=0.6, least=5.0)


def _flow(page: ReportPage, columns: Sequence[PaperColumn], rows: Sequence[PaperRow]) -> Flow:
    flow = Flow()
    flow.add(Row((Cell(0, CONTENT_WIDTH, lines_of(page.title, TITLE, CONTENT_WIDTH)),), 6.4))
    for label, text in page.told:
        value = lines_of(text, BODY, CONTENT_WIDTH - LABEL_ROOM)
        names = lines_of(label, SMALL, LABEL_ROOM - GAP)
        cells = (Cell(0, LABEL_ROOM - GAP, names), Cell(LABEL_ROOM, 180 - LABEL_ROOM, value))
        flow.add(Row(cells, leading=3.4, above=0.2, below=0.2))
    flow.add(Gap(3))
    _add_table(flow, columns, rows)
    for note in page.notes:
        flow.add(Row((Cell(0, CONTENT_WIDTH, lines_of(note, SMALL, CONTENT_WIDTH)),), above=2))
    return flow


def _add_table(flow: Flow, columns: Sequence[PaperColumn], rows: Sequence[PaperRow]) -> None:
    places = _places(columns, rows[:MEASURED])
    head = _row([column.heading for column in columns], columns, places, HEAD)
    flow.add(head, keep=True)
    if not rows:
        flow.add(Row((Cell(0, CONTENT_WIDTH, lines_of("–", BODY, CONTENT_WIDTH)),)))
    for row in rows:
        if row.is_strong:
            flow.keep_last()
        style = STRONG if row.is_strong else FIGURE
        flow.add(_row(row.texts, columns, places, style, is_sum=row.is_strong), head=(head,))


def _row(
    texts: Sequence[str],
    columns: Sequence[PaperColumn],
    places: Sequence[tuple[float, float]],
    style: Style,
    *,
    is_sum: bool = False,
) -> Row:
    is_head = style is HEAD
    cells = []
    for index, (text, column) in enumerate(zip(texts, columns, strict=True)):
        x, width = places[index]
        if is_sum:
            width = _until_next_text(index, texts, places, column)
        lines: tuple[Line, ...] = lines_of(text, style, width) if text else ()
        align: Align = "right" if column.is_number else "left" if is_head else "start"
        cells.append(Cell(x, width, lines, align))
    return Row(
        tuple(cells),
        leading=3.0,
        rule=FIRM if is_head else HAIR,
        above=0.8,
        below=0.8,
        frame=_rule_above if is_sum else None,
    )


def _until_next_text(
    index: int, texts: Sequence[str], places: Sequence[tuple[float, float]], column: PaperColumn
) -> float:
    """The words of a sum may reach over the empty cells behind them."""
    x, width = places[index]
    if column.is_number:
        return width
    for other in range(index + 1, len(texts)):
        if texts[other]:
            break
        width = places[other][0] + places[other][1] - x
    return width


def _places(columns: Sequence[PaperColumn], rows: Sequence[PaperRow]) -> list[tuple[float, float]]:
    """Where each column stands. Figures get all they need; words share the rest, and wrap."""
    plain = [row for row in rows if not row.is_strong] or list(rows)
    wanted = [_wanted(index, column, plain, rows) for index, column in enumerate(columns)]
    least = [_least(index, column, plain, rows) for index, column in enumerate(columns)]
    room = CONTENT_WIDTH - GAP * (len(columns) - 1)
    widths = _shared(wanted, least, room)
    places, x = [], 0.0
    for width in widths:
        places.append((x, width))
        x += width + GAP
    return places


def _wanted(
    index: int, column: PaperColumn, plain: Sequence[PaperRow], rows: Sequence[PaperRow]
) -> float:
    own = [row.texts[index] for row in (rows if column.is_number else plain)]
    lines = {line for text in own for line in text.split("\n")}
    widest = max((width_of(line, STRONG) for line in lines if line), default=0.0)
    return max(widest, _longest_word(column.heading, HEAD)) + 0.5


def _least(
    index: int, column: PaperColumn, plain: Sequence[PaperRow], rows: Sequence[PaperRow]
) -> float:
    """Figures are never broken; a word only where it is longer than a column can be."""
    if column.is_number:
        return _wanted(index, column, plain, rows)
    own = {word for row in plain for word in BREAKS.split(row.texts[index])}
    longest = max((width_of(word, STRONG) for word in own), default=0.0)
    return min(24.0, max(longest, _longest_word(column.heading, HEAD)) + 0.5)


def _longest_word(text: str, style: Style) -> float:
    return max((width_of(word, style) for word in BREAKS.split(text)), default=0.0)


def _shared(wanted: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """What each wants where there is room, the rest of it shared out; else the widest give way,
    none below what it needs at least.
    """
    spare = room - sum(wanted)
    if spare >= 0:
        return [width + spare * width / sum(wanted) for width in wanted]
    short = room - sum(least)
    if short <= 0:
        return [width * room / sum(least) for width in least]
    wishes = [wish - need for wish, need in zip(wanted, least, strict=True)]
    return [need + short * wish / sum(wishes) for need, wish in zip(least, wishes, strict=True)]


def _rule_above(sheet: Sheet, area: Area) -> None:
    sheet.rule(0, area.top, CONTENT_WIDTH, area.top, THIN)
