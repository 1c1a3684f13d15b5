"""Keeps when the ledger was checked and what came out, for whoever must be sure of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from aidtrack.core import clock
from aidtrack.core.db import db, transaction
from aidtrack.sealing import verification
from aidtrack.sealing.models import LedgerCheck
from aidtrack.sealing.verification import Told, Verdict

KEPT = 90


@dataclass(frozen=True, slots=True)
class Checked:
    """One check, and its verdict."""

    id: int
    verdict: Verdict


def check(progress: Told = lambda _step, _done, _total: None) -> Checked:
    """Verify everything and keep what came out. Older checks than the last KEPT go."""
    began_at = clock.now()
    verdict = verification.verify(progress)
    # Reading took long: what it held on to is let go before anything is written.
    db.session.rollback()
    with transaction() as session:
        kept = LedgerCheck(
            began_at=began_at,
            ended_at=clock.now(),
            movements=verdict.movements,
            lines=verdict.lines,
            acts=verdict.acts,
            seals=verdict.seals,
            signatures=verdict.signatures,
            disagreements=[[x.table, x.key, x.sentence] for x in verdict.disagreements],
        )
        session.add(kept)
        session.flush()
        for old in session.scalars(_newest_first().offset(KEPT)):
            session.delete(old)
        return Checked(kept.id, verdict)


def latest() -> LedgerCheck | None:
    return db.session.scalar(_newest_first().limit(1))


def recent(limit: int) -> list[LedgerCheck]:
    """The newest checks first."""
    return list(db.session.scalars(_newest_first().limit(limit)))


def last_good_at() -> datetime | None:
    """When everything agreed for the last time."""
    for each in recent(KEPT):
        if each.holds:
            return each.ended_at
    return None


def _newest_first() -> Select[LedgerCheck]:
    return select(LedgerCheck).order_by(LedgerCheck.id.desc())
