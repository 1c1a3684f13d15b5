"""Section 2 of the donor report: whom it reached, in counts from which no small group shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from aidtrack.documents.kit import Sheet, lines_of
from aidtrack.documents.layouts import figures
from aidtrack.documents.layouts.donor_facts import ReachedPoint
from aidtrack.documents.layouts.flow import Area, Cell, Flow, Gap, Row
from aidtrack.documents.layouts.paper import Paper
from aidtrack.documents.layouts.suppression import (
    SMALLEST_SHOWN,
    Counts,
    Hidden,
    added,
    suppress,
)
from aidtrack.documents.layouts.tables import (
    BODY,
    COLUMN_GAP,
    ITEM_NAME,
    SMALL,
    STRONG,
    Column,
    cell_lines,
    table_head,
    table_row,
    total_row,
)
from aidtrack.documents.text import Line, Style

WITHHELD = "•"
WHERE = Column(("area_point",), 0, 37)
PCODE = Column(("pcode",), 37, 23)
DATES = Column(("dates",), 60, 18)
ITEMS = Column(("items",), 78, 34)
HOUSEHOLDS = Column(("households",), 112, 15, "right")
WOMEN = Column(("women",), 127, 13.5, "right")
MEN = Column(("men",), 140.5, 13.5, "right")
GIRLS = Column(("girls",), 154, 13, "right")
BOYS = Column(("boys",), 167, 13, "right")
COUNTED = (HOUSEHOLDS, WOMEN, MEN, GIRLS, BOYS)
COLUMNS = (WHERE, PCODE, DATES, ITEMS, *COUNTED)
INDENT = "– "
MOST_BARS = 12  # more areas than this are told by the table alone
BAR_X, BAR_ROOM = 44.0, 116.0


@dataclass(frozen=True)
class Reach:
    """The points of a report by area, with what must be withheld of their counts."""

    reached: tuple[ReachedPoint, ...]

    @cached_property
    def areas(self) -> tuple[tuple[ReachedPoint, ...], ...]:
        """Points that share an area, areas in the order in which they first appear."""
        found: dict[str, list[ReachedPoint]] = {}
        for point in self.reached:
            found.setdefault(point.pcode or point.area[0], []).append(point)
        return tuple(map(tuple, found.values()))

    @cached_property
    def counts(self) -> tuple[tuple[Counts, ...], ...]:
        return tuple(tuple(map(_counts, points)) for points in self.areas)

    @cached_property
    def hidden(self) -> Hidden:
        return suppress(self.counts)

    @cached_property
    def total(self) -> Counts:
        return added(counts for points in self.counts for counts in points)


def _counts(point: ReachedPoint) -> Counts:
    return Counts(
        households=point.households,
        women=point.women,
        men=point.men,
        girls=point.girls,
        boys=point.boys,
    )


def add_reached(flow: Flow, paper: Paper, reach: Reach) -> None:
    flow.add(paper.heading(2, "reached", "aggregates"), keep=True)
    if not reach.areas:
        flow.add(paper.paragraph(paper.words.joined("nothing_yet")))
        return
    head = table_head(COLUMNS, paper.words)
    flow.add(head, keep=True)
    hidden = reach.hidden
    for index, points in enumerate(reach.areas):
        sums = added(reach.counts[index])
        flow.add(_area_row(paper, points[0], sums, hidden.areas[index]), keep=True, head=(head,))
        for point, counts, withheld in zip(
            points, reach.counts[index], hidden.points[index], strict=True
        ):
            flow.add(_point_row(paper, point, counts, withheld), head=(head,))
    flow.keep_last()
    flow.add(_total_row(paper, reach), head=(head,))
    if hidden.total or any(hidden.areas) or any(map(any, hidden.points)):
        note = "\n".join(paper.words.each("withheld", SMALLEST_SHOWN))
        flow.keep_last()
        flow.add(paper.paragraph(note, SMALL))
    if len(reach.areas) <= MOST_BARS:
        _add_bars(flow, paper, reach)


def _figures(counts: Counts, withheld: bool, style: Style) -> tuple[tuple[Line, ...], ...]:
    return tuple(
        cell_lines(column, WITHHELD if withheld else figures.number(group), style)
        for column, group in zip(COUNTED, counts.groups, strict=True)
    )


def _area_row(paper: Paper, point: ReachedPoint, sums: Counts, withheld: bool) -> Row:
    values = (
        paper.texts(point.area, WHERE.width - COLUMN_GAP, STRONG, BODY),
        cell_lines(PCODE, point.pcode or figures.UNKNOWN, STRONG),
        (),
        (),
        *_figures(sums, withheld, STRONG),
    )
    return table_row(COLUMNS, values)


def _point_row(paper: Paper, point: ReachedPoint, counts: Counts, withheld: bool) -> Row:
    names = (f"{INDENT}{point.point[0]}", *point.point[1:])
    dates = "\n".join(dict.fromkeys((figures.day(point.first_on), figures.day(point.last_on))))
    values = (
        paper.texts(names, WHERE.width - COLUMN_GAP, BODY, BODY),
        (),
        cell_lines(DATES, dates),
        cell_lines(ITEMS, _items(point, withheld)),
        *_figures(counts, withheld, BODY),
    )
    return table_row(COLUMNS, values)


def _items(point: ReachedPoint, withheld: bool) -> str:
    """What was handed out; rations of a known size would tell the number of households."""
    texts = []
    for item in point.items:
        quantity = WITHHELD if withheld else figures.number(item.quantity)
        texts.append(f"{item.item[0]} {quantity} {item.unit[0]}")
    return "\n".join(texts)


def _total_row(paper: Paper, reach: Reach) -> Row:
    withheld = reach.hidden.total
    people = WITHHELD if withheld else figures.number(reach.total.people)
    columns = (WHERE, ITEMS, *COUNTED)
    values = (
        cell_lines(WHERE, paper.words.joined("total"), Style(8.5, bold=True)),
        cell_lines(ITEMS, f"{paper.words.joined('people')}: {people}", STRONG),
        *_figures(reach.total, withheld, STRONG),
    )
    return total_row(columns, values)


def _add_bars(flow: Flow, paper: Paper, reach: Reach) -> None:
    """Households of each area that may be shown, the longest bar first."""
    shown = [
        (added(reach.counts[index]).households, points[0].area)
        for index, points in enumerate(reach.areas)
        if not reach.hidden.areas[index]
    ]
    shown = sorted((bar for bar in shown if bar[0]), key=lambda bar: (-bar[0], bar[1]))
    if len(shown) < 2:
        return
    flow.add(Gap(3))
    flow.add(paper.paragraph(paper.words.joined("households_by_area"), ITEM_NAME), keep=True)
    for households, area in shown:
        flow.add(_bar(area[0], households, shown[0][0]))


def _bar(name: str, households: int, most: int) -> Row:
    length = BAR_ROOM * households / most
    figure_x = BAR_X + length + 1.5
    room = 180 - figure_x

    def hatched(sheet: Sheet, area: Area) -> None:
        sheet.hatch(BAR_X, area.top + 0.8, length, 3.0, "dense")

    cells = (
        Cell(0, BAR_X - 2, lines_of(name, BODY, BAR_X - 2)),
        Cell(figure_x, room, lines_of(figures.number(households), BODY, room)),
    )
    return Row(cells, leading=3.4, frame=hatched)
