"""Pages on which people keep their second factors, and an organisation asks for them."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from aidtrack.core.i18n import _
from aidtrack.identity import queries
from aidtrack.identity.permissions import Permission
from aidtrack.signin import (
    codes,
    factor_answers,
    factors,
    passkeys,
    provider_settings,
    providers,
    recovery,
)
from aidtrack.signin.factor_forms import CodeForm, EmptyForm, NewPasskeyForm, SignInRuleForm
from aidtrack.web import once, toasts
from aidtrack.web.access import current_actor, fresh, requires
from aidtrack.web.once import ShownOnceForm
from aidtrack.web.post import post_office

bp = Blueprint("factors", __name__)
bp.before_app_request(factor_answers.lead_to_setting_up)
P = Permission
NEW_PASSKEY = "new"


@bp.get("/account/security")
@requires(P.MANAGE_OWN_ACCOUNT)
def security() -> str:
    actor = current_actor()
    has, is_asked = factors.factors_of(actor.user_id), factors.is_asked_of(actor)
    known = provider_settings.read(factor_answers.instance())
    return render_template(
        "signin/security.html",
        codes_since=codes.confirmed_since(actor.user_id),
        passkeys=passkeys.mine(actor.user_id),
        has=has,
        left=recovery.left(actor.user_id),
        ways=providers.ways(known, actor),
        is_asked=is_asked,
        is_due=is_asked and not has.any,
        goes_on=factor_answers.was_led_here(),
        once=ShownOnceForm(None),
    )


@bp.post("/account/security/codes/begin")
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def begin_codes() -> Any:
    codes.begin(vault=factor_answers.vault(), actor=current_actor())
    return redirect(url_for("factors.codes_page"), 303)


@bp.route("/account/security/codes", methods=["GET", "POST"])
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def codes_page() -> Any:
    actor, vault = current_actor(), factor_answers.vault()
    form = CodeForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            codes.confirm(form.code.data, vault=vault, office=post_office(), actor=actor)
            toasts.done(_("Codes are on. You are asked for one when you sign in."))
            return redirect(url_for("factors.security"), 303)
    setup = codes.setup(actor, queries.account(actor).email, vault=vault)
    return render_template("signin/codes.html", form=form, setup=setup), form.status


@bp.post("/account/security/codes/off")
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def switch_codes_off() -> Any:
    codes.switch_off(office=post_office(), actor=current_actor())
    toasts.done(_("Codes are off."))
    return redirect(url_for("factors.security"), 303)


@bp.route("/account/security/passkeys/new", methods=["GET", "POST"])
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def new_passkey() -> Any:
    actor, site = current_actor(), factor_answers.site()
    form = NewPasskeyForm.from_request()
    asked = factor_answers.passkey_asked(NEW_PASSKEY)
    if form.submitted():
        with form.showing_broken_rules():
            passkeys.add(
                form.answer.data, name=form.name.data, question=asked, site=site,
                office=post_office(), actor=actor,
            )  # fmt: skip
            toasts.done(_("The passkey is added. You can sign in with it."))
            return redirect(url_for("factors.security"), 303)
    options = passkeys.options_to_add(factor_answers.ask_passkey(NEW_PASSKEY), site, actor=actor)
    return render_template("signin/new_passkey.html", form=form, options=options), form.status


@bp.post("/account/security/passkeys/<int:passkey_id>/remove")
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def remove_passkey(passkey_id: int) -> Any:
    passkeys.remove(passkey_id, office=post_office(), actor=current_actor())
    toasts.done(_("The passkey is removed."))
    return redirect(url_for("factors.security"), 303)


@bp.post("/account/security/recovery-codes")
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def new_recovery_codes() -> Any:
    """Shown as the answer itself: nothing keeps them to be shown again."""
    form = ShownOnceForm.from_request()
    if form.was_shown:
        return once.shown_before(url_for("factors.security"))
    made = recovery.make(office=post_office(), actor=current_actor())
    form.note_shown()
    return render_template("signin/recovery_codes.html", codes=made)


@bp.route("/people/<int:user_id>/reset-factors", methods=["GET", "POST"])
@requires(P.MANAGE_PEOPLE)
@fresh
def reset(user_id: int) -> Any:
    person = queries.person(user_id, current_actor())
    form = EmptyForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            factors.reset(user_id, office=post_office(), actor=current_actor())
            toasts.done(_("%(name)s signs in with the password alone now.", name=person.name))
            return redirect(url_for("people.show", user_id=user_id), 303)
    return render_template("signin/reset.html", form=form, person=person), form.status


@bp.route("/organisations/<int:organisation_id>/sign-in", methods=["GET", "POST"])
@requires(P.MANAGE_ORGANISATION)
@fresh
def organisation_rule(organisation_id: int) -> Any:
    rule = factors.rule_of(organisation_id, current_actor())
    form = SignInRuleForm.from_record(rule)
    if form.submitted():
        with form.showing_broken_rules():
            required = form.requires_second_factor.data
            factors.require_second_factor(organisation_id, required=required, actor=current_actor())
            toasts.done(_("Saved."))
            url = url_for("factors.organisation_rule", organisation_id=organisation_id)
            return redirect(url, 303)
    page = render_template(
        "signin/organisation_rule.html", form=form, rule=rule, organisation_id=organisation_id
    )
    return page, form.status
