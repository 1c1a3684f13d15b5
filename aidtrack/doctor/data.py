"""What the doctor looks at of the data: jobs, seals, backups, the clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.archive import LAST_BACKUP
from aidtrack.core.db import db
from aidtrack.doctor.findings import Finding, Health, good, weak, wrong
from aidtrack.jobs import queries as jobs
from aidtrack.sealing import checks
from aidtrack.sealing.models import Seal
from aidtrack.stock.models import StockMovement

SEALED_WITHIN = timedelta(days=1)
BACKED_UP_WITHIN = timedelta(days=7)
CHECKED_WITHIN = timedelta(days=8)
BACK_UP = "Run: aidtrack backup FILE, and keep it elsewhere."
VERIFY = "A worker checks it every day; or run: aidtrack ledger verify"


def look_over(instance: Path) -> Iterator[Finding]:
    yield _jobs()
    yield from _seals()
    yield _last(instance / LAST_BACKUP, BACKED_UP_WITHIN, "backup", BACK_UP)
    yield _checked()
    yield from _clock()


def _jobs() -> Finding:
    if not jobs.worker_is_silent():
        return good("worker", "A worker does the jobs.")
    waiting = jobs.waiting_count()
    return Finding(
        "worker",
        Health.WRONG if waiting else Health.WEAK,
        f"No worker has reported for 2 minutes; {waiting} job(s) wait. `aidtrack run` starts one,"
        " `aidtrack work` another.",
    )


def _seals() -> Iterator[Finding]:
    """What is not sealed could be changed by whoever reaches the database, unseen."""
    sealed = select(func.coalesce(func.max(Seal.last_movement_id), 0)).scalar_subquery()
    oldest = db.session.scalar(
        select(func.min(StockMovement.recorded_at)).where(StockMovement.id > sealed)
    )
    if oldest is not None and oldest < clock.now() - SEALED_WITHIN:
        yield weak(
            "seals",
            f"Movements since {oldest:%Y-%m-%d} are not sealed. Run: aidtrack ledger seal",
        )


def _checked() -> Finding:
    """Whether every balance and seal agreed when they were computed again, and how lately."""
    last = checks.latest()
    if last is None:
        return weak("verification", f"The ledger was not checked yet. {VERIFY}")
    if not last.holds:
        return wrong(
            "verification",
            f"The check of {last.ended_at:%Y-%m-%d} found {len(last.disagreements)} row(s) that"
            " disagree. Run: aidtrack ledger verify, and compare with your last backup.",
        )
    if last.ended_at < clock.now() - CHECKED_WITHIN:
        return weak("verification", f"The last check is of {last.ended_at:%Y-%m-%d}. {VERIFY}")
    return good("verification", f"Everything agreed at the check of {last.ended_at:%Y-%m-%d}.")


def _last(kept: Path, within: timedelta, what: str, remedy: str) -> Finding:
    """Something that is done from time to time, and leaves its day in the instance folder."""
    done_at = _moment(kept.read_text()) if kept.is_file() else None
    if done_at is None:
        return weak(what, f"There was no {what} yet. {remedy}")
    if done_at < clock.now() - within:
        return weak(what, f"The last {what} is of {done_at:%Y-%m-%d}. {remedy}")
    return good(what, f"The last {what} is of {done_at:%Y-%m-%d}.")


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _clock() -> Iterator[Finding]:
    latest = db.session.scalar(select(func.max(StockMovement.recorded_at)))
    if latest is not None and latest > clock.now():
        yield wrong(
            "clock",
            f"The newest movement was recorded at {latest:%Y-%m-%d %H:%M} UTC, which is yet to"
            " come. The clock of this machine is wrong.",
        )
