"""Pages of corrections: what is wrong with a lot, what putting it right does, and the list."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug import Response

from aidtrack.catalogue import units
from aidtrack.core import clock
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.corrections import followers, plans, queries, services, words
from aidtrack.corrections.forms import (
    FORMS,
    CorrectionFilterForm,
    TakeBackForm,
    kind_choices,
    proposed,
)
from aidtrack.corrections.lists import CORRECTIONS
from aidtrack.corrections.models import CorrectionKind
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("corrections", __name__)
Answer = Response | tuple[str, int] | str


@bp.get("/stock/corrections")
@requires(Permission.VIEW_STOCK)
def index() -> Answer:
    form = CorrectionFilterForm.from_query()
    form.choose(kind=kind_choices())
    return lists.answer(CORRECTIONS, form, "corrections/index.html", kinds=words.KINDS)


@bp.get("/stock/corrections/<int:correction_id>")
@requires(Permission.VIEW_STOCK)
def show(correction_id: int) -> Answer:
    it = queries.correction(correction_id, current_actor())
    dates, recalls = queries.along_with(correction_id)
    return render_template("corrections/show.html", it=it, dates=dates, recalls=recalls)


@bp.route("/stock/corrections/<int:correction_id>/take-back", methods=["GET", "POST"])
@requires(Permission.CORRECT_STOCK)
def take_back(correction_id: int) -> Answer:
    actor = current_actor()
    it = queries.correction(correction_id, actor)
    form = TakeBackForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            services.take_back(
                correction_id,
                reason=form.reason.data,
                key=form.key.data,
                actor=actor,
                at=clock.now(),
            )
            toasts.done(_("Taken back. The lot is as it was."))
            return redirect(url_for("corrections.show", correction_id=correction_id), 303)
    return _take_back_page(form, it), form.status


def _take_back_page(form: TakeBackForm, it: queries.CorrectionRow) -> str:
    _dates, recalls = queries.along_with(it.id)
    return render_template(
        "corrections/take_back.html",
        form=form,
        it=it,
        breaks=queries.breakage(it, current_actor()),
        dates=queries.dated_back(it.id),
        recalls=recalls,
    )


@bp.get("/lots/<int:lot_id>/correct")
@requires(Permission.CORRECT_STOCK)
def choose(lot_id: int) -> Answer:
    ground = queries.ground(lot_id, current_actor())
    return render_template("corrections/choose.html", ground=ground)


@bp.route("/lots/<int:lot_id>/correct/<kind>", methods=["GET", "POST"])
@requires(Permission.CORRECT_STOCK)
def correct(lot_id: int, kind: str) -> Answer:
    ground = queries.ground(lot_id, current_actor())
    what = _kind(kind)
    form: Any = FORMS[what].from_request(**proposed(what, ground))
    form.choose_from(ground)
    plan = None
    if form.submitted():
        with form.showing_broken_rules():
            plan = plans.plan(ground.lot, form.change())
            if form.has_shown(plan, ground):
                return _done(lot_id, form)
    return _correct_page(form, ground, plan), form.status


def _correct_page(form: Any, ground: queries.Ground, plan: plans.Plan | None) -> str:
    return render_template(
        "corrections/correct.html",
        form=form,
        kind=form.kind,
        ground=ground,
        packs=units.chain_of(ground.lot.pack),
        plan=plan,
        lines=_lines(form, ground),
        differences=_differences(plan) if plan else [],
        dates=followers.in_words(plan.dates) if plan else [],
    )


def _done(lot_id: int, form: Any) -> Answer:
    correction_id = services.correct(
        lot_id,
        form.change(),
        reason=form.reason.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    toasts.done(_("Corrected. What it was is kept."))
    return redirect(url_for("corrections.show", correction_id=correction_id), 303)


def _differences(plan: plans.Plan) -> list[Any]:
    names = words.names_in([plan.before, plan.after])
    return names.compared(plan.before, plan.after)


def _lines(form: Any, ground: queries.Ground) -> list[tuple[Any, Any]]:
    """The lines of the form, each with the place that it takes from."""
    if "lines" not in form:
        return []
    by_id = {place.place_id: place for place in ground.stock}
    return [
        (entry.form, by_id[entry.form.place_id.data])
        for entry in form.lines.entries
        if entry.form.place_id.data in by_id
    ]


def _kind(kind: str) -> CorrectionKind:
    if kind not in {str(each) for each in CorrectionKind}:
        raise NotFound(_("There is no such correction."))
    return CorrectionKind(kind)
