"""The loss report: what was lost where in the chain and why, what it was worth, what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aidtrack.documents.kit import HAIR, Stamp, lines_of
from aidtrack.documents.layouts import figures
from aidtrack.documents.layouts.facts import PageSize, Party, Texts
from aidtrack.documents.layouts.flow import Cell, Flow, Gap, Row
from aidtrack.documents.layouts.paper import Paper, ticks
from aidtrack.documents.layouts.tables import (
    BLANK,
    BODY,
    LABEL,
    SMALL,
    STRONG,
    VALUE,
    Column,
    add_table,
    cell_lines,
    table_row,
    total_row,
    with_line_below,
)
from aidtrack.documents.text import Line, Style

LINE = Column(("line",), 0, 6)
ITEM = Column(("item", "code"), 6, 44)
LOT = Column(("lot", "expiry"), 50, 22)
UNIT = Column(("unit",), 72, 14)
CAUSE = Column(("cause",), 86, 25)
QUANTITY = Column(("lost",), 111, 16, "right")
FOUND = Column(("found",), 127, 16, "right")
LEFT = Column(("still_lost",), 143, 16, "right")
WORTH = Column(("value",), 159, 21, "right")
COLUMNS = (LINE, ITEM, LOT, UNIT, CAUSE, QUANTITY, FOUND, LEFT, WORTH)
STAGES = ("transport", "warehouse", "distribution")
REMARKS_X, REMARKS_ROOM = 6.0, 174.0
LONG_STORY = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LossReportLine:
    """One lot; quantities in the item's base unit.

    cause: in the organisation's words.  found: how much of it came back since.
    value_minor: of all that was lost, None when nobody knows.
    """

    item_code: str
    item_name: Texts
    unit: Texts
    lot: str
    cause: Texts
    quantity: int
    found: int = 0
    value_minor: int | None = None
    currency: str = ""
    expires_on: date | None = None
    donor: str = ""

    @property
    def left(self) -> int:
        return self.quantity - self.found


@dataclass(frozen=True, slots=True, kw_only=True)
class LossReport:
    """Facts of a loss report.

    stage: "transport", "warehouse" or "distribution".  claim: "none", "open", "paid" or
    "refused"; its amount is in `currency`.  approved_by: empty where nobody had to.
    """

    languages: tuple[str, ...]
    organisation: Party
    place: Party
    write_off: str
    stage: str
    happened_at: str
    lines: tuple[LossReportLine, ...]
    currency: str
    is_destroyed: bool = False
    finder: str = ""
    reported_by: str = ""
    approved_by: str = ""
    story: str = ""
    location: str = ""
    disposal: str = ""
    witnesses: str = ""
    claim: str = "none"
    claim_against: str = ""
    claim_minor: int | None = None
    claim_note: str = ""
    page_size: PageSize = "A4"


def render(facts: LossReport, stamp: Stamp) -> bytes:
    """The loss report as PDF."""
    paper = Paper.of("loss_report_title", facts, stamp)
    flow = Flow()
    _add_event(flow, paper, facts)
    rows = (_line_row(paper, number, line) for number, line in enumerate(facts.lines, start=1))
    add_table(flow, paper.words, COLUMNS, rows)
    _add_closing(flow, paper, facts)
    return paper.compose(flow)


def _add_event(flow: Flow, paper: Paper, facts: LossReport) -> None:
    """When and where in the chain, who noticed, who says so and who agreed."""
    stage = (
        *paper.label("stage_of_chain", 87),
        *BLANK,
    )

    names = paper.answers([f"{name}_stage" for name in STAGES], 93, 29, SMALL)
    boxes = ticks(93, 29, 7.6, *(name == facts.stage for name in STAGES))
    flow.add(Row((paper.party("place", facts.place, 0, 87), Cell(93, 87, stage), *names),
                 leading=3.7, verticals=(90,), frame=boxes))  # fmt: skip
    flow.add(
        Row(
            (
                paper.field("happened_at", facts.happened_at, 0, 57, Style(8.2, bold=True)),
                paper.field("write_off", facts.write_off, 60, 57),
                paper.field("finder", facts.finder or figures.UNKNOWN, 123, 57),
            ),
            leading=3.7,
            above=1.2,
        )
    )
    flow.add(
        Row(
            (
                paper.field("reported_by_name", facts.reported_by or figures.UNKNOWN, 0, 57),
                paper.field("approved_by_name", facts.approved_by or figures.UNKNOWN, 60, 57),
                paper.field(
                    "destroyed",
                    paper.words.joined("yes" if facts.is_destroyed else "no"),
                    123,
                    57,
                ),
            ),
            leading=3.7,
            below=1.6,
            rule=HAIR,
        )
    )
    story = Cell(0, 180, paper.label("what_happened", 180) + lines_of(facts.story, VALUE, 180))
    flow.add(Row((story,), leading=3.7, above=1.2, below=1.6))
    flow.add(Gap(2))


def _line_row(paper: Paper, number: int, line: LossReportLine) -> Row:
    values: tuple[tuple[Line, ...], ...] = (
        lines_of(str(number), SMALL, LINE.width),
        paper.item(ITEM, line.item_name, line.item_code),
        cell_lines(LOT, line.lot) + cell_lines(LOT, figures.day(line.expires_on)),
        paper.column(UNIT, line.unit),
        paper.column(CAUSE, line.cause),
        cell_lines(QUANTITY, figures.number(line.quantity), STRONG),
        cell_lines(FOUND, figures.number(line.found), STRONG if line.found else BODY),
        cell_lines(LEFT, figures.number(line.left), STRONG),
        cell_lines(WORTH, _worth(line)),
    )
    row = table_row(COLUMNS, values)
    if not line.donor:
        return row
    donor = paper.words.labelled("donor", line.donor)
    return with_line_below(row, donor, REMARKS_X, REMARKS_ROOM)


def _worth(line: LossReportLine) -> str:
    if line.value_minor is None:
        return figures.UNKNOWN
    return f"{figures.money(line.value_minor, line.currency)} {line.currency}"


def _add_closing(flow: Flow, paper: Paper, facts: LossReport) -> None:
    """The total, what becomes of the goods, the claim, and signatures."""
    flow.keep_last()
    flow.add(_total(paper, facts), keep=True)
    if any(line.found for line in facts.lines):
        flow.add(paper.paragraph(paper.words.joined("revoked"), STRONG), keep=True)
    flow.add(Gap(1.5), keep=True)
    flow.add(
        Row(
            (
                paper.field("location", facts.location or figures.UNKNOWN, 0, 57),
                paper.field("disposal", facts.disposal or figures.UNKNOWN, 60, 57),
                paper.field("witnesses", facts.witnesses or figures.UNKNOWN, 123, 57),
            ),
            leading=3.7,
            below=1.6,
            rule=HAIR,
        ),
        keep=True,
    )
    flow.add(_claim(paper, facts), keep=True)
    flow.add(Gap(3), keep=True)
    flow.add(
        paper.signatures(("reported_by", "witness", "approved_by"), condition=False, stamp=True)
    )


def _claim(paper: Paper, facts: LossReport) -> Row:
    has_claim = facts.claim != "none"
    asked = figures.UNKNOWN
    if facts.claim_minor is not None:
        asked = f"{figures.money(facts.claim_minor, facts.currency)} {facts.currency}"
    if has_claim:
        asked = paper.words.beside(asked, *paper.words.each(f"claim_{facts.claim}"))
    return Row(
        (
            Cell(0, 42, paper.label("claim", 42)),
            *paper.answers(("yes", "no"), 0, 20),
            paper.field("claim_against", facts.claim_against or figures.UNKNOWN, 46, 42),
            paper.field("claim_amount", asked, 91, 42),
            paper.field("claim_why", facts.claim_note or figures.UNKNOWN, 136, 44),
        ),
        leading=3.7,
        above=1.2,
        below=1.6,
        rule=HAIR,
        frame=ticks(0, 20, 7.3, has_claim, not has_claim),
    )


def _total(paper: Paper, facts: LossReport) -> Row:
    lines = facts.lines
    worth: dict[str, int] = {}
    for line in lines:
        if line.value_minor is not None:
            worth[line.currency] = worth.get(line.currency, 0) + line.value_minor
    sums = [f"{figures.money(value, currency)} {currency}" for currency, value in worth.items()]
    columns = (ITEM, QUANTITY, FOUND, LEFT, WORTH)
    values: tuple[tuple[Line, ...], ...] = (
        cell_lines(ITEM, paper.words.joined("total"), Style(8.5, bold=True)),
        cell_lines(QUANTITY, figures.number(sum(x.quantity for x in lines)), STRONG),
        cell_lines(FOUND, figures.number(sum(x.found for x in lines)), STRONG),
        cell_lines(LEFT, figures.number(sum(x.left for x in lines)), STRONG),
        cell_lines(WORTH, "\n".join(sums) or figures.UNKNOWN, STRONG),
    )
    row = total_row(columns, values)
    unknown = sum(line.value_minor is None for line in lines)
    if not unknown:
        return row
    return with_line_below(
        row, paper.words.joined("without_value", unknown), REMARKS_X, REMARKS_ROOM, LABEL
    )
