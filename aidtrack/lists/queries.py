"""Reads saved views: one's own, and those that the organisation shares."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import joinedload

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.lists.models import SavedView

# Every list page reads this: building the statement takes longer than running it.
_OF_LIST = (
    select(
        SavedView.id,
        SavedView.name,
        SavedView.query,
        SavedView.is_shared,
        SavedView.is_default,
        SavedView.owner_id,
    )
    .where(
        SavedView.list_name == bindparam("list_name"),
        or_(
            SavedView.owner_id == bindparam("user_id"),
            SavedView.is_shared
            & SavedView.organisation_id.in_(bindparam("organisations", expanding=True)),
        ),
    )
    .order_by(SavedView.is_shared, SavedView.name, SavedView.id)
)


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view as the head of its list shows it."""

    id: int
    name: str
    query: str
    is_shared: bool
    is_default: bool
    owner_id: int


def views(list_name: str, actor: Actor) -> list[ViewRow]:
    """The views of a list that the actor sees, their own first."""
    rows = db.session.connection().execute(
        _OF_LIST,
        {
            "list_name": list_name,
            "user_id": actor.user_id,
            "organisations": list(actor.organisations_anywhere(Permission.SAVE_VIEWS)),
        },
    )
    return [ViewRow(*row) for row in rows]


def default(rows: list[ViewRow]) -> ViewRow | None:
    """The view that a bare address shows: one's own default before the shared one."""
    return next((row for row in rows if row.is_default), None)


def view(view_id: int, actor: Actor) -> SavedView:
    """One that the actor sees. Raises NotFound."""
    found = db.session.scalar(
        select(SavedView)
        .where(SavedView.id == view_id, _seen(actor))
        .options(joinedload(SavedView.owner))
    )
    if found is None:
        raise NotFound(_("There is no such saved view."))
    return found


def all_views(actor: Actor) -> list[SavedView]:
    """Every view that the actor sees, list by list."""
    return list(
        db.session.scalars(
            select(SavedView)
            .where(_seen(actor))
            .options(joinedload(SavedView.owner))
            .order_by(SavedView.list_name, SavedView.is_shared, SavedView.name, SavedView.id)
        )
    )


def may_share(actor: Actor, organisation_id: int | None) -> bool:
    return actor.may(Permission.SHARE_VIEWS, organisation_id=organisation_id)


def may_change(found: SavedView, actor: Actor) -> bool:
    """One's own, and among the shared those of an organisation where one may share."""
    if found.is_shared:
        return may_share(actor, found.organisation_id)
    return found.owner_id == actor.user_id


def _seen(actor: Actor) -> ColumnElement[bool]:
    organisations = actor.organisations_anywhere(Permission.SAVE_VIEWS)
    return or_(
        SavedView.owner_id == actor.user_id,
        SavedView.is_shared & SavedView.organisation_id.in_(organisations),
    )
