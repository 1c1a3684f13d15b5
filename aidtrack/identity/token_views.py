"""Pages on which people make and revoke tokens for programs."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from aidtrack.core.i18n import _
from aidtrack.identity import tokens
from aidtrack.identity.forms import NewTokenForm
from aidtrack.identity.permissions import Permission
from aidtrack.identity.scopes import LABELS
from aidtrack.web import once, toasts
from aidtrack.web.access import current_actor, fresh, requires

bp = Blueprint("tokens", __name__)
P = Permission


@bp.get("/account/tokens")
@requires(P.MANAGE_OWN_ACCOUNT)
def index() -> str:
    return render_template(
        "identity/tokens.html", tokens=tokens.own(current_actor()), scopes=LABELS
    )


@bp.route("/account/tokens/new", methods=["GET", "POST"])
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def make() -> Any:
    form = NewTokenForm.from_request()
    if form.was_shown:
        return once.shown_before(url_for("tokens.index"))
    if form.submitted():
        with form.showing_broken_rules():
            token = tokens.create_token(**form.asked(), actor=current_actor())
            form.note_shown()
            return render_template("identity/token_made.html", token=token, name=form.name.data)
    return render_template("identity/new_token.html", form=form), form.status


@bp.post("/account/tokens/<int:token_id>/revoke")
@requires(P.MANAGE_OWN_ACCOUNT)
def revoke(token_id: int) -> Any:
    tokens.revoke_token(tokens.own_one(token_id, current_actor()).id, actor=current_actor())
    toasts.done(_("The token opens nothing any more."))
    return redirect(url_for("tokens.index"), 303)


@bp.get("/people/tokens")
@requires(P.MANAGE_PEOPLE)
def of_people() -> str:
    page = tokens.of_people(current_actor(), cursor=request.args.get("cursor"))
    return render_template("identity/tokens_of_people.html", page=page, scopes=LABELS)


@bp.post("/people/tokens/<int:token_id>/revoke")
@requires(P.MANAGE_PEOPLE)
def revoke_of_person(token_id: int) -> Any:
    tokens.revoke_token(token_id, actor=current_actor())
    toasts.done(_("The token opens nothing any more."))
    return redirect(url_for("tokens.of_people"), 303)
