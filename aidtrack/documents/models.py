"""Papers: numbered, frozen, reprintable to the byte, checkable by anyone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.identity.models import Organisation


class PaperKind(StrEnum):
    """The value is the letters in the paper's number."""

    WAYBILL = "WB"
    GOODS_RECEIVED_NOTE = "GRN"
    DISTRIBUTION_REPORT = "DST"
    DONOR_REPORT = "DDR"
    COUNT_SHEET = "CS"
    LOSS_REPORT = "LR"


class PaperStatus(StrEnum):
    VALID = "valid"
    SUPERSEDED = "superseded"
    VOID = "void"


class Paper(Model):
    """An issued paper: the facts as JSON, their checksum, and the code that verifies it.

    The source is the record it was made from, such as ("shipment", 12).
    """

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number", name="uq_paper_number"),
        Index("ix_paper_source", "source_kind", "source_id"),
        Index("ix_paper_donor_id", "donor_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[PaperKind]
    number: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    status: Mapped[PaperStatus] = mapped_column(default=PaperStatus.VALID)
    void_reason: Mapped[str] = mapped_column(default="")
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    source_kind: Mapped[str]
    source_id: Mapped[int] = mapped_column(Key)
    donor_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    facts: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    facts_sha256: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    organisation: Mapped[Organisation] = relationship()


class PaperFile(Model):
    """The PDF of a paper, drawn once on its first download and never again."""

    __tablename__ = "paper_file"

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    seal: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
