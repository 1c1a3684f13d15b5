"""Carries the word "job 17 waits" to whoever works, by huey; knows nothing else of a job.

huey keeps its words in a SQLite file in instance/, in PostgreSQL or in Redis, as QUEUE_URL
says. Words are JSON: huey's own pickles would let whoever writes to the queue run code here.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from flask import current_app

from aidtrack.jobs.board import Board

if TYPE_CHECKING:
    from huey import Huey

logger = logging.getLogger(__name__)
NAME = "aidtrack"
EXTENSION = "aidtrack_queue"


class Queue:
    """The queue of one process. Connections are opened when first used."""

    def __init__(self, url: str) -> None:
        self.process = os.getpid()
        self.act: Callable[[int], None] | None = None
        self.huey = _huey(url)
        self._word = self.huey.task(name="run")(self._run)
        self.board = Board(self.huey.storage)

    def say_that_it_waits(self, job_id: int) -> None:
        """Send the word. Lost words are found again, so a queue that is down stops nobody."""
        try:
            self._word(job_id)
        except Exception as error:  # noqa: BLE001 - of any of three libraries
            logger.warning("Job %s waits, but the queue cannot be reached: %s", job_id, error)

    def is_empty(self) -> bool:
        return self.huey.pending_count() == 0

    def _run(self, job_id: int) -> None:
        assert self.act is not None, "only a worker runs jobs"
        self.act(job_id)


def queue() -> Queue:
    """The queue of the running application; each process has connections of its own."""
    known = current_app.extensions.get(EXTENSION)
    if not isinstance(known, Queue) or known.process != os.getpid():
        known = current_app.extensions[EXTENSION] = Queue(current_app.config["QUEUE_URL"])
    return known


def say_that_it_waits(job_id: int) -> None:
    queue().say_that_it_waits(job_id)


def _huey(url: str) -> "Huey":
    # Loaded when the first job is asked for or shown: servers stay small until then.
    from huey import PostgresHuey, RedisHuey, SqliteHuey
    from huey.registry import Message
    from huey.serializer import Serializer

    class Words(Serializer):
        def _serialize(self, data: Any) -> bytes:
            return msgspec.json.encode(list(data))

        def _deserialize(self, data: Any) -> Any:
            return Message(*msgspec.json.decode(bytes(data)))

    plain: dict[str, Any] = {"results": False, "serializer": Words()}
    if url.startswith("redis"):
        return RedisHuey(NAME, url=url, **plain)
    if url.startswith("postgresql"):
        return PostgresHuey(NAME, dsn=url.replace("+psycopg", "", 1), table_prefix="queue", **plain)
    file = Path(url.removeprefix("sqlite:///"))
    file.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=str(file), **plain)
