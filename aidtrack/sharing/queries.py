"""Reads shares: what is open to whom, for the records themselves and for the list of all."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased, joinedload

from aidtrack.core import audit, clock, paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.identity import records
from aidtrack.identity.history import Happening
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.sharing import wording
from aidtrack.sharing.models import Purpose, Share

SHARES_MAX = 100
Owner = aliased(Organisation, name="owner")
Other = aliased(Organisation, name="other")


class ShareView(StrEnum):
    """The two sides of sharing, and what is over."""

    OURS = "ours"
    WITH_US = "with_us"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class OpenShare:
    """How a record of another organisation is open to whoever reads it."""

    id: int
    organisation: str
    purpose: Purpose
    note: str
    shared_at: datetime
    ends_on: date | None

    @property
    def is_to_receive(self) -> bool:
        """Whoever receives must know who comes and whom to ring; nobody else need."""
        return self.purpose == Purpose.RECEIVE

    @property
    def purpose_said(self) -> str:
        return wording.purpose_said(self.purpose, self.note)


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A share as lists and cards show it, both sides named. `title` is the record's."""

    id: int
    record_kind: str
    record_id: int
    title: str
    path: str
    organisation_id: int
    organisation: str
    with_organisation_id: int
    with_organisation: str
    purpose: Purpose
    note: str
    shared_at: datetime
    ends_on: date | None
    revoked_at: datetime | None
    is_open: bool

    @property
    def purpose_said(self) -> str:
        return wording.purpose_said(self.purpose, self.note)


BY_TIME = Order(
    "since", (Share.shared_at, Share.id), (datetime, int), lambda row: (row.shared_at, row.id)
)


def is_open() -> list[ColumnElement[bool]]:
    """The WHERE of shares that last today."""
    return [
        Share.revoked_at.is_(None),
        or_(Share.ends_on.is_(None), Share.ends_on >= clock.today()),
    ]


def shared_ids(
    kind: str, actor: Actor, permission: Permission, purpose: Purpose | None = None
) -> Select[int]:
    """The ids of a kind's records that others share with the actor's organisations."""
    return select(Share.record_id).where(
        Share.with_organisation_id.in_(actor.organisations_anywhere(permission)),
        Share.record_kind == kind,
        *is_open(),
        *([Share.purpose == purpose] if purpose else []),
    )


def shared_with(
    kind: str, record_id: int, actor: Actor, permission: Permission
) -> OpenShare | None:
    """How one record is open to the actor; None when nobody shares it with them.

    Of several organisations of theirs, the one that receives there sees most.
    """
    rows = db.session.execute(
        select(
            Share.id,
            Owner.name.label("organisation"),
            Share.purpose,
            Share.note,
            Share.shared_at,
            Share.ends_on,
        )
        .join(Owner, Owner.id == Share.organisation_id)
        .where(
            Share.record_kind == kind,
            Share.record_id == record_id,
            Share.with_organisation_id.in_(actor.organisations_anywhere(permission)),
            *is_open(),
        )
    )
    found = [OpenShare(**row._mapping) for row in rows]
    return max(found, key=lambda each: each.is_to_receive, default=None)


def is_shared_with(kind: str, record_id: int, organisation_id: int, purpose: Purpose) -> bool:
    """Whether an organisation may use a record for this purpose today."""
    asked = select(Share.id).where(
        Share.with_organisation_id == organisation_id,
        Share.record_kind == kind,
        Share.record_id == record_id,
        Share.purpose == purpose,
        *is_open(),
    )
    return db.session.scalar(asked) is not None


def is_open_to(kind: str, record_id: int, organisation_id: int | None) -> bool:
    """Whether an organisation sees a record today, for whatever purpose."""
    asked = select(Share.id).where(
        Share.with_organisation_id == organisation_id,
        Share.record_kind == kind,
        Share.record_id == record_id,
        *is_open(),
    )
    return db.session.scalar(asked) is not None


