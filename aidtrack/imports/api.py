"""Imports for programs: send a list, read what it would do, take it in."""

from flask import Blueprint, Response, url_for

from aidtrack.identity.permissions import Permission
from aidtrack.imports import queries, services
from aidtrack.imports.forms import ApplyForm, UploadForm
from aidtrack.imports.previews import Preview
from aidtrack.imports.queries import RunRow
from aidtrack.imports.services import ImportResult
from aidtrack.jobs import queries as jobs
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("imports_api", __name__, url_prefix="/api/v1/imports")


@bp.get("")
@documented(summary="Lists that were brought, newest first", returns=RunRow, paged=True)
@requires(Permission.RUN_IMPORTS)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    return page_answer(queries.runs(current_actor(), cursor=cursor, limit=limit))


@bp.post("")
@documented(summary="Preview a list", form=UploadForm, returns=Preview, status=201)
@requires(Permission.RUN_IMPORTS)
def preview() -> Response:
    """Send a form (multipart/form-data). The list is kept; nothing else changes.

    The answer says what each row would do and everything that is wrong. Take the list in
    with `POST /api/v1/imports/{run_id}/apply`.
    """
    form = UploadForm.from_request().checked()
    file = form.file.data
    found = services.preview(
        form.kind.data,
        file.filename,
        file.read(),
        actor=current_actor(),
        options=form.options(),
    )
    return json_answer(found, 201, location=url_for("imports_api.show", run_id=found.id))


@bp.get("/<int:run_id>")
@documented(summary="What a list would do now, or what it did", returns=Preview)
@requires(Permission.RUN_IMPORTS)
def show(run_id: int) -> Response:
    return json_answer(queries.preview(run_id, current_actor()))


@bp.post("/<int:run_id>/apply")
@documented(summary="Take a list in, all or nothing", form=ApplyForm, returns=ImportResult)
@requires(Permission.RUN_IMPORTS)
def take_in(run_id: int) -> Response:
    """Send the `fingerprint` of the preview as `seen`: `plan_changed` when the list would
    do something else by now. The same stock list once more needs `again`.

    A list of more than 2,000 rows is taken in as a job: the answer is 202 then, with the job
    and its address (`Location`), and the job says how it went.
    """
    form = ApplyForm.from_request().checked()
    result = services.take_in(
        run_id,
        actor=current_actor(),
        key=form.key.data,
        seen=form.seen.data,
        again=form.again.data,
    )
    if isinstance(result, int):
        job = jobs.show(result, current_actor())
        return json_answer(job, 202, location=url_for("jobs_api.show", job_id=result))
    return json_answer(result)
