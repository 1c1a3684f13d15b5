"""Lists that people brought: the bytes as they came, and what was done with them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.imports.headings import Kind


class RunStatus(StrEnum):
    PREVIEWED = "previewed"
    APPLIED = "applied"


class ImportRun(Model):
    """One list. What is applied is these very bytes, which `checksum` (SHA-256) names.

    `row_count` is of the rows below the heading, as last looked at.
    `summary` is what the import did, kept when it is applied: counts, notes, extras.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        Index("ix_import_run_checksum", "organisation_id", "checksum"),
        Index("ix_import_run_organisation_id", "organisation_id", "id"),
        Index("ix_import_run_filename", "organisation_id", "filename", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[Kind]
    status: Mapped[RunStatus] = mapped_column(default=RunStatus.PREVIEWED)
    filename: Mapped[str]
    row_count: Mapped[int] = mapped_column(default=0)
    checksum: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previewed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    previewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
