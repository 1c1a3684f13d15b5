"""Pages of distributions: what is planned, what was handed out, and writing it down."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.core import clock, idempotency
from aidtrack.core.i18n import _, lazy
from aidtrack.distributions import holdings, queries, services
from aidtrack.distributions.forms import (
    CancelForm,
    DistributionFilterForm,
    PlanForm,
    RecordForm,
    RecordPlanForm,
    brought_as_planned,
    offer_lots,
)
from aidtrack.distributions.lists import DISTRIBUTIONS
from aidtrack.distributions.models import DistributionStatus
from aidtrack.distributions.queries import DistributionDetail
from aidtrack.documents import queries as documents
from aidtrack.documents.forms import shown_languages
from aidtrack.identity.permissions import Permission
from aidtrack.lists import answers as lists
from aidtrack.places import queries as places
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock import written_off
from aidtrack.stock.reasons import LABELS
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires
from aidtrack.web.forms import KeyedForm

RECORDED_MEANWHILE = lazy(
    "A distribution at this point was written down after you opened this page. If yours is"
    " another one, record it again; if somebody wrote down the same one, leave this page."
)

bp = Blueprint("distributions", __name__, url_prefix="/distributions")

Answer = Response | tuple[str, int] | str


@bp.get("")
@requires(Permission.VIEW_DISTRIBUTIONS)
def index() -> Any:
    actor = current_actor()
    form = DistributionFilterForm.from_query()
    return lists.answer(
        DISTRIBUTIONS,
        form,
        "distributions/index.html",
        counted=queries.how_many(actor, form.wanted(), lists.COUNT_MAX + 1),
        statuses=DistributionStatus,
        may_record=actor.may(Permission.RECORD_DISTRIBUTIONS),
    )


@bp.get("/<int:distribution_id>")
@requires(Permission.VIEW_DISTRIBUTIONS)
def show(distribution_id: int) -> Answer:
    return render_template(
        "distributions/show.html",
        distribution=queries.distribution(distribution_id, current_actor()),
        papers=documents.papers_of("distribution", [distribution_id]),
        write_offs=written_off.of_distribution(distribution_id, current_actor()),
        reasons=LABELS,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.RECORD_DISTRIBUTIONS)
def new() -> Answer:
    """Write down a hand-out that nobody planned."""
    site = _point()
    if site is None:
        return _choose_point("distributions.new")
    form = _unplanned(site)
    if form.submitted():
        with form.showing_broken_rules():
            made = services.record(
                site_id=site.id,
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
            return _recorded(made)
    return _entry("distributions/record.html", form, site, distribution=None)


def _unplanned(site: Place) -> RecordForm:
    """The form of a hand-out, which tells whoever records what a colleague just recorded."""
    form = RecordForm.from_request(
        site_id=site.id, distributed_on=_today(), **_usual_languages(site.organisation_id)
    )
    form.guard(
        str(queries.latest_of(site.id)),
        RECORDED_MEANWHILE,
        unless=lambda: idempotency.is_known(form.key.data),
    )
    return form


def _usual_languages(organisation_id: int | None) -> dict[str, str | None]:
    return shown_languages(documents.usual_languages(organisation_id or 0))


@bp.route("/plan", methods=["GET", "POST"])
@requires(Permission.RECORD_DISTRIBUTIONS)
def plan() -> Answer:
    site = _point()
    if site is None:
        return _choose_point("distributions.plan")
    form = PlanForm.from_request(site_id=site.id)
    if form.submitted():
        with form.showing_broken_rules():
            made = services.plan(
                site_id=site.id,
                planned_on=form.planned_on.data,
                households_planned=form.households_planned.data,
                lines=form.planned_lines(),
                note=form.note.data or "",
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            toasts.done(_("The distribution is planned."))
            return redirect(url_for("distributions.show", distribution_id=made), 303)
    return _entry("distributions/plan.html", form, site)


@bp.route("/<int:distribution_id>/record", methods=["GET", "POST"])
@requires(Permission.RECORD_DISTRIBUTIONS)
def record(distribution_id: int) -> Answer:
    """Write down what became of a plan."""
    found = queries.distribution(distribution_id, current_actor())
    site = places.place(found.head.site_id, current_actor())
    form = _of_plan(found, site)
    if form.submitted():
        with form.showing_broken_rules():
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
            return _recorded(distribution_id)
    return _entry("distributions/record.html", form, site, distribution=found)


def _of_plan(found: DistributionDetail, site: Place) -> RecordPlanForm:
    """The form that starts from what was planned."""
    planned = [((line.place_id, line.lot_id), line.planned) for line in found.lines]
    return RecordPlanForm.from_request(
        distributed_on=_today(),
        note=found.note,
        lines=brought_as_planned(planned),
        **_usual_languages(site.organisation_id),
    )


@bp.route("/<int:distribution_id>/cancel", methods=["GET", "POST"])
@requires(Permission.RECORD_DISTRIBUTIONS)
def cancel(distribution_id: int) -> Answer:
    """Call off a plan, or undo what was recorded, with the reason."""
    found = queries.distribution(distribution_id, current_actor())
    form = CancelForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            services.cancel(
                distribution_id,
                reason=form.reason.data,
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            toasts.done(_("Cancelled. Its goods are at the point."))
            return redirect(url_for("distributions.show", distribution_id=distribution_id), 303)
    page = render_template("distributions/cancel.html", form=form, distribution=found)
    return page, form.status


@bp.post("/<int:distribution_id>/undo")
@requires(Permission.REVERSE_MOVEMENTS)
def undo(distribution_id: int) -> Answer:
    """Undo from the message that says it is done."""
    form = KeyedForm.from_request().checked()
    services.cancel(
        distribution_id,
        reason=_("Undone from its message"),
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    toasts.done(_("Undone. The goods are back at the point."))
    return redirect(url_for("distributions.show", distribution_id=distribution_id), 303)


def _recorded(distribution_id: int) -> Response:
    can_undo = current_actor().may(Permission.REVERSE_MOVEMENTS)
    undo_url = url_for("distributions.undo", distribution_id=distribution_id)
    toasts.done(
        _("Recorded. The report of the distribution is ready."),
        undo_url=undo_url if can_undo else None,
    )
    return redirect(url_for("distributions.show", distribution_id=distribution_id), 303)


def _entry(
    template: str, form: PlanForm | RecordPlanForm, site: Place, **more: object
) -> tuple[str, int]:
    """The page that shows a point's stock, lot by lot, with boxes to fill."""
    held = holdings.of_site(site.id, with_recalled=isinstance(form, RecordPlanForm))
    rows = [row.form for row in form.lines.entries]
    keys = {(row.place_id.data, row.lot_id.data) for row in rows}
    planned = {lot_id for place_id, lot_id in keys - held.keys() if lot_id}
    if planned:  # And recalled since.
        held |= holdings.of_site(site.id, planned)
    status = form.status
    offer_lots(form, held)
    page = render_template(template, form=form, site=site, held=held, **more)
    return page, status


def _point() -> Place | None:
    """The point chosen in the address or in the form, or the only one there is."""
    chosen = request.values.get("site_id", "")
    if chosen.isdecimal() and len(chosen) < 19:
        return places.place(int(chosen), current_actor())
    points = _points()
    return points[0] if len(points) == 1 else None


def _points() -> list[Place]:
    page = places.sites(
        current_actor(),
        kind=PlaceKind.DISTRIBUTION_POINT,
        permission=Permission.RECORD_DISTRIBUTIONS,
        limit=200,
    )
    return list(page.rows)


def _choose_point(next_view: str) -> str:
    points = _points()
    return render_template(
        "distributions/choose_point.html",
        points=points,
        lots=holdings.lots_at([point.id for point in points]),
        next_view=next_view,
    )


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(current_actor().time_zone)).date()
