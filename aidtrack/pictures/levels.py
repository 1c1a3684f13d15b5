"""Levels over time: what is left of each thing at the end of each month, and where it breaks."""

from dataclasses import dataclass
from typing import NamedTuple

from aidtrack.pictures.shapes import Board, Drawing, Key, WordsKind, measured
from aidtrack.pictures.tones import Tone

BESIDE = 500  # pixels; in a narrower picture names stand above their levels
NAMES_SHARE = 0.34
NARROW_GAP, GAP = 4.0, 10.0
BAR, BAR_SHARE = 24.0, 0.6
ROW, ROW_BELOW = 58.0, 92.0


class Level(NamedTuple):
    """What is left; below zero: what is missing. short: the figure for a narrow place."""

    value: int
    figure: str
    short: str


@dataclass(frozen=True, slots=True)
class Row:
    """breaks: the number of the first level that is below zero."""

    name: str
    detail: str
    levels: tuple[Level, ...]
    breaks: int | None = None
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Levels:
    """Rows whose levels stand below their heads. Each row has a scale of its own."""

    heads: tuple[tuple[str, str], ...]  # (whole, for a narrow place)
    rows: tuple[Row, ...]
    keys: tuple[Key, ...]

    def drawn(self, width: float) -> Drawing:
        board = Board(width)
        used = {_tone(level.value) for row in self.rows for level in row.levels if level.value}
        board.legend(tuple(key for key in self.keys if key.tone in used))
        is_beside = width >= BESIDE
        start = width * NAMES_SHARE if is_beside else 0.0
        step = (width - start) / len(self.heads)
        for index, (whole, brief) in enumerate(self.heads):
            fits = measured(whole, "soft") < step - 4
            x = start + (index + 0.5) * step
            board.words(x, board.y + 12, whole if fits else brief, "soft", "middle")
        board.y += 20
        board.rule(0, board.y, width, board.y, "axis")
        for row in self.rows:
            self._row(board, row, start, step)
        return board.finished()

    def _row(self, board: Board, row: Row, start: float, step: float) -> None:
        top = board.y
        room = (start or board.width) - GAP
        kind: WordsKind = "alarm" if row.breaks is not None else "soft"
        if start:
            has_detail = bool(row.detail)
            middle = top + ROW / 2
            board.paragraph(0, middle + (-3 if has_detail else 5), row.name, room, "strong")
            board.paragraph(0, middle + 14, row.detail or "", room, kind)
        else:
            board.paragraph(0, top + 20, row.name, room, "strong")
            board.paragraph(0, top + 36, row.detail, room, kind)
            top += ROW_BELOW - ROW
        if row.instead:
            board.paragraph(start, top + ROW / 2 + 5, row.instead, board.width - start, "soft")
        self._levels(board, row, top, start, step)
        board.y += ROW if start else ROW_BELOW
        board.rule(0, board.y, board.width, board.y)

    def _levels(self, board: Board, row: Row, top: float, start: float, step: float) -> None:
        most = max((abs(level.value) for level in row.levels), default=0) or 1
        gap = GAP if start else NARROW_GAP
        base = top + 10 + BAR
        for index, level in enumerate(row.levels):
            x = start + index * step + gap / 2
            inset = (step - gap) * (1 - BAR_SHARE) / 2
            height = max(2.0, BAR * abs(level.value) / most) if level.value else 0.0
            board.frame(x, base - 1, step - gap, 1)
            board.block(
                x + inset, base - height, (step - gap) * BAR_SHARE, height, _tone(level.value)
            )
            fits = measured(level.figure, "alarm") < step - 2
            figure = level.figure if fits else level.short
            middle = x + (step - gap) / 2
            board.words(middle, base + 15, figure, "alarm" if level.value < 0 else "soft", "middle")
            if index == row.breaks:
                board.pointer(middle, base - height - 1)


def _tone(value: int) -> Tone:
    return "bad" if value < 0 else "ok"
