"""Stock over JSON: the same lists, the same rules."""

from dataclasses import dataclass

from flask import Blueprint
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.stock import lots, queries, services, write_offs, written_off
from aidtrack.stock.forms import (
    ApproveForm,
    MoveForm,
    RefuseForm,
    ReturnForm,
    StockFilterForm,
    UndoForm,
    WithdrawForm,
    WriteOffFilterForm,
    WriteOffForm,
)
from aidtrack.stock.lots import LotDetail
from aidtrack.stock.models import Reason
from aidtrack.stock.queries import CardLine, StockRow
from aidtrack.stock.written_off import WriteOffDetail, WriteOffRow
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("stock_api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class Moved:
    """The movement that was recorded."""

    movement_id: int


@bp.get("/stock")
@documented(
    summary="Stock, lot by lot and bin by bin",
    query=StockFilterForm,
    returns=StockRow,
    paged=True,
)
@requires(Permission.VIEW_STOCK)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    wanted = StockFilterForm.from_query().checked().wanted()
    return page_answer(queries.stock(current_actor(), wanted, cursor=cursor, limit=limit))


@bp.get("/lots/<int:lot_id>")
@documented(summary="One lot and where all of it is", returns=LotDetail)
@requires(Permission.VIEW_STOCK)
def lot(lot_id: int) -> Response:
    return json_answer(lots.lot_detail(lot_id, current_actor()))


@bp.get("/lots/<int:lot_id>/card")
@documented(summary="The stock card of a lot, newest first", returns=list[CardLine])
@requires(Permission.VIEW_STOCK)
def card(lot_id: int) -> Response:
    found = queries.lot(lot_id, current_actor())
    return json_answer(queries.card(lot_id=found.id))


@bp.post("/stock/moves")
@documented(summary="Move goods to another bin", form=MoveForm, returns=Moved, status=201)
@requires(Permission.MOVE_STOCK)
def move() -> Response:
    form = MoveForm.from_request().checked()
    movement_id = services.move(
        form.takings(),
        to_place_id=form.to_place_id.data,
        even_if_full=form.even_if_full.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(Moved(movement_id), 201)


@bp.post("/stock/write-offs")
@documented(
    summary="Write goods off as lost", form=WriteOffForm, returns=WriteOffDetail, status=201
)
@requires(Permission.WRITE_OFF_STOCK)
def write_off() -> Response:
    """What is worth more than the organisation's limit, or nobody knows how much, answers 202:
    it waits until someone else approves it, and its goods are held. A movement is named once
    they have left.
    """
    form = WriteOffForm.from_request().checked()
    write_off_id = write_offs.write_off(
        form.takings(),
        reason=Reason(form.reason.data),
        note=form.note.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    found = written_off.write_off(write_off_id, current_actor())
    return json_answer(found, 201 if found.movement_id is not None else 202)


@bp.get("/stock/write-offs")
@documented(
    summary="Write-offs, what waits first",
    query=WriteOffFilterForm,
    returns=WriteOffRow,
    paged=True,
)
@requires(Permission.VIEW_STOCK)
def written_off_index() -> Response:
    cursor, limit = cursor_and_limit()
    wanted = WriteOffFilterForm.from_query().checked().wanted()
    return page_answer(written_off.write_offs(current_actor(), wanted, cursor=cursor, limit=limit))


@bp.get("/stock/write-offs/<int:write_off_id>")
@documented(summary="One write-off", returns=WriteOffDetail)
@requires(Permission.VIEW_STOCK)
def show_write_off(write_off_id: int) -> Response:
    return json_answer(written_off.write_off(write_off_id, current_actor()))


@bp.post("/stock/write-offs/<int:write_off_id>/approve")
@documented(
    summary="Approve what someone else writes off", form=ApproveForm, returns=WriteOffDetail
)
@requires(Permission.APPROVE_WRITE_OFFS)
def approve_write_off(write_off_id: int) -> Response:
    form = ApproveForm.from_request().checked()
    write_offs.approve(
        write_off_id,
        note=form.note.data or "",
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(written_off.write_off(write_off_id, current_actor()))


@bp.post("/stock/write-offs/<int:write_off_id>/refuse")
@documented(summary="Refuse a write-off", form=RefuseForm, returns=WriteOffDetail)
@requires(Permission.APPROVE_WRITE_OFFS)
def refuse_write_off(write_off_id: int) -> Response:
    form = RefuseForm.from_request().checked()
    write_offs.refuse(write_off_id, reason=form.reason.data, actor=current_actor(), at=clock.now())
    return json_answer(written_off.write_off(write_off_id, current_actor()))


@bp.post("/stock/write-offs/<int:write_off_id>/withdraw")
@documented(summary="Withdraw one's own write-off", form=WithdrawForm, returns=WriteOffDetail)
@requires(Permission.WRITE_OFF_STOCK)
def withdraw_write_off(write_off_id: int) -> Response:
    form = WithdrawForm.from_request().checked()
    write_offs.withdraw(
        write_off_id, reason=form.reason.data or "", actor=current_actor(), at=clock.now()
    )
    return json_answer(written_off.write_off(write_off_id, current_actor()))


@bp.post("/stock/returns")
@documented(summary="Give goods back to their donor", form=ReturnForm, returns=Moved, status=201)
@requires(Permission.WRITE_OFF_STOCK)
def return_to_donor() -> Response:
    form = ReturnForm.from_request().checked()
    movement_id = services.return_to_donor(
        form.takings(),
        note=form.note.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(Moved(movement_id), 201)


@bp.post("/stock/movements/<int:movement_id>/reversal")
@documented(summary="Undo a movement", form=UndoForm, returns=Moved, status=201)
@requires(Permission.REVERSE_MOVEMENTS)
def undo(movement_id: int) -> Response:
    form = UndoForm.from_request().checked()
    reversal_id = services.undo(
        movement_id,
        reason=form.reason.data or _("Undone"),
        key=form.key.data,
        actor=current_actor(),
    )
    return json_answer(Moved(reversal_id), 201)
