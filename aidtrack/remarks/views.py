"""Pages of remarks: a record's whole story, adding to it, and the files themselves."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, url_for

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.remarks import queries, services
from aidtrack.remarks.forms import RemarkForm, WordsForm
from aidtrack.remarks.models import Attachment
from aidtrack.remarks.queries import Story
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, local_path, requires

bp = Blueprint("remarks", __name__, url_prefix="/remarks")
P = Permission
# What somebody brought runs nothing and reaches nothing, whatever a browser makes of it.
LOCKED_UP = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@bp.app_template_global("story_of")
def story_of(kind: str, record_id: int) -> Story:
    """For the part that shows a record's story on the record's own page."""
    return queries.story(kind, record_id, current_actor())


@bp.app_template_global("remark_form")
def remark_form() -> RemarkForm:
    form = RemarkForm(back=request.full_path.rstrip("?"))
    for field in form:  # The page may have a form of its own, with a key as well.
        field.id = f"remark-{field.name}"
    return form


@bp.route("/<kind>/<int:record_id>", methods=["GET", "POST"])
@requires(P.VIEW_REMARKS)
def index(kind: str, record_id: int) -> Any:
    said = request.args
    form = RemarkForm.from_request(words=said.get("words", ""), back=said.get("back", ""))
    if form.submitted():
        with form.showing_broken_rules():
            services.add(
                kind,
                record_id,
                words=form.words.data or "",
                brought=form.brought(),
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            toasts.done(_("Added."))
            return _back(form.back.data, kind, record_id)
    story = queries.story(kind, record_id, current_actor(), cursor=request.args.get("cursor"))
    return render_template("remarks/index.html", story=story, form=form), form.status


@bp.route("/<int:remark_id>/edit", methods=["GET", "POST"])
@requires(P.WRITE_REMARKS)
def change(remark_id: int) -> Any:
    actor = current_actor()
    form = WordsForm.from_request(
        words=queries.words_of(remark_id, actor), back=request.args.get("back", "")
    )
    if form.submitted():
        with form.showing_broken_rules():
            where = services.change(remark_id, form.words.data or "", actor=actor, at=clock.now())
            toasts.done(_("Saved."))
            return _back(form.back.data, *where)
    return render_template("remarks/change.html", form=form), form.status


@bp.post("/<int:remark_id>/take-back")
@requires(P.WRITE_REMARKS)
def take_back(remark_id: int) -> Any:
    where = services.take_back(remark_id, actor=current_actor(), at=clock.now())
    toasts.done(_("Taken back."))
    return _back(request.form.get("back"), *where)


@bp.get("/files/<int:attachment_id>")
@requires(P.VIEW_REMARKS)
def file(attachment_id: int) -> Response:
    found, content = queries.attachment(attachment_id, current_actor())
    # Only what we drew ourselves may open in the browser; all else is saved.
    return _sent(found, content, "inline" if found.is_photo else "attachment")


@bp.get("/thumbnails/<int:attachment_id>")
@requires(P.VIEW_REMARKS)
def thumbnail(attachment_id: int) -> Any:
    found, content = queries.attachment(attachment_id, current_actor(), small=True)
    answer = _sent(found, content, "inline")
    # Kept by the browser, and shown again only once we said that the person still may.
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag((found.thumbnail_sha256 or "")[:32])
    return answer.make_conditional(request)


def _sent(found: Attachment, content: bytes, disposition: str) -> Response:
    answer = Response(content, mimetype=found.media_type)
    name = quote(found.file_name, safe="")
    plain = found.file_name.encode("ascii", "ignore").decode().replace("%", "") or "file"
    answer.headers["Content-Disposition"] = (
        f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{name}"
    )
    answer.headers["Content-Security-Policy"] = LOCKED_UP
    return answer


def _back(wanted: str | None, kind: str, record_id: int) -> Any:
    story = url_for("remarks.index", kind=kind, record_id=record_id)
    return redirect(f"{local_path(wanted, story)}#remarks", 303)
