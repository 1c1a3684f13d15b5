"""Goods kept apart, over JSON: the same rules."""

from flask import Blueprint
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.holds import queries, services
from aidtrack.holds.forms import HoldFilterForm, HoldForm, ReleaseForm, WriteOffHeldForm
from aidtrack.holds.queries import HoldRow
from aidtrack.identity.permissions import Permission
from aidtrack.stock.models import Reason
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("holds_api", __name__, url_prefix="/api/v1")


@bp.get("/stock/holds")
@documented(
    summary="Holds, the newest first; usually those that are held now",
    query=HoldFilterForm,
    returns=HoldRow,
    paged=True,
)
@requires(Permission.VIEW_STOCK)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    wanted = HoldFilterForm.from_query().checked().wanted()
    return page_answer(queries.holds(current_actor(), wanted, cursor=cursor, limit=limit))


@bp.get("/stock/holds/<int:hold_id>")
@documented(summary="One hold", returns=HoldRow)
@requires(Permission.VIEW_STOCK)
def show(hold_id: int) -> Response:
    return json_answer(queries.hold(hold_id, current_actor()))


@bp.post("/stock/holds")
@documented(
    summary="Keep goods apart: nobody can send them", form=HoldForm, returns=HoldRow, status=201
)
@requires(Permission.HOLD_STOCK)
def hold() -> Response:
    """Each lot and bin becomes a hold of its own; the answer is the first."""
    form = HoldForm.from_request().checked()
    hold_id = services.hold(
        form.takings(),
        form.wanted(),
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(queries.hold(hold_id, current_actor()), 201)


@bp.post("/stock/holds/<int:hold_id>/release")
@documented(summary="Release all of a hold, or some of it", form=ReleaseForm, returns=HoldRow)
@requires(Permission.HOLD_STOCK)
def release(hold_id: int) -> Response:
    form = ReleaseForm.from_request().checked()
    services.release(
        hold_id,
        quantity=form.quantity.data,
        note=form.note.data,
        to_place_id=form.to_place_id.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(queries.hold(hold_id, current_actor()))


@bp.post("/stock/holds/<int:hold_id>/write-off")
@documented(summary="Write off all of a hold", form=WriteOffHeldForm, returns=HoldRow)
@requires(Permission.WRITE_OFF_STOCK)
def write_off(hold_id: int) -> Response:
    form = WriteOffHeldForm.from_request().checked()
    services.write_off(
        hold_id,
        reason=Reason(form.reason.data),
        note=form.note.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(queries.hold(hold_id, current_actor()))
