"""Finds what nobody works on: words that were lost, workers that died, clocks that are due.

Any worker sweeps, from time to time and beside its work. Every change is one guarded UPDATE,
so that two who sweep at once do no harm.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import CursorResult, select, update

from aidtrack.core import clock
from aidtrack.core.db import after_commit, db, transaction
from aidtrack.jobs import runner
from aidtrack.jobs.models import UNFINISHED, Job, JobStatus
from aidtrack.jobs.queue import queue, say_that_it_waits
from aidtrack.jobs.work import REPEATING, Repeating

WORD_SECONDS = 10
CLOCKWORK = "clock"


class Watch:
    """Tells which workers are gone: those whose beat did not change while we looked.

    It goes by what this worker saw on its own clock, so that neither the clocks of two
    machines nor an emptied queue make a living worker dead.
    """

    def __init__(self, patience_seconds: float, clock: Callable[[], float] = time.monotonic):
        self._patience = patience_seconds
        self._clock = clock
        self._seen: dict[str, tuple[object, float]] = {}

    def gone(self, beats: dict[str, object]) -> set[str]:
        """Of these workers with their newest beats (None for none), the dead ones."""
        now = self._clock()
        self._seen = {
            name: self._seen[name]
            if name in self._seen and self._seen[name][0] == beat
            else (beat, now)
            for name, beat in beats.items()
        }
        return {name for name, (_, since) in self._seen.items() if now - since > self._patience}


def sweep(worker: str, watch: Watch) -> None:
    """Look once over everything unfinished."""
    due = [each for each in REPEATING.values() if _is_due(each)]
    unfinished = db.session.execute(
        select(Job.id, Job.status, Job.worker, Job.attempts, Job.asked_at).where(
            Job.status.in_(UNFINISHED)
        )
    ).all()
    db.session.rollback()
    for each in due:
        _set_off(each)
    others = {
        row.worker for row in unfinished if row.status is JobStatus.RUNNING and row.worker != worker
    }
    dead = watch.gone(_beats(others))
    for row in unfinished:
        if row.status is JobStatus.RUNNING and row.worker in dead:
            runner.give_up(row.id, row.attempts)
    for name in dead:
        queue().board.drop(beat_of(name))
    if queue().is_empty():
        late = clock.now() - timedelta(seconds=WORD_SECONDS)
        for row in unfinished:
            if row.status is JobStatus.WAITING and row.asked_at < late:
                say_that_it_waits(row.id)


def beat_of(worker: str) -> str:
    return f"worker:{worker}"


def _beats(workers: set[str]) -> dict[str, object]:
    """The newest beat of each; of nobody while the board cannot be read."""
    found = queue().board.get_many(map(beat_of, workers))
    return {} if found is None else {name: found.get(beat_of(name)) for name in workers}


def _is_due(repeating: Repeating) -> bool:
    row = db.session.execute(
        select(Job.status, Job.asked_at).filter_by(kind=repeating.kind, key=CLOCKWORK)
    ).one_or_none()
    if row is None:
        return True
    before = clock.now() - timedelta(minutes=repeating.minutes)
    return row.status not in UNFINISHED and row.asked_at <= before


def _set_off(repeating: Repeating) -> None:
    """Let it wait for a worker, unless another who sweeps was first."""
    with transaction() as session:
        now = clock.now()
        changed = session.execute(
            update(Job)
            .where(
                Job.kind == repeating.kind,
                Job.key == CLOCKWORK,
                Job.status.not_in(UNFINISHED),
                Job.asked_at <= now - timedelta(minutes=repeating.minutes),
            )
            .values(status=JobStatus.WAITING, asked_at=now, losses=0)
        )
        assert isinstance(changed, CursorResult)
        job_id = session.scalar(select(Job.id).filter_by(kind=repeating.kind, key=CLOCKWORK))
        if job_id is None:
            job = Job(
                kind=repeating.kind,
                key=CLOCKWORK,
                user_name="aidtrack",
                about={},
                arguments={},
                asked_at=now,
            )
            session.add(job)
            session.flush()
            after_commit(partial(say_that_it_waits, job.id))
        elif changed.rowcount:
            after_commit(partial(say_that_it_waits, job_id))
