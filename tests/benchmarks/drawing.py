"""What a paper costs, beside a bare ReportLab canvas that draws the same marks."""

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from typing import Any
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from aidtrack.documents import kit
from aidtrack.documents.layouts.waybill import Waybill, render
from aidtrack.documents.text import Line
from tests.benchmarks.figures import Figure, at_most, medians_ms, rate
from tests.documents.papers import STAMP, waybill

SHORT, LONG = 20, 1_000
Mark = Callable[[Canvas], None]


def waybills(times: int) -> Iterator[Figure]:
    """One copy of a short waybill and of a very long one, after a warm-up."""
    short, long = waybill(SHORT), waybill(LONG)
    ours, bare = _beside_bare(short, times)
    name = f"waybill PDF, {SHORT} lines"
    yield at_most(name, "", ours, 40, limit=bare, limit_name="bare canvas")
    ours, bare = _beside_bare(long, times)
    name = f"waybill PDF, {LONG:,} lines"
    yield rate(name, "", 1000 / ours, 0.5, limit=1000 / bare, limit_name="bare canvas")


def _beside_bare(facts: Waybill, times: int) -> list[float]:
    draw = partial(_draw, facts)
    return medians_ms((draw, bare_canvas(draw)), times)


def _draw(facts: Waybill) -> bytes:
    return render(facts, STAMP, copy=1)


def bare_canvas(draw: Callable[[], bytes]) -> Callable[[], bytes]:
    """What draws the texts, rules and boxes of a paper again, by ReportLab's plain calls."""
    pages: list[list[Mark]] = [[]]
    sheet = kit.Sheet
    line, rule, box, end_page = sheet.line, sheet.rule, sheet.box, sheet.end_page

    def keep_line(
        self: Any, x: float, y: float, words: Line, *, room: float = 0.0, align: Any = "left"
    ) -> None:
        left = self._origin(x, room, words, align)
        pages[-1].append(partial(_text, words, left, (self.height - y) * kit.POINTS))
        line(self, x, y, words, room=room, align=align)

    def keep_rule(self: Any, *at: float, **more: Any) -> None:
        x1, y1, x2, y2, weight = (*at, kit.HAIR)[:5]
        ends = (*self.point(x1, y1), *self.point(x2, y2))
        pages[-1].append(partial(_rule, ends, weight))
        rule(self, *at, **more)

    def keep_box(self: Any, *at: float, **more: Any) -> None:
        *area, weight = (*at, kit.HAIR)[:5]
        pages[-1].append(partial(_box, self._rectangle(*area), weight))
        box(self, *at, **more)

    def keep_page(self: Any) -> None:
        end_page(self)
        pages.append([])

    kept = {"line": keep_line, "rule": keep_rule, "box": keep_box, "end_page": keep_page}
    with patch.multiple(sheet, **kept):
        draw()
    return partial(_draw_again, pages[:-1])


def _draw_again(pages: list[list[Mark]]) -> bytes:
    output = BytesIO()
    canvas = Canvas(output, pagesize=(595.28, 841.89), invariant=1, pageCompression=1)
    for marks in pages:
        for mark in marks:
            mark(canvas)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def _text(line: Line, left: float, low: float, canvas: Canvas) -> None:
    canvas.setFont(line.runs[0].font, line.style.size)
    canvas.drawString(left, low, line.text)


def _rule(ends: tuple[float, ...], weight: float, canvas: Canvas) -> None:
    canvas.setLineWidth(weight)
    canvas.line(*ends)


def _box(area: tuple[float, ...], weight: float, canvas: Canvas) -> None:
    canvas.setLineWidth(weight)
    canvas.rect(*area)
