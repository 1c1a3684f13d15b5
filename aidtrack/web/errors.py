"""Turns what went wrong into a page or into JSON: once, for the whole product."""

import logging
from typing import Any

from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from aidtrack.core.errors import RuleBroken
from aidtrack.core.hushed import HUSH
from aidtrack.core.i18n import _
from aidtrack.web.problems import json_path

log = logging.getLogger("aidtrack.refusals")
NOTED = frozenset({403, 405, 413, 429})


def init_app(app: Flask) -> None:
    app.logger.addFilter(HUSH)  # What breaks is logged with its address.
    app.register_error_handler(RuleBroken, show_broken_rule)
    app.register_error_handler(HTTPException, show_http_error)


def note_refusal(status: int, why: str) -> None:
    """For whoever watches the log: who was refused what. Nothing of what they sent."""
    actor = g.get("actor")
    log.warning(
        "refused status=%s why=%s user=%s address=%s to=%s",
        status,
        why,
        actor.user_id if actor else "-",
        request.remote_addr,
        request.endpoint or "-",
    )


def wants_json() -> bool:
    return request.path.startswith("/api/")


def show_broken_rule(broken: RuleBroken) -> Any:
    if broken.status == 403:
        note_refusal(403, broken.code)
    if wants_json():
        return {"error": describe(broken)}, broken.status
    if broken.status == 404:
        return page(404, *wording(404)), 404
    title = _("You may not do this") if broken.status == 403 else _("This cannot be done")
    return page(broken.status, title, broken.message), broken.status


def describe(broken: RuleBroken) -> dict[str, Any]:
    """The error object of the API: code, sentence, field, and the facts behind it."""
    facts = dict(broken.facts)
    problems = facts.get("problems")
    if isinstance(problems, list):
        facts["problems"] = [x | {"field": json_path(x.get("field"))} for x in problems]
    return {
        "code": broken.code,
        "message": broken.message,
        "field": json_path(broken.field),
        **facts,
    }


CODES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "wrong_method",
    413: "too_large",
    415: "wrong_content_type",
    429: "too_many_requests",
}


def show_http_error(error: HTTPException) -> Any:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if error.code in NOTED or isinstance(error, CSRFError | SecurityError):
        note_refusal(error.code, type(error).__name__)
    if isinstance(error, SecurityError):
        # Asked for by a name that is not ours: no page, which would write addresses by it.
        return Response(_("This server has another address."), 400, mimetype="text/plain")
    if error.code >= 500:
        g.actor = None  # What broke may be the database; the page must not need it.
    title, sentence = wording(error.code, error)
    if wants_json():
        code = "forged_request" if isinstance(error, CSRFError) else CODES.get(error.code)
        fallback = "server_error" if isinstance(error, InternalServerError) else "refused"
        body: Any = {"error": {"code": code or fallback, "message": sentence, "field": None}}
    else:
        body = page(error.code, title, sentence)
    kept = {"Allow", "Retry-After", "WWW-Authenticate"}
    headers = [pair for pair in error.get_headers() if pair[0] in kept]
    return body, error.code, headers


def wording(status: int, error: HTTPException | None = None) -> tuple[str, str]:
    """What to call it and what to do about it, in the reader's words."""
    if isinstance(error, CSRFError):
        return _("This page had been open too long"), _(
            "Nothing was saved. Go back, load the page again, and send it once more."
        )
    words = {
        400: (_("This could not be read"), _("The address or the form was not complete.")),
        403: (_("You may not do this"), _("Your role does not allow this.")),
        404: (_("Nothing is here"), _("It may have been moved, or it is not yours to see.")),
        405: (_("This cannot be done here"), _("Open the page again and use its buttons.")),
        413: (_("This file is too large"), _("Send a smaller file, or several.")),
        415: (_("This could not be read"), _("Send JSON, or a form.")),
        429: (_("Too many attempts"), _("Wait a minute, then try again.")),
        500: (_("Something broke on our side"), _("Nothing was saved. Try again in a minute.")),
    }
    return words.get(status) or words[500 if status >= 500 else 400]


def page(status: int, title: str, sentence: str) -> str:
    return render_template("errors/problem.html", status=status, title=title, sentence=sentence)