def shares_of(kind: str, record_id: int) -> list[ShareRow]:
    """With whom a record is or was shared, those it is open to first; for its owner."""
    rows = db.session.execute(
        _rows()
        .where(Share.record_kind == kind, Share.record_id == record_id)
        .order_by(Share.shared_at.desc(), Share.id.desc())
        .limit(SHARES_MAX)
    ).all()
    return sorted(map(_told, rows), key=lambda row: not row.is_open)


def shares(
    actor: Actor,
    view: ShareView,
    *,
    kind: str | None = None,
    sorting: Sorting = BY_TIME.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[ShareRow]:
    """What is shared, newest first: a keyset page in one statement."""
    rows = db.session.execute(
        _rows()
        .where(*_in_view(actor, view), *_of_kind(kind), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    return sorting.page([_told(row) for row in rows], limit)


def how_many(actor: Actor, view: ShareView, *, kind: str | None = None, most: int) -> int:
    """How many shares a view has; none is counted beyond `most`."""
    return paging.count_up_to(most, select(Share.id).where(*_in_view(actor, view), *_of_kind(kind)))


def share(share_id: int, actor: Actor) -> ShareRow:
    """One share, for both its sides. Raises NotFound."""
    row = db.session.execute(_rows().where(Share.id == share_id, _of_both(actor))).first()
    if row is None:
        raise NotFound(_("There is no such share."))
    return _told(row)


def history(share_id: int) -> list[Happening]:
    """What happened to a share, without the names of people: both sides read it."""
    return [wording.tell(entry) for entry in audit.history("share", share_id)]


def to_change(share_id: int, actor: Actor) -> Share:
    """The row itself, held until the commit, for both its sides. Raises NotFound."""
    found = db.session.scalar(
        select(Share)
        .where(Share.id == share_id, _of_both(actor))
        .options(joinedload(Share.organisation), joinedload(Share.with_organisation))
        .with_for_update(of=Share)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("There is no such share."))
    return found


def partners_of(organisation_id: int) -> list[tuple[int, str]]:
    """(id, name) of the other organisations of the installation, by name."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id != organisation_id)
        .order_by(Organisation.name)
    )
    return [(row.id, row.name) for row in rows]


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Share.id,
            Share.record_kind,
            Share.record_id,
            Share.title,
            Share.organisation_id,
            Owner.name.label("organisation"),
            Share.with_organisation_id,
            Other.name.label("with_organisation"),
            Share.purpose,
            Share.note,
            Share.shared_at,
            Share.ends_on,
            Share.revoked_at,
        )
        .join(Owner, Owner.id == Share.organisation_id)
        .join(Other, Other.id == Share.with_organisation_id)
    )


def _ours(actor: Actor) -> ColumnElement[bool]:
    return Share.organisation_id.in_(actor.organisations(Permission.VIEW_HOME))


def _with_us(actor: Actor) -> ColumnElement[bool]:
    return Share.with_organisation_id.in_(actor.organisations_anywhere(Permission.VIEW_HOME))


def _of_both(actor: Actor) -> ColumnElement[bool]:
    return or_(_ours(actor), _with_us(actor))


def _in_view(actor: Actor, view: ShareView) -> list[ColumnElement[bool]]:
    if view == ShareView.OURS:
        return [_ours(actor), *is_open()]
    if view == ShareView.WITH_US:
        return [_with_us(actor), *is_open()]
    over = or_(Share.revoked_at.is_not(None), Share.ends_on < clock.today())
    return [_of_both(actor), over]


def _of_kind(kind: str | None) -> list[ColumnElement[bool]]:
    return [Share.record_kind == kind] if kind else []


def _told(row: Any) -> ShareRow:
    return ShareRow(
        **row._mapping,
        path=records.kind_called(row.record_kind).page(row.record_id),
        is_open=row.revoked_at is None and (row.ends_on is None or row.ends_on >= clock.today()),
    )
