"""Fills pages from top to bottom with pieces, and splits what is taller than the room left.

A paper is first cut into pages and drawn afterwards, so "page x of y" is known without a
second pass. Measures are millimetres.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from aidtrack.documents.kit import HAIR, Align, Sheet
from aidtrack.documents.text import Line

BASELINE = 0.74  # of the leading, from its top
TOLERANCE = 0.001


class Piece(Protocol):
    """Something that takes room on a page."""

    @property
    def height(self) -> float: ...

    def draw(self, sheet: Sheet, top: float) -> None: ...

    def split(self, room: float) -> tuple[Piece, Piece] | None:
        """Two pieces, the first no taller than the room; None when it cannot be split there."""


class Area(NamedTuple):
    """Where a piece lies on its page."""

    top: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height


class Cell(NamedTuple):
    """Measured lines in a column: x and width in millimetres."""

    x: float
    width: float
    lines: tuple[Line, ...]
    align: Align = "start"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side, their lines on common baselines.

    rule: weight of the rule below, 0 for none.  verticals: where upright rules stand.
    frame: draws around the row.
    """

    cells: tuple[Cell, ...]
    leading: float = 3.2
    above: float = 0.6
    below: float = 0.7
    rule: float = 0.0
    verticals: tuple[float, ...] = ()
    width: float = 180.0
    least: float = 0.0
    frame: Callable[[Sheet, Area], None] | None = None

    @property
    def height(self) -> float:
        count = max((len(cell.lines) for cell in self.cells), default=0)
        return max(self.least, self.above + count * self.leading + self.below)

    def draw(self, sheet: Sheet, top: float) -> None:
        first = top + self.above + BASELINE * self.leading
        for x, room, lines, align in self.cells:
            y = first
            for line in lines:
                sheet.line(x, y, line, room=room, align=align)
                y += self.leading
        bottom = top + self.height
        if self.rule:
            sheet.rule(0, bottom, self.width, bottom, self.rule)
        for x in self.verticals:
            sheet.vertical(x, top, bottom, HAIR)
        if self.frame is not None:
            self.frame(sheet, Area(top, bottom - top))

    def split(self, room: float) -> tuple[Piece, Piece] | None:
        count = int((room - self.above - self.below) / self.leading)
        if count < 1:
            return None
        head = tuple(cell._replace(lines=cell.lines[:count]) for cell in self.cells)
        rest = tuple(cell._replace(lines=cell.lines[count:]) for cell in self.cells)
        return replace(self, cells=head, least=0.0), replace(self, cells=rest, least=0.0)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A piece of fixed height that cannot be split."""

    height: float
    paint: Callable[[Sheet, float], None]

    def draw(self, sheet: Sheet, top: float) -> None:
        self.paint(sheet, top)

    def split(self, room: float) -> tuple[Piece, Piece] | None:
        return None


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty room; it vanishes at the top of a page."""

    height: float

    def draw(self, sheet: Sheet, top: float) -> None:
        """Nothing."""

    def split(self, room: float) -> tuple[Piece, Piece] | None:
        return None


class _Item(NamedTuple):
    piece: Piece
    keep: bool
    head: tuple[Piece, ...]


class Placed(NamedTuple):
    """A piece and the y of its top."""

    piece: Piece
    top: float


@dataclass(slots=True)
class Flow:
    """Pieces in the order in which they are read."""

    items: list[_Item] = field(default_factory=list)

    def add(self, piece: Piece, *, keep: bool = False, head: tuple[Piece, ...] = ()) -> None:
        """keep: on one page with the next piece, if they fit on a page together.

        head: pieces repeated above this one when it begins a page.
        """
        self.items.append(_Item(piece, keep, head))

    def add_all(self, pieces: Iterable[Piece], *, head: tuple[Piece, ...] = ()) -> None:
        for piece in pieces:
            self.add(piece, head=head)

    def keep_last(self) -> None:
        """The last piece stays with what is added next."""
        if self.items:
            self.items[-1] = self.items[-1]._replace(keep=True)

    def _chains(self) -> Iterator[list[_Item]]:
        chain: list[_Item] = []
        for item in self.items:
            chain.append(item)
            if not item.keep:
                yield chain
                chain = []
        if chain:
            yield chain

    def pages(self, *, first_top: float, top: float, bottom: float) -> list[list[Placed]]:
        """The pieces of each page, with their places."""
        filler = _Filler(first_top, top, bottom)
        for chain in self._chains():
            filler.place_chain(chain)
        return filler.pages


class _Filler:
    """The page being filled."""

    def __init__(self, first_top: float, top: float, bottom: float) -> None:
        self.pages: list[list[Placed]] = [[]]
        self.top, self.bottom = top, bottom
        self.y = first_top
        self.fresh = True

    def place_chain(self, chain: list[_Item]) -> None:
        height = sum(item.piece.height for item in chain)
        if not self.fresh and self._overflows(height) and self._fits_new_page(height, chain[0]):
            self._turn(chain[0].head)
        for item in chain:
            self._place(item)

    def _place(self, item: _Item) -> None:
        piece, _, head = item
        if isinstance(piece, Gap):
            self.y += 0 if self.fresh else piece.height
            return
        while self._overflows(piece.height):
            if not self.fresh and self._fits_new_page(piece.height, item):
                self._turn(head)
                break
            parts = piece.split(self.bottom - self.y)
            if parts is None:
                if self.fresh:
                    raise ValueError("A piece that cannot be split is taller than a page.")
                self._turn(head)
                continue
            self._put(parts[0])
            self._turn(head)
            piece = parts[1]
        self._put(piece)

    def _overflows(self, height: float) -> bool:
        return self.y + height > self.bottom + TOLERANCE

    def _fits_new_page(self, height: float, item: _Item) -> bool:
        head = sum(piece.height for piece in item.head)
        return self.top + head + height <= self.bottom + TOLERANCE

    def _turn(self, head: tuple[Piece, ...]) -> None:
        self.pages.append([])
        self.y = self.top
        for piece in head:
            self._put(piece)
        self.fresh = True

    def _put(self, piece: Piece) -> None:
        self.pages[-1].append(Placed(piece, self.y))
        self.y += piece.height
        self.fresh = False
