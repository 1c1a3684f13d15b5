"""What every paper has: masthead, verify strip, fields, tables, signatures, two languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aidtrack.documents.kit import (
    CONTENT_WIDTH,
    DOTTED,
    FIRM,
    HAIR,
    THIN,
    TOP_MARGIN,
    Sheet,
    Stamp,
    lines_of,
)
from aidtrack.documents.layouts.facts import PageSize, Party, Texts
from aidtrack.documents.layouts.figures import day
from aidtrack.documents.layouts.flow import BASELINE, Area, Cell, Drawing, Flow, Placed, Row
from aidtrack.documents.layouts.tables import (
    BLANK,
    BODY,
    COLUMN_GAP,
    HEADING,
    ITEM_NAME,
    LABEL,
    NAME,
    NUMBER,
    SMALL,
    STRONG,
    VALUE,
    Column,
    cell_lines,
)
from aidtrack.documents.layouts.words import Words
from aidtrack.documents.text import Line, Style, single

MARK_SIZE = 11.0
NAME_X, NAME_ROOM = 14.0, 78.0
NUMBER_X, NUMBER_ROOM = 94.0, 86.0
QR_SIZE = 13.5
STRIP_X, STRIP_ROOM = 17.0, 96.0
URL_X, URL_ROOM = 60.0, 53.0
LEGEND_X, LEGEND_ROOM = 117.0, 63.0
SIGNATURE_LABEL = 19.5
BOX = 3.6  # from a box to its words
Frame = Callable[[Sheet, Area], None]


class Facts(Protocol):
    """What the facts of every paper hold."""

    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def organisation(self) -> Party: ...
    @property
    def page_size(self) -> PageSize: ...


@dataclass(frozen=True, slots=True)
class Paper:
    """The frame that a layout fills.

    note: lines at the right of the strip on every page, above the page number.
    """

    title: str  # key of the vocabulary
    words: Words
    organisation: Party
    page_size: str
    stamp: Stamp
    note: tuple[str, ...] = ()

    @classmethod
    def of(cls, title: str, facts: Facts, stamp: Stamp) -> Paper:
        """The frame of a paper whose facts say who issues it and in which languages."""
        return cls(title, Words(facts.languages), facts.organisation, facts.page_size, stamp)

    # Pieces

    def label(self, key: str, room: float, style: Style = LABEL) -> tuple[Line, ...]:
        return lines_of(self.words.joined(key), style, room)

    def texts(self, texts: Texts, room: float, lead: Style, second: Style) -> tuple[Line, ...]:
        """A name in each language, one under the other; the same name is said once."""
        lines: tuple[Line, ...] = ()
        for index, text in enumerate(dict.fromkeys(texts)):
            lines += lines_of(text, second if index else lead, room)
        return lines

    def field(self, key: str, value: str, x: float, width: float, style: Style = VALUE) -> Cell:
        """A label over its value."""
        return Cell(x, width, self.label(key, width) + lines_of(value, style, width))

    def item(self, column: Column, names: Texts, code: str) -> tuple[Line, ...]:
        """What an item is called, over its code."""
        return self.column(column, names, ITEM_NAME) + cell_lines(column, code)

    def column(self, column: Column, names: Texts, lead: Style = BODY) -> tuple[Line, ...]:
        """A name in each language, broken to the width of a column."""
        return self.texts(names, column.width - COLUMN_GAP, lead, BODY)

    def answers(
        self, keys: Sequence[str], x: float, step: float, style: Style = VALUE
    ) -> tuple[Cell, ...]:
        """Words beside boxes in a row, under a label; `ticks` draws the boxes."""
        width = step - BOX
        return tuple(
            Cell(x + BOX + step * at, width, BLANK + lines_of(self.words.joined(key), style, width))
            for at, key in enumerate(keys)
        )

    def party(self, key: str, party: Party, x: float, width: float) -> Cell:
        """A label, a name, and the lines under it."""
        lines = self.label(key, width) + self.texts(party.name, width, NAME, VALUE)
        for text in party.lines:
            lines += lines_of(text, BODY, width)
        return Cell(x, width, lines)

    def heading(self, number: int, key: str, aside: str = "") -> Row:
        """Title of a section; the aside stands at the right."""
        titles = self.words.each(key)
        lead = lines_of(f"{number}   {titles[0]}", HEADING, 112)
        for title in titles[1:]:
            lead += lines_of(title, VALUE, 112)
        asides = self.words.each(aside) if aside else ()
        notes = tuple(line for text in asides for line in lines_of(text, SMALL, 64))
        return Row(
            (Cell(0, 112, lead, "left"), Cell(116, 64, notes, "right")), leading=4.2, below=1.2
        )

    def paragraph(self, text: str, style: Style = BODY, width: float = CONTENT_WIDTH) -> Row:
        return Row((Cell(0, width, lines_of(text, style, width)),), leading=style.size * 0.46)

    def comments(self, left: str, text: str, right: str = "") -> Row:
        """Comments, and dotted lines where there is room for a hand to write.

        left: key of the words over the text; right: key of a second column to be filled in.
        """
        width = 86.0 if right else CONTENT_WIDTH
        cells = [Cell(0, width, self.label(left, width) + lines_of(text, BODY, width))]
        dotted_x = CONTENT_WIDTH - width
        if right:
            cells.append(Cell(dotted_x, width, self.label(right, width)))

        def dotted(sheet: Sheet, area: Area) -> None:
            for step in (1, 2):
                y = area.top + 3.4 + 4.8 * step
                sheet.rule(dotted_x, y, dotted_x + width, y, HAIR, dash=DOTTED)

        frame = dotted if right or not text else None
        least = 15.5 if frame else 0.0
        return Row(tuple(cells), leading=3.5, above=1.4, below=2.0, least=least, frame=frame)

    def signatures(self, titles: Sequence[str], *, condition: bool, stamp: bool = False) -> Drawing:
        """Columns to be filled in by hand."""
        gap = 6.0
        width = (CONTENT_WIDTH - gap * (len(titles) - 1)) / len(titles)
        parts = ["name", "function", "place", "date"] + (["condition"] if condition else [])
        parts.append("signature_stamp" if stamp else "signature")
        tall = {"signature": 10.0, "signature_stamp": 16.0}
        height = 6.0 + sum(tall.get(part, 5.7) for part in parts) + 1.0

        def paint(sheet: Sheet, top: float) -> None:
            for index, title in enumerate(titles):
                x, y = index * (width + gap), top
                sheet.rule(x, y, x + width, y, FIRM)
                for line in lines_of(self.words.joined(title), STRONG, width)[:1]:
                    sheet.line(x, y + 4.2, line, room=width, align="start")
                y += 5.2
                for part in parts:
                    y += tall.get(part, 5.7)
                    self._signature_part(sheet, part, x, y, width)

        return Drawing(height, paint)

    def _signature_part(self, sheet: Sheet, part: str, x: float, y: float, width: float) -> None:
        labels = self.words.each(part)
        for index, label in enumerate(reversed(labels)):
            sheet.text(x, y - 0.3 - index * 2.6, label, LABEL)
        if part != "condition":
            sheet.rule(x + SIGNATURE_LABEL, y, x + width, y, HAIR)
            return
        for index, word in enumerate(("intact", "faulty")):
            box = x + SIGNATURE_LABEL + index * (width - SIGNATURE_LABEL) / 2
            sheet.tick(box, y - 0.4)
            for step, label in enumerate(reversed(self.words.each(word))):
                sheet.text(box + 3.4, y - 0.3 - step * 2.6, label, LABEL)

    # Pages

    def compose(self, flow: Flow, legends: Sequence[tuple[str, ...]] = ()) -> bytes:
        """The PDF: all pages once, or once for each legend (a copy for someone)."""
        sheet = Sheet(
            title=f"{self.words.first(self.title)} {self.stamp.number}",
            author=self.organisation.name[0],
            language=self.words.language,
            page_size=self.page_size,
            mirrored=self.words.right_to_left,
        )
        first, later = self._masthead(True), self._masthead(False)
        strip = self._strip(legends)
        start = sheet.bottom - strip.height
        pages = flow.pages(
            first_top=TOP_MARGIN + _height(first) + 2.5,
            top=TOP_MARGIN + _height(later) + 2.5,
            bottom=start - 1.5,
        )
        for index, placed in enumerate(pages):
            with sheet.stored(f"page{index}"):
                self._draw_page(sheet, first if index == 0 else later, placed)
                strip.draw(sheet, start, index + 1, len(pages))
        for legend in legends or ((),):
            for index in range(len(pages)):
                sheet.show(f"page{index}")
                strip.draw_legend(sheet, start, legend)
                sheet.end_page()
        return sheet.finish()

    def _draw_page(self, sheet: Sheet, masthead: list[Row], placed: list[Placed]) -> None:
        sheet.mark(0, TOP_MARGIN, MARK_SIZE)
        y = TOP_MARGIN
        for row in masthead:
            row.draw(sheet, y)
            y += row.height
        for piece, top in placed:
            piece.draw(sheet, top)

    def _masthead(self, with_address: bool) -> list[Row]:
        names = self.texts(self.organisation.name, NAME_ROOM, Style(9.5, bold=True), VALUE)
        if with_address:
            for text in self.organisation.lines:
                names += lines_of(text, BODY, NAME_ROOM)
        number = lines_of(self.stamp.number, NUMBER, NUMBER_ROOM)
        title = self.words.beside(*self.words.each(self.title), day(self.stamp.issued_on))
        number += lines_of(title, VALUE, NUMBER_ROOM)
        row = Row(
            (Cell(NAME_X, NAME_ROOM, names), Cell(NUMBER_X, NUMBER_ROOM, number, "right")),
            leading=4.4,
            above=1.2,
            below=1.6,
            least=MARK_SIZE + 2.0,
            rule=FIRM,
        )
        return [row, *self._banner()]

    def _banner(self) -> list[Row]:
        """Why the paper must not be relied upon, if it must not."""
        if self.stamp.status == "issued":
            return []
        text = self.words.joined(self.stamp.status)
        if self.stamp.status_note:
            text = f"{text}: {self.stamp.status_note}"
        lines = lines_of(text, Style(13, bold=True), CONTENT_WIDTH - 6)
        return [
            Row(
                (Cell(3, CONTENT_WIDTH - 6, lines),), leading=6, above=2.6, below=1.2, frame=_framed
            )
        ]

    def _strip(self, legends: Sequence[tuple[str, ...]]) -> _Strip:
        stamp = self.stamp
        seal = lines_of(stamp.seal, LABEL, STRIP_ROOM)
        for language in self.words.missing:
            seal += lines_of(self.words.joined("no_words", language), LABEL, STRIP_ROOM)
        address = stamp.verify_url.partition("://")[2] or stamp.verify_url
        notes = [text for legend in legends for text in legend[:1]] + list(self.note)
        most = max((len(lines_of(text, STRONG, LEGEND_ROOM)) for text in notes), default=0)
        count = max((len(legend) for legend in legends), default=0) + len(self.note)
        return _Strip(self, lines_of(address, BODY, URL_ROOM), seal, max(1, most) * count)


@dataclass(frozen=True, slots=True)
class _Strip:
    """The quiet strip at the foot of each page, by which the paper is checked."""

    paper: Paper
    address: tuple[Line, ...]
    seal: tuple[Line, ...]
    note_lines: int

    @property
    def height(self) -> float:
        left = 7.2 + max(1, len(self.address)) * 3.4 + len(self.seal) * 2.9
        right = 2.4 + (self.note_lines + 1) * 3.7
        return max(QR_SIZE + 2.2, left, right)

    def draw(self, sheet: Sheet, top: float, page: int, pages: int) -> None:
        words, stamp = self.paper.words, self.paper.stamp
        sheet.rule(0, top, CONTENT_WIDTH, top, THIN)
        sheet.qr(0, top + 2, QR_SIZE, stamp.verify_url)
        check = Cell(STRIP_X, STRIP_ROOM, lines_of(words.joined("check"), LABEL, STRIP_ROOM)[:1])
        code = Cell(STRIP_X, URL_X - STRIP_X, lines_of(stamp.code, Style(11.5, bold=True), 60))
        y = top + 1.6
        Row((check,), leading=3.0, above=0, below=0).draw(sheet, y)
        Row((code._replace(align="left"),), leading=4.6, above=0, below=0).draw(sheet, y + 3.6)
        Row((Cell(URL_X, URL_ROOM, self.address),), leading=3.4, above=0, below=0).draw(
            sheet, y + 4.6
        )
        y += 5.6 + max(1, len(self.address)) * 3.4
        Row((Cell(STRIP_X, STRIP_ROOM, self.seal),), leading=2.9, above=0, below=0).draw(sheet, y)
        number = single(words.joined("page", page, pages), STRONG)
        y = top + self.height - 0.8
        sheet.line(LEGEND_X, y, number, room=LEGEND_ROOM, align="right")

    def draw_legend(self, sheet: Sheet, top: float, legend: tuple[str, ...]) -> None:
        y = top + 1.6 + BASELINE * 3.7
        for index, text in enumerate((*legend, *self.paper.note)):
            for line in lines_of(text, VALUE if index else STRONG, LEGEND_ROOM):
                sheet.line(LEGEND_X, y, line, room=LEGEND_ROOM, align="right")
                y += 3.7


def ticks(x: float, step: float, below: float, *answers: bool) -> Frame:
    """Boxes in a row, so far below the top of theirs, those ticked that are so."""

    def draw(sheet: Sheet, area: Area) -> None:
        for at, is_so in enumerate(answers):
            sheet.tick(x + step * at, area.top + below, on=is_so)

    return draw


def _framed(sheet: Sheet, area: Area) -> None:
    sheet.box(0, area.top + 1.8, CONTENT_WIDTH, area.height - 1.8, FIRM)


def _height(rows: Sequence[Row]) -> float:
    return sum(row.height for row in rows)
