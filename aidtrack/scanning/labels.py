"""How a label looks: a square, bars, a title and facts, laid out for any size. Pure.

Text wraps and shrinks until all of it fits; nothing is ever cut. Bars that would be too fine
for a scanner are left out, the square alone remains.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aidtrack.documents.kit import POINTS, lines_of, width_of
from aidtrack.documents.marks import code_128, square
from aidtrack.documents.text import Line, Style
from aidtrack.scanning.gs1_bars import Bars

BAR_MIN, BAR_MAX = 0.19, 0.5  # widths of the finest bar in millimetres
BAR_SHARE = 0.2  # of a label's height that its bars take
BARS_SHARE = 0.14  # the same of each, where there are several
TALLEST, TALLEST_NUMBERED = 22.0, 31.75  # in millimetres; GS1 wants so much for goods that leave
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

    `facts` are (what, value) pairs; `strong` is what must be read from afar. `bars` hold something
    else than the code, from the top; the last are the ones that a label is never without.
    """

    code: str
    address: str
    title: str
    strong: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    bars: tuple[Bars, ...] = ()


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
    for bars, in_lines in _ways(label):
        laid = _laid_out(label, width, height, bars=bars, in_lines=in_lines)
        if _smallest(laid) >= READABLE:
            return laid
        if best is None or _smallest(laid) > _smallest(best):
            best = laid
    assert best is not None
    return best


def _ways(label: Label) -> Iterator[tuple[tuple[Bars, ...], bool]]:
    """Which bars, and whether each fact has a line of its own: the best first."""
    if not label.bars:
        own = (Bars(label.code, label.code),)
        yield from ((own, True), (own, False), ((), False))
    for first in range(len(label.bars)):
        yield from ((label.bars[first:], True), (label.bars[first:], False))


def _smallest(laid: Drawn) -> float:
    return min((words.line.style.size for words in laid.words), default=SIZE_MAX)


def _laid_out(
    label: Label, width: float, height: float, *, bars: tuple[Bars, ...], in_lines: bool
) -> Drawn:
    edge = 1.5 if min(width, height) < 25 else 2.5
    bottom = height - edge
    tall, style = _measures(label, len(bars), height)
    areas: list[Area] = []
    words: list[Words] = []
    for each in reversed(bars):
        drawn_bars, caption = _bars(each, width, bottom, tall, style)
        if drawn_bars:
            bottom = drawn_bars[0][1] - 1.5
            areas, words = areas + drawn_bars, words + caption
    side = min(bottom - edge, (width - 2 * edge) * 0.42, 46.0)
    beside, below = edge + side + max(2.0, side * 0.08), edge + side + 3.0
    heads, facts = _heads(label), _facts(label, in_lines=in_lines, names_code=not areas)
    larger = TITLE_LARGER if len(label.facts) > 1 else ALONE_LARGER
    if bottom - below > 22.0:  # room for the facts under the square
        words += _fitted(heads, (beside, edge, width - edge - beside, side), larger)
        words += _fitted(facts, (edge, below, width - 2 * edge, bottom - below), larger, 16.0)
    else:
        room = (beside, edge, width - edge - beside, bottom - edge)
        words += _fitted([*heads, *facts], room, larger)
    return Drawn((*areas, *_square(label, edge, edge, side)), tuple(words))


def _heads(label: Label) -> list[tuple[str, bool]]:
    return [(text, True) for text in (label.title, label.strong) if text]


def _facts(label: Label, *, in_lines: bool, names_code: bool) -> list[tuple[str, bool]]:
    """One a line, or one after the other where lines are scarce."""
    told = [f"{what}: {value}" for what, value in label.facts if value]
    told += [label.code] if names_code else []
    if not in_lines:
        told = [" · ".join(told)] if told else []
    return [(text, False) for text in told]


def _measures(label: Label, count: int, height: float) -> tuple[float, Style]:
    """How tall the bars are in millimetres, and the style of what they say below them."""
    style = Style(min(9.0, max(READABLE, height * 0.16)))
    share = BARS_SHARE if count > 1 and height < 100.0 else BAR_SHARE
    tallest = TALLEST_NUMBERED if label.bars else TALLEST
    return min(tallest, max(4.5, height * share)), style


def _bars(
    bars: Bars, width: float, bottom: float, tall: float, style: Style
) -> tuple[list[Area], list[Words]]:
    """The bars at the foot with what they say below them; nothing where they would not fit."""
    modules, stretches = code_128(bars.data)
    module = min(BAR_MAX, (width - 1.0) / (modules + 2 * QUIET_BARS))
    if module < BAR_MIN:
        return [], []
    below = style.size / POINTS * LEADING
    top = bottom - below - tall
    left = (width - modules * module) / 2
    areas = [(left + at * module, top, long * module, tall) for at, long in stretches]
    said = _one_line(bars.said, style, width)
    return areas, [Words(0.0, bottom - below * 0.22, width, said, in_middle=True)]


def _one_line(text: str, style: Style, room: float) -> Line:
    """What stands below bars, made smaller until it fits in a line."""
    while width_of(text, style) > room and style.size > SIZE_MIN:
        style = Style(style.size - SIZE_STEP)
    return lines_of(text, style, room)[0]


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
