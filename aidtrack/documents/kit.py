"""The page kit: with text.py the only code that knows ReportLab.

A `Sheet` is drawn on in millimetres from the top left corner of the page. Marks are gathered
and written together, one path a weight of rule and one text object a page, which is what makes
a paper of a thousand lines quick. Everything is black, save for what must alarm; areas are
told apart by hatches, so that a poor printer and a photocopier lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from threading import Lock
from typing import Literal

from reportlab import rl_config
from reportlab.lib.rl_accel import escapePDF
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from aidtrack.documents.direction import WITHOUT_MARKS
from aidtrack.documents.marks import square
from aidtrack.documents.text import Glyph, Line, Run, Style, font, single, wrap

PaperStatus = Literal["draft", "issued", "void"]
Align = Literal["left", "right", "center", "start"]
Hatch = Literal["blank", "sparse", "dense", "dots", "solid"]

MIRRORED: dict[Align, Align] = {"left": "right", "right": "left", "center": "center"}

POINTS = 72 / 25.4  # in a millimetre
PAGE_SIZES = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
CONTENT_WIDTH = 180.0
LEFT_MARGIN = 18.0  # room for punch holes
TOP_MARGIN = 12.0
BOTTOM_MARGIN = 10.0

# Text armour makes each page a quarter larger and a third slower, for mail of forty years ago.
rl_config.useA85 = 0

HAIR, THIN, FIRM, HEAVY = 0.35, 0.6, 1.2, 1.8  # weights of rules in points
DOTTED = (0.6, 1.6)
RED = "0.75 0 0"
BLACK = "0 0 0"


_font_files = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What makes a paper official, and is printed on each of its pages.

    number: "WB/KG/2026/000123".  code: as people type it, "K7TM-4WPX-9R".
    verify_url: the whole address that the QR opens, with the code in it.
    seal: one line about the latest ledger seal, ready to print.
    status: "draft" and "void" are printed large; `status_note` says why it was voided.
    checksum: SHA-256 of the facts in hexadecimal, printed on the donor report when given.
    """

    number: str
    issued_on: date
    code: str
    verify_url: str
    seal: str
    status: PaperStatus = "issued"
    status_note: str = ""
    checksum: str = ""


def lines_of(text: str, style: Style, room: float) -> tuple[Line, ...]:
    """Text broken to a room in millimetres."""
    return wrap(text, style, room * POINTS)


def width_of(text: str, style: Style) -> float:
    """Width in millimetres of text on one line."""
    return single(text, style).width / POINTS


