"""Pages that belong to no package: the choice of language, the API's manual, the parts."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import LANGUAGES, _, lazy
from aidtrack.web import answers, assets, manual, navigation, openapi, said_days
from aidtrack.web import shortcuts as keyboard
from aidtrack.web.access import actor_or_none, ask_to_sign_in, local_path, public
from aidtrack.web.days import today_there
from aidtrack.web.fields import TextField
from aidtrack.web.forms import UseCaseForm

bp = Blueprint("web", __name__)

YEAR_SECONDS = 365 * 24 * 3600


class CodeForm(UseCaseForm):
    code = TextField(
        lazy("Code"),
        max_length=40,
        hint=lazy("The letters beside the square on a paper, such as K7TM-4WPX-9R."),
    )


@bp.get("/")
@public
def start() -> Any:
    """The front door: on to their first page for who is signed in, two doors for others."""
    actor = actor_or_none()
    if actor is not None:
        return redirect(next((way.path for way in navigation.ways(actor)), "/more"), 303)
    return render_template("web/start.html", code_form=CodeForm())


@bp.get("/favicon.ico")
@public
def favicon() -> Any:
    """Browsers ask for this beside a page that has no head, such as a PDF."""
    return redirect(assets.asset("icons/aidtrack.svg"), 302)


@bp.post("/language")
@public
def choose_language() -> Any:
    """Speak another language in this browser, and go back."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
    return redirect(local_path(request.form.get("next"), "/"), 303)


@bp.get("/more")
@public
def more() -> Any:
    """Every way, for phones, where the bar under the thumb has room for four."""
    if actor_or_none() is None:
        return ask_to_sign_in()
    return render_template("web/more.html", ways=navigation.ways(actor_or_none()))


@bp.get("/shortcuts")
@public
def shortcuts() -> str:
    """What the keyboard does; shown over the page, or as one."""
    return render_template(
        "web/shortcuts.html",
        groups=keyboard.groups(navigation.ways(actor_or_none())),
        is_on=request.cookies.get(keyboard.COOKIE) != "off",
    )


@bp.post("/shortcuts")
@public
def choose_shortcuts() -> Any:
    """Letters on or off in this browser, as WCAG 2.2 asks (2.1.4)."""
    answer = redirect(url_for("web.shortcuts"), 303)
    wanted = "off" if request.form.get("keys") == "off" else "on"
    answer.set_cookie(
        keyboard.COOKIE,
        wanted,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure,
    )
    return answer


@bp.get("/said-day")
@public
def said_day() -> Response:
    """The day that someone's words mean, for the box that they typed them into."""
    day = said_days.read(request.args.get("said", "")[:40], today_there())
    return jsonify(day=day.isoformat() if day else None)


@bp.get("/api/v1/openapi.json")
@openapi.documented(summary="This description, for programs", returns=dict[str, Any])
@public
def openapi_json() -> Response:
    answer = answers.json_answer(openapi.description(current_app))
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@bp.get("/api/docs")
@public
def api_docs() -> str:
    """The API's manual, made from the same description that programs read."""
    return render_template(
        "web/api_docs.html",
        chapters=manual.chapters(openapi.description(current_app)),
        refusals=openapi.REFUSALS,
        refusal=manual.REFUSAL,
    )


@bp.get("/api/docs/<slug>")
@public
def api_chapter(slug: str) -> str:
    """Every call about one thing: what it takes and what it answers."""
    for chapter in manual.chapters(openapi.description(current_app)):
        if chapter.slug == slug:
            return render_template("web/api_chapter.html", chapter=chapter)
    raise NotFound(_("There is no such chapter."))


@bp.get("/styleguide")
@public
def styleguide() -> str:
    """Every part on one page, for those who build; not in production."""
    if current_app.config.get("IS_PRODUCTION"):
        abort(404)
    from aidtrack.web import styleguide

    return render_template("web/styleguide.html", **styleguide.examples())
