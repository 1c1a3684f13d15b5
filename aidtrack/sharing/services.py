"""What can happen between organisations: one shows a record, for how long, and no longer."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from aidtrack.core import audit, clock
from aidtrack.core.db import db, refusing, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity import records
from aidtrack.identity.history import changes
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require_everywhere
from aidtrack.identity.records import Record
from aidtrack.sharing import queries, wording
from aidtrack.sharing.models import Purpose, Share
from aidtrack.sharing.queries import ShareRow


class AlreadyShared(RuleBroken):
    """One record is shared with one organisation for one purpose at a time."""

    code = "already_shared"


class SharedNoLonger(RuleBroken):
    code = "shared_no_longer"


@dataclass(frozen=True, slots=True)
class Terms:
    """With whom, what for, and until which day; without one until it is revoked."""

    with_organisation_id: int
    purpose: Purpose
    note: str = ""
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class OtherSide:
    """Who acts, as the audit of the other organisation tells it: no person, their office."""

    name: str
    organisation_id: int
    user_id: int = 0


def share(kind: str, record_id: int, terms: Terms, *, actor: Actor, at: datetime) -> int:
    """Show one record to one other organisation. Said twice it is shared once.

    Raises AlreadyShared when it is open to them for another purpose. Returns the share's id.
    """
    with transaction() as session:
        record = shareable(kind, record_id, actor)
        owner_id = record.organisation_id or 0
        other = _other(kind, terms, owner_id)
        found = session.scalar(
            select(Share)
            .filter_by(record_kind=kind, record_id=record_id, with_organisation_id=other.id)
            .with_for_update()
        )
        if found is not None and found.is_open(at.date()):
            _expect_same(found, terms, other)
            return found.id
        shared = found or Share(
            record_kind=kind, record_id=record_id, with_organisation_id=other.id
        )
        shared.organisation_id, shared.title = owner_id, record.title
        shared.purpose, shared.note, shared.ends_on = terms.purpose, terms.note, terms.ends_on
        shared.shared_at, shared.shared_by_id = at, actor.user_id or None
        shared.revoked_at = shared.revoked_by_id = None
        with refusing(_already_shared(other)):
            session.add(shared)
        facts: dict[str, object] = {
            "purpose": str(terms.purpose),
            "note": terms.note,
            "ends_on": _said(terms.ends_on),
        }
        _record(shared, wording.SHARED, other, facts, actor)
        return shared.id


def change_end(share_id: int, ends_on: date | None, *, actor: Actor) -> None:
    """Show it for longer or less long; without a day until it is revoked."""
    with transaction():
        shared = _own(share_id, actor)
        if not shared.is_open(clock.today()):
            raise SharedNoLonger(_("This is shared no longer. Share it again instead."))
        _expect_to_come(ends_on)
        before = shared.ends_on
        if before == ends_on:
            return
        shared.ends_on = ends_on
        facts = changes({"ends_on": _said(before)}, {"ends_on": _said(ends_on)})
        facts |= {"ends_on": _said(ends_on)}
        _record(shared, wording.CHANGED, shared.with_organisation, facts, actor)


def ours(share_id: int, actor: Actor) -> ShareRow:
    """A share as its owner sees it, to change. Raises NotAllowed for the other side."""
    found = queries.share(share_id, actor)
    require_everywhere(actor, Permission.SHARE_RECORDS, organisation_id=found.organisation_id)
    return found


def revoke(share_id: int, *, actor: Actor, at: datetime) -> None:
    """Show it no longer, from now on. Revoked twice is revoked once."""
    with transaction():
        shared = _own(share_id, actor)
        if shared.revoked_at is not None:
            return
        shared.revoked_at, shared.revoked_by_id = at, actor.user_id or None
        _record(shared, wording.ENDED, shared.with_organisation, {}, actor)


def shareable(kind: str, record_id: int, actor: Actor) -> Record:
    """The record, for whoever may share it. Raises NotFound for what nobody can share."""
    record = records.kind_called(kind).find(record_id, actor)
    if record.organisation_id is None or not record.is_shareable:
        raise NotFound(_("There is no such record."))
    require_everywhere(actor, Permission.SHARE_RECORDS, organisation_id=record.organisation_id)
    return record


def _other(kind: str, terms: Terms, owner_id: int) -> Organisation:
    other = db.session.get(Organisation, terms.with_organisation_id)
    if other is None or other.id == owner_id:
        raise Invalid(_("Choose another organisation."), field="with_organisation_id")
    if terms.purpose not in wording.OFFERED[kind]:
        raise Invalid(_("Choose what it is shared for."), field="purpose")
    if terms.purpose == Purpose.OTHER and not terms.note:
        raise Invalid(_("Say what it is shared for."), field="note")
    _expect_to_come(terms.ends_on)
    return other


def _expect_to_come(ends_on: date | None) -> None:
    if ends_on is not None and ends_on < clock.today():
        raise Invalid(_("This day is past. Choose today or a later one."), field="ends_on")


def _expect_same(found: Share, terms: Terms, other: Organisation) -> None:
    said = (found.purpose, found.note, found.ends_on)
    if said != (terms.purpose, terms.note, terms.ends_on):
        raise _already_shared(other)


def _already_shared(other: Organisation) -> AlreadyShared:
    return AlreadyShared(
        _(
            "This is shared with %(organisation)s already. Revoke that first, or change its"
            " last day.",
            organisation=other.name,
        ),
        field="with_organisation_id",
    )


def _own(share_id: int, actor: Actor) -> Share:
    shared = queries.to_change(share_id, actor)
    require_everywhere(actor, Permission.SHARE_RECORDS, organisation_id=shared.organisation_id)
    return shared


def _record(
    shared: Share, action: str, other: Organisation, facts: dict[str, object], actor: Actor
) -> None:
    """The act beside the record for its owner, and beside the share for both sides."""
    told: dict[str, object] = {"with": other.name, **facts}
    audit.record(actor, action, kind=shared.record_kind, record_id=shared.record_id, facts=told)
    owner = db.session.get_one(Organisation, shared.organisation_id)
    beside = OtherSide(owner.name, shared.with_organisation_id)
    audit.record(beside, action, kind="share", record_id=shared.id, facts=told)


def _said(day: date | None) -> str | None:
    return day.isoformat() if day else None
