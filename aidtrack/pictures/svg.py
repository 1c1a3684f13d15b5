"""Writes pictures as SVG: attributes and classes only, so that the style sheet colours them."""

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from aidtrack.pictures.picture import WIDTHS, Picture
from aidtrack.pictures.shapes import (
    Block,
    Drawing,
    Frame,
    Mark,
    Pointer,
    Ribbon,
    Rule,
    Words,
)
from aidtrack.pictures.tones import LOOKS, Hatch

POINTER = 5.0  # half the width of a pointer, and its height


def table_id(picture: Picture) -> str:
    """The id of the table that a picture is described by."""
    return f"picture-{picture.name}-table"


def drawings(picture: Picture, *, right_to_left: bool) -> Iterator[str]:
    """The picture at each width; the style sheet shows the one that fits."""
    for size, width in WIDTHS.items():
        yield written(picture, picture.body.drawn(width), size, right_to_left=right_to_left)


def written(picture: Picture, drawing: Drawing, size: str, *, right_to_left: bool) -> str:
    """One drawing as an image with a name, described by the table of the picture."""
    name = f"picture-{picture.name}-{size}"
    width, height = _number(drawing.width), _number(drawing.height)
    direction = "rtl" if right_to_left else "ltr"
    head = (
        f'<svg class="picture picture-{size}" xmlns="http://www.w3.org/2000/svg"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' direction="{direction}" aria-labelledby="{name}" aria-describedby="{table_id(picture)}">'
        f'<title id="{name}">{escape(f"{picture.title}. {picture.sentence}")}</title>'
    )
    marks = "".join(_element(mark, drawing.width, right_to_left) for mark in drawing.marks)
    return f"{head}{marks}</svg>"


def hatches() -> str:
    """The patterns of the tones, once a page: every picture on it refers to them."""
    return "".join(
        _pattern(f"p-{tone}", look.hatch) for tone, look in LOOKS.items() if look.hatch is not None
    )


def _pattern(name: str, hatch: Hatch) -> str:
    step, weight = _number(hatch.step), _number(hatch.weight)
    if not hatch.angles:
        middle = _number(hatch.step / 2)
        inner = f'<circle class="s-cut" cx="{middle}" cy="{middle}" r="{weight}"/>'
        turn = ""
    else:
        inner = f'<rect class="s-cut" width="{weight}" height="{step}"/>'
        if len(hatch.angles) > 1:
            inner += f'<rect class="s-cut" width="{step}" height="{weight}"/>'
        turn = f' patternTransform="rotate({hatch.angles[0]})"' if hatch.angles[0] else ""
    return (
        f'<pattern id="{name}" width="{step}" height="{step}"'
        f' patternUnits="userSpaceOnUse"{turn}>{inner}</pattern>'
    )


def _element(mark: Mark, width: float, right_to_left: bool) -> str:
    return _WRITERS[type(mark)](mark, _Side(width, right_to_left))


class _Side:
    """Where x is, seen from the left."""

    def __init__(self, width: float, right_to_left: bool) -> None:
        self.width, self.right_to_left = width, right_to_left

    def x(self, x: float, width: float = 0.0) -> float:
        return self.width - x - width if self.right_to_left else x


def _block(mark: Block, side: _Side) -> str:
    place = _rectangle(side.x(mark.x, mark.width), mark.y, mark.width, mark.height)
    shape = f'<rect class="s-{mark.tone}"{place}/>'
    if LOOKS[mark.tone].hatch is not None:
        shape += f'<rect class="hatch" fill="url(#p-{mark.tone})"{place}/>'
    return shape


def _frame(mark: Frame, side: _Side) -> str:
    place = _rectangle(side.x(mark.x, mark.width), mark.y, mark.width, mark.height)
    return f'<rect class="f-{mark.kind}"{place}/>'


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    return f' x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'


def _words(mark: Words, side: _Side) -> str:
    # With the direction of the page, "start" is the right end of what is read from the right.
    anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
    place = f' x="{_number(side.x(mark.x))}" y="{_number(mark.y)}"'
    kind = "" if mark.kind == "text" else f' class="t-{mark.kind}"'
    return f"<text{kind}{place}{anchor}>{escape(mark.text, quote=False)}</text>"


def _rule(mark: Rule, side: _Side) -> str:
    return (
        f'<path class="r-{mark.kind}" d="M{_number(side.x(mark.x1))} {_number(mark.y1)}'
        f'L{_number(side.x(mark.x2))} {_number(mark.y2)}"/>'
    )


def _ribbon(mark: Ribbon, side: _Side) -> str:
    first, last = side.x(mark.x1), side.x(mark.x2)
    middle = _number((first + last) / 2)
    x1, x2 = _number(first), _number(last)
    y1, y2 = _number(mark.y1), _number(mark.y2)
    low1, low2 = _number(mark.y1 + mark.thickness), _number(mark.y2 + mark.thickness)
    return (
        f'<path class="ribbon s-{mark.tone}" d="M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}'
        f'V{low2}C{middle} {low2} {middle} {low1} {x1} {low1}Z"/>'
    )


def _pointer(mark: Pointer, side: _Side) -> str:
    x, top = side.x(mark.x), mark.y - 1.6 * POINTER
    return (
        f'<path class="pointer" d="M{_number(x - POINTER)} {_number(top)}h{_number(2 * POINTER)}'
        f'L{_number(x)} {_number(mark.y)}Z"/>'
    )


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") or "0"


_WRITERS: dict[type, Callable[[Any, _Side], str]] = {
    Block: _block,
    Frame: _frame,
    Words: _words,
    Rule: _rule,
    Ribbon: _ribbon,
    Pointer: _pointer,
}
