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
from aidtrack.stock.models import Seal, StockMovement

SEALED_WITHIN = timedelta(days=1)
BACKED_UP_WITHIN = timedelta(days=7)


def look_over(instance: Path) -> Iterator[Finding]:
    yield _jobs()
    yield from _seals()
    yield _backup(instance)
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


def _backup(instance: Path) -> Finding:
    kept = instance / LAST_BACKUP
    made_at = _moment(kept.read_text()) if kept.is_file() else None
    if made_at is None:
        return weak(
            "backup", "There was no backup yet. Run: aidtrack backup FILE, and keep it elsewhere."
        )
    if made_at < clock.now() - BACKED_UP_WITHIN:
        return weak(
            "backup", f"The last backup is of {made_at:%Y-%m-%d}. Run: aidtrack backup FILE"
        )
    return good("backup", f"The last backup is of {made_at:%Y-%m-%d}.")


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
