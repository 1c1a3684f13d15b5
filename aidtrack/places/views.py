"""Pages of places: warehouses with their bins, distribution points, and new areas."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, ngettext
from aidtrack.core.standards import language_name
from aidtrack.identity.permissions import Permission
from aidtrack.identity.queries import organisation_choices
from aidtrack.lists import answers as lists
from aidtrack.places import areas, bins, layout, queries, services, states
from aidtrack.places.forms import (
    AreaForm,
    AreaNamesForm,
    BinForm,
    BinsForm,
    NewSiteForm,
    PlaceFilter,
    SiteForm,
    StateForm,
    filled,
    position_text,
)
from aidtrack.places.lists import PLACES
from aidtrack.places.models import SITES, Place, PlaceKind, SiteState
from aidtrack.places.queries import KINDS, PURPOSES
from aidtrack.web import navigation, toasts
from aidtrack.web.access import current_actor, requires
from aidtrack.web.standard_fields import name_lines

bp = Blueprint("places", __name__, url_prefix="/places")
P = Permission


@bp.get("")
@requires(P.VIEW_PLACES)
def index() -> Any:
    filters = PlaceFilter.from_query()
    area_id = filters.asked()["area_id"]
    if area_id:
        filters.choose(area_id=queries.area_chosen(area_id))
    may_open = current_actor().may(P.OPEN_PLACES)
    return lists.answer(PLACES, filters, "places/index.html", kinds=KINDS, may_open=may_open)


@bp.route("/new", methods=["GET", "POST"])
@requires(P.OPEN_PLACES)
def add() -> Any:
    actor = current_actor()
    form = NewSiteForm.from_request()
    form.choose(organisation_id=organisation_choices(actor, P.OPEN_PLACES))
    if form.submitted():
        with form.showing_broken_rules():
            place_id = services.add_site(
                PlaceKind(form.kind.data),
                form.details(),
                organisation_id=form.organisation_id.data or actor.organisation_id or 0,
                actor=actor,
            )
            toasts.done(_("The place is open."))
            return redirect(url_for("places.show", place_id=place_id), 303)
    return render_template("places/new.html", form=form), form.status


@bp.get("/<int:place_id>")
@requires(P.VIEW_PLACES)
def show(place_id: int) -> str:
    place, share = queries.readable(place_id, current_actor())
    if share is None:
        return _place_page(place_id, BinsForm.from_request())
    return render_template(
        "places/shared.html",
        place=queries.shared_detail(place, share),
        row=place,
        kind=KINDS[place.kind],
        position=position_text(place.latitude_e6, place.longitude_e6),
        may_send=share.is_to_receive and current_actor().may(P.PREPARE_SHIPMENTS),
    )


@bp.route("/<int:place_id>/edit", methods=["GET", "POST"])
@requires(P.MANAGE_PLACES)
def change(place_id: int) -> Any:
    place = _site(place_id)
    form = SiteForm.from_record(place, **filled(place))
    if form.submitted():
        with form.showing_broken_rules():
            services.change_site(place_id, form.details(), actor=current_actor())
            toasts.done(_("Saved."))
            return redirect(url_for("places.show", place_id=place_id), 303)
    elif not form.area_id.raw_data:
        form.choose(area_id=queries.area_chosen(place.area_id))
    return render_template("places/change.html", form=form, place=place), form.status


@bp.post("/<int:place_id>/bins")
@requires(P.MANAGE_PLACES)
def add_bins(place_id: int) -> Any:
    form = BinsForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            site = _site(place_id)
            added = services.add_bins(
                site.id,
                form.as_names(),
                **form.wanted(inside_id=place_id),
                actor=current_actor(),
            )
            toasts.done(ngettext("%(num)d bin added.", "%(num)d bins added.", len(added)))
            return redirect(url_for("places.show", place_id=place_id), 303)
    return _place_page(place_id, form), form.status


@bp.route("/<int:place_id>/bin", methods=["GET", "POST"])
@requires(P.MANAGE_PLACES)
def change_bin(place_id: int) -> Any:
    place = _bin(place_id)
    form = BinForm.from_record(place, **filled(place))
    form.choose(parent_id=layout.zones_for(place))
    if form.submitted():
        with form.showing_broken_rules():
            bins.change_bin(place_id, form.details(), actor=current_actor())
            toasts.done(_("Saved."))
            return redirect(url_for("places.show", place_id=place_id), 303)
    page = render_template("places/change_bin.html", form=form, place=place, site=_site(place_id))
    return page, form.status


@bp.route("/<int:place_id>/state", methods=["GET", "POST"])
@requires(P.MANAGE_PLACES)
def change_state(place_id: int) -> Any:
    place = _site(place_id)
    form = StateForm.from_request(state=str(place.state))
    if form.submitted():
        with form.showing_broken_rules():
            wanted = SiteState(form.state.data)
            states.set_state(place.id, wanted, reason=form.reason.data, actor=current_actor())
            toasts.done(_("Saved."))
            return redirect(url_for("places.show", place_id=place.id), 303)
    return render_template("places/change_state.html", form=form, place=place), form.status


@bp.post("/<int:place_id>/close")
@requires(P.MANAGE_PLACES)
def close(place_id: int) -> Any:
    services.close_place(place_id, actor=current_actor())
    toasts.done(_("Closed."), undo_url=url_for("places.reopen", place_id=place_id))
    return redirect(url_for("places.show", place_id=place_id), 303)


@bp.post("/<int:place_id>/reopen")
@requires(P.MANAGE_PLACES)
def reopen(place_id: int) -> Any:
    services.reopen_place(place_id, actor=current_actor())
    toasts.done(_("Open again."))
    return redirect(url_for("places.show", place_id=place_id), 303)


@bp.route("/areas/new", methods=["GET", "POST"])
@requires(P.MANAGE_AREAS)
def add_area() -> Any:
    form = AreaForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            areas.add(form.details(), actor=current_actor())
            toasts.done(_("%(name)s is added.", name=form.name.data))
            on = "/areas" if navigation.page_exists("/areas") else url_for("places.index")
            return redirect(on, 303)
    return render_template("places/new_area.html", form=form), form.status


@bp.route("/areas/<int:area_id>/edit", methods=["GET", "POST"])
@requires(P.MANAGE_AREAS)
def change_area(area_id: int) -> Any:
    area = queries.area(area_id)
    form = AreaNamesForm.from_record(name=area.name, names=name_lines(area.names))
    on = f"/areas/{area_id}"
    if form.submitted():
        with form.showing_broken_rules():
            names = form.names.as_names()
            areas.rename(area_id, name=form.name.data, names=names, actor=current_actor())
            toasts.done(_("Saved."))
            return redirect(on, 303)
    return render_template("places/change_area.html", form=form, area=area, on=on), form.status


def _site(place_id: int) -> Place:
    place = queries.place(place_id, current_actor())
    return place if place.kind in SITES else queries.place(place.site_id or 0, current_actor())


def _bin(place_id: int) -> Place:
    place = queries.place(place_id, current_actor())
    if place.kind != PlaceKind.BIN:
        raise NotFound(_("There is no such place."))
    return place


def _place_page(place_id: int, form: BinsForm) -> str:
    actor = current_actor()
    place, site = queries.place(place_id, actor), _site(place_id)
    laid_out = layout.of(place, site)
    form.offer_zones(place, laid_out.zones)
    return render_template(
        "places/show.html",
        place=place,
        site=site,
        kind=KINDS[place.kind],
        purposes=PURPOSES,
        layout=laid_out,
        position=position_text(site.latitude_e6, site.longitude_e6),
        other_names=[(language_name(x), name) for x, name in (place.names or {}).items()],
        may_manage=actor.may(
            P.MANAGE_PLACES, organisation_id=place.organisation_id, site_id=place.site_id
        ),
        form=form,
    )
