"""The session of this browser: begun, ended, and told apart from the person's others."""

from datetime import datetime

from flask import g, request, session
from flask_login import login_user, logout_user

from aidtrack.identity import sessions
from aidtrack.identity.models import Method
from aidtrack.identity.sessions import Opened
from aidtrack.web.devices import device_of

USER_AGENT_MAX = 400


def begin_session(
    user_id: int,
    *,
    method: Method,
    stay: bool,
    journey_id: int | None = None,
    expires_at: datetime | None = None,
) -> None:
    """A fresh session: nothing that stood in the browser before signs in with the person."""
    end_session()
    secret = sessions.begin(
        user_id,
        method=method,
        address=address_here(),
        device=device_of(request.headers.get("User-Agent", "")[:USER_AGENT_MAX]),
        stay=stay,
        journey_id=journey_id,
        expires_at=expires_at,
    )
    session.permanent = stay
    found = sessions.opened(secret)
    assert found is not None, "nobody begins a session of someone who is locked out"
    user, g.user_session = found
    user.session_secret = secret
    login_user(user)
    g.pop("actor", None)


def end_session() -> None:
    """Nobody is signed in here any more, nor by a copy of the cookie; the language stays."""
    if secret := secret_here():
        sessions.revoke(secret)
    language = session.get("language")
    logout_user()
    session.clear()
    g.pop("user_session", None)
    if language:
        session["language"] = language


def address_here() -> str:
    """Where the request comes from, as our own proxies tell it."""
    return request.remote_addr or ""


def secret_here() -> str:
    """The secret of this browser's session; empty when there is none."""
    return str(session.get("_user_id", ""))


def session_here() -> Opened | None:
    """The session of this request, where a browser asks that someone has signed in."""
    opened: Opened | None = g.get("user_session")
    return opened
