"""Draws the marks of a picture on a sheet: the same shapes as on the page, in print colours."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import ceil, cos, radians, sin
from typing import Any

from aidtrack.documents.kit import HAIR, POINTS, THIN, Align, Sheet
from aidtrack.documents.text import Style
from aidtrack.pictures.shapes import (
    TYPE,
    Block,
    Drawing,
    Frame,
    FrameKind,
    Mark,
    Pointer,
    Ribbon,
    Rule,
    Words,
)
from aidtrack.pictures.tones import LOOKS, Hatch, Tone

PAPER, LINE, GRID, PALE = (1.0, 1.0, 1.0), (0.35, 0.4, 0.43), (0.8, 0.84, 0.83), (0.93, 0.95, 0.94)
INK = (0.06, 0.14, 0.17)
FRAMES: dict[FrameKind, tuple[float, float, float]] = {"cell": PAPER, "pale": PALE, "node": INK}
RIBBON_PALE = 0.42  # of its tone; the rest is paper
ALIGNED: dict[str, Align] = {"start": "left", "middle": "center", "end": "right"}
POINTER = 5.0
LINES_MAX = 4_000  # of one hatch

Color = tuple[float, float, float]


def paint(sheet: Sheet, drawing: Drawing, top: float, *, scale: float) -> None:
    """The drawing with its upper edge at `top`; scale: millimetres in a pixel."""
    easel = Easel(sheet, 0.0, top, scale)
    for mark in drawing.marks:
        _PAINTERS[type(mark)](easel, mark)


class Easel:
    """Where the pixels of a picture lie on its sheet."""

    def __init__(self, sheet: Sheet, left: float, top: float, scale: float) -> None:
        self.sheet, self.left, self.top, self.scale = sheet, left, top, scale
        self.canvas = sheet.canvas

    def millimetres(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.scale, self.top + y * self.scale

    def point(self, x: float, y: float) -> tuple[float, float]:
        """In points from the lower left corner of the page."""
        return self.sheet.point(*self.millimetres(x, y))

    def box(self, mark: Block | Frame) -> tuple[float, float, float, float]:
        """Left, lower edge, width and height in points."""
        x1, y1 = self.point(mark.x, mark.y)
        x2, y2 = self.point(mark.x + mark.width, mark.y + mark.height)
        return min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)

    def points(self, pixels: float) -> float:
        return pixels * self.scale * POINTS


def _block(easel: Easel, mark: Block) -> None:
    canvas, area = easel.canvas, easel.box(mark)
    look = LOOKS[mark.tone]
    canvas.saveState()
    canvas.setFillColorRGB(*color(mark.tone))
    canvas.rect(*area, stroke=0, fill=1)
    if look.hatch is not None:
        _hatch(easel, area, look.hatch)
    canvas.setLineWidth(HAIR)
    canvas.setStrokeColorRGB(*INK)
    canvas.rect(*area, stroke=1, fill=0)
    canvas.restoreState()


def _hatch(easel: Easel, area: tuple[float, float, float, float], hatch: Hatch) -> None:
    """Lines or dots of paper over what has been filled."""
    canvas = easel.canvas
    clip = canvas.beginPath()
    clip.rect(*area)
    canvas.clipPath(clip, stroke=0, fill=0)
    step, weight = easel.points(hatch.step), easel.points(hatch.weight)
    canvas.setFillColorRGB(*PAPER)
    canvas.setStrokeColorRGB(*PAPER)
    canvas.setLineWidth(weight)
    for angle in hatch.angles:
        canvas.lines(_lines(area, step, angle))
    if not hatch.angles:
        dots = canvas.beginPath()
        left, low, width, height = area
        for row in range(ceil(height / step)):
            for column in range(min(LINES_MAX, ceil(width / step))):
                dots.circle(left + (column + 0.5) * step, low + (row + 0.5) * step, weight)
        canvas.drawPath(dots, stroke=0, fill=1)


def _lines(
    area: tuple[float, float, float, float], step: float, angle: int
) -> list[tuple[float, float, float, float]]:
    """Parallel lines across a rectangle; the angle is the lean from upright."""
    left, low, width, height = area
    middle_x, middle_y = left + width / 2, low + height / 2
    reach = (width + height) / 2
    along_x, along_y = sin(radians(angle)), cos(radians(angle))
    found = []
    for number in range(-ceil(reach / step), ceil(reach / step) + 1)[:LINES_MAX]:
        x = middle_x + number * step * along_y
        y = middle_y - number * step * along_x
        found.append(
            (x - along_x * reach, y - along_y * reach, x + along_x * reach, y + along_y * reach)
        )
    return found


def _frame(easel: Easel, mark: Frame) -> None:
    canvas = easel.canvas
    canvas.saveState()
    canvas.setFillColorRGB(*FRAMES[mark.kind])
    canvas.setStrokeColorRGB(*GRID)
    canvas.setLineWidth(THIN)
    canvas.rect(*easel.box(mark), stroke=int(mark.kind == "cell"), fill=1)
    canvas.restoreState()


def _words(easel: Easel, mark: Words) -> None:
    size, bold = TYPE[mark.kind]
    style = Style(round(easel.points(size), 2), bold=bold, red=mark.kind == "alarm")
    x, y = easel.millimetres(mark.x, mark.y)
    easel.sheet.text(x, y, mark.text, style, ALIGNED[mark.anchor])


def _rule(easel: Easel, mark: Rule) -> None:
    canvas = easel.canvas
    canvas.saveState()
    canvas.setStrokeColorRGB(
        *(GRID if mark.kind == "grid" else LINE if mark.kind == "axis" else INK)
    )
    canvas.setLineWidth(1.4 if mark.kind == "mark" else HAIR)
    canvas.line(*easel.point(mark.x1, mark.y1), *easel.point(mark.x2, mark.y2))
    canvas.restoreState()


def _ribbon(easel: Easel, mark: Ribbon) -> None:
    canvas = easel.canvas
    x1, y1 = easel.point(mark.x1, mark.y1)
    x2, y2 = easel.point(mark.x2, mark.y2)
    thick, middle = easel.points(mark.thickness), (x1 + x2) / 2
    canvas.saveState()
    canvas.setFillColorRGB(*(1 - RIBBON_PALE * (1 - part) for part in color(mark.tone)))
    path = canvas.beginPath()
    path.moveTo(x1, y1)
    path.curveTo(middle, y1, middle, y2, x2, y2)
    path.lineTo(x2, y2 - thick)
    path.curveTo(middle, y2 - thick, middle, y1 - thick, x1, y1 - thick)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def _pointer(easel: Easel, mark: Pointer) -> None:
    canvas = easel.canvas
    canvas.saveState()
    canvas.setFillColorRGB(*INK)
    path = canvas.beginPath()
    path.moveTo(*easel.point(mark.x - POINTER, mark.y - 1.6 * POINTER))
    path.lineTo(*easel.point(mark.x + POINTER, mark.y - 1.6 * POINTER))
    path.lineTo(*easel.point(mark.x, mark.y))
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


@lru_cache
def color(tone: Tone) -> Color:
    """Paper is always light."""
    code = LOOKS[tone].light
    red, green, blue = (int(code[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


_PAINTERS: dict[type[Mark], Callable[[Easel, Any], None]] = {
    Block: _block,
    Frame: _frame,
    Words: _words,
    Rule: _rule,
    Ribbon: _ribbon,
    Pointer: _pointer,
}
