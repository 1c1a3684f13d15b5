"""Pages of imports: choose a list, see what it would do, take it in."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for

from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.imports import queries, services
from aidtrack.imports.forms import (
    KINDS,
    ApplyForm,
    OptionsForm,
    RunFilter,
    UploadForm,
    filled,
)
from aidtrack.imports.lists import RUNS
from aidtrack.lists import answers as lists
from aidtrack.places.queries import area_chosen
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("imports", __name__, url_prefix="/imports")


@bp.route("", methods=["GET", "POST"])
@requires(Permission.RUN_IMPORTS)
def index() -> Any:
    form = UploadForm.from_request()
    _offer_choices(form)
    if form.submitted():
        with form.showing_broken_rules():
            file = form.file.data
            preview = services.preview(
                form.kind.data,
                file.filename,
                file.read(),
                actor=current_actor(),
                options=form.options(),
            )
            return redirect(url_for("imports.show", run_id=preview.id), 303)
    filters = RunFilter.from_query()
    page = lists.answer(RUNS, filters, "imports/index.html", new=form, kinds=KINDS)
    return (page, form.status) if form.problems() else page


@bp.get("/<int:run_id>")
@requires(Permission.RUN_IMPORTS)
def show(run_id: int) -> Any:
    if job_id := queries.job_at_work(run_id, current_actor()):
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    preview = queries.preview(run_id, current_actor())
    return _page(preview, ApplyForm(seen=preview.fingerprint))


@bp.post("/<int:run_id>/apply")
@requires(Permission.RUN_IMPORTS)
def take_in(run_id: int) -> Any:
    form = ApplyForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            result = services.take_in(
                run_id,
                actor=current_actor(),
                key=form.key.data,
                seen=form.seen.data,
                again=form.again.data,
            )
            if isinstance(result, int):
                return redirect(url_for("jobs.show", job_id=result), 303)
            toasts.done(_("The list is taken in."))
            return redirect(url_for("imports.show", run_id=run_id), 303)
    preview = queries.preview(run_id, current_actor())
    return _page(preview, form.agreeing_to(preview.fingerprint)), form.status


@bp.route("/<int:run_id>/options", methods=["GET", "POST"])
@requires(Permission.RUN_IMPORTS)
def choose(run_id: int) -> Any:
    kept = queries.options(run_id, current_actor())
    form = OptionsForm.from_request(**filled(kept.as_json()))
    _offer_choices(form, kept.area_id)
    if form.submitted():
        with form.showing_broken_rules():
            services.preview_again(run_id, actor=current_actor(), options=form.options())
            return redirect(url_for("imports.show", run_id=run_id), 303)
    return render_template("imports/choose.html", form=form, run_id=run_id), form.status


@bp.get("/<int:run_id>/problems.csv")
@requires(Permission.RUN_IMPORTS)
def problems(run_id: int) -> Response:
    text = queries.problems_csv(run_id, current_actor())
    # With a mark at its start, or Excel takes the letters for Windows-1252.
    answer = Response(text.encode("utf-8-sig"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="problems-{run_id}.csv"'
    return answer


def _page(preview: Any, form: ApplyForm) -> str:
    return render_template("imports/show.html", preview=preview, form=form, kinds=KINDS)


def _offer_choices(form: OptionsForm, area_id: int | None = None) -> None:
    form.choose(site_id=queries.site_choices(current_actor()), area_id=area_chosen(area_id))
