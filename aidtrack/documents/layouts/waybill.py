"""The waybill: what one vehicle carries from one place to another, and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from aidtrack.documents.direction import beside
from aidtrack.documents.kit import CONTENT_WIDTH, HAIR, Sheet, Stamp, lines_of
from aidtrack.documents.layouts import figures
from aidtrack.documents.layouts.facts import PageSize, Party, Texts
from aidtrack.documents.layouts.flow import Area, Cell, Flow, Gap, Row
from aidtrack.documents.layouts.paper import Paper
from aidtrack.documents.layouts.tables import (
    BLANK,
    BODY,
    COLUMN_GAP,
    HEAD,
    ITEM_NAME,
    SMALL,
    STRONG,
    VALUE,
    Column,
    cell_lines,
    column_head,
    table_head,
    table_row,
    total_row,
    with_line_below,
)
from aidtrack.documents.layouts.words import Words
from aidtrack.documents.text import Line, Style

Mode = Literal["road", "air", "sea", "rail", "hand"]
MODES: tuple[Mode, ...] = ("road", "air", "sea", "rail", "hand")
REFERENCE_LABELS = {"road": "CMR", "air": "AWB", "sea": "B/L", "rail": "CIM", "hand": ""}
COPIES = 5

LINE = Column(("line",), 0, 6)
ITEM = Column(("item",), 6, 46.3)
CODE = Column(("code", "donor"), 52.3, 23.5)
LOT = Column(("lot", "expiry"), 75.8, 17)
PACKS = Column(("packs",), 92.8, 14.5, "right")
UNITS = Column(("units",), 107.3, 12.2, "right")
WEIGHT = Column(("kg", "m3"), 119.5, 13, "right")
REQUISITION = Column(("requisition",), 132.5, 17.5)
GOOD = Column(("good",), 150, 10, "center")
DAMAGED = Column(("damaged",), 160, 10, "center")
MISSING = Column(("missing",), 170, 10, "center")
PRINTED = (LINE, ITEM, CODE, LOT, PACKS, UNITS, WEIGHT, REQUISITION)
BY_HAND = (GOOD, DAMAGED, MISSING)
REMARKS_X, REMARKS_ROOM = 6.0, 142.0
HAND_RULES = (150.0, 160.0, 170.0, 180.0)  # between the columns that are filled in by hand
ROW_HEIGHT = 7.6  # room for a hand to write in
LONG_COMMENT = 45.0  # a taller one may be split from the signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class WaybillLine:
    """One lot on board.

    units: in the item's base unit, the whole line.  packs × pack_size may be less than units:
    the rest travels loose and is printed as "+ rest". No packs: packs=0, pack_size=0.
    weight_mg, volume_mm3: of the whole line, None when unknown (never guess 0).
    """

    item_code: str
    item_name: Texts
    units: int
    unit: Texts
    packs: int = 0
    pack_size: int = 0
    donor: str = ""
    lot: str = ""
    expires_on: date | None = None
    weight_mg: int | None = None
    volume_mm3: int | None = None
    requisition: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waybill:
    """Facts of a waybill.

    languages: one or two of "en", "ru", "ar", the first leading.
    reference: number of the transport paper; its label (CMR, AWB, B/L) follows from the mode.
    departure, expected_arrival: local time as text, "" when not known.
    """

    languages: tuple[str, ...]
    organisation: Party
    origin: Party
    destination: Party
    consignee: Party
    carrier: Party
    lines: tuple[WaybillLine, ...]
    contact: str = ""
    contact_phone: str = ""
    dock_instructions: str = ""
    vehicle_plate: str = ""
    trailer_plate: str = ""
    driver: str = ""
    driver_phone: str = ""
    mode: Mode = "road"
    reference: str = ""
    departure: str = ""
    expected_arrival: str = ""
    seal_number: str = ""
    comments: str = ""
    page_size: PageSize = "A4"


def render(facts: Waybill, stamp: Stamp, *, copy: int | None = None) -> bytes:
    """The waybill as PDF: all five copies in one file, or only copy 1 to 5."""
    words = Words(facts.languages)
    paper = Paper("waybill", words, facts.organisation, facts.page_size, stamp)
    flow = Flow()
    _add_parties(flow, paper, facts)
    _add_lines(flow, paper, facts.lines)
    _add_closing(flow, paper, facts)
    chosen = range(1, COPIES + 1) if copy is None else (copy,)
    legends = [_legend(words, number) for number in chosen]
    return paper.compose(flow, legends)


def _legend(words: Words, number: int) -> tuple[str, ...]:
    """ "Copy 1 of 5: consignee" in each language."""
    readers = words.each(f"copy_{number}")
    phrases = words.each("copy", number, COPIES)
    return tuple(f"{phrase}: {reader}" for phrase, reader in zip(phrases, readers, strict=True))


def _add_parties(flow: Flow, paper: Paper, facts: Waybill) -> None:
    """Who sends, who gets, who carries; when, how, sealed with what."""
    width, step = 42.0, 46.0
    parties = (
        ("origin", facts.origin),
        ("destination", facts.destination),
        ("consignee", facts.consignee),
        ("carrier", facts.carrier),
    )
    cells = [paper.party(key, party, i * step, width) for i, (key, party) in enumerate(parties)]
    between = tuple(i * step - 2 for i in range(1, len(parties)))
    flow.add(Row(tuple(cells), leading=3.7, verticals=between))
    driver = _joined(facts.driver, facts.driver_phone)
    contact = _joined(facts.contact, facts.contact_phone)
    flow.add(
        Row(
            (
                paper.field("driver", driver, 0, 58),
                paper.field("contact", contact, 61, 58),
                paper.field("dock", facts.dock_instructions, 122, 58),
            ),
            leading=3.6,
            above=1.4,
        )
    )
    bold = Style(8.2, bold=True)
    flow.add(
        Row(
            (
                paper.field("vehicle", facts.vehicle_plate, 0, 30, bold),
                paper.field("trailer", facts.trailer_plate, 32, 27, bold),
                paper.field("departure", facts.departure, 61, 31),
                paper.field("arrival", facts.expected_arrival, 94, 38),
                paper.field("seal_number", facts.seal_number, 134, 46, bold),
            ),
            leading=3.6,
        )
    )
    flow.add(_modes(paper, facts))
    flow.add(Gap(1))


def _joined(*parts: str) -> str:
    return beside([part for part in parts if part])


def _modes(paper: Paper, facts: Waybill) -> Row:
    """The five ways to travel, one of them ticked, and the number of its paper."""
    label = REFERENCE_LABELS[facts.mode]
    reference = _joined(label if not facts.reference.startswith(label) else "", facts.reference)
    cells, x, width = [], 0.0, 25.0
    for mode in MODES:
        style = VALUE._replace(size=7.4, bold=mode == facts.mode)
        cells.append(Cell(x + 3.8, width - 4, lines_of(paper.words.joined(mode), style, width - 4)))
        x += width
    cells.append(
        Cell(x, CONTENT_WIDTH - x, lines_of(reference, STRONG, CONTENT_WIDTH - x), "right")
    )

    def tick_boxes(sheet: Sheet, area: Area) -> None:
        for index, mode in enumerate(MODES):
            sheet.tick(index * width, area.top + 4.2, on=mode == facts.mode)

    return Row(tuple(cells), leading=3.6, above=1.4, below=1.6, rule=HAIR, frame=tick_boxes)


def _add_lines(flow: Flow, paper: Paper, lines: tuple[WaybillLine, ...]) -> None:
    head = _table_head(paper)
    flow.add(head, keep=True)
    for number, line in enumerate(lines, start=1):
        flow.add(_line_row(paper, number, line), head=(head,))


def _table_head(paper: Paper) -> Row:
    """Heads of all columns; over the last three stands that they are filled in by hand."""
    printed = table_head(PRINTED, paper.words)
    received = lines_of(paper.words.joined("received_by_hand"), HEAD._replace(bold=True), 30)[:1]
    by_hand = [column_head(column, paper.words) for column in BY_HAND]
    cells = [cell._replace(lines=(*BLANK, *cell.lines)) for cell in by_hand]
    cells.append(Cell(150, 30, received, "center"))

    def stand_below_first_line(sheet: Sheet, area: Area) -> None:
        for x in HAND_RULES:
            outer = x in (HAND_RULES[0], HAND_RULES[-1])
            sheet.vertical(x, area.top if outer else area.top + 4.0, area.bottom)

    return replace(printed, cells=(*printed.cells, *cells), frame=stand_below_first_line)


def _line_row(paper: Paper, number: int, line: WaybillLine) -> Row:
    values: tuple[tuple[Line, ...], ...] = (
        lines_of(str(number), SMALL, LINE.width),
        paper.texts(line.item_name, ITEM.width - COLUMN_GAP, ITEM_NAME, BODY),
        cell_lines(CODE, line.item_code) + cell_lines(CODE, line.donor),
        cell_lines(LOT, line.lot or figures.UNKNOWN)
        + cell_lines(LOT, figures.day(line.expires_on)),
        cell_lines(PACKS, _packs(line)),
        cell_lines(UNITS, figures.number(line.units), STRONG)
        + paper.texts(line.unit, UNITS.width - COLUMN_GAP, BODY, BODY),
        cell_lines(WEIGHT, figures.kilograms(line.weight_mg))
        + cell_lines(WEIGHT, figures.cubic_metres(line.volume_mm3)),
        cell_lines(REQUISITION, line.requisition, SMALL),
    )
    row = table_row(PRINTED, values, verticals=HAND_RULES, least=ROW_HEIGHT)
    if not line.remarks:
        return row
    remarks = paper.words.labelled("remarks", line.remarks)
    return with_line_below(row, remarks, REMARKS_X, REMARKS_ROOM)


def _packs(line: WaybillLine) -> str:
    """ "40 × 10", and what travels beside full packs."""
    if not line.packs:
        return figures.UNKNOWN
    text = f"{figures.number(line.packs)} × {figures.number(line.pack_size)}"
    loose = line.units - line.packs * line.pack_size
    if loose > 0:
        text += f"\n+ {figures.number(loose)}"
    return text


def _add_closing(flow: Flow, paper: Paper, facts: Waybill) -> None:
    """Totals, comments and signatures, together and with the last line if they can be."""
    flow.keep_last()
    flow.add(_totals(paper, facts.lines), keep=True)
    for note in _unknowns(paper, facts.lines):
        flow.add(note, keep=True)
    comments = paper.comments("comments_of_sender", facts.comments, "comments_of_receiver")
    flow.add(comments, keep=comments.height <= LONG_COMMENT)
    flow.add(paper.signatures(("loaded_by", "transported_by", "received_by"), condition=True))


def _totals(paper: Paper, lines: tuple[WaybillLine, ...]) -> Row:
    packages = sum(line.packs for line in lines)
    packed = f"{paper.words.joined('packages')}: {figures.number(packages)}"
    style = Style(7.6, bold=True)
    weight = figures.kilograms(sum(line.weight_mg or 0 for line in lines))
    volume = figures.cubic_metres(sum(line.volume_mm3 or 0 for line in lines))
    columns = (ITEM, PACKS._replace(x=67.5, width=40), UNITS, WEIGHT)
    values: tuple[tuple[Line, ...], ...] = (
        cell_lines(ITEM, paper.words.joined("total"), Style(8.5, bold=True)),
        lines_of(packed, style, 40),
        cell_lines(UNITS, figures.number(sum(line.units for line in lines)), style),
        cell_lines(WEIGHT, weight, style) + cell_lines(WEIGHT, volume, style),
    )

    return total_row(columns, values, verticals=HAND_RULES, least=ROW_HEIGHT)


def _unknowns(paper: Paper, lines: tuple[WaybillLine, ...]) -> list[Row]:
    """How many lines the totals leave out for want of a weight or a volume."""
    counts = (
        ("without_weight", sum(line.weight_mg is None for line in lines)),
        ("without_volume", sum(line.volume_mm3 is None for line in lines)),
    )
    return [
        Row((Cell(40, 108, lines_of(paper.words.joined(key, count), BODY, 108), "right"),))
        for key, count in counts
        if count
    ]
