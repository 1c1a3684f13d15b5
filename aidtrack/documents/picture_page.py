"""A picture on paper: drawn as vector under the name of the organisation, its table below.

Nothing here is numbered or frozen: it is a reader's view of a moment, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aidtrack.core.i18n import _, ngettext
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
from aidtrack.documents.layouts import flow as flows
from aidtrack.documents.layouts.facts import PageSize
from aidtrack.documents.layouts.flow import Area, Cell, Flow, Gap, Row
from aidtrack.documents.layouts.tables import BODY, COLUMN_GAP, LABEL, NAME, SMALL
from aidtrack.documents.picture_marks import paint
from aidtrack.documents.text import Line, Style
from aidtrack.pictures.picture import WIDTHS, Column, Picture, Table
from aidtrack.pictures.picture import Cell as Figure

TITLE = Style(15, bold=True)
SAYS = Style(9.5)
FOOT = 8.0
MARK_SIZE = 11.0
STRONG = Style(7.5, bold=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePage:
    """What stands around a picture. as_of: the moment as text, ready to print."""

    organisation: str
    address: tuple[str, ...]
    as_of: str
    language: str
    right_to_left: bool
    page_size: PageSize = "A4"


def render(picture: Picture, page: PicturePage) -> bytes:
    """One PDF: the picture first, as large as the page has room, then every figure."""
    sheet = Sheet(
        title=picture.title,
        author=page.organisation,
        language=page.language,
        page_size=page.page_size,
        mirrored=page.right_to_left,
    )
    head = _head(page)
    top = TOP_MARGIN + head.height + 4
    bottom = sheet.bottom - FOOT
    flow = _flow(picture, room=bottom - top)
    pages = flow.pages(first_top=top, top=top, bottom=bottom)
    for number, placed in enumerate(pages, start=1):
        sheet.mark(0, TOP_MARGIN, MARK_SIZE)
        head.draw(sheet, TOP_MARGIN)
        for piece, y in placed:
            piece.draw(sheet, y)
        _foot(sheet, picture, number, len(pages))
        sheet.end_page()
    return sheet.finish()


def _head(page: PicturePage) -> Row:
    names = lines_of(page.organisation, NAME, 90)
    for text in page.address:
        names += lines_of(text, BODY, 90)
    moment = lines_of(page.as_of, BODY, 70)
    return Row(
        (Cell(14, 90, names), Cell(110, 70, moment, "right")),
        leading=3.9,
        above=1.2,
        below=1.6,
        least=MARK_SIZE + 2.0,
        rule=FIRM,
    )


def _foot(sheet: Sheet, picture: Picture, number: int, pages: int) -> None:
    y = sheet.bottom - 1
    sheet.rule(0, y - 4.5, CONTENT_WIDTH, y - 4.5, HAIR)
    sheet.text(0, y, picture.title, LABEL)
    words = _("Page %(page)s of %(pages)s", page=number, pages=pages)
    sheet.text(CONTENT_WIDTH, y, words, LABEL, "right")


def _flow(picture: Picture, *, room: float) -> Flow:
    flow = Flow()
    flow.add(Row((Cell(0, CONTENT_WIDTH, lines_of(picture.title, TITLE, CONTENT_WIDTH)),), 6.4))
    says = lines_of(picture.sentence, SAYS, CONTENT_WIDTH)
    flow.add(Row((Cell(0, CONTENT_WIDTH, says),), leading=4.4, below=4))
    notes = lines_of(" ".join(picture.notes), SMALL, CONTENT_WIDTH)
    below = Row((Cell(0, CONTENT_WIDTH, notes),), leading=3, above=2.5, below=4)
    taken = sum(item.piece.height for item in flow.items) + below.height
    drawing = picture.body.drawn(WIDTHS["wide"])
    # Where there is nothing to draw, it has no height.
    scale = min(CONTENT_WIDTH / drawing.width, (room - taken) / max(drawing.height, 1))
    flow.add(
        flows.Drawing(
            drawing.height * scale, lambda sheet, top: paint(sheet, drawing, top, scale=scale)
        ),
        keep=True,
    )
    flow.add(below)
    flow.add(Gap(2))
    _add_table(flow, picture.table)
    return flow


def _add_table(flow: Flow, table: Table) -> None:
    places = _places(table)
    head = _row([column.label for column in table.columns], table.columns, places, STRONG, FIRM)
    flow.add(head, keep=True)
    for row in table.shown:
        texts = [cell.text for cell in row]
        flow.add(_row(texts, table.columns, places, BODY, HAIR), head=(head,))
    if table.foot:
        flow.keep_last()
        texts = [cell.text for cell in table.foot]
        flow.add(_row(texts, table.columns, places, STRONG, 0, is_foot=True))
    if table.hidden:
        text = ngettext(
            "%(num)d more row is in the list for spreadsheets.",
            "%(num)d more rows are in the list for spreadsheets.",
            table.hidden,
        )
        flow.add(Row((Cell(0, CONTENT_WIDTH, lines_of(text, SMALL, CONTENT_WIDTH)),), above=2))


def _row(
    texts: Sequence[str],
    columns: Sequence[Column],
    places: Sequence[tuple[float, float]],
    style: Style,
    rule: float,
    *,
    is_foot: bool = False,
) -> Row:
    cells = []
    for text, column, (x, width) in zip(texts, columns, places, strict=True):
        lines: tuple[Line, ...] = lines_of(text, style, width)
        align: Align = "right" if column.kind == "number" else "start"
        cells.append(Cell(x, width, lines, align))
    return Row(
        tuple(cells), rule=rule, above=0.9, below=1.0, frame=_rule_above if is_foot else None
    )


def _places(table: Table) -> list[tuple[float, float]]:
    """Where each column stands: as wide as its longest text, squeezed where there is no room."""
    wanted = [_wanted(index, table) for index in range(len(table.columns))]
    room = CONTENT_WIDTH - COLUMN_GAP * (len(wanted) - 1)
    widths = _squeezed(wanted, room)
    places, x = [], 0.0
    for width in widths:
        places.append((x, width))
        x += width + COLUMN_GAP
    return places


def _wanted(index: int, table: Table) -> float:
    rows: list[tuple[Figure, ...]] = [*table.shown, *([table.foot] if table.foot else [])]
    texts = max((width_of(row[index].text, STRONG) for row in rows), default=0.0)
    head = max(width_of(word, STRONG) for word in (table.columns[index].label.split() or [""]))
    return max(texts, head) + 0.5


def _squeezed(wanted: Sequence[float], room: float) -> list[float]:
    """The widest give way first; what is left over is shared out."""
    widths = list(wanted)
    while (lack := sum(widths) - room) > 0.01:
        widest = max(widths)
        same = [index for index, width in enumerate(widths) if width > widest - 0.01]
        following = max((width for width in widths if width <= widest - 0.01), default=0.0)
        cut = min(lack / len(same), widest - following)
        for index in same:
            widths[index] -= cut
    rest = room - sum(widths)
    return [width + rest / len(widths) for width in widths]


def _rule_above(sheet: Sheet, area: Area) -> None:
    sheet.rule(0, area.top, CONTENT_WIDTH, area.top, THIN)
