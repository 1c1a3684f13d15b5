"""Stock over JSON: the same lists, the same rules."""

from dataclasses import dataclass

from flask import Blueprint
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.stock import cards, lots, queries, services
from aidtrack.stock.cards import CardLine
from aidtrack.stock.forms import MoveForm, StockFilterForm, UndoForm
from aidtrack.stock.lots import LotDetail
from aidtrack.stock.queries import StockRow
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
    return json_answer(cards.card(found.id))


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
