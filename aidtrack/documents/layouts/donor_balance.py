"""Section 1 of the donor report: each gift as a bar and as an equation that must hold."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from aidtrack.documents.kit import CONTENT_WIDTH, HEAVY, THIN, Hatch, Sheet, lines_of
from aidtrack.documents.layouts import figures
from aidtrack.documents.layouts.donor_facts import Gift
from aidtrack.documents.layouts.flow import Area, Cell, Drawing, Flow, Gap, Row
from aidtrack.documents.layouts.paper import Paper
from aidtrack.documents.layouts.tables import ALARM, BODY, SMALL, STRONG
from aidtrack.documents.text import Line, Style
from aidtrack.pictures.tones import LOOKS, Tone

BAR_HEIGHT = 4.6
EQUATION = Style(7)
BIG = Style(17, bold=True)
VERDICT_ROOM, ALARM_ROOM = 22.0, 36.0
NO_BREAK = "\u00a0"


class State(NamedTuple):
    """Where a part of a gift can be: its words and its tone."""

    key: str
    tone: Tone

    @property
    def hatch(self) -> Hatch:
        return LOOKS[self.tone].ink


# In the order of the bar: from what has reached people to what never will.
STATES = (
    State("is_handed_out", "ok"),
    State("is_on_the_road", "go"),
    State("is_in_stock", "idle"),
    State("is_returned", "back"),
    State("is_lost", "bad"),
)


def lost(gift: Gift) -> int:
    return gift.lost_in_transport + gift.lost_in_warehouse + gift.lost_at_distribution


def parts(gift: Gift) -> tuple[int, ...]:
    """Quantities in the order of STATES."""
    return gift.handed_out, gift.on_the_road, gift.in_stock, gift.returned, lost(gift)


def unaccounted(gift: Gift) -> int:
    """What the equation lacks; 0 when it holds."""
    return gift.given - sum(parts(gift))


def add_shares(flow: Flow, paper: Paper, gifts: tuple[Gift, ...]) -> None:
    """The five states as shares, each the mean over the lines."""
    counted = [gift for gift in gifts if gift.given]
    if not counted:
        return
    step = CONTENT_WIDTH / len(STATES)
    big, small = [], []
    for index, state in enumerate(STATES):
        shares = (Fraction(parts(gift)[index], gift.given) for gift in counted)
        mean = sum(shares, Fraction()) / len(counted)
        x, width = index * step, step - 3
        share = figures.percent(mean.numerator, mean.denominator)
        big.append(Cell(x, width, lines_of(share, BIG, width)))
        small.append(Cell(x, width, _stacked(paper, state.key, width), "left"))

    def rules(sheet: Sheet, area: Area) -> None:
        for index in range(len(STATES)):
            sheet.rule(index * step, area.top, (index + 1) * step - 3, area.top, THIN)

    flow.add(Row(tuple(big), leading=7.5, above=1, below=0, frame=rules), keep=True)
    flow.add(Row(tuple(small), leading=3.1, above=0))
    flow.add(Gap(3))


def _stacked(paper: Paper, key: str, width: float) -> tuple[Line, ...]:
    return tuple(line for text in paper.words.each(key) for line in lines_of(text, BODY, width))


def add_gifts(flow: Flow, paper: Paper, gifts: tuple[Gift, ...]) -> None:
    flow.add(paper.heading(1, "where", "shares"), keep=True)
    if not gifts:
        flow.add(paper.paragraph(paper.words.joined("nothing_yet")))
        return
    flow.add(_legend(paper), keep=True)
    for gift in gifts:
        _add_gift(flow, paper, gift)
    flow.keep_last()
    flow.add(Gap(2), keep=True)
    flow.add(_verdict(paper, gifts))


def _legend(paper: Paper) -> Row:
    """What each hatch means."""
    step = CONTENT_WIDTH / len(STATES)
    cells = tuple(
        Cell(index * step + 9.5, step - 10, _stacked(paper, state.key, step - 10), "left")
        for index, state in enumerate(STATES)
    )

    def patches(sheet: Sheet, area: Area) -> None:
        for index, state in enumerate(STATES):
            sheet.hatch(index * step, area.top + 0.8, 8, 3.4, state.hatch)

    return Row(cells, leading=3.2, above=1, below=0.5, frame=patches)


def _add_gift(flow: Flow, paper: Paper, gift: Gift) -> None:
    """Name and quantity, bar, equation: together on a page."""
    flow.add(Gap(2.2))
    name = paper.words.beside(*dict.fromkeys(gift.item))
    given = f"{figures.number(gift.given)} {paper.words.beside(*dict.fromkeys(gift.unit))}"
    donation = f"{paper.words.first('receipt')} {gift.receipt}"
    strong = Style(8.6, bold=True)
    flow.add(
        Row(
            (
                Cell(0, 94, lines_of(name, strong, 94)),
                Cell(96, 42, lines_of(donation, SMALL, 42)),
                Cell(140, 40, lines_of(given, strong, 40), "right"),
            ),
            leading=3.9,
            below=0.2,
        ),
        keep=True,
    )
    flow.add(
        Drawing(BAR_HEIGHT + 1.2, lambda sheet, top: _draw_bar(sheet, top + 0.6, gift)), keep=True
    )
    flow.add(_equation(paper, gift))


def _draw_bar(sheet: Sheet, top: float, gift: Gift) -> None:
    whole = max(gift.given, sum(parts(gift)))
    x = 0.0
    for state, quantity in zip(STATES, parts(gift), strict=True):
        width = CONTENT_WIDTH * max(0, quantity) / whole if whole else 0.0
        sheet.hatch(x, top, width, BAR_HEIGHT, state.hatch)
        x += width
    sheet.box(0, top, CONTENT_WIDTH, BAR_HEIGHT, THIN)


def _equation(paper: Paper, gift: Gift) -> Row:
    """The figures of the bar as a sum, and whether it comes out."""
    gap = unaccounted(gift)
    width = ALARM_ROOM if gap else VERDICT_ROOM
    room = CONTENT_WIDTH - width - 3
    lines: tuple[Line, ...] = ()
    for column in range(len(paper.words.each("given"))):
        style = SMALL if column else EQUATION
        lines += lines_of(_sentence(paper, gift, column), style, room)
    if gap:
        verdict = lines_of("\n".join(paper.words.each("off_by", figures.signed(gap))), ALARM, width)
    else:
        verdict = lines_of("\n".join(paper.words.each("balances")), STRONG, width)
    cells = (Cell(0, room, lines), Cell(CONTENT_WIDTH - width, width, verdict, "right"))
    if gap:
        return Row(cells, leading=3.2, below=2.2, frame=_red_line)
    return Row(cells, leading=3.2)


def _red_line(sheet: Sheet, area: Area) -> None:
    sheet.rule(0, area.bottom - 0.8, CONTENT_WIDTH, area.bottom - 0.8, HEAVY, red=True)


def _sentence(paper: Paper, gift: Gift, column: int) -> str:
    """ "given 640 = in stock 60 + …" in one of the paper's languages."""

    def term(key: str, quantity: int) -> str:
        return f"{paper.words.each(key)[column]}{NO_BREAK}{figures.number(quantity)}"

    stages = paper.words.each("comma")[column].join(
        (
            term("transport_stage", gift.lost_in_transport),
            term("warehouse_stage", gift.lost_in_warehouse),
            term("distribution_stage", gift.lost_at_distribution),
        )
    )
    lost_part = term("is_lost", lost(gift))
    if lost(gift):
        lost_part = f"{lost_part} ({stages})"
    terms = (
        term("is_in_stock", gift.in_stock),
        term("is_on_the_road", gift.on_the_road),
        term("is_handed_out", gift.handed_out),
        lost_part,
        term("is_returned", gift.returned),
    )
    return f"{term('given', gift.given)} = {' + '.join(terms)}"


def _verdict(paper: Paper, gifts: tuple[Gift, ...]) -> Row:
    off = sum(1 for gift in gifts if unaccounted(gift))
    if off:
        sentences = paper.words.each("some_off", off, len(gifts))
    else:
        sentences = paper.words.each("all_balance", len(gifts))
    style = ALARM if off else STRONG
    return paper.paragraph("\n".join(sentences), style)
