"""How far work has come, told while it runs, and the person's wish to stop it.

Progress goes to the board beside the queue, never into our own database: on SQLite the work
may hold the one write lock there for as long as it takes, and a second connection that
wanted to write "40 %" would wait for the very transaction that it tells about.
"""

import time
from collections.abc import Callable
from typing import Any

from aidtrack.jobs.board import Board

TOLD_EVERY_SECONDS = 1.0


class Halted(BaseException):
    """The work must not go on. No Exception, so that no `except Exception` swallows it."""


class Cancelled(Halted):
    """The person does not want it any more."""


class Stopped(Halted):
    """The worker ends; another will do the work from its beginning."""


class Progress:
    """Given to the work, which calls `step` as often as it likes."""

    def __init__(self, board: Board, name: str, is_stopping: Callable[[], bool]) -> None:
        self._board = board
        self._name = name
        self._is_stopping = is_stopping
        self._told_at = 0.0
        self._began_at = time.monotonic()
        self.done = 0
        self.total = 0
        self.cancelled_by: dict[str, Any] | None = None

    def step(self, done: int, total: int) -> None:
        """`done` of `total` are done. Tells it about once a second.

        Raises Cancelled or Stopped (no Exceptions) when the work must end: let it through,
        and the transaction around it is undone.
        """
        self.done, self.total = min(done, total), total
        if self._is_stopping():
            raise Stopped
        if time.monotonic() - self._told_at >= TOLD_EVERY_SECONDS:
            self.tell()

    def tell(self) -> None:
        """Tell it now, and hear whether the work is still wanted."""
        self._told_at = time.monotonic()
        self._board.put(
            f"progress:{self._name}",
            {"done": self.done, "total": self.total, "seconds": time.monotonic() - self._began_at},
        )
        self.cancelled_by = self._board.get(f"cancel:{self._name}")
        if self.cancelled_by is not None:
            raise Cancelled
