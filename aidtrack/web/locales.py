"""Which language and which time zone a page speaks."""

from zoneinfo import available_timezones

from flask import Flask, has_request_context, request, session
from flask_babel import Babel, get_locale

from aidtrack.core.i18n import LANGUAGES
from aidtrack.web.access import actor_or_none

RIGHT_TO_LEFT = {"ar", "fa", "ps", "ur", "he"}


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=language, timezone_selector=time_zone)
    app.jinja_env.globals.update(page_direction=page_direction, page_language=page_language)


def language() -> str:
    """Chosen in this browser, else by the person, else asked for by the browser."""
    if not has_request_context():
        return "en"  # The command line and jobs.
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return chosen
    actor = None if request.path.startswith("/api/") else actor_or_none()
    if actor is not None and actor.language in LANGUAGES:
        return actor.language
    return request.accept_languages.best_match(LANGUAGES) or "en"


def time_zone() -> str:
    if not has_request_context():
        return "UTC"
    actor = actor_or_none()
    known = actor is not None and actor.time_zone in available_timezones()
    return actor.time_zone if actor is not None and known else "UTC"


def page_language() -> str:
    locale = get_locale()
    return locale.language if locale else "en"


def page_direction() -> str:
    return "rtl" if page_language() in RIGHT_TO_LEFT else "ltr"
