"""Type sizes of the papers, and tables whose cells flow onto as many lines as they need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from aidtrack.documents.kit import CONTENT_WIDTH, FIRM, HAIR, THIN, Align, Sheet, lines_of
from aidtrack.documents.layouts.flow import Area, Cell, Flow, Row
from aidtrack.documents.layouts.words import Words
from aidtrack.documents.text import Line, Style

LABEL = Style(6.3)
HEAD = Style(6)
SMALL = Style(6.6)
BODY = Style(7.5)
STRONG = Style(7.8, bold=True)
ITEM_NAME = Style(7.5, bold=True)
VALUE = Style(8.2)
NAME = Style(9, bold=True)
HEADING = Style(11.5, bold=True)
NUMBER = Style(15, bold=True)
ALARM = Style(8, bold=True, red=True)

BLANK = (Line("", LABEL, 0.0),)  # keeps a line free

COLUMN_GAP = 1.6


class Column(NamedTuple):
    """A column of a table: its words, and where it stands in millimetres."""

    words: tuple[str, ...]  # keys; two are printed one under the other
    x: float
    width: float
    align: Align = "start"


def table_head(columns: Sequence[Column], words: Words) -> Row:
    """Heads of the columns, each language on lines of its own."""
    return Row(tuple(column_head(column, words) for column in columns), leading=2.8, rule=THIN)


def add_table(flow: Flow, words: Words, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """A table whose head is said again on each page that it goes on to."""
    head = table_head(columns, words)
    flow.add(head, keep=True)
    for row in rows:
        flow.add(row, head=(head,))


def column_head(column: Column, words: Words) -> Cell:
    x, width = _inner(column)
    lines: tuple[Line, ...] = ()
    for index, labels in enumerate(zip(*map(words.each, column.words), strict=True)):
        style = HEAD if index else HEAD._replace(bold=True)
        lines += lines_of(" / ".join(labels), style, width)
    return Cell(x, width, lines, "left" if column.align == "start" else column.align)


def table_row(
    columns: Sequence[Column],
    values: Sequence[tuple[Line, ...]],
    *,
    rule: float = HAIR,
    verticals: tuple[float, ...] = (),
    least: float = 0.0,
) -> Row:
    """A row of a table whose lines have been measured."""
    cells = []
    for column, lines in zip(columns, values, strict=True):
        if lines:
            x, width = _inner(column)
            cells.append(Cell(x, width, lines, column.align))
    return Row(tuple(cells), rule=rule, verticals=verticals, least=least)


def cell_lines(column: Column, text: str, style: Style = BODY) -> tuple[Line, ...]:
    """Text broken to the width of a column."""
    return lines_of(text, style, column.width - COLUMN_GAP)


def _inner(column: Column) -> tuple[float, float]:
    """Column without the gap that keeps it from its neighbour."""
    if column.align == "center":
        return column.x + 0.1, column.width - 0.2
    return column.x, column.width - COLUMN_GAP


def with_line_below(row: Row, text: str, x: float, room: float, style: Style = SMALL) -> Row:
    """The row with a text under its cells, over more than one column."""
    depth = max(len(cell.lines) for cell in row.cells)
    return replace(
        row, cells=(*row.cells, Cell(x, room, BLANK * depth + lines_of(text, style, room)))
    )


def total_row(
    columns: Sequence[Column],
    values: Sequence[tuple[Line, ...]],
    *,
    verticals: tuple[float, ...] = (),
    least: float = 0.0,
) -> Row:
    """The last row of a table, under a firm rule."""
    row = table_row(columns, values, verticals=verticals, least=least)
    return replace(row, frame=_rule_above)


def _rule_above(sheet: Sheet, area: Area) -> None:
    sheet.rule(0, area.top, CONTENT_WIDTH, area.top, FIRM)
