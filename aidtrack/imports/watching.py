"""Tells whoever watches how far an import is, in hundredths."""

from collections.abc import Callable
from dataclasses import dataclass

Watch = Callable[[int, int], None]
PLANNED, WRITTEN, WHOLE = 20, 99, 100


def unwatched(_done: int, _total: int) -> None:
    """Nobody looks: a short list is taken in at once."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the whole way, which has steps of its own."""

    watch: Watch
    start: int
    end: int

    def step(self, done: int, total: int) -> None:
        self.watch(self.start + (self.end - self.start) * done // max(total, 1), WHOLE)
