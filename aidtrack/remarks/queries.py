"""Reads the story of a record: what happened to it, and what people said and showed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, select, true
from sqlalchemy.orm import joinedload

from aidtrack.core import audit, files, paging
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity import records
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, Told
from aidtrack.remarks.models import Attachment, EarlierWords, Remark
from aidtrack.remarks.refusals import NotYours

MOMENTS = 20
NEWEST = 2**53  # An id that none has reached.


@dataclass(frozen=True, slots=True)
class Attached:
    """One file or photo as pages show it."""

    id: int
    file_name: str
    size_bytes: int
    is_photo: bool
    width: int | None
    height: int | None
    is_gone: bool = False  # Kept long enough, and taken out.


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a remark said until then."""

    words: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One remark. Taken back, it has words and files only for those who audit."""

    id: int
    at: datetime
    who: str
    words: str
    edited_at: datetime | None
    taken_back_at: datetime | None
    attached: tuple[Attached, ...]
    earlier: tuple[Earlier, ...]
    may_change: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """Either something happened, or somebody said something."""

    act: Told | None = None
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A record's moments, newest first; `older` is the cursor of the next ones."""

    kind: str
    record_id: int
    title: str
    path: str
    may_write: bool
    moments: tuple[Moment, ...]
    older: str | None


def story(
    kind: str, record_id: int, actor: Actor, *, cursor: str | None = None, limit: int = MOMENTS
) -> Story:
    """The story of a record, in a fixed number of statements. Raises NotFound."""
    known = records.kind_called(kind)
    record = known.find(record_id, actor)
    before = paging.decode(cursor, (int, int)) if cursor else [NEWEST, NEWEST]
    act_before, said_before = (int(str(each)) for each in before)
    # Whoever came by a journey's link reads what was said, not what the office did.
    by_link = actor.journey_id is not None
    acts = [] if by_link else audit.history(kind, record_id, limit + 1, act_before)
    seen = (Remark.record_kind == kind, Remark.record_id == record_id, Remark.id < said_before)
    remarks = _remarks(and_(*seen, _readable(record, actor)), limit + 1)
    shown = _merged(acts, remarks, limit)
    some_acts = [each for each in shown if isinstance(each, AuditEntry)]
    some_said = [each for each in shown if isinstance(each, Remark)]
    older = None
    if len(acts) + len(remarks) > len(shown):
        last_act = some_acts[-1].id if some_acts else act_before
        older = paging.encode((last_act, some_said[-1].id if some_said else said_before))
    said = _said(some_said, record, actor)
    return Story(
        kind=kind,
        record_id=record_id,
        title=record.title,
        path=known.page(record_id),
        may_write=record.may_write,
        moments=tuple(
            Moment(act=_told(known.tell(each), each, record, actor))
            if isinstance(each, AuditEntry)
            else Moment(said=said[each.id])
            for each in shown
        ),
        older=older,
    )


def _told(act: Told, entry: AuditEntry, record: Record, actor: Actor) -> Told:
    """The act; on what organisations share, without the names of other organisations' people."""
    own = {None, *(grant.organisation_id for grant in actor.grants)}
    if record.organisation_id is not None or entry.organisation_id in own:
        return act
    return Happening(act.at, act.title, _("Another organisation"), act.detail)


def own(remark: Remark | None, actor: Actor) -> Remark:
    """The remark, for its author who may still write on its record.

    Raises NotFound for a stranger's, NotYours for a colleague's.
    """
    if remark is not None:
        record = records.kind_called(remark.record_kind).find(remark.record_id, actor)
        if _is_near(remark, record, actor):
            if remark.author_id == actor.user_id and record.may_write:
                return remark
            raise NotYours(_("Only whoever wrote a comment may change it."))
    raise NotFound(_("There is no such comment."))


def words_of(remark_id: int, actor: Actor) -> str:
    """What the actor wrote there, to write it anew."""
    return own(db.session.get(Remark, remark_id), actor).words


def attachment(
    attachment_id: int, actor: Actor, *, small: bool = False
) -> tuple[Attachment, bytes]:
    """A file with its bytes, or a photo's small one. Raises NotFound for a stranger's."""
    found = db.session.get(Attachment, attachment_id, options=[joinedload(Attachment.remark)])
    if found is not None and found.removed_at is None and (found.is_photo or not small):
        kind = records.kind_called(found.remark.record_kind)
        record = kind.find(found.remark.record_id, actor)
        if may_read(found.remark, record, actor):
            content = files.read(found.thumbnail_sha256 or "" if small else found.sha256)
            if content is not None:
                return found, content
    raise NotFound(_("There is no such file."))


