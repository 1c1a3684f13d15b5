"""Pages of long work: how far it is, how it ended, and the wish to stop it."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for

from aidtrack.core.errors import WrongStatus
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.jobs import queries, services
from aidtrack.jobs.forms import JobFilter
from aidtrack.jobs.lists import JOBS
from aidtrack.lists import answers as lists
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


@bp.get("")
@requires(Permission.VIEW_JOBS)
def index() -> Any:
    return lists.answer(
        JOBS,
        JobFilter.from_query(),
        "jobs/index.html",
        may_see_all=current_actor().may(Permission.MANAGE_JOBS),
        is_silent=queries.worker_is_silent,
    )


@bp.get("/<int:job_id>")
@requires(Permission.VIEW_JOBS)
def show(job_id: int) -> str:
    job = queries.show(job_id, current_actor())
    is_silent = job.is_unfinished and queries.worker_is_silent()
    return render_template("jobs/show.html", job=job, is_silent=is_silent)


@bp.post("/<int:job_id>/cancel")
@requires(Permission.VIEW_JOBS)
def cancel(job_id: int) -> Any:
    return _done(job_id, services.cancel, _("It will stop. Nothing of it is kept."))


@bp.post("/<int:job_id>/try-again")
@requires(Permission.VIEW_JOBS)
def try_again(job_id: int) -> Any:
    return _done(job_id, services.try_again, _("It is tried once more."))


def _done(job_id: int, act: Any, sentence: str) -> Response | Any:
    try:
        act(job_id, actor=current_actor())
        toasts.done(sentence)
    except WrongStatus as refusal:
        # It went on while the person looked at it: the page says how.
        toasts.warn(refusal.message)
    return redirect(url_for("jobs.show", job_id=job_id), 303)
