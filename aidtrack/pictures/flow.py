"""A flow from the left to the right: what came from whom, and where it went (a Sankey)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from aidtrack.pictures.shapes import Anchor, Board, Drawing, Key
from aidtrack.pictures.tones import Tone

BESIDE = 500  # pixels; in a narrower picture names stand above their nodes
NAMES_SHARE = 0.27
NODE, GAP = 12.0, 10.0
SLOT = 40.0  # two lines of words
DEPTH, DEPTH_BELOW = 360.0, 300.0  # of the taller side, when nothing is too thin


class Node(NamedTuple):
    """A place where something came from or went to. tone: that of the right side's nodes."""

    name: str
    figure: str
    tone: Tone = "idle"


class Link(NamedTuple):
    """How much went from a node of the left side to one of the right, by their numbers."""

    source: int
    target: int
    value: int


@dataclass(slots=True)
class _Side:
    """Tops and heights of the nodes of one side, and how far each is filled."""

    tops: list[float] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    filled: list[float] = field(default_factory=list)
    bottom: float = 0.0


@dataclass(frozen=True, slots=True)
class Flow:
    """Nodes in the order in which they stand from top to bottom."""

    sources: tuple[Node, ...]
    targets: tuple[Node, ...]
    links: tuple[Link, ...]
    keys: tuple[Key, ...] = ()

    def drawn(self, width: float) -> Drawing:
        board = Board(width)
        used = {node.tone for node in self.targets}
        board.legend(tuple(key for key in self.keys if key.tone in used))
        is_beside = width >= BESIDE
        names = width * NAMES_SHARE if is_beside else 0.0
        total = sum(link.value for link in self.links) or 1
        scale = (DEPTH if is_beside else DEPTH_BELOW) / total
        left = self._side(board.y, [link.source for link in self.links], scale, is_beside)
        right = self._side(board.y, [link.target for link in self.links], scale, is_beside)
        self._ribbons(board, left, right, names, scale)
        for node, top, height in zip(self.sources, left.tops, left.heights, strict=True):
            board.frame(names, top, NODE, height, "node")
            _label(board, node, top, height, at_start=True, names=names)
        for node, top, height in zip(self.targets, right.tops, right.heights, strict=True):
            board.block(width - names - NODE, top, NODE, height, node.tone)
            _label(board, node, top, height, at_start=False, names=names)
        board.y = max(left.bottom, right.bottom)
        return board.finished()

    def _side(self, y: float, ends: Sequence[int], scale: float, is_beside: bool) -> _Side:
        side = _Side()
        for index in sorted(set(ends)):
            value = sum(
                link.value for link, end in zip(self.links, ends, strict=True) if end == index
            )
            height = max(2.0, value * scale)
            if is_beside:
                slot = max(height, SLOT)
                side.tops.append(y + (slot - height) / 2)
                y += slot + GAP
            else:
                side.tops.append(y + SLOT)
                y += SLOT + height + GAP
            side.heights.append(height)
            side.filled.append(0.0)
        side.bottom = y
        return side

    def _ribbons(self, board: Board, left: _Side, right: _Side, names: float, scale: float) -> None:
        for source, target, value in self.links:
            thickness = max(1.0, value * scale)
            board.ribbon(
                (names + NODE, left.tops[source] + left.filled[source]),
                (board.width - names - NODE, right.tops[target] + right.filled[target]),
                thickness,
                self.targets[target].tone,
            )
            left.filled[source] += value * scale
            right.filled[target] += value * scale


def _label(
    board: Board, node: Node, top: float, height: float, *, at_start: bool, names: float
) -> None:
    """Beside its node on a wide picture, above it on a narrow one."""
    if names:
        y, room = top + height / 2 - 4, names - 10
        x = room if at_start else board.width - room
        anchor: Anchor = "end" if at_start else "start"
    else:
        y, room = top - 22, board.width / 2 - 8
        x = 0.0 if at_start else board.width
        anchor = "start" if at_start else "end"
    board.label((x, y), node.name, room, "strong", anchor)
    board.label((x, y + 16), node.figure, room, "soft", anchor)
