"""What people do with remarks: write one, bring files, change the words, take it back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from aidtrack.core import audit, files, idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotAllowed, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.identity import records
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record
from aidtrack.remarks import queries
from aidtrack.remarks.contents import Examined, examine
from aidtrack.remarks.models import Attachment, EarlierWords, Remark
from aidtrack.remarks.refusals import TooMany, Unwelcome

WORDS_MAX = 2_000
FILES_PER_RECORD_MAX = 200
Where = tuple[str, int]  # The kind and the id of a remark's record.


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as it was sent, and the field of the form that it came in."""

    field: str
    name: str | None
    content: bytes


def add(
    kind: str,
    record_id: int,
    *,
    words: str,
    brought: Sequence[Brought],
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Put words, files and photos beside a record. Twice with the same key is once."""
    asked: dict[str, object] = {
        "record": f"{kind} {record_id}",
        "words": words,
        "files": [hashlib.sha256(each.content).hexdigest() for each in brought],
    }
    # Before a byte is looked at or kept: a stranger must not fill our disk.
    _writable(kind, record_id, actor)
    if (earlier := idempotency.earlier_result(key, "remark.add", asked)) is not None:
        return earlier
    if not words and not brought:
        raise Invalid(_("Write something, or add a photo or a file."), field="words")
    _few(words)
    _expect_room(kind, record_id, len(brought))
    attachments = [_kept(each) for each in _examined(brought)]
    with transaction() as session:
        record = _writable(kind, record_id, actor)
        # Serialises one person's remarks, and so a repetition of the same one.
        session.get_one(User, actor.user_id, with_for_update={"key_share": True})
        if (earlier := idempotency.earlier_result(key, "remark.add", asked)) is not None:
            return earlier
        _expect_room(kind, record_id, len(attachments))
        remark = Remark(
            record_kind=kind,
            record_id=record_id,
            organisation_id=_organisation(record, actor),
            author_id=actor.user_id,
            author_name=actor.name,
            words=words,
            written_at=at,
            attachments=attachments,
        )
        session.add(remark)
        session.flush()
        facts = asked | {"files": [each.file_name for each in attachments]}
        facts.pop("words")
        audit.record(actor, "remark.written", kind="remark", record_id=remark.id, facts=facts)
        idempotency.remember(key, "remark.add", asked, remark.id)
        return remark.id


def change(remark_id: int, words: str, *, actor: Actor, at: datetime) -> Where:
    """Say it in other words. What it said before is kept for those who audit."""
    with transaction() as session:
        remark = _own(remark_id, actor)
        where = (remark.record_kind, remark.record_id)
        if remark.taken_back_at is not None:
            raise WrongStatus(_("This comment was taken back."))
        if words == remark.words:
            return where
        if not words and not remark.attachments:
            raise Invalid(_("Write something, or take the comment back."), field="words")
        session.add(EarlierWords(remark_id=remark.id, words=remark.words, replaced_at=at))
        remark.words = _few(words)
        remark.edited_at = at
        audit.record(actor, "remark.changed", kind="remark", record_id=remark.id)
        return where


def take_back(remark_id: int, *, actor: Actor, at: datetime) -> Where:
    """Hide it from everyone but those who audit. Taking it back twice is once."""
    with transaction():
        remark = _own(remark_id, actor)
        if remark.taken_back_at is None:
            remark.taken_back_at = at
            audit.record(actor, "remark.taken_back", kind="remark", record_id=remark.id)
        return remark.record_kind, remark.record_id


def _writable(kind: str, record_id: int, actor: Actor) -> Record:
    record = records.kind_called(kind).find(record_id, actor)
    if not record.may_write:
        raise NotAllowed(_("Your role does not allow this."))
    return record


def _own(remark_id: int, actor: Actor) -> Remark:
    """The remark, locked, for its author."""
    remark = db.session.get(
        Remark, remark_id, with_for_update={"key_share": True}, populate_existing=True
    )
    return queries.own(remark, actor)


def _organisation(record: Record, actor: Actor) -> int:
    """Whose remark it is: of those for which the author may write, their own, the record's, any."""
    may = actor.organisations_anywhere(Permission.WRITE_REMARKS)
    for organisation_id in (actor.organisation_id, record.organisation_id, *sorted(may)):
        if organisation_id is not None and organisation_id in may:
            return organisation_id
    raise NotAllowed(_("Your role does not allow this."))


def _few(words: str) -> str:
    if len(words) > WORDS_MAX:
        raise Invalid(
            _("Use at most %(most)d characters, this has %(now)d.", most=WORDS_MAX, now=len(words)),
            field="words",
        )
    return words


def _examined(brought: Sequence[Brought]) -> list[Examined]:
    """What each file is. Raises Unwelcome naming every one that cannot be kept."""
    examined, problems = [], []
    for each in brought:
        try:
            examined.append(examine(each.name, each.content))
        except Unwelcome as unwelcome:
            problems.append({"field": each.field, "message": unwelcome.message})
    if problems:
        first = problems[0]
        raise Unwelcome(str(first["message"]), field=first["field"], problems=problems)
    return examined


def _kept(examined: Examined) -> Attachment:
    photo = examined.photo
    return Attachment(
        file_name=examined.file_name,
        media_type=examined.media_type,
        size_bytes=len(examined.content),
        sha256=files.put(examined.content),
        thumbnail_sha256=files.put(photo.thumbnail) if photo else None,
        width=photo.width if photo else None,
        height=photo.height if photo else None,
    )


def _expect_room(kind: str, record_id: int, wanted: int) -> None:
    if not wanted:
        return
    present = db.session.scalar(
        select(func.count(Attachment.id))
        .join(Remark, Remark.id == Attachment.remark_id)
        .where(Remark.record_kind == kind, Remark.record_id == record_id)
    )
    if (present or 0) + wanted > FILES_PER_RECORD_MAX:
        raise TooMany(
            _(
                "This record has %(most)d files and photos already, as many as it may.",
                most=FILES_PER_RECORD_MAX,
            )
        )
