"""Levels over JSON."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint
from werkzeug import Response

from aidtrack.core.paging import Page
from aidtrack.identity.permissions import Permission
from aidtrack.planning import queries
from aidtrack.planning.forms import MinimumFilterForm, MinimumForm
from aidtrack.planning.queries import OrderRow
from aidtrack.stock import minimums
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("planning_api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class LevelAnswer:
    """A level, what stands against it, and how much would fill it up; base units.

    `months` is how long what is free lasts, null where nothing left in six months.
    """

    id: int
    item_id: int
    item: str
    site_id: int | None
    quantity: int
    reorder_at: int | None
    order_up_to: int | None
    free: int
    coming: int
    next_on: date | None
    monthly: int
    months: float | None
    to_order: bool
    order: int


@bp.get("/levels")
@documented(
    summary="Minimum levels, and what to order",
    query=MinimumFilterForm,
    returns=LevelAnswer,
    paged=True,
)
@requires(Permission.VIEW_STOCK)
def levels() -> Response:
    cursor, limit = cursor_and_limit()
    page = queries.orders(
        current_actor(), MinimumFilterForm.from_query().wanted(), cursor=cursor, limit=limit
    )
    return page_answer(Page([_answer(row) for row in page.rows], page.next_cursor))


@bp.put("/levels")
@documented(summary="Set a level", form=MinimumForm, returns=LevelAnswer)
@requires(Permission.SET_MINIMUMS)
def set_level() -> Response:
    form = MinimumForm.from_request().checked()
    level_id = minimums.set_minimum(**form.data, actor=current_actor())
    return json_answer(_answer(queries.order(level_id, current_actor())))


@bp.delete("/levels/<int:minimum_id>")
@documented(summary="Take a level away")
@requires(Permission.SET_MINIMUMS)
def remove_level(minimum_id: int) -> Response:
    minimums.remove_minimum(minimum_id, actor=current_actor())
    return Response(status=204)


def _answer(row: OrderRow) -> LevelAnswer:
    level, tenths = row.level, row.tenths_of_months
    return LevelAnswer(
        id=level.id,
        item_id=level.item_id,
        item=level.item_label,
        site_id=level.site_id,
        quantity=level.quantity,
        reorder_at=level.reorder_at,
        order_up_to=level.order_up_to,
        free=level.free,
        coming=row.coming,
        next_on=row.next_on,
        monthly=row.monthly,
        months=None if tenths is None else tenths / 10,
        to_order=row.is_to_order,
        order=row.order,
    )
