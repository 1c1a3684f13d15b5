"""Goods kept apart, over JSON: the same rules."""

from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.holds import pieces, queries, recalled, recalls, services, shelf_lives, trace
from aidtrack.holds.forms import (
    EndRecallForm,
    HoldFilterForm,
    HoldForm,
    RecallFilterForm,
    RecallForm,
    ReleaseForm,
    ShelfLifeForm,
    WriteOffHeldForm,
)
from aidtrack.holds.pieces import Piece
from aidtrack.holds.queries import HoldRow
from aidtrack.holds.recalled import RecalledLot, RecallRow, WaitingShipment
from aidtrack.holds.shelf_lives import SiteLimit
from aidtrack.holds.trace import Trace, Way
from aidtrack.identity.permissions import Permission
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("holds_api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class RecallAnswer:
    """A recall whole: its lots, where every piece is, and what cannot leave because of it.

    The quantities of `pieces` add up to `given`, in pieces of the recalled item.
    """

    recall: RecallRow
    lots: list[RecalledLot]
    given: int
    totals: dict[str, int]
    pieces: list[Piece]
    waiting_shipments: list[WaitingShipment]


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
        reason=form.reason.data,
        note=form.note.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(queries.hold(hold_id, current_actor()))


@bp.get("/stock/recalls")
@documented(
    summary="Recalls, the newest first", query=RecallFilterForm, returns=RecallRow, paged=True
)
@requires(Permission.VIEW_STOCK)
def recall_index() -> Response:
    cursor, limit = cursor_and_limit()
    wanted = RecallFilterForm.from_query().checked().wanted()
    return page_answer(recalled.recalls(current_actor(), wanted, cursor=cursor, limit=limit))


@bp.post("/stock/recalls")
@documented(
    summary="Recall a lot, or every lot of its batch",
    form=RecallForm,
    returns=RecallAnswer,
    status=201,
)
@requires(Permission.RECALL_LOTS)
def recall() -> Response:
    form = RecallForm.from_request().checked()
    recall_id = recalls.recall(
        form.lot_id.data,
        reason=form.reason.data,
        whole_batch=bool(form.whole_batch.data),
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(_whole(recall_id), 201)


@bp.get("/stock/recalls/<int:recall_id>")
@documented(summary="One recall and where every piece of it is", returns=RecallAnswer)
@requires(Permission.VIEW_STOCK)
def show_recall(recall_id: int) -> Response:
    return json_answer(_whole(recall_id))


@bp.post("/stock/recalls/<int:recall_id>/close")
@documented(summary="Close a recall: its lots stay locked", form=EndRecallForm, returns=RecallRow)
@requires(Permission.RECALL_LOTS)
def close_recall(recall_id: int) -> Response:
    form = EndRecallForm.from_request().checked()
    recalls.close(recall_id, note=form.note.data, actor=current_actor(), at=clock.now())
    return json_answer(recalled.recall(recall_id, current_actor()))


@bp.post("/stock/recalls/<int:recall_id>/lift")
@documented(summary="Lift a recall: its lots are good", form=EndRecallForm, returns=RecallRow)
@requires(Permission.RECALL_LOTS)
def lift_recall(recall_id: int) -> Response:
    form = EndRecallForm.from_request().checked()
    recalls.lift(recall_id, note=form.note.data, actor=current_actor(), at=clock.now())
    return json_answer(recalled.recall(recall_id, current_actor()))


@bp.get("/lots/<int:lot_id>/trace")
@documented(summary="A lot back to its donor and forward to the people", returns=Trace)
@requires(Permission.VIEW_STOCK)
def trace_lot(lot_id: int) -> Response:
    """The newest of each way; `way` and `cursor` page through one: journeys, hand_outs, losses."""
    asked = request.args.get("way", "")
    way = Way(asked) if asked in set(Way) else None
    cursor = request.args.get("cursor") if way else None
    return json_answer(trace.trace(lot_id, current_actor(), way=way, cursor=cursor))


@bp.post("/stock/shelf-life")
@documented(
    summary="Ask for so many days of life at a place, as `organisation.site`",
    form=ShelfLifeForm,
    returns=list[SiteLimit],
)
@requires(Permission.MANAGE_PLACES)
def set_shelf_life() -> Response:
    form = ShelfLifeForm.from_request().checked()
    organisation_id, site_id = form.ids()
    shelf_lives.set_least(
        organisation_id=organisation_id,
        site_id=site_id,
        days=form.days.data,
        actor=current_actor(),
    )
    return json_answer(shelf_lives.limits(current_actor()))


@bp.get("/stock/shelf-life")
@documented(
    summary="How many days goods must still be good, place by place", returns=list[SiteLimit]
)
@requires(Permission.VIEW_PLACES)
def shelf_life() -> Response:
    return json_answer(shelf_lives.limits(current_actor()))


def _whole(recall_id: int) -> RecallAnswer:
    row = recalled.recall(recall_id, current_actor())
    found = pieces.pieces_of(row.id, row.organisation_id)
    return RecallAnswer(
        recall=row,
        lots=recalled.lots_of(row.id),
        given=found.given,
        totals={str(name): quantity for name, quantity in found.totals.items()},
        pieces=list(found.pieces),
        waiting_shipments=recalled.waiting_with(row.id),
    )
