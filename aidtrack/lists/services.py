"""What can happen to saved views: saved, changed, deleted."""

from dataclasses import dataclass

from sqlalchemy import func, select, update

from aidtrack.core import audit, clock
from aidtrack.core.db import db, refusing, transaction
from aidtrack.core.errors import Invalid, NotAllowed, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.lists import queries
from aidtrack.lists.asked import lasting
from aidtrack.lists.columns import KNOWN
from aidtrack.lists.models import QUERY_MAX, SavedView

VIEWS_MAX = 50


class NameTaken(RuleBroken):
    code = "name_taken"


class TooManyViews(RuleBroken):
    code = "too_many_views"


@dataclass(frozen=True, slots=True)
class ViewDetails:
    """What its owner says of a view."""

    name: str
    is_shared: bool = False
    is_default: bool = False


def save(list_name: str, query: str, details: ViewDetails, *, actor: Actor) -> int:
    """Keep how a list is looked at now, under a name; the view's id."""
    organisation_id = actor.organisation_id
    require(actor, Permission.SAVE_VIEWS, organisation_id=organisation_id)
    if list_name not in KNOWN or organisation_id is None:
        raise Invalid(_("There is no such list."), field="list")
    if len(query) > QUERY_MAX:
        raise Invalid(_("These filters are too long to save."), field="query")
    with transaction() as session:
        _expect_room(actor)
        view = SavedView(
            organisation_id=organisation_id,
            owner_id=actor.user_id,
            list_name=list_name,
            query=lasting(query),
            created_at=clock.now(),
        )
        _describe(view, details, actor)
        with refusing(_taken()):
            session.add(view)
        audit.record(actor, "view.saved", kind="saved_view", record_id=view.id, facts=_facts(view))
        return view.id


def change(view_id: int, details: ViewDetails, *, actor: Actor) -> None:
    """Name it anew, share it or not, make it the default or not."""
    with transaction():
        view = _changeable(view_id, actor)
        before = _facts(view)
        with refusing(_taken()):
            _describe(view, details, actor)
        facts = audit.changes(before, _facts(view))
        audit.record(actor, "view.changed", kind="saved_view", record_id=view.id, facts=facts)


def delete(view_id: int, *, actor: Actor) -> str:
    """Take a view away; the name of its list."""
    with transaction() as session:
        view = _changeable(view_id, actor)
        list_name = view.list_name
        audit.record(
            actor, "view.deleted", kind="saved_view", record_id=view.id, facts=_facts(view)
        )
        session.delete(view)
        return list_name


def _describe(view: SavedView, details: ViewDetails, actor: Actor) -> None:
    if details.is_shared and not queries.may_share(actor, view.organisation_id):
        raise NotAllowed(_("Your role does not allow sharing views."), field="is_shared")
    view.name = details.name
    view.is_shared = details.is_shared
    view.is_default = False
    if details.is_default:
        _clear_default(view)
        view.is_default = True


def _clear_default(view: SavedView) -> None:
    """One default for a list: mine among mine, ours among ours."""
    same = (
        SavedView.organisation_id == view.organisation_id
        if view.is_shared
        else SavedView.owner_id == view.owner_id
    )
    db.session.execute(
        update(SavedView)
        .where(
            same,
            SavedView.list_name == view.list_name,
            SavedView.is_shared == view.is_shared,
            SavedView.is_default,
        )
        .values(is_default=False)
        .execution_options(synchronize_session="fetch")
    )


def _changeable(view_id: int, actor: Actor) -> SavedView:
    view = queries.view(view_id, actor)
    if not queries.may_change(view, actor):
        raise NotAllowed(_("This view is shared. Your role does not allow changing it."))
    return view


def _expect_room(actor: Actor) -> None:
    kept = db.session.scalar(
        select(func.count()).select_from(SavedView).where(SavedView.owner_id == actor.user_id)
    )
    if (kept or 0) >= VIEWS_MAX:
        raise TooManyViews(
            _("You keep %(most)d views already. Delete one first.", most=VIEWS_MAX), field="name"
        )


def _taken() -> NameTaken:
    return NameTaken(_("You have a view of this name already."), field="name")


def _facts(view: SavedView) -> dict[str, object]:
    return {
        "list": view.list_name,
        "name": view.name,
        "shared": view.is_shared,
        "default": view.is_default,
    }
