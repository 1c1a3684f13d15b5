"""Corrections over JSON: the same rules, done at once."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.corrections import followers, plans, queries, services
from aidtrack.corrections.followers import Follower
from aidtrack.corrections.forms import (
    CorrectionFilterForm,
    CorrectionForm,
    DonorForm,
    FactsForm,
    ItemForm,
    PartForm,
    PreviewForm,
    QuantityForm,
    TakeBackForm,
    kind_choices,
)
from aidtrack.corrections.queries import CorrectionRow
from aidtrack.identity.permissions import Permission
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("corrections_api", __name__, url_prefix="/api/v1")
P = Permission


@dataclass(frozen=True, slots=True)
class Where:
    """How much of the lot one place holds, and how much of that is promised."""

    place_id: int
    name: str
    quantity: int
    reserved: int


@dataclass(frozen=True, slots=True)
class CorrectionPreview:
    """A lot as a correction would find it: what can move, what stays, papers that stay as said.

    `dated_anew`: made of it, and dated anew if the lot expired on the day that is asked.
    `recalls`: of the batch that is asked, and so of the lot if that is its own.
    """

    lot_id: int
    batch_number: str
    expires_on: date | None
    free: int
    in_stock: list[Where]
    elsewhere: list[Where]
    dated_anew: list[Follower]
    recalls: list[str]
    papers: list[str]


@bp.get("/stock/corrections")
@documented(
    summary="Corrections, the newest first",
    query=CorrectionFilterForm,
    returns=CorrectionRow,
    paged=True,
)
@requires(P.VIEW_STOCK)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    form = CorrectionFilterForm.from_query()
    form.choose(kind=kind_choices())
    wanted = form.checked().wanted()
    return page_answer(queries.corrections(current_actor(), wanted, cursor=cursor, limit=limit))


@bp.get("/stock/corrections/<int:correction_id>")
@documented(summary="One correction", returns=CorrectionRow)
@requires(P.VIEW_STOCK)
def show(correction_id: int) -> Response:
    return json_answer(queries.correction(correction_id, current_actor()))


@bp.post("/stock/corrections/<int:correction_id>/take-back")
@documented(
    summary="Take back a correction that was wrong", form=TakeBackForm, returns=CorrectionRow
)
@requires(P.CORRECT_STOCK)
def take_back(correction_id: int) -> Response:
    form = TakeBackForm.from_request().checked()
    services.take_back(
        correction_id,
        reason=form.reason.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(queries.correction(correction_id, current_actor()))


@bp.get("/lots/<int:lot_id>/correct")
@documented(
    summary="What a correction of a lot would find", query=PreviewForm, returns=CorrectionPreview
)
@requires(P.CORRECT_STOCK)
def preview(lot_id: int) -> Response:
    """Ask with the right day to see which kits follow it."""
    ground = queries.ground(lot_id, current_actor())
    asked = PreviewForm.from_query().checked()
    day = asked.expires_on.data or ground.lot.expires_on
    return json_answer(
        CorrectionPreview(
            lot_id=lot_id,
            batch_number=ground.lot.batch_number,
            expires_on=ground.lot.expires_on,
            free=ground.free,
            in_stock=[_where(place) for place in ground.stock],
            elsewhere=[_where(place) for place in ground.elsewhere],
            dated_anew=followers.in_words(followers.followers(ground.lot, day)),
            recalls=[x.number for x in plans.joined(ground.lot, asked.batch_number.data or "")],
            papers=[paper.number for paper in ground.told],
        )
    )


@bp.post("/lots/<int:lot_id>/correct/facts")
@documented(
    summary="Correct batch, expiry and pack of a whole lot, wherever it is",
    form=FactsForm,
    returns=CorrectionRow,
    status=201,
)
@requires(P.CORRECT_STOCK)
def facts(lot_id: int) -> Response:
    """Say all three: what is left out becomes unknown."""
    return _corrected(lot_id, FactsForm)


@bp.post("/lots/<int:lot_id>/correct/part")
@documented(
    summary="Correct batch, expiry and pack of some of a lot, which becomes a lot of its own",
    form=PartForm,
    returns=CorrectionRow,
    status=201,
)
@requires(P.CORRECT_STOCK)
def part(lot_id: int) -> Response:
    return _corrected(lot_id, PartForm)


@bp.post("/lots/<int:lot_id>/correct/item")
@documented(
    summary="Say that goods are another item", form=ItemForm, returns=CorrectionRow, status=201
)
@requires(P.CORRECT_STOCK)
def item(lot_id: int) -> Response:
    return _corrected(lot_id, ItemForm)


@bp.post("/lots/<int:lot_id>/correct/donor")
@documented(
    summary="Say that goods came from another donor or donation",
    form=DonorForm,
    returns=CorrectionRow,
    status=201,
)
@requires(P.CORRECT_STOCK)
def donor(lot_id: int) -> Response:
    return _corrected(lot_id, DonorForm)


@bp.post("/lots/<int:lot_id>/correct/quantity")
@documented(
    summary="Say that fewer came than were received",
    form=QuantityForm,
    returns=CorrectionRow,
    status=201,
)
@requires(P.CORRECT_STOCK)
def quantity(lot_id: int) -> Response:
    return _corrected(lot_id, QuantityForm)


def _corrected(lot_id: int, kind: type[CorrectionForm]) -> Response:
    actor = current_actor()
    form = kind.from_request()
    form.choose_from(queries.ground(lot_id, actor))
    form = form.checked()
    correction_id = services.correct(
        lot_id,
        form.change(),
        reason=form.reason.data,
        key=form.key.data,
        actor=actor,
        at=clock.now(),
    )
    return json_answer(queries.correction(correction_id, actor), 201)


def _where(place: Any) -> Where:
    return Where(place.place_id, place.name, place.quantity, place.reserved)
