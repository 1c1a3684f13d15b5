"""Which language and which time zone a page speaks."""

from functools import cache
from zoneinfo import available_timezones

from flask import Flask, has_request_context, request, session
from flask_babel import Babel
from markupsafe import Markup

from aidtrack.core.i18n import (
    LANGUAGES,
    RIGHT_TO_LEFT,
    catalogue,
    current_language,
    is_borrowed,
    isolated,
    of_many,
    script_of,
)
from aidtrack.web.access import actor_or_none


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=language, timezone_selector=time_zone)
    app.jinja_env.globals.update(
        _=say,
        ngettext=say_many,
        page_direction=page_direction,
        page_language=current_language,
        is_borrowed=is_borrowed,
        script_of=script_of,
    )


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
    known = actor is not None and actor.time_zone in _known_zones()
    return actor.time_zone if actor is not None and known else "UTC"


def say(message: str, **facts: object) -> str:
    """The message in the reader's language, for templates."""
    return Markup(catalogue().gettext(message)) % isolated(facts)


def say_many(one: str, many: str, num: int, **facts: object) -> str:
    """The same for a number of things, which the message names as %(num)s."""
    said = Markup(of_many(catalogue().ngettext(one, many, num)))
    return said % isolated({"num": num, **facts})


def page_direction() -> str:
    return "rtl" if current_language() in RIGHT_TO_LEFT else "ltr"


@cache
def _known_zones() -> frozenset[str]:
    """Read once: it takes a look at every file of the time zone database."""
    return frozenset(available_timezones())
