"""What people say about records, and the files and photos they put beside them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Key, Model, UtcDateTime

PHOTOS_KEPT = text("thumbnail_sha256 IS NOT NULL AND removed_at IS NULL")


class Remark(Model):
    """Words about one record, or files with words as their caption.

    The record is named as in the audit, which has no foreign key either: records are of
    many tables and none is ever deleted.
    """

    __tablename__ = "remark"
    __table_args__ = (
        Index("ix_remark_record", "record_kind", "record_id", "id"),
        CheckConstraint("length(words) <= 2000", name="words_are_few"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    record_kind: Mapped[str]
    record_id: Mapped[int] = mapped_column(Key)
    # Whose remark it is. On what organisations share, only the author's reads it.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    author_name: Mapped[str]
    words: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="remark", order_by="Attachment.id"
    )
    earlier: Mapped[list["EarlierWords"]] = relationship(order_by="EarlierWords.id")


class EarlierWords(Model):
    """What a remark said before its author changed it."""

    __tablename__ = "earlier_words"
    __table_args__ = (Index("ix_earlier_words_remark_id", "remark_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    remark_id: Mapped[int] = mapped_column(ForeignKey("remark.id"))
    words: Mapped[str]
    replaced_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attachment(Model):
    """One file or photo of a remark. Its bytes are kept in files, named by `sha256`.

    A photo has a `thumbnail_sha256`, and width and height in pixels. One that was kept long
    enough has `removed_at`, and its bytes are gone.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_remark_id", "remark_id"),
        Index(
            "ix_attachment_photos",
            "remark_id",
            "id",
            sqlite_where=PHOTOS_KEPT,
            postgresql_where=PHOTOS_KEPT,
        ),
        CheckConstraint("size_bytes > 0", name="not_empty"),
        CheckConstraint(
            "(thumbnail_sha256 IS NULL) = (width IS NULL)"
            " AND (thumbnail_sha256 IS NULL) = (height IS NULL)",
            name="photos_have_a_size",
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    remark_id: Mapped[int] = mapped_column(ForeignKey("remark.id"))
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    thumbnail_sha256: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    remark: Mapped[Remark] = relationship(back_populates="attachments")

    @property
    def is_photo(self) -> bool:
        return self.thumbnail_sha256 is not None
