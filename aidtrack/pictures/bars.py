"""Bars: one a row, of one or several parts, with their names and figures beside them."""

from dataclasses import dataclass
from typing import NamedTuple

from aidtrack.pictures.picture import shared
from aidtrack.pictures.shapes import Anchor, Board, Drawing, Key, measured
from aidtrack.pictures.tones import Tone

BESIDE = 500  # pixels; in a narrower picture names stand above their bars
NAMES_SHARE = 0.36
GAP = 14.0
BAR, ROW = 18.0, 46.0
BAR_BELOW, ROW_BELOW, ROW_OF_WORDS = 14.0, 64.0, 50.0


class Part(NamedTuple):
    """A stretch of a bar."""

    value: int
    tone: Tone


class Tick(NamedTuple):
    """A place on the scale, in the unit of the bars."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. whole: how long its trough is; 0 for none.

    figure stands at the end and detail below the name. instead: words where there is nothing
    to draw.
    """

    name: str
    parts: tuple[Part, ...]
    figure: str
    detail: str = ""
    whole: int = 0
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Rows on one scale. maximum: what the full length stands for."""

    rows: tuple[Bar, ...]
    maximum: int
    keys: tuple[Key, ...] = ()
    ticks: tuple[Tick, ...] = ()

    def drawn(self, width: float) -> Drawing:
        board = Board(width)
        used = {part.tone for row in self.rows for part in row.parts if part.value > 0}
        board.legend(tuple(key for key in self.keys if key.tone in used))
        if width >= BESIDE:
            self._beside(board)
        else:
            self._below(board)
        return board.finished()

    def _beside(self, board: Board) -> None:
        names = min(270.0, board.width * NAMES_SHARE)
        figures = max((measured(row.figure, "strong") for row in self.rows), default=0.0)
        start = names + GAP
        room = board.width - start - figures - GAP
        self._scale(board, start, room, len(self.rows) * ROW)
        for row in self.rows:
            middle = board.y + ROW / 2
            has_detail = bool(row.detail)
            board.paragraph(0, middle + (-3 if has_detail else 5), row.name, names, "strong")
            board.paragraph(0, middle + 14, row.detail, names, "soft")
            self._bar(board, row, start, room, (middle - BAR / 2, BAR))
            board.words(board.width, middle + 5, row.figure, "strong", "end")
            board.y += ROW

    def _below(self, board: Board) -> None:
        room = board.width
        self._scale(board, 0, room, 0, only_labels=True)
        for row in self.rows:
            left = room - measured(row.figure, "strong") - GAP
            board.paragraph(0, board.y + 16, row.name, left, "strong")
            board.words(room, board.y + 16, row.figure, "strong", "end")
            self._bar(board, row, 0, room, (board.y + 24, BAR_BELOW))
            if not row.instead:
                board.paragraph(0, board.y + 54, row.detail, room, "soft")
            board.y += ROW_OF_WORDS if row.instead else ROW_BELOW

    def _scale(
        self, board: Board, start: float, room: float, depth: float, *, only_labels: bool = False
    ) -> None:
        """Ticks over the bars, with lines through all of them."""
        if not self.ticks:
            return
        last = measured(self.ticks[-1].label, "soft")
        for tick in self.ticks:
            x = start + room * min(1.0, tick.value / self.maximum)
            is_last = tick.value >= self.maximum
            anchor: Anchor = "start" if not tick.value else "end" if is_last else "middle"
            if is_last or x + measured(tick.label, "soft") < start + room - last:
                board.words(x, board.y + 12, tick.label, "soft", anchor)
            bottom = board.y + 24 if only_labels else board.y + 20 + depth
            board.rule(x, board.y + 18, x, bottom, "grid" if tick.value else "axis")
        board.y += 26 if only_labels else 20

    def _bar(
        self, board: Board, row: Bar, start: float, room: float, place: tuple[float, float]
    ) -> None:
        top, height = place
        if row.instead:
            board.paragraph(
                start + (8 if start else 0), top + height - 5, row.instead, room, "soft"
            )
            return
        if row.whole:
            board.frame(start, top, room * min(1.0, row.whole / self.maximum), height)
        x = start
        widths = shared([part.value for part in row.parts], self.maximum, room)
        for part, width in zip(row.parts, widths, strict=True):
            board.block(x, top, width, height, part.tone)
            x += width
