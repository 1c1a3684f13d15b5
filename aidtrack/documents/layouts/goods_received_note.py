"""The goods received note: what a paper promised, what came, and the difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aidtrack.documents.kit import HAIR, Stamp, lines_of
from aidtrack.documents.layouts import figures
from aidtrack.documents.layouts.facts import PageSize, Party, Texts
from aidtrack.documents.layouts.flow import Cell, Flow, Gap, Row
from aidtrack.documents.layouts.paper import Paper, ticks
from aidtrack.documents.layouts.tables import (
    BODY,
    SMALL,
    STRONG,
    Column,
    add_table,
    cell_lines,
    table_row,
    total_row,
    with_line_below,
)
from aidtrack.documents.text import Line, Style

LINE = Column(("line",), 0, 6)
ITEM = Column(("item", "code"), 6, 42)
TRACKING = Column(("tracking",), 48, 19.5)
LOT = Column(("lot", "expiry"), 67.5, 17)
UNIT = Column(("unit",), 84.5, 13)
STATED = Column(("stated",), 97.5, 12.5, "right")
GOOD = Column(("received_good",), 110, 13.5, "right")
DAMAGED = Column(("received_damaged",), 123.5, 13.5, "right")
DIFFERENCE = Column(("difference",), 137, 15, "right")
WEIGHT = Column(("kg",), 152, 13.5, "right")
CLAIM = Column(("claim",), 166.5, 13.5)
COLUMNS = (
    LINE,
    ITEM,
    TRACKING,
    LOT,
    UNIT,
    STATED,
    GOOD,
    DAMAGED,
    DIFFERENCE,
    WEIGHT,
    CLAIM,
)
REMARKS_X, REMARKS_ROOM = 6.0, 174.0
LONG_COMMENT = 60.0  # a taller one may be split from the signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsReceivedLine:
    """One line of the consignment; all quantities in the item's base unit.

    The note prints the difference itself: good + damaged − stated.
    weight_mg: of what was received, the whole line, None when unknown.
    tracking: donor or tracking number.
    """

    item_code: str
    item_name: Texts
    unit: Texts
    stated: int
    good: int
    damaged: int
    weight_mg: int | None = None
    tracking: str = ""
    lot: str = ""
    expires_on: date | None = None
    claim: bool = False
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsReceivedNote:
    """Facts of a goods received note.

    documents_received: whether the papers that came with the goods were in order.
    transport: means of transport in words ("truck 01 KG 417 ABT"); reference: its paper
    (waybill, CMR, AWB).
    donation: number of the donation that the goods belong to, "" when several.
    """

    languages: tuple[str, ...]
    organisation: Party
    consignee: Party
    received_from: Party
    arrived_on: date
    lines: tuple[GoodsReceivedLine, ...]
    donation: str = ""
    documents_received: bool = True
    transport: str = ""
    reference: str = ""
    comments: str = ""
    page_size: PageSize = "A4"


def render(facts: GoodsReceivedNote, stamp: Stamp) -> bytes:
    """The goods received note as PDF."""
    paper = Paper.of("goods_received_note", facts, stamp)
    flow = Flow()
    _add_arrival(flow, paper, facts)
    rows = (_line_row(paper, number, line) for number, line in enumerate(facts.lines, start=1))
    add_table(flow, paper.words, COLUMNS, rows)
    _add_closing(flow, paper, facts)
    return paper.compose(flow)


def _add_arrival(flow: Flow, paper: Paper, facts: GoodsReceivedNote) -> None:
    """Who received what from whom, when, and with which papers."""
    flow.add(
        Row(
            (
                paper.party("consignee", facts.consignee, 0, 87),
                paper.party("received_from", facts.received_from, 93, 87),
            ),
            leading=3.9,
            verticals=(90,),
        )
    )
    arrived = Style(8.2, bold=True)
    flow.add(
        Row(
            (
                paper.field("arrived_on", figures.day(facts.arrived_on), 0, 40, arrived),
                paper.field("donation", facts.donation or figures.UNKNOWN, 43, 44),
                Cell(93, 87, paper.label("documents_received", 87)),
                *paper.answers(("yes", "no"), 93, 24),
            ),
            leading=3.7,
            above=1.2,
            frame=ticks(93, 24, 7.6, facts.documents_received, not facts.documents_received),
        )
    )
    flow.add(
        Row(
            (
                paper.field("transport", facts.transport or figures.UNKNOWN, 0, 87),
                paper.field("reference", facts.reference or figures.UNKNOWN, 93, 87),
            ),
            leading=3.7,
            below=1.6,
            rule=HAIR,
        )
    )
    flow.add(Gap(2))


def _line_row(paper: Paper, number: int, line: GoodsReceivedLine) -> Row:
    difference = line.good + line.damaged - line.stated
    values: tuple[tuple[Line, ...], ...] = (
        lines_of(str(number), SMALL, LINE.width),
        paper.item(ITEM, line.item_name, line.item_code),
        cell_lines(TRACKING, line.tracking),
        cell_lines(LOT, line.lot or figures.UNKNOWN)
        + cell_lines(LOT, figures.day(line.expires_on)),
        paper.column(UNIT, line.unit),
        cell_lines(STATED, figures.number(line.stated)),
        cell_lines(GOOD, figures.number(line.good), STRONG),
        cell_lines(DAMAGED, figures.number(line.damaged)),
        cell_lines(DIFFERENCE, figures.signed(difference), STRONG if difference else BODY),
        cell_lines(WEIGHT, figures.kilograms(line.weight_mg)),
        cell_lines(CLAIM, "\n".join(paper.words.each("yes" if line.claim else "no"))),
    )
    row = table_row(COLUMNS, values)
    if not line.remarks:
        return row
    remarks = paper.words.labelled("remarks", line.remarks)
    return with_line_below(row, remarks, REMARKS_X, REMARKS_ROOM)


def _add_closing(flow: Flow, paper: Paper, facts: GoodsReceivedNote) -> None:
    """Totals, comments and signatures, together and with the last line if they can be."""
    flow.keep_last()
    flow.add(_totals(paper, facts.lines), keep=True)
    flow.add(paper.paragraph(paper.words.joined("difference_rule"), SMALL), keep=True)
    comments = paper.comments("comments", facts.comments)
    flow.add(comments, keep=comments.height <= LONG_COMMENT)
    flow.add(paper.signatures(("delivered_by", "received_by"), condition=False, stamp=True))


def _totals(paper: Paper, lines: tuple[GoodsReceivedLine, ...]) -> Row:
    stated = sum(line.stated for line in lines)
    good = sum(line.good for line in lines)
    damaged = sum(line.damaged for line in lines)
    weight = sum(line.weight_mg or 0 for line in lines)
    unknown = sum(line.weight_mg is None for line in lines)
    columns = (ITEM, STATED, GOOD, DAMAGED, DIFFERENCE, WEIGHT)
    values: tuple[tuple[Line, ...], ...] = (
        cell_lines(ITEM, paper.words.joined("total"), Style(8.5, bold=True)),
        cell_lines(STATED, figures.number(stated), STRONG),
        cell_lines(GOOD, figures.number(good), STRONG),
        cell_lines(DAMAGED, figures.number(damaged), STRONG),
        cell_lines(DIFFERENCE, figures.signed(good + damaged - stated), STRONG),
        cell_lines(WEIGHT, figures.kilograms(weight), STRONG),
    )
    row = total_row(columns, values)
    if not unknown:
        return row
    return with_line_below(
        row, paper.words.joined("without_weight", unknown), REMARKS_X, REMARKS_ROOM, BODY
    )
