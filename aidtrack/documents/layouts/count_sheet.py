"""The count sheet: what to count, bin by bin, without a word of what the books have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aidtrack.documents.kit import HAIR, Stamp, lines_of
from aidtrack.documents.layouts import figures
from aidtrack.documents.layouts.facts import PageSize, Party, Texts
from aidtrack.documents.layouts.flow import Flow, Gap, Row
from aidtrack.documents.layouts.paper import Paper
from aidtrack.documents.layouts.tables import (
    SMALL,
    STRONG,
    Column,
    add_table,
    cell_lines,
    table_row,
)
from aidtrack.documents.text import Line, Style

LINE = Column(("line",), 0, 8)
BIN = Column(("bin",), 8, 25)
ITEM = Column(("item", "code"), 33, 50)
LOT = Column(("lot", "expiry"), 83, 25)
UNIT = Column(("unit",), 108, 20)
COUNTED = Column(("counted",), 128, 24)
REMARKS = Column(("remarks",), 152, 28)
COLUMNS = (LINE, BIN, ITEM, LOT, UNIT, COUNTED, REMARKS)
# A hand needs room, and rules to write between.
ROW_HEIGHT = 9.5
HAND_RULES = (127.2, 151.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSheetLine:
    """One lot in one bin; `pack` says how it is packed ("bale × 10"), if it is."""

    bin: str
    item_code: str
    item_name: Texts
    unit: Texts
    pack: str = ""
    lot: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSheet:
    """Facts of a count sheet: blind, whatever the count is.

    counter: for whose figures it is; round: 1, or higher when lines are counted again.
    """

    languages: tuple[str, ...]
    organisation: Party
    warehouse: Party
    count: str
    round: int
    counter: str
    planned_on: date
    lines: tuple[CountSheetLine, ...]
    page_size: PageSize = "A4"


def render(facts: CountSheet, stamp: Stamp) -> bytes:
    """The count sheet as PDF."""
    paper = Paper.of("count_sheet", facts, stamp)
    flow = Flow()
    _add_about(flow, paper, facts)
    rows = (_line_row(paper, number, line) for number, line in enumerate(facts.lines, start=1))
    add_table(flow, paper.words, COLUMNS, rows)
    flow.keep_last()
    flow.add(paper.comments("comments", ""), keep=True)
    flow.add(paper.signatures(("counter_1", "counter_2", "manager"), condition=False))
    return paper.compose(flow)


def _add_about(flow: Flow, paper: Paper, facts: CountSheet) -> None:
    strong = Style(8.2, bold=True)
    flow.add(
        Row(
            (
                paper.party("warehouse", facts.warehouse, 0, 80),
                paper.field("count", facts.count, 86, 46, strong),
                paper.field("count_round", str(facts.round), 134, 14, strong),
                paper.field("planned_on", figures.day(facts.planned_on), 150, 30, strong),
            ),
            leading=3.9,
        )
    )
    flow.add(
        Row(
            (
                paper.field("counters", facts.counter or figures.UNKNOWN, 0, 80, strong),
                paper.field("lines_to_count", str(len(facts.lines)), 86, 30, strong),
            ),
            leading=3.7,
            below=1.6,
            rule=HAIR,
        )
    )
    flow.add(paper.paragraph(paper.words.joined("count_rule"), SMALL))
    flow.add(Gap(1.6))


def _line_row(paper: Paper, number: int, line: CountSheetLine) -> Row:
    values: tuple[tuple[Line, ...], ...] = (
        lines_of(str(number), SMALL, LINE.width),
        cell_lines(BIN, line.bin, STRONG),
        paper.item(ITEM, line.item_name, line.item_code),
        cell_lines(LOT, line.lot or figures.UNKNOWN)
        + cell_lines(LOT, figures.day(line.expires_on)),
        paper.column(UNIT, line.unit) + (cell_lines(UNIT, line.pack, SMALL) if line.pack else ()),
        (),
        (),
    )
    return table_row(COLUMNS, values, verticals=HAND_RULES, least=ROW_HEIGHT)
