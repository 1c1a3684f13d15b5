"""What pictures are made of: blocks, words, rules and ribbons, in pixels from the top left.

x runs in the direction of reading: writers mirror it for languages read from the right.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from aidtrack.pictures.measure import fitted, width_of
from aidtrack.pictures.tones import Tone

Anchor = Literal["start", "middle", "end"]
WordsKind = Literal["text", "soft", "strong", "big", "alarm"]
RuleKind = Literal["grid", "axis", "mark"]
FrameKind = Literal["cell", "pale", "node"]

# Size in pixels and whether it is bold; never smaller than can be read on a phone.
TYPE: dict[WordsKind, tuple[float, bool]] = {
    "text": (13, False),
    "soft": (12, False),
    "strong": (13, True),
    "big": (18, True),
    "alarm": (12, True),
}


class Block(NamedTuple):
    """A filled rectangle with the hatch of its tone."""

    x: float
    y: float
    width: float
    height: float
    tone: Tone


class Frame(NamedTuple):
    """A rectangle without a tone: a cell of a calendar, the trough of a bar, a node."""

    x: float
    y: float
    width: float
    height: float
    kind: FrameKind


class Words(NamedTuple):
    """One line of text on its baseline; start and end are those of reading."""

    x: float
    y: float
    text: str
    kind: WordsKind
    anchor: Anchor


class Rule(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: RuleKind


class Ribbon(NamedTuple):
    """A band of even thickness that flows from one place to another; y is its upper edge."""

    x1: float
    y1: float
    x2: float
    y2: float
    thickness: float
    tone: Tone


class Pointer(NamedTuple):
    """A small triangle whose tip points down at this place."""

    x: float
    y: float


Mark = Block | Frame | Words | Rule | Ribbon | Pointer


class Key(NamedTuple):
    """What a tone stands for."""

    tone: Tone
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished picture."""

    width: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(slots=True)
class Board:
    """What is being drawn on, from top to bottom; y is how far it has come."""

    width: float
    y: float = 0.0
    marks: list[Mark] = field(default_factory=list)

    def finished(self) -> Drawing:
        return Drawing(self.width, self.y, tuple(self.marks))

    def block(self, x: float, y: float, width: float, height: float, tone: Tone) -> None:
        if width > 0 and height > 0:
            self.marks.append(Block(x, y, width, height, tone))

    def frame(
        self, x: float, y: float, width: float, height: float, kind: FrameKind = "pale"
    ) -> None:
        self.marks.append(Frame(x, y, width, height, kind))

    def words(
        self, x: float, y: float, text: str, kind: WordsKind = "text", anchor: Anchor = "start"
    ) -> None:
        if text:
            self.marks.append(Words(x, y, text, kind, anchor))

    def paragraph(
        self, x: float, y: float, text: str, room: float, kind: WordsKind, *, lines: int = 1
    ) -> float:
        """Words on at most so many lines from the baseline y; the baseline below them."""
        size, bold = TYPE[kind]
        for line in fitted(text, room, size, lines=lines, bold=bold):
            self.words(x, y, line, kind)
            y += size * 1.3
        return y

    def rule(self, x1: float, y1: float, x2: float, y2: float, kind: RuleKind = "grid") -> None:
        self.marks.append(Rule(x1, y1, x2, y2, kind))

    def label(
        self,
        place: tuple[float, float],
        text: str,
        room: float,
        kind: WordsKind,
        anchor: Anchor,
    ) -> None:
        """One line, shortened to the room it has."""
        size, bold = TYPE[kind]
        for line in fitted(text, room, size, bold=bold):
            self.words(*place, line, kind, anchor)

    def ribbon(
        self, start: tuple[float, float], end: tuple[float, float], thickness: float, tone: Tone
    ) -> None:
        """Between two points (x, upper edge)."""
        self.marks.append(Ribbon(*start, *end, thickness, tone))

    def pointer(self, x: float, y: float) -> None:
        self.marks.append(Pointer(x, y))

    def legend(self, keys: tuple[Key, ...]) -> None:
        """What each tone means, in as many lines as it takes."""
        x, swatch, size = 0.0, 14.0, TYPE["text"][0]
        for key in keys:
            room = swatch + 7 + width_of(key.label, size)
            if x and x + room > self.width:
                x = 0.0
                self.y += 24
            self.block(x, self.y + 2, swatch, swatch, key.tone)
            self.words(x + swatch + 7, self.y + 14, key.label)
            x += room + 20
        if keys:
            self.y += 34


def measured(text: str, kind: WordsKind) -> float:
    """Room that words of this kind need."""
    size, bold = TYPE[kind]
    return width_of(text, size, bold=bold)
