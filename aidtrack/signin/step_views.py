"""Pages on which somebody shows a second factor, or signs in by a passkey alone."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from aidtrack.core.i18n import _
from aidtrack.identity import queries
from aidtrack.identity.models import Method
from aidtrack.identity.permissions import Permission
from aidtrack.signin import answers, factor_answers, factors, passkeys, second_step
from aidtrack.signin.factor_forms import (
    CodeForm,
    PasskeyAgainForm,
    PasskeyForm,
    PasskeySignInForm,
    RecoveryForm,
)
from aidtrack.signin.factors import Factors
from aidtrack.signin.second_step import Proof
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, local_path, public, requires

bp = Blueprint("second", __name__)
STEP, ALONE, AGAIN = "step", "alone", "again"


@bp.route("/sign-in/second", methods=["GET", "POST"])
@public
def second_step_page() -> Any:
    half = answers.half_signed_in()
    has = factors.factors_of(half.user_id) if half else None
    if half is None or has is None or not has.any:
        toasts.warn(_("That took too long. Sign in again."))
        return redirect(url_for("signin.sign_in"), 303)
    forms = step_forms(has)
    form = next((x for x in forms.values() if x.is_sent), next(iter(forms.values())))
    asked = factor_answers.passkey_asked(STEP)
    if form.submitted():
        with form.showing_broken_rules():
            second_step.prove(half.user_id, proof_of(form), asked, desk=factor_answers.desk())
            return answers.arrive(
                half.user_id, method=half.method, stay=half.stay, wanted=half.wanted
            )
    return step_page(half.user_id, has, forms), form.status


def step_page(user_id: int, has: Factors, forms: dict[str, Any]) -> str:
    options = ""
    if has.passkeys:
        question = factor_answers.ask_passkey(STEP)
        options = passkeys.options_to_ask(question, factor_answers.site(), user_id=user_id)
    return render_template(
        "signin/second_step.html",
        name=queries.user(user_id).name,
        has=has,
        options=options,
        forms=forms,
    )


@bp.route("/sign-in/passkey", methods=["GET", "POST"])
@public
def passkey_alone() -> Any:
    wanted = local_path(request.args.get("next"), "")
    form = PasskeySignInForm.from_request(next=wanted)
    asked = factor_answers.passkey_asked(ALONE)
    if form.submitted():
        with form.showing_broken_rules():
            user_id = second_step.passkey_alone(proof_of(form), asked, desk=factor_answers.desk())
            return answers.arrive(
                user_id, method=Method.PASSKEY, stay=False, wanted=form.next.data or ""
            )
    question = factor_answers.ask_passkey(ALONE)
    options = passkeys.options_to_ask(question, factor_answers.site())
    return render_template("signin/passkey.html", form=form, options=options), form.status


@bp.post("/sign-in/again/passkey")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def passkey_again() -> Any:
    """Instead of the password: what was asked for is asked for again after it."""
    form = PasskeyAgainForm.from_request()
    asked = factor_answers.passkey_asked(AGAIN)
    if form.is_sent and form.submitted():
        with form.showing_broken_rules():
            second_step.prove_again(
                answers.session_id_here(),
                Proof(answer=form.again_answer.data),
                asked,
                desk=factor_answers.desk(),
                actor=current_actor(),
            )
            return answers.back_to(form.again_next.data, sent=bool(form.again_sent.data))
    return again_page(form), form.status if form.is_sent else 200


def again_page(form: PasskeyAgainForm) -> str:
    question = factor_answers.ask_passkey(AGAIN)
    options = passkeys.options_to_ask(
        question, factor_answers.site(), user_id=current_actor().user_id
    )
    return render_template(
        "signin/passkey_again.html", form=form, options=options, carried=form.carried()
    )


def step_forms(has: Factors) -> dict[str, Any]:
    """The ways to go on that the person has, of which the one that was sent is filled."""
    ways = {
        "code": (has.codes, CodeForm),
        "passkey": (has.passkeys, PasskeyForm),
        "recovery": (has.recovery, RecoveryForm),
    }
    return {name: form.if_sent() for name, (is_there, form) in ways.items() if is_there}


def proof_of(form: Any) -> Proof:
    said = form.data
    return Proof(
        code=said.get("code") or "",
        recovery_code=said.get("recovery_code") or "",
        answer=said.get("answer") or "",
    )
