"""Reads acts: all of an organisation's, narrowed, or those on one record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from aidtrack.audit import kinds
from aidtrack.core import acts, audit
from aidtrack.core.acts import FIELDS, Topic
from aidtrack.core.audit import AuditEntry, Channel
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound, RuleBroken
from aidtrack.core.i18n import _, lazy
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.identity import history, records
from aidtrack.identity.models import RoleAssignment, User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.words import ROLES

BY_TIME = Order(
    "when",
    (AuditEntry.recorded_at, AuditEntry.id),
    (datetime, int),
    lambda row: (row.at, row.id),
)
BY_NUMBER = Order("number", (AuditEntry.id,), (int,), lambda row: (row.id,))
RECORD_ROWS = 50
ROLE_WORDS = {str(role): label for role, label in ROLES.items()}
# Facts that say most of an act on a record that tells no story of its own.
TOLD = ("number", "name", "code", "email", "with", "reason", "note", "why", "entries")
CHANNELS = {
    Channel.BROWSER: lazy("Browser"),
    Channel.API: lazy("Program"),
    Channel.PHONE: lazy("Driver’s phone"),
    Channel.JOB: lazy("Job"),
    Channel.COMMAND_LINE: lazy("Command line"),
}
TOPICS = {
    Topic.RIGHTS: lazy("Rights"),
    Topic.SIGN_IN: lazy("Signing in"),
    Topic.GOODS: lazy("Goods and papers"),
    Topic.RECORDS: lazy("Items, places, partners, people"),
    Topic.SETTINGS: lazy("Settings and jobs"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act: what was done to which record, who did it, when, and from where.

    `path` is the page of everything that happened to the record. `detail` says what was chosen
    where nothing of the record was changed. What names people may have been taken out since.
    """

    id: int
    at: datetime
    action: str
    title: str
    topic: str
    kind: str
    kind_name: str
    record_id: int
    record: str
    path: str
    who: str
    user_id: int | None
    channel: str
    channel_name: str
    address: str
    device: str
    changes: tuple[Change, ...]
    detail: str
    is_redacted: bool

    @property
    def is_of_rights(self) -> bool:
        return self.topic == Topic.RIGHTS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty means every act that the reader may see."""

    words: str = ""
    kind: str = ""
    topic: str = ""
    channel: str = ""
    user_id: int | None = None
    since: datetime | None = None
    before: datetime | None = None


def everything(
    actor: Actor,
    wanted: Wanted,
    *,
    sorting: Sorting = BY_TIME.down,
    cursor: str | None = None,
    limit: int,
) -> Page[AuditRow]:
    """Acts in the organisations whose audit is the reader's to see."""
    entries = db.session.scalars(
        select(AuditEntry)
        .where(_of(actor), *_narrowed(wanted), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    return sorting.page(_rows(entries), limit)


def of_record(
    kind: str, record_id: int, actor: Actor, cursor: str | None = None, limit: int = RECORD_ROWS
) -> Page[AuditRow]:
    """Everything that happened to one record, newest first.

    Whoever owns the record sees what others did to it too. Raises NotFound where the reader may
    see nothing of it.
    """
    seen = [] if _is_own(kind, record_id, actor) else [_of(actor)]
    this = (AuditEntry.record_kind == kind, AuditEntry.record_id == record_id)
    sorting = BY_NUMBER.down
    entries = db.session.scalars(
        select(AuditEntry)
        .where(*this, *seen, *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    if not entries and cursor is None:
        raise NotFound(_("There is no such record."))
    own = actor.organisations(Permission.VIEW_AUDIT)
    rows = [
        # From where the people of another organisation work is no concern of this one.
        row if entry.organisation_id in own else replace(row, address="", device="")
        for entry, row in zip(entries, _rows(entries), strict=True)
    ]
    return sorting.page(rows, limit)


def people(actor: Actor) -> list[tuple[int, str]]:
    """Who has a role in the reader's organisations, by name; those locked out too."""
    rows = db.session.execute(
        select(User.id, User.name)
        .where(
            User.id.in_(
                select(RoleAssignment.user_id).where(
                    RoleAssignment.organisation_id.in_(actor.organisations(Permission.VIEW_AUDIT))
                )
            )
        )
        .order_by(User.name, User.id)
    )
    return [(row.id, row.name) for row in rows]


def _of(actor: Actor) -> ColumnElement[bool]:
    own = sorted(actor.organisations(Permission.VIEW_AUDIT))
    # One is compared as one, so that an index on it keeps the order of time.
    if len(own) == 1:
        return AuditEntry.organisation_id == own[0]
    return AuditEntry.organisation_id.in_(own) if own else false()


def _is_own(kind: str, record_id: int, actor: Actor) -> bool:
    """Whether the record itself belongs to an organisation whose audit the reader may see."""
    own = actor.organisations(Permission.VIEW_AUDIT)
    if kind in ("organisation", "retention"):
        return record_id in own
    try:
        return records.kind_called(kind).find(record_id, actor).organisation_id in own
    except RuleBroken:
        return False


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    equal = {
        AuditEntry.record_kind: wanted.kind,
        AuditEntry.topic: wanted.topic,
        AuditEntry.channel: wanted.channel,
        AuditEntry.user_id: wanted.user_id,
    }
    return [
        *(column == value for column, value in equal.items() if value),
        *([AuditEntry.recorded_at >= wanted.since] if wanted.since else []),
        *([AuditEntry.recorded_at < wanted.before] if wanted.before else []),
        *([_named(wanted.words)] if wanted.words.strip() else []),
    ]


def _named(words: str) -> ColumnElement[bool]:
    """Acts on the records, or on the kinds of records, that the words name."""
    ids: dict[str, list[int]] = {}
    for kind, record_id in kinds.found(words):
        ids.setdefault(kind, []).append(record_id)
    ways = [
        and_(AuditEntry.record_kind == kind, AuditEntry.record_id.in_(some))
        for kind, some in ids.items()
    ]
    called = kinds.kinds_called(words)
    return or_(false(), *ways, *([AuditEntry.record_kind.in_(called)] if called else []))


def _rows(entries: Sequence[AuditEntry]) -> list[AuditRow]:
    named = [(entry.record_kind, entry.record_id) for entry in entries]
    named += [key for entry in entries for key in _role_at(entry.facts)]
    names = kinds.names_of(named)
    return [_row(entry, names) for entry in entries]


def _row(entry: AuditEntry, names: dict[kinds.Key, str]) -> AuditRow:
    kind, record_id = entry.record_kind, entry.record_id
    changes = _changes(entry)
    record = kinds.called(kind, record_id, names.get((kind, record_id)))
    detail = "" if changes else _detail(entry, names)
    return AuditRow(
        id=entry.id,
        at=entry.recorded_at,
        action=entry.action,
        title=acts.title_of(entry.action),
        topic=entry.topic,
        kind=kind,
        kind_name=kinds.label_of(kind),
        record_id=record_id,
        record=record,
        path=f"/audit/{kind}/{record_id}",
        who=who(entry),
        user_id=entry.user_id,
        channel=entry.channel,
        channel_name=str(CHANNELS.get(Channel(entry.channel), "")) if entry.channel else "",
        address=entry.address,
        device=entry.device,
        changes=changes,
        detail="" if detail == record else detail,
        is_redacted=entry.is_redacted,
    )


def who(entry: AuditEntry) -> str:
    """Their name, or their number where it was taken out."""
    if entry.user_name or entry.user_id is None:
        return history.who(entry)
    return _("Erased person %(number)s", number=entry.user_id)


def _changes(entry: AuditEntry) -> tuple[Change, ...]:
    changed = entry.facts.get(audit.CHANGES)
    if not isinstance(changed, dict):
        return ()
    fields = FIELDS.get(entry.record_kind, {})
    return tuple(
        Change(str(fields.get(name, name)), history.shown(pair[0]), history.shown(pair[1]))
        for name, pair in changed.items()
        if isinstance(pair, list) and len(pair) == 2
    )


def _detail(entry: AuditEntry, names: dict[kinds.Key, str]) -> str:
    """As the record's own page says it; a role with where it holds; or what was noted."""
    if "role" in entry.facts:
        role = ROLE_WORDS.get(str(entry.facts["role"]), str(entry.facts["role"]))
        return " · ".join([str(role), *(names.get(key, "") for key in _role_at(entry.facts))])
    try:
        return records.kind_called(entry.record_kind).tell(entry).detail
    except NotFound:
        return " · ".join(str(entry.facts[name]) for name in TOLD if entry.facts.get(name))


def _role_at(facts: Mapping[str, Any]) -> list[kinds.Key]:
    """The place or the donor that a role was given for."""
    if "role" not in facts:
        return []
    at = (("place", facts.get("site")), ("partner", facts.get("donor")))
    return [(kind, record_id) for kind, record_id in at if record_id]
