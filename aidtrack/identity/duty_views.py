"""The page on which an organisation says whether its duties are kept apart."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from aidtrack.core.i18n import _
from aidtrack.identity import duties, queries
from aidtrack.identity.forms import APART, DutiesForm
from aidtrack.identity.permissions import Permission
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, fresh, requires

bp = Blueprint("duties", __name__)


@bp.get("/organisations/<int:organisation_id>/duties")
@requires(Permission.MANAGE_ORGANISATION)
def show(organisation_id: int) -> Any:
    return _page(organisation_id, _form(organisation_id))


@bp.post("/organisations/<int:organisation_id>/duties")
@requires(Permission.MANAGE_ORGANISATION)
@fresh
def change(organisation_id: int) -> Any:
    form = _form(organisation_id)
    if form.submitted():
        with form.showing_broken_rules():
            duties.change(
                organisation_id,
                keeps_apart=form.hands.data == APART,
                write_off_limit_minor=form.write_off_limit.data,
                reason=form.reason.data or "",
                actor=current_actor(),
            )
            toasts.done(_("Saved."))
            return redirect(url_for("duties.show", organisation_id=organisation_id), 303)
    return _page(organisation_id, form)


def _form(organisation_id: int) -> DutiesForm:
    held = duties.rules(organisation_id, current_actor())
    form = DutiesForm.of(held)
    form.currency.data = held.currency
    return form


def _page(organisation_id: int, form: DutiesForm) -> Any:
    organisation = queries.own_organisation(organisation_id, current_actor())
    page = render_template(
        "identity/duties.html",
        form=form,
        organisation=organisation,
        times=duties.periods(organisation_id),
    )
    return page, form.status
