"""Pages that send somebody to an OpenID Connect provider, and take them back."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity import queries
from aidtrack.identity.models import Method
from aidtrack.identity.permissions import Permission
from aidtrack.signin import answers, factor_answers, openid, provider_settings, providers
from aidtrack.signin.factor_answers import Away
from aidtrack.signin.openid import Claims, NotProved
from aidtrack.signin.provider_settings import Provider
from aidtrack.web import toasts
from aidtrack.web.access import actor_or_none, current_actor, fresh, local_path, public, requires
from aidtrack.web.limits import limiter
from aidtrack.web.post import post_office

bp = Blueprint("providers", __name__)
P = Permission
# Each may make us ask the provider what it is.
GOING_AWAY = "20 per minute"


@bp.post("/sign-in/with/<key>")
@public
@limiter.limit(GOING_AWAY)
def go(key: str) -> Any:
    """Away to the provider, by a page: a form may lead to no other host, a page's link may."""
    return going(key, wanted=local_path(request.form.get("next"), ""))


@bp.post("/account/security/providers/<key>/connect")
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
@limiter.limit(GOING_AWAY)
def connect(key: str) -> Any:
    return going(key, user_id=current_actor().user_id)


@bp.post("/account/security/providers/<key>/disconnect")
@requires(P.MANAGE_OWN_ACCOUNT)
@fresh
def disconnect(key: str) -> Any:
    provider = provider_settings.find(factor_answers.instance(), key)
    providers.disconnect(provider.issuer, office=post_office(), actor=current_actor())
    toasts.done(_("%(name)s is disconnected.", name=provider.name))
    return redirect(url_for("factors.security"), 303)


@bp.get("/sign-in/with/<key>/back")
@public
def back(key: str) -> Any:
    provider = provider_settings.find(factor_answers.instance(), key)
    try:
        away = factor_answers.came_back(key, provider.issuer)
        claims = claims_brought(provider, away)
        if away.user_id is not None:
            return connected(claims, away.user_id, provider)
        return signed_in(claims, provider, away.wanted)
    except RuleBroken as broken:
        toasts.warn(broken.message)
        return redirect(url_for("factors.security" if actor_or_none() else "signin.sign_in"), 303)


def going(key: str, *, wanted: str = "", user_id: int | None = None) -> Any:
    provider = provider_settings.find(factor_answers.instance(), key)
    question = openid.Question.to(provider)
    address = openid.address_to_go_to(provider, question, address_of_back(key))
    factor_answers.send_away(question, wanted=wanted, user_id=user_id)
    return render_template("signin/going.html", provider=provider, address=address)


def claims_brought(provider: Provider, away: Away) -> Claims:
    code = request.args.get("code", "")
    if not code:  # They said no there, or the provider did.
        raise NotProved(_("The other service did not sign you in."))
    return openid.claims_of(provider, away.question, code=code, back=address_of_back(provider.key))


def connected(claims: Claims, user_id: int, provider: Provider) -> Any:
    actor = actor_or_none()
    if actor is None or actor.user_id != user_id:
        raise NotProved(_("That took too long, or began in another window. Try again."))
    providers.connect(claims, office=post_office(), actor=actor)
    toasts.done(_("You can sign in with %(name)s now.", name=provider.name))
    return redirect(url_for("factors.security"), 303)


def signed_in(claims: Claims, provider: Provider, wanted: str) -> Any:
    user = queries.user(providers.person_of(claims, provider, office=post_office()))
    employers = {grant.organisation_id for grant in queries.actor_of(user).grants}
    # One organisation's provider has no word on a second factor of another's.
    if not provider.asks_second_factor or employers != {provider.organisation_id}:
        return answers.go_on(user, method=Method.PROVIDER, stay=False, wanted=wanted)
    answer = answers.arrive(user.id, method=Method.PROVIDER, stay=False, wanted=wanted)
    factor_answers.trust_elsewhere()
    return answer


def address_of_back(key: str) -> str:
    """Where the provider sends the browser back to: it must know this address beforehand."""
    return f"{factor_answers.our_address()}{url_for('providers.back', key=key)}"
