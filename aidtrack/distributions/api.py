"""Distributions for programs."""

from flask import Blueprint, Response, url_for

from aidtrack.core import clock
from aidtrack.distributions import queries, services
from aidtrack.distributions.forms import (
    CancelForm,
    DistributionFilterForm,
    PlanForm,
    RecordForm,
    RecordPlanForm,
)
from aidtrack.distributions.queries import DistributionDetail, DistributionRow
from aidtrack.identity.permissions import Permission
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.openapi import documented

bp = Blueprint("distributions_api", __name__, url_prefix="/api/v1/distributions")


@bp.get("")
@documented(
    summary="Distributions, newest first",
    query=DistributionFilterForm,
    returns=DistributionRow,
    paged=True,
)
@requires(Permission.VIEW_DISTRIBUTIONS)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    wanted = DistributionFilterForm.from_query().checked().wanted()
    return page_answer(queries.distributions(current_actor(), wanted, cursor=cursor, limit=limit))


@bp.get("/<int:distribution_id>")
@documented(summary="One distribution with its lines", returns=DistributionDetail)
@requires(Permission.VIEW_DISTRIBUTIONS)
def show(distribution_id: int) -> Response:
    return json_answer(queries.distribution(distribution_id, current_actor()))


@bp.post("")
@documented(
    summary="Record what was handed out", form=RecordForm, returns=DistributionDetail, status=201
)
@requires(Permission.RECORD_DISTRIBUTIONS)
def record() -> Response:
    """Of each lot: brought = handed out + returned + lost. Issues the distribution report."""
    form = RecordForm.from_request().checked()
    made = services.record(
        site_id=form.site_id.data,
        distributed_on=form.distributed_on.data,
        people=form.people(),
        lines=form.hand_outs(),
        note=form.note.data or "",
        languages=form.paper_languages(),
        before_recall=bool(form.before_recall.data),
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return _detail(made, 201)


@bp.post("/plans")
@documented(summary="Plan a distribution", form=PlanForm, returns=DistributionDetail, status=201)
@requires(Permission.RECORD_DISTRIBUTIONS)
def plan() -> Response:
    form = PlanForm.from_request().checked()
    made = services.plan(
        site_id=form.site_id.data,
        planned_on=form.planned_on.data,
        households_planned=form.households_planned.data,
        lines=form.planned_lines(),
        note=form.note.data or "",
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return _detail(made, 201)


@bp.post("/<int:distribution_id>/record")
@documented(summary="Record what became of a plan", form=RecordPlanForm, returns=DistributionDetail)
@requires(Permission.RECORD_DISTRIBUTIONS)
def record_plan(distribution_id: int) -> Response:
    form = RecordPlanForm.from_request().checked()
    services.record_plan(
        distribution_id,
        distributed_on=form.distributed_on.data,
        people=form.people(),
        lines=form.hand_outs(),
        note=form.note.data or "",
        languages=form.paper_languages(),
        before_recall=bool(form.before_recall.data),
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return _detail(distribution_id)


@bp.post("/<int:distribution_id>/cancel")
@documented(summary="Call off or undo a distribution", form=CancelForm, returns=DistributionDetail)
@requires(Permission.RECORD_DISTRIBUTIONS)
def cancel(distribution_id: int) -> Response:
    """A recorded one is reversed: its goods are back at the point, its report is void."""
    form = CancelForm.from_request().checked()
    services.cancel(
        distribution_id,
        reason=form.reason.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return _detail(distribution_id)


def _detail(distribution_id: int, status: int = 200) -> Response:
    return json_answer(
        queries.distribution(distribution_id, current_actor()),
        status,
        location=url_for("distributions_api.show", distribution_id=distribution_id),
    )
