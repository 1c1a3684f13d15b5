"""Sharing for programs: the same forms, the same services."""

from flask import Blueprint, Response, url_for

from aidtrack.core import clock
from aidtrack.identity.permissions import Permission
from aidtrack.sharing import queries, services
from aidtrack.sharing.forms import EndForm, NewShareForm, ShareFilter
from aidtrack.sharing.queries import ShareRow
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.forms import UseCaseForm
from aidtrack.web.openapi import documented

bp = Blueprint("sharing_api", __name__, url_prefix="/api/v1/shares")
P = Permission


@bp.get("")
@documented(
    summary="What is shared, newest first; view is ours, with_us or ended",
    query=ShareFilter,
    returns=ShareRow,
    paged=True,
)
@requires(P.VIEW_HOME)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    asked = ShareFilter.from_query().checked().asked()
    return page_answer(queries.shares(current_actor(), **asked, cursor=cursor, limit=limit))


@bp.get("/<int:share_id>")
@documented(summary="One share, for both its sides", returns=ShareRow)
@requires(P.VIEW_HOME)
def show(share_id: int) -> Response:
    return _share(share_id)


@bp.post("")
@documented(
    summary="Share a record with another organisation",
    form=NewShareForm,
    returns=ShareRow,
    status=201,
)
@requires(P.SHARE_RECORDS)
def add() -> Response:
    """Shared twice it is shared once. Refused with `already_shared` for another purpose."""
    form = NewShareForm.from_request().checked()
    share_id = services.share(
        form.record_kind.data,
        form.record_id.data,
        form.terms(),
        actor=current_actor(),
        at=clock.now(),
    )
    return _share(share_id, 201)


@bp.put("/<int:share_id>/end")
@documented(summary="Change the last day of a share", form=EndForm, returns=ShareRow)
@requires(P.SHARE_RECORDS)
def change_end(share_id: int) -> Response:
    """Without a day it lasts until it is revoked."""
    form = EndForm.from_request().checked()
    services.change_end(share_id, form.ends_on.data, actor=current_actor())
    return _share(share_id)


@bp.post("/<int:share_id>/revoke")
@documented(summary="Share a record no longer", form=UseCaseForm, returns=ShareRow)
@requires(P.SHARE_RECORDS)
def revoke(share_id: int) -> Response:
    UseCaseForm.from_request().checked()
    services.revoke(share_id, actor=current_actor(), at=clock.now())
    return _share(share_id)


def _share(share_id: int, status: int = 200) -> Response:
    where = url_for("sharing_api.show", share_id=share_id) if status == 201 else None
    return json_answer(queries.share(share_id, current_actor()), status, location=where)
