"""Kits for programs: the same contents, the same rules."""

from dataclasses import dataclass

from flask import Blueprint
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.identity.permissions import Permission
from aidtrack.kits import contents, forms, queries, services
from aidtrack.kits.queries import KitDetail, KitRow
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("kits_api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class Built:
    """The movement that was recorded, and the lots of kits that it made."""

    movement_id: int
    lot_ids: list[int]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The movement that was recorded."""

    movement_id: int


@bp.get("/kits")
@documented(summary="Kits by name", query=forms.KitFilterForm, returns=KitRow, paged=True)
@requires(Permission.VIEW_STOCK)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    words = forms.KitFilterForm.from_query().checked().q.data or ""
    return page_answer(queries.kits(current_actor(), words=words, cursor=cursor, limit=limit))


@bp.get("/kits/<int:item_id>")
@documented(
    summary="One kit: its contents, where it could be built, what is in stock", returns=KitDetail
)
@requires(Permission.VIEW_STOCK)
def show(item_id: int) -> Response:
    return json_answer(queries.kit(item_id, current_actor()))


@bp.post("/kits/<int:item_id>/contents")
@documented(summary="Say what a kit holds from now on", form=forms.ContentsForm, returns=KitDetail)
@requires(Permission.MANAGE_ITEMS)
def change(item_id: int) -> Response:
    form = forms.ContentsForm.from_request().checked()
    contents.set_contents(
        item_id, form.contents(), note=form.note.data or "", actor=current_actor()
    )
    return json_answer(queries.kit(item_id, current_actor()))


@bp.post("/kits/<int:item_id>/builds")
@documented(
    summary="Build kits; without lines of the first parts to expire",
    form=forms.BuildForm,
    returns=Built,
    status=201,
)
@requires(Permission.BUILD_KITS)
def build(item_id: int) -> Response:
    form = forms.BuildForm.from_request().checked()
    movement_id = services.build(
        item_id,
        form.quantity.data,
        site_id=form.site_id.data,
        to_place_id=form.to_place_id.data,
        batch_number=form.batch_number.data or "",
        takings=form.takings(),
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(Built(movement_id, queries.lots_made_by(movement_id)), 201)


@bp.post("/lots/<int:lot_id>/unbuilds")
@documented(
    summary="Take some of a made lot apart", form=forms.UnbuildForm, returns=Recorded, status=201
)
@requires(Permission.BUILD_KITS)
def unbuild(lot_id: int) -> Response:
    form = forms.UnbuildForm.from_request().checked()
    movement_id = services.unbuild(
        lot_id,
        form.quantity.data,
        place_id=form.place_id.data,
        to_place_id=form.to_place_id.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(Recorded(movement_id), 201)


@bp.post("/lots/<int:lot_id>/repacks")
@documented(summary="Pack some of a lot anew", form=forms.RepackForm, returns=Recorded, status=201)
@requires(Permission.BUILD_KITS)
def repack(lot_id: int) -> Response:
    form = forms.RepackForm.from_request().checked()
    movement_id = services.repack(
        lot_id,
        form.packs.data,
        pack_id=form.pack_id.data,
        place_id=form.place_id.data,
        to_place_id=form.to_place_id.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer(Recorded(movement_id), 201)
