"""Every view says who may open it. A test fails if one forgets."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, g, redirect, request, session
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.exceptions import NotFound

from aidtrack.core.errors import NotAllowed, NotSignedIn
from aidtrack.core.i18n import _
from aidtrack.identity import journeys, queries, scopes, sessions, tokens
from aidtrack.identity.permissions import Actor, Permission, require_somewhere
from aidtrack.web import toasts
from aidtrack.web.after import after_answer
from aidtrack.web.limits import count_program
from aidtrack.web.sessions import address_here, session_here

View = TypeVar("View", bound=Callable[..., Any])
BEARER = "bearer "
SIGN_IN = "/sign-in"
# Where a phone is led whose driver's link has ended; such a session carries this mark.
JOURNEY_OVER, BY_LINK = "/j", "by_link"
csrf = CSRFProtect()


class TooNarrow(NotAllowed):
    """The token was not made for this."""

    code = "missing_scope"


class NotFresh(NotAllowed):
    """Whoever is signed in must prove once more that it is they."""

    code = "not_fresh"


def init_app(app: Flask) -> None:
    # Checked below instead of by Flask-WTF, which cannot know about bearer tokens.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # As long as the session.
    csrf.init_app(app)
    app.before_request(refuse_undeclared)
    app.before_request(protect_against_forgery)


def protect_against_forgery() -> None:
    """A browser's cookie alone never changes anything; a bearer token may."""
    view = current_app.view_functions.get(request.endpoint or "")
    if not current_app.config["WTF_CSRF_ENABLED"] or getattr(view, "carries_proof", False):
        return
    by_cookie = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    if request.path.startswith("/api/") and (bearer_token() is not None or not by_cookie):
        return
    csrf.protect()


def refuse_undeclared() -> None:
    """Deny by default: a view that does not say who may open it is not there."""
    view = current_app.view_functions.get(request.endpoint or "")
    is_declared = hasattr(view, "required_permission") or getattr(view, "is_public", False)
    if view is not None and not is_declared and request.endpoint != "static":
        raise NotFound


def requires(permission: Permission, *others: Permission) -> Callable[[View], View]:
    """Ask for a permission held anywhere, or one of `others`; the service asks where."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = actor_or_none()
            if actor is None or journeys.is_over_for(actor, {permission, *others}):
                return ask_to_sign_in()
            if not any(actor.may(other) for other in others):
                expect_scope(permission)
                require_somewhere(actor, permission)
            return view(*args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def expect_scope(permission: Permission) -> None:
    """Raise TooNarrow where the token of a request leaves out what its person may do."""
    if "token" not in g or permission in g.token.only:
        return
    fitting = scopes.scopes_for(permission)
    sentence = (
        _("This token may not do this. Make one with: %(scope)s.", scope=scopes.LABELS[fitting[0]])
        if fitting
        else _("No token may do this. Sign in and use its page.")
    )
    raise TooNarrow(sentence, permission=str(permission), scopes=[str(each) for each in fitting])


def fresh(view: View) -> View:
    """For what must not happen at a screen that was left alone: taking rights, changing keys.

    Whoever last proved a while ago who they are does so again first; what they sent is sent on
    after that. Programs carry their proof with each request.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        by_browser = bearer_token() is None
        opened = session_here()
        if by_browser and not (opened is not None and opened.is_fresh):
            return ask_again()
        return view(*args, **kwargs)

    guarded.is_fresh = True  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def ask_again() -> Any:
    """On to the page that asks for the password, with what was sent."""
    if request.path.startswith("/api/"):
        raise NotFresh(_("Prove again who you are: this cannot be done by a session this old."))
    wanted = {"next": request.full_path.rstrip("?")}
    how = 303 if request.method == "GET" else 307
    return redirect(f"{SIGN_IN}/again?{urlencode(wanted)}", how)


def public(view: View) -> View:
    """Open to everyone. It must show nothing about people or routes."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def carries_proof(view: View) -> View:
    """Its address is a secret that only its receiver has, so nobody else can forge a request.

    For what a mail program does by itself (RFC 8058), without our form.
    """
    view.carries_proof = True  # type: ignore[attr-defined]
    return view


def current_actor() -> Actor:
    """Whoever acts in this request. Raises NotSignedIn when nobody is known."""
    actor = actor_or_none()
    if actor is None:
        raise NotSignedIn(_("Sign in first."))
    return actor


def actor_or_none() -> Actor | None:
    """The actor of the bearer token when one is sent, or else of the session."""
    if "actor" not in g:
        token = bearer_token()
        if token is not None:
            g.actor = actor_of_token(token)
        elif current_user.is_authenticated:
            g.actor = actor_of_session(g.user_session)
        else:
            g.actor = None
    return g.actor


def actor_of_token(token: str) -> Actor | None:
    """Whom a token speaks for, with what its scopes leave."""
    found = tokens.opened(token)
    if found is None:
        return None
    user, opened = found
    g.token = opened
    count_program(opened.id)
    if opened.is_due:
        address = address_here()
        after_answer(lambda: tokens.used(opened.id, address))
    return replace(queries.actor_of(user), only=opened.only)


def actor_of_session(opened: sessions.Opened) -> Actor:
    """Who has signed in, as far as this session goes."""
    if opened.is_due:
        after_answer(lambda: sessions.seen(opened.id))
    return journeys.bound(queries.actor_of(current_user), opened)


def bearer_token() -> str | None:
    """The token of `Authorization: Bearer …`, under /api/ only."""
    header = request.headers.get("Authorization", "")
    if not request.path.startswith("/api/") or header[: len(BEARER)].lower() != BEARER:
        return None
    return header[len(BEARER) :].strip()


def ask_to_sign_in() -> Any:
    if request.path.startswith("/api/"):
        if BY_LINK in session:
            raise NotSignedIn(journeys.over())
        raise NotSignedIn(_("Send a valid token: Authorization: Bearer …"))
    if BY_LINK in session:
        return redirect(JOURNEY_OVER, 303)
    wanted = request.full_path.rstrip("?")
    if request.method not in {"GET", "HEAD"}:
        wanted = page_of_the_form()
        toasts.warn(_("You had been signed out, so this was not saved. Sign in and send it again."))
    return redirect(f"{SIGN_IN}?{urlencode({'next': wanted})}", 303)


def page_of_the_form() -> str:
    """Where the form stood that was sent, when it is one of our pages that can be opened."""
    came = urlsplit(request.referrer or "")
    opens = current_app.create_url_adapter(request)
    if came.netloc != request.host or opens is None or not opens.test(came.path, "GET"):
        return "/"
    return local_path(came.path + (f"?{came.query}" if came.query else ""), "/")


def local_path(wanted: str | None, otherwise: str) -> str:
    """`wanted` when it is a path of this site, so that a link cannot lead elsewhere."""
    if not wanted or not wanted.startswith("/") or any(ord(x) < 33 or x == "\\" for x in wanted):
        return otherwise
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    if parts.scheme or parts.netloc or wanted.startswith("//"):
        return otherwise
    return wanted
