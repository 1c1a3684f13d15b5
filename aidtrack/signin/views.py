"""Pages on which people sign in and out, prove who they are, and change their password."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for

from aidtrack.core.i18n import _
from aidtrack.identity import services as people
from aidtrack.identity import sessions
from aidtrack.identity.models import Method
from aidtrack.identity.permissions import Permission
from aidtrack.identity.words import METHODS
from aidtrack.signin import answers, factor_answers, factors, provider_settings, services
from aidtrack.signin.forms import AgainForm, PasswordForm, SignInForm
from aidtrack.web import toasts
from aidtrack.web.access import actor_or_none, current_actor, fresh, local_path, public, requires
from aidtrack.web.post import post_office
from aidtrack.web.sessions import (
    address_here,
    begin_session,
    end_session,
    secret_here,
    session_here,
)

bp = Blueprint("signin", __name__)
P = Permission


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    wanted = request.args.get("next")
    actor = actor_or_none()
    if actor is not None and request.method == "GET":
        return redirect(answers.start_of(actor, wanted), 303)
    form = SignInForm.from_request(next=local_path(wanted, ""))
    if form.submitted():
        with form.showing_broken_rules():
            user = services.prove_password(
                form.email.data,
                form.password.data,
                address=address_here(),
                browser=answers.browser_known_to(form.email.data),
                office=post_office(),
            )
            return answers.go_on(user, stay=form.stay.data, wanted=form.next.data or "")
    providers = provider_settings.read(factor_answers.instance())
    return render_template("signin/sign_in.html", form=form, providers=providers), form.status


@bp.post("/sign-out")
@public
def sign_out() -> Any:
    end_session()
    toasts.done(_("You are signed out."))
    answer = redirect(url_for("signin.sign_in"), 303)
    # Not the storage: a phone may hold reports there that were not sent yet.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@bp.route("/sign-in/again", methods=["GET", "POST"])
@requires(P.MANAGE_OWN_ACCOUNT)
def again() -> Any:
    """What was asked for is asked for again once the person has proved who they are."""
    form = AgainForm.from_request(again_next=local_path(request.args.get("next"), "/"))
    if form.is_sent and form.submitted():
        with form.showing_broken_rules():
            services.prove_again(
                form.again_password.data,
                session_id=answers.session_id_here(),
                address=address_here(),
                office=post_office(),
                actor=current_actor(),
            )
            return answers.back_to(form.again_next.data, sent=bool(form.again_sent.data))
    page = render_template(
        "signin/again.html",
        form=form,
        carried=form.carried(),
        has_password=services.has_password(current_actor()),
        has_passkeys=factors.factors_of(current_actor().user_id).passkeys,
    )
    return page, form.status if form.is_sent else 200


@bp.route("/account/password", methods=["GET", "POST"])
@requires(P.MANAGE_OWN_ACCOUNT)
def change_password() -> Any:
    form = PasswordForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            services.change_password(
                old=form.old.data,
                new=form.new.data,
                address=address_here(),
                office=post_office(),
                actor=current_actor(),
            )
            user_id = current_actor().user_id
            begin_session(user_id, method=Method.PASSWORD, stay=session.permanent)
            toasts.done(_("Your password is changed. Other devices are signed out."))
            return redirect(url_for("account.own_account"), 303)
    return render_template("signin/password.html", form=form), form.status


@bp.post("/account/sign-out-elsewhere")
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def sign_out_elsewhere() -> Any:
    services.sign_out_elsewhere(actor=current_actor(), here=secret_here())
    toasts.done(_("Every other device is signed out."))
    return redirect(url_for("signin.show_sessions"), 303)


@bp.get("/account/sessions")
@requires(P.MANAGE_OWN_ACCOUNT)
def show_sessions() -> str:
    opened = session_here()
    found = sessions.open_of(current_actor().user_id, opened.id if opened else None)
    return render_template("signin/sessions.html", sessions=found, methods=METHODS)


@bp.post("/account/sessions/<int:session_id>/end")
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def end_one(session_id: int) -> Any:
    actor = current_actor()
    people.end_session(actor.user_id, session_id, actor=actor)
    toasts.done(_("This device is signed out."))
    return redirect(url_for("signin.show_sessions"), 303)
