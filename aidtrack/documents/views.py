"""Pages of papers: the PDF for those who may read it, and the check for anyone."""

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug import Response as Redirect

from aidtrack.core import codes
from aidtrack.core.i18n import _
from aidtrack.documents import queries, services
from aidtrack.documents.answers import pdf_answer
from aidtrack.documents.forms import CodeForm, VoidForm
from aidtrack.identity.permissions import Permission
from aidtrack.web import toasts
from aidtrack.web.access import actor_or_none, current_actor, public, requires
from aidtrack.web.limits import READING_CODES, guessing_codes, limiter

bp = Blueprint("documents", __name__)

Answer = Redirect | Response | tuple[str, int] | str


@bp.get("/papers/<int:paper_id>.pdf")
@requires(Permission.VIEW_PAPERS, Permission.VIEW_OWN_DONATIONS)
def download(paper_id: int) -> Answer:
    paper = queries.readable(paper_id, current_actor())
    return pdf_answer(paper.id, paper.number)


@bp.route("/papers/<int:paper_id>/void", methods=["GET", "POST"])
@requires(Permission.VOID_PAPERS)
def void(paper_id: int) -> Answer:
    paper = queries.paper(paper_id, current_actor())
    form = VoidForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            services.void(paper_id, reason=form.reason.data, actor=current_actor())
            toasts.done(_("The paper is void. Its code says so from now on."))
            return redirect(url_for("documents.verify", code=codes.spoken(paper.code)), 303)
    return render_template("documents/void.html", form=form, paper=paper), form.status


@bp.get("/v")
@public
@limiter.limit(READING_CODES)
def ask() -> Answer:
    form = CodeForm.from_query()
    if form.code.data:
        return redirect(url_for("documents.verify", code=form.code.data), 303)
    return render_template("documents/ask.html", form=form)


@bp.get("/v/<code>")
@public
@limiter.limit(READING_CODES)
@guessing_codes
def verify(code: str) -> Answer:
    found = queries.verified(code)
    form = CodeForm(code=code)
    status = 404 if found is None else 200
    void_id = queries.to_void(code, actor_or_none())
    page = render_template("documents/verify.html", paper=found, form=form, void_id=void_id)
    return page, status
