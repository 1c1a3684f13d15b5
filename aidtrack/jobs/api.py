"""Long work for programs: look how far it is, stop it, try it again."""

from flask import Blueprint, Response

from aidtrack.identity.permissions import Permission
from aidtrack.jobs import queries, services
from aidtrack.jobs.queries import JobRow
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("jobs_api", __name__, url_prefix="/api/v1/jobs")


@bp.get("")
@documented(summary="Your jobs, newest first", returns=JobRow, paged=True)
@requires(Permission.VIEW_JOBS)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    return page_answer(queries.jobs(current_actor(), cursor=cursor, limit=limit))


@bp.get("/<int:job_id>")
@documented(summary="A job: how far it is, or how it ended", returns=JobRow)
@requires(Permission.VIEW_JOBS)
def show(job_id: int) -> Response:
    """Ask again every few seconds until `status` is done, failed or cancelled."""
    return json_answer(queries.show(job_id, current_actor()))


@bp.post("/<int:job_id>/cancel")
@documented(summary="Cancel a job", returns=JobRow)
@requires(Permission.VIEW_JOBS)
def cancel(job_id: int) -> Response:
    """A waiting job never begins. A running one ends at its next step, and is undone."""
    services.cancel(job_id, actor=current_actor())
    return json_answer(queries.show(job_id, current_actor()))


@bp.post("/<int:job_id>/try-again")
@documented(summary="Try a failed or cancelled job again", returns=JobRow)
@requires(Permission.VIEW_JOBS)
def try_again(job_id: int) -> Response:
    services.try_again(job_id, actor=current_actor())
    return json_answer(queries.show(job_id, current_actor()))
