"""Asks for jobs, does them in the test's own process, and waits for those of others."""

import time
from collections.abc import Callable
from threading import Event
from uuid import uuid4

from sqlalchemy import func, select

from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.identity.permissions import Actor
from aidtrack.jobs import runner, services
from aidtrack.jobs.models import Job, JobStatus

PATIENCE_SECONDS = 180
HERE = runner.Worker("tests", is_stopping=lambda: False, wait=lambda _seconds: None)


def ask(actor: Actor, kind: str = "test.trace", key: str = "a", **more: object) -> int:
    """A job of one of the kinds of works.py."""
    arguments = {"key": str(uuid4()), "name": "rope", **more}
    return services.enqueue(kind, arguments, actor=actor, key=key, about={"name": "rope"})


def traces() -> int:
    """How often the work of `test.trace` had its effect."""
    db.session.rollback()
    statement = select(func.count(AuditEntry.id)).where(AuditEntry.action == "test.trace")
    return db.session.scalars(statement).one()


def do_what_waits() -> int:
    """Run what people asked for, and not what the clock does; how many jobs that were."""
    waiting = db.session.scalars(
        select(Job.id)
        .where(Job.status == JobStatus.WAITING, Job.organisation_id.is_not(None))
        .order_by(Job.id)
    ).all()
    for job_id in waiting:
        runner.run(job_id, HERE)
    return len(waiting)


def until(condition: Callable[[], object], what: str) -> None:
    """Look again and again until it holds; fail at last, saying what was waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited too long for {what}"
        Event().wait(0.05)


def job(job_id: int) -> Job:
    """The job as anyone sees it now."""
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)
