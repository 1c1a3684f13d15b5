"""Draws labels: as a PDF for a sheet or a roll, and one as a picture to look at first."""

from collections.abc import Sequence
from html import escape

from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.documents.kit import POINTS, Align
from aidtrack.documents.label_sheet import LabelSheet
from aidtrack.scanning.formats import Format
from aidtrack.scanning.goods_labels import LABELS_MAX
from aidtrack.scanning.labels import Drawn, Label, drawn

COPIES_MAX = 100


def pdf(
    labels: Sequence[Label], form: Format, *, start: int, copies: int, title: str, language: str
) -> bytes:
    """All of them, each so many times; `start` is the first free label of the first sheet,
    from 1. Raises Invalid for more than fit in one file.
    """
    if len(labels) * copies > LABELS_MAX:
        raise Invalid(_("At most %(most)d labels at a time.", most=LABELS_MAX), field="copies")
    sheet = LabelSheet(title=title, author="AidTrack", language=language, size=form.page_size)
    laid = {label: drawn(label, form.width, form.height) for label in labels}
    position = 0 if form.is_roll else min(start, form.on_a_page) - 1
    is_open = False
    for label in (each for each in labels for _copy in range(copies)):
        if position == form.on_a_page:
            sheet.end_page()
            position = 0
        put(sheet, laid[label], *form.corner(position))
        is_open = True
        position += 1
    if is_open:
        sheet.end_page()
    return sheet.finish()


def put(sheet: LabelSheet, label: Drawn, x: float, y: float) -> None:
    sheet.fill((x + left, y + top, width, height) for left, top, width, height in label.areas)
    for words in label.words:
        align: Align = "center" if words.in_middle else "start"
        sheet.line(x + words.x, y + words.baseline, words.line, room=words.room, align=align)


def picture(label: Label, form: Format) -> str:
    """The label as SVG, with every line as wide as it will be in print."""
    laid = drawn(label, form.width, form.height)
    path = "".join(
        f"M{x:.3f} {y:.3f}h{width:.3f}v{height:.3f}h-{width:.3f}z"
        for x, y, width, height in laid.areas
    )
    texts = []
    for words in laid.words:
        style, wide = words.line.style, words.line.width / POINTS
        left = words.x
        if words.in_middle:
            left += (words.room - wide) / 2
        elif words.line.right_to_left:
            left += words.room - wide
        texts.append(
            f'<text x="{left:.2f}" y="{words.baseline:.2f}" font-size="{style.size / POINTS:.3f}"'
            f' font-weight="{600 if style.bold else 400}" textLength="{wide:.2f}"'
            f' lengthAdjust="spacingAndGlyphs">{escape(words.line.text)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {form.width} {form.height}"'
        f' width="{form.width * 4:.0f}" height="{form.height * 4:.0f}"'
        ' font-family="Noto Sans, sans-serif">'
        f'<rect width="100%" height="100%" fill="#fff"/><path d="{path}" fill="#000"'
        f' shape-rendering="crispEdges"/>{"".join(texts)}</svg>'
    )
