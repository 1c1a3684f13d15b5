"""How a label looks: a square, bars, a title and facts, laid out for any size. Pure.

Text wraps and shrinks until all of it fits; nothing is ever cut. Bars that would be too fine
for a scanner are left out, the square alone remains.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aidtrack.documents.kit import POINTS, lines_of, width_of
from aidtrack.documents.marks import code_128, square
from aidtrack.documents.text import Line, Style

BAR_MIN, BAR_MAX = 0.19, 0.5  # widths of the finest bar in millimetres
QUIET_BARS, QUIET_SQUARE = 10, 4  # white margins in modules
MODULE_MIN, MODULE_MAX = 0.4, 1.2  # of a square
LEADING = 1.22
TITLE_LARGER, ALONE_LARGER = 1.3, 2.4  # than the facts
SIZE_MAX, SIZE_MIN, SIZE_STEP = 22.0, 1.0, 0.25  # in points
READABLE = 5.0
Area = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says. `code` is what its bars hold, `address` what its square opens.

    `facts` are (what, value) pairs; `strong` is what must be read from afar.
    """

    code: str
    address: str
    title: str
    strong: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A measured line, its baseline, and the room it stands in; in millimetres."""

    x: float
    baseline: float
    room: float
    line: Line
    in_middle: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A label laid out: black areas and lines of text from its top left corner."""

    areas: tuple[Area, ...]
    words: tuple[Words, ...]


def drawn(label: Label, width: float, height: float) -> Drawn:
    """The label for a size in millimetres: the first way in which its words are large enough to
    be read, or else the way in which they are largest.
    """
    best: Drawn | None = None
    for with_bars, in_lines in ((True, True), (True, False), (False, False)):
        laid = _laid_out(label, width, height, with_bars=with_bars, in_lines=in_lines)
        if _smallest(laid) >= READABLE:
            return laid
        if best is None or _smallest(laid) > _smallest(best):
            best = laid
    assert best is not None
    return best


def _smallest(laid: Drawn) -> float:
    return min((words.line.style.size for words in laid.words), default=SIZE_MAX)


def _laid_out(
    label: Label, width: float, height: float, *, with_bars: bool, in_lines: bool
) -> Drawn:
    edge = 1.5 if min(width, height) < 25 else 2.5
    bottom = height - edge
    bars, caption = _bars(label.code, width, bottom, height) if with_bars else ([], [])
    if bars:
        bottom = bars[0][1] - 1.5
    side = min(bottom - edge, (width - 2 * edge) * 0.42, 46.0)
    beside, below = edge + side + max(2.0, side * 0.08), edge + side + 3.0
    heads, facts = _heads(label), _facts(label, in_lines=in_lines, names_code=not bars)
    larger = TITLE_LARGER if len(label.facts) > 1 else ALONE_LARGER
    words = list(caption)
    if bottom - below > 22.0:  # room for the facts under the square
        words += _fitted(heads, (beside, edge, width - edge - beside, side), larger)
        words += _fitted(facts, (edge, below, width - 2 * edge, bottom - below), larger, 16.0)
    else:
        room = (beside, edge, width - edge - beside, bottom - edge)
        words += _fitted([*heads, *facts], room, larger)
    return Drawn((*bars, *_square(label, edge, edge, side)), tuple(words))


def _heads(label: Label) -> list[tuple[str, bool]]:
    return [(text, True) for text in (label.title, label.strong) if text]


def _facts(label: Label, *, in_lines: bool, names_code: bool) -> list[tuple[str, bool]]:
    """One a line, or one after the other where lines are scarce."""
    told = [f"{what}: {value}" for what, value in label.facts if value]
    told += [label.code] if names_code else []
    if not in_lines:
        told = [" · ".join(told)] if told else []
    return [(text, False) for text in told]


def _bars(code: str, width: float, bottom: float, height: float) -> tuple[list[Area], list[Words]]:
    """The bars at the foot with what they say below them; nothing where they would not fit."""
    modules, stretches = code_128(code)
    module = min(BAR_MAX, (width - 1.0) / (modules + 2 * QUIET_BARS))
    if module < BAR_MIN:
        return [], []
    tall = min(22.0, max(4.5, height * 0.2))
    style = Style(min(9.0, max(READABLE, height * 0.16)))
    below = style.size / POINTS * LEADING
    top = bottom - below - tall
    left = (width - modules * module) / 2
    areas = [(left + at * module, top, long * module, tall) for at, long in stretches]
    (line,) = lines_of(code, style, width)
    return areas, [Words(0.0, bottom - below * 0.22, width, line, in_middle=True)]


def _square(label: Label, x: float, y: float, side: float) -> Iterator[Area]:
    """The address when its squares stay large enough to be read, or else the short code."""
    content = label.address or label.code
    if side / square(content)[0] < MODULE_MIN:
        content = label.code
    modules, stretches = square(content)
    module = min(MODULE_MAX, side / modules)
    for left, top, long in stretches:
        yield x + left * module, y + top * module, long * module, module


def _fitted(
    texts: list[tuple[str, bool]], place: Area, larger: float, size: float = SIZE_MAX
) -> Iterator[Words]:
    """All of the texts in a place, as large as they fit. Titles are larger and strong."""
    x, y, room, height = place
    laid = list(_laid(texts, size, room, larger))
    while size > SIZE_MIN and not _fits(laid, room, height):
        size -= SIZE_STEP
        laid = list(_laid(texts, size, room, larger))
    for line in laid:
        step = line.style.size / POINTS * LEADING
        yield Words(x, y + step * 0.8, room, line)
        y += step


def _laid(texts: list[tuple[str, bool]], size: float, room: float, larger: float) -> Iterator[Line]:
    for text, strong in texts:
        style = Style(size * larger if strong else size, strong)
        yield from lines_of(text, style, room)


def _fits(lines: Iterable[Line], room: float, height: float) -> bool:
    lines = list(lines)
    tall = sum(line.style.size / POINTS * LEADING for line in lines)
    whole_words = all(_longest_word(line) <= room for line in lines) or not lines
    return tall <= height and whole_words


def _longest_word(line: Line) -> float:
    return max((width_of(word, line.style) for word in line.text.split()), default=0.0)