def may_read(remark: Remark, record: Record, actor: Actor) -> bool:
    """Whether somebody who sees the record may read the remark."""
    open_to_all = remark.taken_back_at is None
    return _is_near(remark, record, actor) and (open_to_all or _may_audit(remark, record, actor))


def _is_near(remark: Remark, record: Record, actor: Actor) -> bool:
    """On what organisations share, a remark is read by the author's organisation only."""
    return record.organisation_id is not None or remark.organisation_id in _readers(actor)


def _readers(actor: Actor) -> frozenset[int]:
    return actor.organisations_anywhere(Permission.VIEW_REMARKS)


def _may_audit(remark: Remark, record: Record, actor: Actor) -> bool:
    """Those who audit the author's organisation, or the one whose record it is."""
    audited = actor.organisations_anywhere(Permission.VIEW_AUDIT)
    return remark.organisation_id in audited or record.organisation_id in audited


def _readable(record: Record, actor: Actor) -> ColumnElement[bool]:
    """The WHERE of `_is_near`; nothing at all for those who may not read remarks."""
    if not actor.may(Permission.VIEW_REMARKS):
        return false()
    if record.organisation_id is not None:
        return true()
    return Remark.organisation_id.in_(_readers(actor))


def _remarks(wanted: ColumnElement[bool], limit: int) -> Sequence[Remark]:
    return db.session.scalars(
        select(Remark).where(wanted).order_by(Remark.id.desc()).limit(limit)
    ).all()


def _merged(
    acts: Sequence[AuditEntry], remarks: Sequence[Remark], limit: int
) -> list[AuditEntry | Remark]:
    """Both in one order, each kept in its own: what clocks say may differ from ids."""
    merged: list[AuditEntry | Remark] = []
    act, said = 0, 0
    while len(merged) < limit and (act < len(acts) or said < len(remarks)):
        if said == len(remarks) or (
            act < len(acts) and acts[act].recorded_at >= remarks[said].written_at
        ):
            merged.append(acts[act])
            act += 1
        else:
            merged.append(remarks[said])
            said += 1
    return merged


def _said(remarks: Sequence[Remark], record: Record, actor: Actor) -> dict[int, Said]:
    audits = {each.id: _may_audit(each, record, actor) for each in remarks}
    names_all = actor.journey_id is None
    visible = [each.id for each in remarks if each.taken_back_at is None or audits[each.id]]
    attached = _attached(visible)
    earlier = _earlier([each.id for each in remarks if each.edited_at and audits[each.id]])
    return {
        each.id: Said(
            id=each.id,
            at=each.written_at,
            who=each.author_name if names_all or each.author_id == actor.user_id else "",
            words=each.words if each.id in visible else "",
            edited_at=each.edited_at,
            taken_back_at=each.taken_back_at,
            attached=tuple(attached.get(each.id, ())),
            earlier=tuple(earlier.get(each.id, ())),
            may_change=record.may_write
            and each.author_id == actor.user_id
            and each.taken_back_at is None,
        )
        for each in remarks
    }


def _attached(remark_ids: Iterable[int]) -> dict[int, list[Attached]]:
    found: dict[int, list[Attached]] = {}
    for row in db.session.scalars(
        select(Attachment).where(Attachment.remark_id.in_(remark_ids)).order_by(Attachment.id)
    ):
        found.setdefault(row.remark_id, []).append(
            Attached(
                row.id,
                row.file_name,
                row.size_bytes,
                row.is_photo,
                row.width,
                row.height,
                is_gone=row.removed_at is not None,
            )
        )
    return found


def _earlier(remark_ids: list[int]) -> dict[int, list[Earlier]]:
    found: dict[int, list[Earlier]] = {}
    if remark_ids:
        for row in db.session.scalars(
            select(EarlierWords)
            .where(EarlierWords.remark_id.in_(remark_ids))
            .order_by(EarlierWords.id.desc())
        ):
            found.setdefault(row.remark_id, []).append(Earlier(row.words, row.replaced_at))
    return found
