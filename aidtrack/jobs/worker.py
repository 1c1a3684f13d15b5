"""The process that does long work: huey's consumer, with a heart that beats and a sweep.

A few threads work; one more beats and sweeps, so that a long job never makes its worker look
dead. One process is enough for most: threads share its memory, and the database does the
heavy part. Start more, on any machine that reaches the queue and the database.
"""

import logging
import os
import secrets
import signal
import socket
import time
from typing import Any

from huey.consumer import Consumer, Scheduler
from sqlalchemy.exc import SQLAlchemyError

from aidtrack.core import clock
from aidtrack.core.errors import Busy
from aidtrack.jobs import runner, sweeper
from aidtrack.jobs.board import BEAT
from aidtrack.jobs.queue import queue

logger = logging.getLogger(__name__)
BEAT_SECONDS = 5.0
SWEEP_SECONDS = 10.0
ENDING_SECONDS = 10
THREADS = 2
NICENESS = 5
PATIENCE_SECONDS = 30.0


def work_until_stopped(
    app: Any, *, threads: int = THREADS, patience: float = PATIENCE_SECONDS, parent: int = 0
) -> None:
    """Work until SIGTERM or Ctrl+C, or until the process `parent` is gone.

    `patience` is how many seconds another worker may be silent before its jobs are taken over.
    """
    if parent:
        os.nice(NICENESS)  # Pages come first, on the same machine.
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    with app.app_context():
        words = queue()
    consumer = _Consumer(words.huey, threads)
    worker = runner.Worker(name, consumer.stop_flag.is_set, consumer.stop_flag.wait)

    def act(job_id: int) -> None:
        with app.app_context():
            runner.run(job_id, worker)

    words.act = act
    consumer.heart = _Heart(app, name, patience, parent)
    consumer.run()
    words.board.drop(sweeper.beat_of(name))


class _Heart:
    """What a worker does beside its work, each now and then."""

    def __init__(self, app: Any, name: str, patience: float, parent: int) -> None:
        self._app = app
        self._name = name
        self._parent = parent
        self._watch = sweeper.Watch(patience)
        self._sweep_every = min(SWEEP_SECONDS, patience / 2)
        self._beat_every = min(BEAT_SECONDS, patience / 4)
        self._beats_at = self._sweeps_at = 0.0

    def is_orphan(self) -> bool:
        return bool(self._parent) and os.getppid() != self._parent

    def beat(self) -> None:
        now = time.monotonic()
        with self._app.app_context():
            if now >= self._beats_at:
                self._beats_at = now + self._beat_every
                moment = clock.now().isoformat()
                queue().board.put(sweeper.beat_of(self._name), moment)
                queue().board.put(BEAT, moment)
            if now >= self._sweeps_at:
                self._sweeps_at = now + self._sweep_every
                self._sweep()

    def _sweep(self) -> None:
        try:
            sweeper.sweep(self._name, self._watch)
        except (SQLAlchemyError, Busy) as error:
            # A long import may hold SQLite's write lock; there is another sweep soon.
            logger.info("The sweep has to wait: %s", error)
        except Exception as error:  # noqa: BLE001 - of any of three libraries
            logger.warning("The queue cannot be reached: %s", error)


class _Ticker(Scheduler):
    """Stands where huey would look for tasks that are due: we keep the time ourselves."""

    consumer: "_Consumer"

    def loop(self, now: Any = None) -> None:
        self.consumer.heart.beat()
        if self.consumer.heart.is_orphan():
            os.kill(os.getpid(), signal.SIGTERM)
        self.stop_flag.wait(1)


class _Consumer(Consumer):
    """Ends in order on SIGTERM and Ctrl+C: running jobs stop at their next step and wait."""

    heart: _Heart

    def __init__(self, huey: Any, threads: int) -> None:
        super().__init__(huey, workers=threads, max_delay=1.0, shutdown_timeout=ENDING_SECONDS)
        self._signal_actions = {signal.SIGTERM: (False, True), signal.SIGINT: (False, True)}

    def _create_scheduler(self) -> Any:
        ticker = _Ticker(self.huey, self.stop_flag, 1, False)
        ticker.consumer = self
        return ticker
