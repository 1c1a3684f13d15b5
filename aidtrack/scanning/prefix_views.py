"""The page on which an organisation says under which GS1 company prefix it numbers boxes."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for

from aidtrack.core.i18n import _
from aidtrack.identity import queries as identity
from aidtrack.identity.permissions import Permission
from aidtrack.scanning import prefixes
from aidtrack.scanning.forms import CompanyPrefixForm
from aidtrack.scanning.prefixes import Numbering
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import json_answer
from aidtrack.web.openapi import documented

bp = Blueprint("prefixes", __name__)
P = Permission
API = "/api/v1/organisations/<int:organisation_id>/company-prefix"


@bp.route("/organisations/<int:organisation_id>/company-prefix", methods=["GET", "POST"])
@requires(P.MANAGE_ORGANISATION)
def change(organisation_id: int) -> Any:
    held = prefixes.own_numbering(organisation_id, current_actor())
    form = CompanyPrefixForm.from_record(held)
    if form.submitted():
        with form.showing_broken_rules():
            prefixes.change(organisation_id, **form.asked(), actor=current_actor())
            toasts.done(_("Saved."))
            url = url_for("people.show_organisation", organisation_id=organisation_id)
            return redirect(url, 303)
    organisation = identity.own_organisation(organisation_id, current_actor())
    page = render_template("scanning/prefix.html", form=form, organisation=organisation, held=held)
    return page, form.status


@bp.get(API)
@documented(summary="Under which GS1 company prefix boxes are numbered", returns=Numbering)
@requires(P.MANAGE_ORGANISATION)
def show_to_program(organisation_id: int) -> Response:
    return json_answer(prefixes.own_numbering(organisation_id, current_actor()))


@bp.put(API)
@documented(
    summary="Take a GS1 company prefix, another or none", form=CompanyPrefixForm, returns=Numbering
)
@requires(P.MANAGE_ORGANISATION)
def change_by_program(organisation_id: int) -> Response:
    """A series of numbers only rises: `next_number` may be raised, or left out.

    No token may do this: it needs a session.
    """
    form = CompanyPrefixForm.from_request().checked()
    prefixes.change(organisation_id, **form.asked(), actor=current_actor())
    return json_answer(prefixes.own_numbering(organisation_id, current_actor()))
