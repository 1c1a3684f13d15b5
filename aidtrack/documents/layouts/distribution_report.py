"""The distribution report of one site: what was brought, handed out, returned and lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from aidtrack.documents.kit import CONTENT_WIDTH, HAIR, HEAVY, Sheet, Stamp, lines_of
from aidtrack.documents.layouts import figures
from aidtrack.documents.layouts.facts import PageSize, Party, Texts
from aidtrack.documents.layouts.flow import Area, Cell, Flow, Gap, Row
from aidtrack.documents.layouts.paper import Paper
from aidtrack.documents.layouts.tables import (
    ALARM,
    BODY,
    LABEL,
    SMALL,
    STRONG,
    Column,
    add_table,
    cell_lines,
    table_row,
    with_line_below,
)
from aidtrack.documents.text import Line, Style

LINE = Column(("line",), 0, 6)
ITEM = Column(("item", "code"), 6, 48)
LOT = Column(("lot",), 54, 18)
RATION = Column(("ration",), 72, 18)
UNIT = Column(("unit",), 90, 16)
PLANNED = Column(("planned",), 106, 14.5, "right")
BROUGHT = Column(("brought",), 120.5, 14.5, "right")
HANDED_OUT = Column(("handed_out",), 135, 15, "right")
RETURNED = Column(("returned",), 150, 15.5, "right")
LOST = Column(("lost",), 165.5, 14.5, "right")
COLUMNS = (
    LINE,
    ITEM,
    LOT,
    RATION,
    UNIT,
    PLANNED,
    BROUGHT,
    HANDED_OUT,
    RETURNED,
    LOST,
)
BELOW_X, BELOW_ROOM = 6.0, 174.0
FIGURE = Style(13, bold=True)
LONG_REASONS = 60.0  # a taller text may be split from the signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionReportLine:
    """One item; all quantities in its base unit.

    brought = handed_out + returned + lost, or the line is marked.
    ration: what one household gets, in words ("2 a household").
    """

    item_code: str
    item_name: Texts
    unit: Texts
    planned: int
    brought: int
    handed_out: int
    returned: int
    lost: int
    ration: str = ""
    lot: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionReport:
    """Facts of a site's distribution report; it stays in the house, so counts are true counts.

    reasons: why what happened differs from the plan. finished_on: None for a single day.
    """

    languages: tuple[str, ...]
    organisation: Party
    point: Party
    area: Texts
    pcode: str
    distributed_on: date
    lines: tuple[DistributionReportLine, ...]
    households_planned: int
    households_served: int
    women: int
    men: int
    girls: int
    boys: int
    finished_on: date | None = None
    reasons: str = ""
    page_size: PageSize = "A4"


def render(facts: DistributionReport, stamp: Stamp) -> bytes:
    """The distribution report of a site as PDF."""
    paper = Paper.of("distribution_report", facts, stamp)
    flow = Flow()
    _add_site(flow, paper, facts)
    rows = (_line_row(paper, number, line) for number, line in enumerate(facts.lines, start=1))
    add_table(flow, paper.words, COLUMNS, rows)
    flow.add(_equation(paper))
    flow.add(Gap(3))
    _add_people(flow, paper, facts)
    reasons = paper.comments("reasons", facts.reasons)
    flow.add(reasons, keep=reasons.height <= LONG_REASONS)
    flow.add(paper.signatures(("site", "witness", "manager"), condition=False))
    return paper.compose(flow)


def _add_site(flow: Flow, paper: Paper, facts: DistributionReport) -> None:
    dates = figures.days(facts.distributed_on, facts.finished_on)
    strong = Style(8.2, bold=True)
    area = paper.label("area", 40) + paper.texts(facts.area, 40, strong, BODY)
    flow.add(
        Row(
            (
                paper.party("point", facts.point, 0, 76),
                Cell(80, 40, area),
                paper.field("pcode", facts.pcode or figures.UNKNOWN, 118, 29, strong),
                paper.field("distributed_on", dates, 146, 34, strong),
            ),
            leading=3.9,
            below=1.6,
            rule=HAIR,
        )
    )
    flow.add(Gap(2))


def _line_row(paper: Paper, number: int, line: DistributionReportLine) -> Row:
    values: tuple[tuple[Line, ...], ...] = (
        lines_of(str(number), SMALL, LINE.width),
        paper.item(ITEM, line.item_name, line.item_code),
        cell_lines(LOT, line.lot or figures.UNKNOWN),
        cell_lines(RATION, line.ration or figures.UNKNOWN),
        paper.column(UNIT, line.unit),
        cell_lines(PLANNED, figures.number(line.planned)),
        cell_lines(BROUGHT, figures.number(line.brought)),
        cell_lines(HANDED_OUT, figures.number(line.handed_out), STRONG),
        cell_lines(RETURNED, figures.number(line.returned)),
        cell_lines(LOST, figures.number(line.lost)),
    )
    row = table_row(COLUMNS, values)
    if line.remarks:
        remarks = paper.words.labelled("remarks", line.remarks)
        row = with_line_below(row, remarks, BELOW_X, BELOW_ROOM)
    gap = line.brought - line.handed_out - line.returned - line.lost
    return _alarming(paper, row, gap) if gap else row


def _alarming(paper: Paper, row: Row, gap: int) -> Row:
    """A line whose figures do not add up: said in words, under a heavy red rule."""
    row = with_line_below(
        row, paper.words.joined("unexplained", figures.signed(gap)), BELOW_X, BELOW_ROOM, ALARM
    )

    def underline(sheet: Sheet, area: Area) -> None:
        y = area.bottom - 0.5
        sheet.rule(0, y, CONTENT_WIDTH, y, HEAVY, red=True)

    return replace(row, frame=underline)


def _equation(paper: Paper) -> Row:
    """What must hold on each line."""
    each = map(paper.words.each, ("brought", "handed_out", "returned", "lost"))
    sentences = [
        f"{brought} = {handed_out} + {returned} + {lost}"
        for brought, handed_out, returned, lost in zip(*each, strict=True)
    ]
    return paper.paragraph(paper.words.beside(*sentences), SMALL)


def _add_people(flow: Flow, paper: Paper, facts: DistributionReport) -> None:
    """Households planned and served, and who they are."""
    people = facts.women + facts.men + facts.girls + facts.boys
    counts = (
        ("households_planned", facts.households_planned),
        ("households_served", facts.households_served),
        ("women", facts.women),
        ("men", facts.men),
        ("girls", facts.girls),
        ("boys", facts.boys),
        ("people", people),
    )
    step = CONTENT_WIDTH / len(counts)
    figures_row, labels_row = [], []
    for index, (key, count) in enumerate(counts):
        x, width = index * step, step - 2
        figures_row.append(Cell(x, width, lines_of(figures.number(count), FIGURE, width)))
        words = tuple(
            line for text in paper.words.each(key) for line in lines_of(text, LABEL, width)
        )
        labels_row.append(Cell(x, width, words, "left"))
    flow.add(Row(tuple(figures_row), leading=6, above=1), keep=True)
    flow.add(Row(tuple(labels_row), leading=2.8, above=0, below=1.6, rule=HAIR))
