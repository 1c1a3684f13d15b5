"""Pages of levels: the list, what is to be ordered, setting and taking away."""

from functools import partial

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug import Response as Redirect

from aidtrack.catalogue import queries as catalogue
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.places import queries as places
from aidtrack.planning.forms import MinimumFilterForm, MinimumForm
from aidtrack.planning.lists import LEVELS
from aidtrack.stock import minimums
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("planning", __name__)
Answer = Redirect | Response | tuple[str, int] | str
ITEMS_MAX = 200


@bp.get("/stock/minimums")
@requires(Permission.VIEW_STOCK)
def levels() -> Answer:
    actor = current_actor()
    form = MinimumFilterForm.from_query()
    form.choose(site_id=[(site.id, site.name_in()) for site in places.sites(actor, limit=200).rows])
    return lists.answer(
        LEVELS,
        form,
        "planning/index.html",
        wanted=form.wanted(),
        may_set=partial(minimums.may_set, actor),
        may_add=actor.may(Permission.SET_MINIMUMS),
    )


@bp.route("/stock/minimums/set", methods=["GET", "POST"])
@requires(Permission.SET_MINIMUMS)
def set_level() -> Answer:
    """A level for an item and a site that the address may name already."""
    actor, asked = current_actor(), MinimumFilterForm.from_query()
    known = minimums.level_of(actor, asked.item_id.data, asked.site_id.data)
    form = MinimumForm.from_request(known)
    sites = places.sites(actor, permission=Permission.SET_MINIMUMS, limit=200).rows
    form.choose(
        site_id=[(site.id, site.name_in()) for site in sites],
        item_id=catalogue.item_choices(limit=ITEMS_MAX),
    )
    form.item_id.look_up = catalogue.item_called
    form.site_id.required = not actor.organisations(Permission.SET_MINIMUMS)
    if form.submitted():
        with form.showing_broken_rules():
            minimums.set_minimum(**form.data, actor=actor)
            toasts.done(_("The minimum is set."))
            return redirect(url_for("planning.levels"), 303)
    return render_template("planning/level.html", form=form, known=known), form.status


@bp.post("/stock/minimums/<int:minimum_id>/remove")
@requires(Permission.SET_MINIMUMS)
def remove_level(minimum_id: int) -> Answer:
    minimums.remove_minimum(minimum_id, actor=current_actor())
    toasts.done(_("The minimum is taken away."))
    return redirect(url_for("planning.levels"), 303)
