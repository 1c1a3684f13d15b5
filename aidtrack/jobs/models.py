"""Long work as rows: what was asked, by whom, and how it went. The row is the truth."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core.db import Key, Model, UtcDateTime


class JobStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = (JobStatus.WAITING, JobStatus.RUNNING)


class Job(Model):
    """One piece of long work. The same kind and key is the same work, however often asked.

    `attempts` counts how often a worker took it: whoever reports back names the attempt, so
    that a worker that was given up for dead cannot overwrite what another found. `losses`
    counts the workers that died over it. `about` fills the title; `language` is the one in
    which it was asked for; `result` is `{"url", "facts"}`, `error` is `{"code", "message"}`.
    Work that repeats by the clock has one row for ever, of no organisation and no person.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("kind", "key", name="uq_job_once"),
        CheckConstraint("0 <= done AND done <= total", name="done_of_total"),
        Index("ix_job_organisation_id", "organisation_id", "id"),
        Index("ix_job_user_id", "user_id", "id"),
        Index("ix_job_status", "status", "id"),
        Index("ix_job_organisation_asked", "organisation_id", "asked_at", "id"),
        Index("ix_job_user_asked", "user_id", "asked_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user_name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.WAITING)
    worker: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    losses: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
