"""What stands in a browser's session while somebody proves who they are."""

import base64
import hmac
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.core.vault import SECOND_FACTORS, Vault
from aidtrack.signin import factors, openid, passkeys
from aidtrack.signin.factors import SecondFactorDue
from aidtrack.signin.openid import NotProved
from aidtrack.signin.passkeys import Site
from aidtrack.signin.second_step import Desk
from aidtrack.web.access import actor_or_none
from aidtrack.web.post import post_office
from aidtrack.web.sessions import address_here

PASSKEY = "passkey_question"
AWAY = "at_provider"
# The provider asked for a second factor, whatever we know of the person's own.
ELSEWHERE = "second_factor_elsewhere"
# Somebody was kept from going on until they have set up a second factor.
LED = "led_to_set_up"
AWAY_SECONDS = 10 * 60
# What somebody may open who still has to set up a second factor.
OPEN_WHILE_DUE = frozenset(
    {
        "signin.again", "factors.security", "factors.begin_codes",
        "factors.codes_page", "factors.new_passkey", "factors.new_recovery_codes",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Away:
    """A browser that was sent to a provider: what it must bring back, and what for.

    `user_id` is who connects the provider; None when somebody signs in by it.
    """

    question: openid.Question
    wanted: str
    user_id: int | None


def desk() -> Desk:
    """What checking a proof needs of this request."""
    return Desk(vault=vault(), site=site(), office=post_office(), address=address_here())


def vault() -> Vault:
    return Vault(current_app.config["SECRET_KEY"], SECOND_FACTORS)


def our_address() -> str:
    """Where people reach us; while developing, where this browser did."""
    settings = current_app.config
    here: str = settings["PUBLIC_URL"] if settings["IS_PRODUCTION"] else request.host_url
    return here.rstrip("/")


def site() -> Site:
    """The site that passkeys are for."""
    parts = urlsplit(our_address())
    return Site(host=parts.hostname or "", origin=f"{parts.scheme}://{parts.netloc}")


def instance() -> Path:
    return Path(current_app.instance_path)


def ask_passkey(purpose: str) -> passkeys.Question:
    """A new question for this browser, in place of one that stands."""
    question = passkeys.new_question()
    session[PASSKEY] = {
        "for": purpose,
        "challenge": base64.b64encode(question.challenge).decode(),
        "until": int(question.expires_at.timestamp()),
    }
    return question


def passkey_asked(purpose: str) -> passkeys.Question | None:
    """The question that this browser was asked, once."""
    kept = session.pop(PASSKEY, None)
    if not kept or kept["for"] != purpose:
        return None
    until = datetime.fromtimestamp(kept["until"], UTC)
    return passkeys.Question(base64.b64decode(kept["challenge"]), until)


def send_away(question: openid.Question, *, wanted: str = "", user_id: int | None = None) -> None:
    """Keep what the browser must bring back from the provider."""
    away = Away(question, wanted, user_id)
    session[AWAY] = {**asdict(away), "at": int(clock.now().timestamp())}


def came_back(key: str, issuer: str) -> Away:
    """What the browser was sent away with, once. Raises NotProved when it brings another's."""
    kept: dict[str, Any] = session.pop(AWAY, None) or {}
    brought = request.args.get("state", "")
    question = openid.Question(**kept["question"]) if kept else None
    if question is None or clock.now().timestamp() - kept["at"] > AWAY_SECONDS:
        raise NotProved(_("That took too long, or began in another window. Try again."))
    right = hmac.compare_digest(brought.encode(), question.state.encode())
    # RFC 9207: an answer may say whose it is.
    if not right or question.provider != key or request.args.get("iss", issuer) != issuer:
        raise NotProved(_("The other service's answer was not accepted. Try again."))
    return Away(question, kept["wanted"], kept["user_id"])


def trust_elsewhere() -> None:
    """The session that has just begun is as good as one with a second factor of ours."""
    session[ELSEWHERE] = True


def lead_to_setting_up() -> Response | None:
    """Before each request: whoever owes their organisation a second factor sets it up first.

    So does a program with their token: whoever made it had proved too little.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if not hasattr(view, "required_permission") or request.endpoint in OPEN_WHILE_DUE:
        return None
    actor = actor_or_none()
    # A program says by a token who it is: a cookie beside it may be anybody's.
    was_elsewhere = session.get(ELSEWHERE) and "token" not in g
    if actor is None or was_elsewhere or not factors.is_due(actor):
        session.pop(LED, None)
        return None
    if request.path.startswith("/api/"):
        raise SecondFactorDue(_("Your organisation asks for a second factor. Set one up first."))
    session[LED] = True
    return redirect(url_for("factors.security"), 303)


def was_led_here() -> bool:
    """Whether somebody wanted another page when they were led to set up a second factor."""
    return LED in session
