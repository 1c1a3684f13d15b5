"""Putting goods into their bins, for programs."""

from dataclasses import dataclass

from flask import Blueprint, Response

from aidtrack.core import clock
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.places import queries as places
from aidtrack.places.models import PlaceKind
from aidtrack.stock import putting_away
from aidtrack.stock.bin_forms import PutAwayForm
from aidtrack.stock.putting_away import Waiting
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import json_answer
from aidtrack.web.openapi import documented

bp = Blueprint("bins_api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class AtTheDock:
    """Lots that wait to be put away, the first of `total`, each with the bin suggested."""

    total: int
    rows: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class PutAwayDone:
    """The movement that was posted."""

    movement_id: int


@bp.get("/places/<int:place_id>/put-away")
@documented(summary="What waits at a warehouse, and a bin for each", returns=AtTheDock)
@requires(Permission.MOVE_STOCK)
def waiting(place_id: int) -> Response:
    actor = current_actor()
    site = places.place(place_id, actor)
    if site.kind != PlaceKind.WAREHOUSE:
        raise NotFound(_("There is no such place."))
    rows, total = putting_away.waiting(site.id, actor)
    return json_answer(AtTheDock(total, tuple(rows)))


@bp.post("/stock/put-away")
@documented(summary="Put goods into bins", form=PutAwayForm, returns=PutAwayDone, status=201)
@requires(Permission.MOVE_STOCK)
def put_away() -> Response:
    """All in one movement. Refused with `would_overfill` unless `even_if_full` is said."""
    form = PutAwayForm.from_request().checked()
    movement_id = putting_away.put_away(
        form.wanted(),
        even_if_full=form.even_if_full.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(PutAwayDone(movement_id), 201)