class Sheet:
    """The pages of one PDF.

    x runs from 0 to CONTENT_WIDTH inside the margins, y from the top edge of the page, both in
    millimetres. A mirrored sheet (a paper led by a right-to-left language) swaps left and right
    of everything, so that layouts need not know.
    """

    def __init__(
        self,
        *,
        title: str,
        author: str,
        language: str,
        page_size: str | tuple[float, float],
        mirrored: bool = False,
        left: float = LEFT_MARGIN,
    ) -> None:
        width, self.height = PAGE_SIZES[page_size] if isinstance(page_size, str) else page_size
        self.mirrored = mirrored
        self._left = left if not mirrored else width - left - CONTENT_WIDTH
        self._output = BytesIO()
        self.canvas = Canvas(
            self._output,
            pagesize=(width * POINTS, self.height * POINTS),
            invariant=1,
            pageCompression=1,
            lang=language,
        )
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setCreator("AidTrack")
        self._rules: dict[tuple[float, tuple[float, ...], str], list[str]] = {}
        self._verticals: dict[tuple[float, float], tuple[float, float]] = {}
        self._texts: list[str] = []
        self._face: tuple[str, float] = ("", 0.0)
        self._ink = BLACK
        self._qr_names: dict[str, str] = {}
        self._encoded: dict[tuple[str, Style, bool], list[tuple[str, str]]] = {}

    @property
    def bottom(self) -> float:
        return self.height - BOTTOM_MARGIN

    # Text

    def text(self, x: float, y: float, text: str, style: Style, align: Align = "left") -> float:
        """One line with its baseline at y, never shortened; returns its width."""
        line = single(text, style)
        self.line(x, y, line, align=align)
        return line.width / POINTS

    def line(
        self, x: float, y: float, line: Line, *, room: float = 0.0, align: Align = "left"
    ) -> None:
        """A measured line in the room that starts at x; "start" begins where it is read from.

        On a mirrored sheet all lines start at the right, whatever their script.
        """
        self._texts.extend(self._operators(self._origin(x, room, line, align), y, line))

    def _origin(self, x: float, room: float, line: Line, align: Align) -> float:
        """Left end of a line, in points."""
        if align == "start":
            align = "right" if line.right_to_left and not self.mirrored else "left"
        if self.mirrored:
            x = CONTENT_WIDTH - x - room
            align = MIRRORED[align]
        edge = (self._left + x) * POINTS
        if align == "left":
            return edge
        gap = room * POINTS - line.width
        return edge + (gap if align == "right" else gap / 2)

    def _operators(self, left: float, y: float, line: Line) -> Iterator[str]:
        ink = RED if line.style.red else BLACK
        if ink != self._ink:
            self._ink = ink
            yield f"{ink} rg"
        yield f"1 0 0 1 {left:.2f} {(self.height - y) * POINTS:.2f} Tm"
        for internal_name, operator in self._encoding(line):
            if internal_name and (internal_name, line.style.size) != self._face:
                self._face = (internal_name, line.style.size)
                yield f"{internal_name} {line.style.size:.2f} Tf"
            yield operator

    def _encoding(self, line: Line) -> list[tuple[str, str]]:
        """(font in the file or "", operator) for each part; worked out once a document."""
        key = (line.text, line.style, line.right_to_left)
        known = self._encoded.get(key)
        if known is not None:
            return known
        parts = [part for run in line.runs for part in self._encode(run, line.style.size)]
        self._encoded[key] = parts
        return parts

    def _encode(self, run: Run, size: float) -> Iterator[tuple[str, str]]:
        if run.clusters is None:
            for name, part in self._subset(run.font, run.text):
                yield name, f"({part}) Tj"
            return
        for source, glyphs in run.clusters:
            # What is drawn are glyphs; what a reader copies or searches is the text.
            readable = source.translate(WITHOUT_MARKS).encode("utf-16-be").hex().upper()
            yield "", f"/Span <</ActualText <FEFF{readable}>>> BDC"
            for glyph in glyphs:
                yield from self._encode_glyph(run.font, glyph, size)
            yield "", "EMC"

    def _encode_glyph(self, name: str, glyph: Glyph, size: float) -> Iterator[tuple[str, str]]:
        rise = glyph.y_offset * size / 1000
        after = glyph.x_offset + glyph.excess
        for font_name, part in self._subset(name, glyph.character):
            shown = f"[{-glyph.x_offset:.0f} ({part}) {after:.0f}] TJ"
            yield font_name, f"{rise:.2f} Ts {shown} 0 Ts" if rise else shown

    def _subset(self, name: str, text: str) -> Iterator[tuple[str, str]]:
        """(font in the file, its codes) for each part of a text."""
        typeface, document = font(name), self.canvas._doc
        for subset, codes in typeface.splitString(text, document):
            yield typeface.getSubsetInternalName(subset, document), escapePDF(codes)

    # Rules and shapes

    def rule(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        weight: float = HAIR,
        *,
        dash: tuple[float, ...] = (),
        red: bool = False,
    ) -> None:
        """A straight line."""
        start_x, start_y = self.point(x1, y1)
        end_x, end_y = self.point(x2, y2)
        path = self._rules.setdefault((weight, dash, RED if red else BLACK), [])
        path.append(f"{start_x:.2f} {start_y:.2f} m {end_x:.2f} {end_y:.2f} l")

    def vertical(self, x: float, top: float, bottom: float, weight: float = HAIR) -> None:
        """An upright rule; one that goes on where the last one at this x ended is one rule."""
        begun = self._verticals.get((x, weight))
        if begun is not None and abs(begun[1] - top) < 0.01:
            self._verticals[x, weight] = (begun[0], bottom)
            return
        if begun is not None:
            self.rule(x, begun[0], x, begun[1], weight)
        self._verticals[x, weight] = (top, bottom)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        weight: float = HAIR,
        *,
        dash: tuple[float, ...] = (),
    ) -> None:
        """A rectangle in outline; y is its top."""
        left, low, wide, tall = self._rectangle(x, y, width, height)
        path = self._rules.setdefault((weight, dash, BLACK), [])
        path.append(f"{left:.2f} {low:.2f} {wide:.2f} {tall:.2f} re")

    def tick(self, x: float, baseline: float, *, on: bool = False, size: float = 2.4) -> None:
        """A box to tick, standing on the baseline; crossed when on."""
        top = baseline - size
        self.box(x, top, size, size, THIN)
        if on:
            self.rule(x, top, x + size, baseline, FIRM)
            self.rule(x, baseline, x + size, top, FIRM)

    def mark(self, x: float, y: float, size: float) -> None:
        """A parcel in a ring: stands where an organisation's own sign may stand one day."""
        radius = size / 2
        centre = self.point(x + radius, y + radius)
        self.canvas.setLineWidth(FIRM)
        self.canvas.circle(*centre, radius * POINTS)
        left, top, wide, tall = x + size * 0.27, y + size * 0.3, size * 0.46, size * 0.4
        self.box(left, top, wide, tall, FIRM)
        self.rule(left, top + tall * 0.34, left + wide, top + tall * 0.34, FIRM)
        self.rule(x + radius, top, x + radius, top + tall * 0.34, FIRM)

    def hatch(self, x: float, y: float, width: float, height: float, kind: Hatch) -> None:
        """A framed area filled so that it is told apart without colour or grey."""
        if width <= 0:
            return
        canvas, area = self.canvas, self._rectangle(x, y, width, height)
        canvas.saveState()
        clip = canvas.beginPath()
        clip.rect(*area)
        canvas.clipPath(clip, stroke=0, fill=0)
        if kind == "solid":
            canvas.rect(*area, stroke=0, fill=1)
        elif kind == "dots":
            canvas.drawPath(self._dots(*area), stroke=0, fill=1)
        elif kind != "blank":
            dense = kind == "dense"
            canvas.setLineWidth(0.75 if dense else 0.45)
            canvas.lines(_slanted(*area, step=2.0 if dense else 5.4, rising=dense))
        canvas.restoreState()
        self.box(x, y, width, height, THIN)

    def _dots(self, left: float, low: float, width: float, height: float) -> PDFPathObject:
        path, step, radius = self.canvas.beginPath(), 2.7, 0.42
        for row in range(int(height / step) + 2):
            shift = step / 2 if row % 2 else 0.0
            for column in range(int(width / step) + 2):
                path.circle(left + column * step + shift, low + row * step, radius)
        return path

    def qr(self, x: float, y: float, size: float, content: str) -> None:
        """A QR code; its squares are stored once a document, however often it is shown."""
        canvas = self.canvas
        modules, stretches = square(content)
        name = self._qr_names.setdefault(content, f"qr{len(self._qr_names) + 1}")
        if not canvas.hasForm(name):
            canvas.beginForm(name, 0, 0, modules, modules)
            path = canvas.beginPath()
            for start, top, length in stretches:
                path.rect(start, modules - top - 1, length, 1)
            canvas.drawPath(path, stroke=0, fill=1)
            canvas.endForm()
        left, low, side, _ = self._rectangle(x, y, size, size)
        canvas.saveState()
        canvas.translate(left, low)
        canvas.scale(side / modules, side / modules)
        canvas.doForm(name)
        canvas.restoreState()

    # Pages

    @contextmanager
    def stored(self, name: str) -> Iterator[None]:
        """What is drawn inside is kept, to be shown on any number of pages.

        The name is a word of letters and digits.
        """
        self.canvas.beginForm(name)
        yield
        self._write_marks()
        self.canvas.endForm()

    def show(self, name: str) -> None:
        """Show what was stored."""
        self.canvas.doForm(name)

    def end_page(self) -> None:
        self._write_marks()
        self.canvas.showPage()

    def finish(self) -> bytes:
        """The PDF; nothing can be drawn after this."""
        # Cutting out the glyphs that are used moves a read position within the shared font.
        with _font_files:
            self.canvas.save()
        return self._output.getvalue()

    def _write_marks(self) -> None:
        for (x, weight), (top, bottom) in self._verticals.items():
            self.rule(x, top, x, bottom, weight)
        for (weight, dash, ink), path in self._rules.items():
            pattern = " ".join(map(str, dash))
            head = f"q {ink} RG {weight} w [{pattern}] 0 d n"
            self.canvas.addLiteral("\n".join((head, *path, "S Q")))
        if self._texts:
            self.canvas.addLiteral("\n".join(("q BT", *self._texts, "ET Q")))
        self._rules.clear()
        self._verticals.clear()
        self._texts.clear()
        self._face, self._ink = ("", 0.0), BLACK

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.mirrored:
            x = CONTENT_WIDTH - x
        return (self._left + x) * POINTS, (self.height - y) * POINTS

    def _rectangle(
        self, x: float, y: float, width: float, height: float
    ) -> tuple[float, float, float, float]:
        """Left, lower edge, width and height in points."""
        if self.mirrored:
            x = CONTENT_WIDTH - x - width
        return (
            (self._left + x) * POINTS,
            (self.height - y - height) * POINTS,
            width * POINTS,
            height * POINTS,
        )


def _slanted(
    left: float, low: float, width: float, height: float, *, step: float, rising: bool
) -> list[tuple[float, float, float, float]]:
    """Parallel lines across a rectangle, a little beyond its sides."""
    found = []
    for number in range(int((width + 2 * height) / step) + 2):
        foot = left - height + number * step
        found.append((foot, low, foot + (height if rising else -height), low + height))
    return found
