"""The photos that a person put beside records, as files of an archive of their data."""

from collections.abc import Iterator

from sqlalchemy import select

from aidtrack.core import files
from aidtrack.core.db import db
from aidtrack.remarks.models import PHOTOS_KEPT, Attachment, Remark


def taken_by(user_id: int) -> Iterator[tuple[str, bytes]]:
    """(name, bytes), one in memory at a time."""
    rows = db.session.execute(
        select(Attachment.id, Attachment.sha256)
        .join(Remark, Remark.id == Attachment.remark_id)
        .where(PHOTOS_KEPT, Remark.author_id == user_id)
        .order_by(Attachment.id)
    ).all()
    for row in rows:
        content = files.read(row.sha256)
        if content is not None:
            yield f"{row.id}.jpg", content
