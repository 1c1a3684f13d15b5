"""Pages of an organisation's list of reasons: see it, add one, word one anew, switch one off."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug import Response

from aidtrack.core.i18n import _
from aidtrack.identity import queries as identity
from aidtrack.identity.permissions import Permission
from aidtrack.stock import loss_reasons
from aidtrack.stock.loss_forms import LossReasonForm, NewLossReasonForm, SwitchForm
from aidtrack.stock.loss_words import ACTS
from aidtrack.stock.reasons import LABELS
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires
from aidtrack.web.standard_fields import name_lines

bp = Blueprint("reasons", __name__)

Answer = Response | tuple[str, int] | str


@bp.get("/organisations/<int:organisation_id>/reasons")
@requires(Permission.MANAGE_ORGANISATION)
def reason_list(organisation_id: int) -> Answer:
    actor = current_actor()
    return render_template(
        "stock/reason_list.html",
        organisation=identity.own_organisation(organisation_id, actor),
        reasons=loss_reasons.listed(organisation_id),
        acts=ACTS,
        causes=LABELS,
    )


@bp.route("/organisations/<int:organisation_id>/reasons/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATION)
def new_reason(organisation_id: int) -> Answer:
    actor = current_actor()
    organisation = identity.own_organisation(organisation_id, actor)
    form = NewLossReasonForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            loss_reasons.add(organisation_id, form.code.data, form.details(), actor=actor)
            toasts.done(_("The reason is on the list."))
            return redirect(url_for("reasons.reason_list", organisation_id=organisation_id), 303)
    page = render_template(
        "stock/reason_form.html", form=form, organisation=organisation, reason=None
    )
    return page, form.status


@bp.route("/organisations/<int:organisation_id>/reasons/<code>", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATION)
def change_reason(organisation_id: int, code: str) -> Answer:
    actor = current_actor()
    kept = loss_reasons.reason(organisation_id, code, actor)
    form = LossReasonForm.from_record(
        None,
        name=kept.name,
        cause=kept.cause.value,
        acts=[act.value for act in kept.acts],
        names=name_lines(kept.names),
    )
    if form.submitted():
        with form.showing_broken_rules():
            loss_reasons.change(organisation_id, code, form.details(), actor=actor)
            toasts.done(_("Saved."))
            return redirect(url_for("reasons.reason_list", organisation_id=organisation_id), 303)
    organisation = identity.own_organisation(organisation_id, actor)
    page = render_template(
        "stock/reason_form.html", form=form, organisation=organisation, reason=kept
    )
    return page, form.status


@bp.post("/organisations/<int:organisation_id>/reasons/<code>/switch")
@requires(Permission.MANAGE_ORGANISATION)
def switch_reason(organisation_id: int, code: str) -> Answer:
    is_active = bool(SwitchForm.from_request().checked().is_active.data)
    loss_reasons.switch(organisation_id, code, is_active=is_active, actor=current_actor())
    toasts.done(_("It is offered again.") if is_active else _("It is offered no longer."))
    return redirect(url_for("reasons.reason_list", organisation_id=organisation_id), 303)
