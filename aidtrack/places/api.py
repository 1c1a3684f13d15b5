"""Places for programs, and the areas that boxes with search suggest."""

from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for

from aidtrack.core.paging import Page
from aidtrack.identity.permissions import Permission
from aidtrack.places import areas, bins, layout, queries, services, states
from aidtrack.places.forms import (
    AreaForm,
    BinForm,
    BinsForm,
    NewSiteForm,
    PlaceFilter,
    SiteForm,
    StateForm,
)
from aidtrack.places.layout import Tree
from aidtrack.places.models import PlaceKind, SiteState
from aidtrack.places.queries import PlaceDetail, PlaceRow
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("places_api", __name__, url_prefix="/api/v1/places")
P = Permission
ASKED_MAX = 80


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """An area to choose: its number, and its name with its P-code."""

    id: int
    label: str


@dataclass(frozen=True, slots=True)
class AreaChoices:
    rows: tuple[AreaChoice, ...]


@bp.get("")
@documented(
    summary="Warehouses and distribution points by name",
    query=PlaceFilter,
    returns=PlaceRow,
    paged=True,
)
@requires(P.VIEW_PLACES)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    asked = PlaceFilter.from_query().checked().asked()
    page = queries.sites(current_actor(), **asked, cursor=cursor, limit=limit)
    return page_answer(Page([queries.place_row(row) for row in page.rows], page.next_cursor))


@bp.get("/area-choices")
@documented(summary="Areas whose name or P-code holds the words of q", returns=AreaChoices)
@requires(P.VIEW_PLACES)
def area_choices() -> Response:
    found = queries.area_choices(request.args.get("q", "")[:ASKED_MAX])
    return json_answer(AreaChoices(tuple(AreaChoice(*pair) for pair in found)))


@bp.post("/areas")
@documented(summary="Add an area", form=AreaForm, returns=AreaChoice, status=201)
@requires(P.MANAGE_AREAS)
def add_area() -> Response:
    form = AreaForm.from_request().checked()
    area_id = areas.add(form.details(), actor=current_actor())
    (chosen,) = queries.area_chosen(area_id)
    return json_answer(AreaChoice(*chosen), 201)


@bp.get("/<int:place_id>")
@documented(summary="One place with its bins", returns=PlaceDetail)
@requires(P.VIEW_PLACES)
def show(place_id: int) -> Response:
    """Of a site that another organisation shares, as much as `shared` allows."""
    found, share = queries.readable(place_id, current_actor())
    detail = queries.shared_detail(found, share) if share else queries.place_detail(found)
    return json_answer(detail)


@bp.post("")
@documented(summary="Open a site", form=NewSiteForm, returns=PlaceDetail, status=201)
@requires(P.OPEN_PLACES)
def add() -> Response:
    form = NewSiteForm.from_request().checked()
    actor = current_actor()
    place_id = services.add_site(
        PlaceKind(form.kind.data),
        form.details(),
        organisation_id=form.organisation_id.data or actor.organisation_id or 0,
        actor=actor,
    )
    return _place(place_id, 201)


@bp.put("/<int:place_id>")
@documented(summary="Change a site", form=SiteForm, returns=PlaceDetail)
@requires(P.MANAGE_PLACES)
def change(place_id: int) -> Response:
    """Say everything: what is left out becomes empty."""
    form = SiteForm.from_request().checked()
    services.change_site(place_id, form.details(), actor=current_actor())
    return _place(place_id)


@bp.post("/<int:place_id>/bins")
@documented(summary="Add bins, one a line", form=BinsForm, returns=PlaceDetail, status=201)
@requires(P.MANAGE_PLACES)
def add_bins(place_id: int) -> Response:
    form = BinsForm.from_request().checked()
    services.add_bins(place_id, form.as_names(), **form.wanted(), actor=current_actor())
    return _place(place_id, 201)


@bp.get("/<int:place_id>/tree")
@documented(summary="The zones and bins in a place, and how full each is", returns=Tree)
@requires(P.VIEW_PLACES)
def tree(place_id: int) -> Response:
    actor = current_actor()
    place = queries.place(place_id, actor)
    return json_answer(layout.tree_of(place, queries.place(place.site_id or 0, actor)))


@bp.put("/<int:place_id>/bin")
@documented(summary="Change or move a bin or zone", form=BinForm, returns=PlaceDetail)
@requires(P.MANAGE_PLACES)
def change_bin(place_id: int) -> Response:
    """Say everything: what is left out becomes empty. What lies in a zone moves with it."""
    form = BinForm.from_request().checked()
    bins.change_bin(place_id, form.details(), actor=current_actor())
    return _place(place_id)


@bp.post("/<int:place_id>/state")
@documented(summary="Say that a site is open, full or closed", form=StateForm, returns=PlaceDetail)
@requires(P.MANAGE_PLACES)
def change_state(place_id: int) -> Response:
    form = StateForm.from_request().checked()
    wanted = SiteState(form.state.data)
    states.set_state(place_id, wanted, reason=form.reason.data, actor=current_actor())
    return _place(place_id)


@bp.post("/<int:place_id>/close")
@documented(summary="Close an empty site or bin", returns=PlaceDetail)
@requires(P.MANAGE_PLACES)
def close(place_id: int) -> Response:
    services.close_place(place_id, actor=current_actor())
    return _place(place_id)


@bp.post("/<int:place_id>/reopen")
@documented(summary="Open a closed site or bin again", returns=PlaceDetail)
@requires(P.MANAGE_PLACES)
def reopen(place_id: int) -> Response:
    services.reopen_place(place_id, actor=current_actor())
    return _place(place_id)


def _place(place_id: int, status: int = 200) -> Response:
    found = queries.place_detail(queries.place(place_id, current_actor()))
    where = url_for("places_api.show", place_id=place_id) if status == 201 else None
    return json_answer(found, status, location=where)
