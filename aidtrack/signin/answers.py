"""What a browser is answered once someone has proved who they are, wholly or by half."""

import secrets
from dataclasses import dataclass

from flask import current_app, redirect, request, session, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from aidtrack.core import clock
from aidtrack.identity import queries
from aidtrack.identity.models import Method, User
from aidtrack.identity.permissions import Actor
from aidtrack.signin import second_step, services
from aidtrack.web import navigation
from aidtrack.web.access import local_path
from aidtrack.web.sessions import begin_session, session_here

HALF = "half_signed_in"
HALF_SECONDS = 10 * 60
KNOWN_SECONDS = 180 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Half:
    """Someone whose password was right and whose second factor is still due."""

    user_id: int
    stay: bool
    wanted: str
    method: Method


def go_on(user: User, *, stay: bool, wanted: str, method: Method = Method.PASSWORD) -> Response:
    """After the right password or a provider's word: in, or to the page of the second factor."""
    step = second_step.path_for(user)
    if not step:
        return arrive(user.id, method=method, stay=stay, wanted=wanted)
    moment = int(clock.now().timestamp())
    said = {"user_id": user.id, "stay": stay, "wanted": wanted, "method": str(method)}
    session[HALF] = {**said, "at": moment}
    return redirect(step, 303)


def half_signed_in() -> Half | None:
    """Who waits in this browser for their second factor, for ten minutes."""
    kept = session.get(HALF)
    if not kept or clock.now().timestamp() - kept["at"] > HALF_SECONDS:
        return None
    return Half(kept["user_id"], kept["stay"], kept["wanted"], Method(kept["method"]))


def arrive(user_id: int, *, method: Method, stay: bool, wanted: str) -> Response:
    """Begin the session, keep that they came, and lead them where they wanted."""
    actor = queries.actor_of(queries.user(user_id))
    services.note_arrival(actor, method)
    begin_session(user_id, method=method, stay=stay)
    answer = redirect(start_of(actor, wanted), 303)
    answer.set_cookie(
        _known_cookie(),
        _signer().dumps([user_id, secrets.token_hex(8)]),
        max_age=KNOWN_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path=url_for("signin.sign_in"),
    )
    return answer


def back_to(wanted: str | None, *, sent: bool) -> Response:
    """To the page that asked for a proof; with 307 the browser sends again what it held."""
    return redirect(local_path(wanted, "/"), 307 if sent else 303)


def session_id_here() -> int:
    """Which session this browser has. Whoever acts by a token has none: asked by nobody."""
    opened = session_here()
    assert opened is not None, "only a browser is asked again"
    return opened.id


def start_of(actor: Actor, wanted: str | None) -> str:
    """Where someone goes who has signed in: where they wanted, or to their first page."""
    first = next((way.path for way in navigation.ways(actor)), url_for("account.own_account"))
    return first if wanted in {None, "", "/"} else local_path(wanted, first)


def browser_known_to(email: str) -> str:
    """A name of this browser when the person of the address has signed in here; else empty."""
    try:
        cookie = request.cookies.get(_known_cookie(), "")
        user_id, name = _signer().loads(cookie, max_age=KNOWN_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return ""
    user = queries.user_by_email(email)
    return f"browser:{user_id}:{name}" if user is not None and user.id == user_id else ""


def _known_cookie() -> str:
    """Its prefix has browsers refuse one that was set without encryption (RFC 6265bis)."""
    return "__Secure-known" if current_app.config["SESSION_COOKIE_SECURE"] else "known"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known-browser")
