"""A calendar: a cell a month with what falls into it, and strips for before and after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from aidtrack.pictures.shapes import Board, Drawing, Key, measured
from aidtrack.pictures.tones import Tone

COLUMNS = ((700, 4), (500, 3), (0, 2))  # from this width on: how many months stand in a row
GAP, PAD = 8.0, 10.0
CELL, EMPTY, STRIP = 50.0, 36.0, 66.0
BAR = 8.0
LINE = 17.0


@dataclass(frozen=True, slots=True)
class Month:
    """value: of the maximum of the calendar.  figure: how much in words.  lines: what it is."""

    title: str
    value: int
    tone: Tone
    figure: str = ""
    detail: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """before and after are drawn only when something is in them."""

    before: Month
    months: tuple[Month, ...]
    after: Month
    keys: tuple[Key, ...]

    @property
    def maximum(self) -> int:
        return max(month.value for month in (self.before, *self.months, self.after))

    def drawn(self, width: float) -> Drawing:
        board = Board(width)
        every = (self.before, *self.months, self.after)
        used = {month.tone for month in every if month.value > 0}
        board.legend(tuple(key for key in self.keys if key.tone in used))
        self._strip(board, self.before)
        count = next(columns for least, columns in COLUMNS if width >= least)
        room = (width - GAP * (count - 1)) / count
        tight = any(_is_tight(month, room - 2 * PAD) for month in self.months)
        # Where one month has no room for its figure beside its title, none has it there.
        placed = tuple(_below(month) for month in self.months) if tight else self.months
        for months in _rows(placed, count):
            height = max(_height(month) for month in months)
            for column, month in enumerate(months):
                self._cell(board, month, column * (room + GAP), room, height)
            board.y += height + GAP
        self._strip(board, self.after)
        return board.finished()

    def _cell(self, board: Board, month: Month, x: float, room: float, height: float) -> None:
        top, inner = board.y, room - 2 * PAD
        board.frame(x, top, room, height, "cell")
        board.words(x + PAD, top + 22, month.title, "strong" if month.value else "soft")
        if not month.value:
            return
        board.words(x + room - PAD, top + 22, month.figure, "text", "end")
        self._bar(board, month, x + PAD, top + 31, inner)
        y = top + 57
        for line in filter(None, (month.detail, *month.lines)):
            board.paragraph(x + PAD, y, line, inner, "soft")
            y += LINE

    def _strip(self, board: Board, month: Month) -> None:
        if not month.value:
            return
        top, inner = board.y, board.width - 2 * PAD
        board.frame(0, top, board.width, STRIP, "cell")
        board.words(PAD, top + 22, month.title, "strong")
        board.words(board.width - PAD, top + 22, month.figure, "strong", "end")
        free = inner - measured(month.title, "strong") - measured(month.figure, "strong") - 28
        if free > measured(month.detail, "soft"):
            x = board.width - PAD - measured(month.figure, "strong") - 14
            board.words(x, top + 22, month.detail, "soft", "end")
        self._bar(board, month, PAD, top + 31, inner)
        board.paragraph(PAD, top + 56, " · ".join(month.lines), inner, "soft")
        board.y += STRIP + GAP

    def _bar(self, board: Board, month: Month, x: float, y: float, room: float) -> None:
        board.frame(x, y, room, BAR)
        board.block(x, y, max(2.0, room * month.value / self.maximum), BAR, month.tone)


def _is_tight(month: Month, room: float) -> bool:
    needed = measured(month.title, "strong") + measured(month.figure, "text") + GAP
    return month.value > 0 and needed > room


def _below(month: Month) -> Month:
    """The month with its figure on a line of its own."""
    detail = filter(None, (month.figure, month.detail))
    return replace(month, figure="", detail="", lines=(*detail, *month.lines))


def _height(month: Month) -> float:
    lines = len(month.lines) + bool(month.detail)
    return CELL + LINE * lines if month.value else EMPTY


def _rows(months: Sequence[Month], count: int) -> Iterator[Sequence[Month]]:
    for start in range(0, len(months), count):
        yield months[start : start + count]
