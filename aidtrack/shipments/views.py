"""Pages of shipments: the list, one of them, and everything that can happen to it."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.documents import queries as documents
from aidtrack.documents.forms import shown_languages
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.lists import answers as lists
from aidtrack.shipments import (
    balances,
    choices,
    deliveries,
    drafts,
    field_reports,
    loading,
    overview,
    queries,
    reversals,
    services,
    settlement,
)
from aidtrack.shipments.field_reports import Outcome
from aidtrack.shipments.forms import (
    MODE_LABELS,
    CodeForm,
    DeliverForm,
    DispatchForm,
    LoadsForm,
    ReadyForm,
    ReasonForm,
    SettleForm,
    ShipmentFilterForm,
    ShipmentForm,
    rows_of,
)
from aidtrack.shipments.lists import SHIPMENTS
from aidtrack.shipments.models import FieldReportState
from aidtrack.shipments.overview import ShipmentView
from aidtrack.shipments.queries import ShipmentDetail
from aidtrack.stock import reasons, written_off
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, public, requires
from aidtrack.web.forms import KeyedForm
from aidtrack.web.limits import READING_CODES, guessing_codes, limiter

bp = Blueprint("shipments", __name__, url_prefix="/shipments")
tracking = Blueprint("tracking", __name__, url_prefix="/t")

P = Permission
Answer = Response | tuple[str, int] | str


@tracking.get("")
@public
@limiter.limit(READING_CODES)
def ask() -> Answer:
    form = CodeForm.from_query()
    if form.code.data:
        return redirect(url_for("tracking.show", code=form.code.data), 303)
    return render_template("shipments/track.html", form=form, shipment=None, was_asked=False)


@tracking.get("/<code>", endpoint="show")
@public
@limiter.limit(READING_CODES)
@guessing_codes
def track(code: str) -> Answer:
    """What anyone may know of a shipment that left: contents, weight, areas, state."""
    shipment = queries.public_shipment(code)
    page = render_template(
        "shipments/track.html",
        form=CodeForm(code=code),
        shipment=shipment,
        weight_mg=balances.weight_of(shipment.lines) if shipment else None,
        was_asked=True,
    )
    return page, 200 if shipment else 404


@bp.get("")
@requires(P.VIEW_SHIPMENTS)
def index() -> Answer:
    actor = current_actor()
    form = ShipmentFilterForm.from_query()
    sites = choices.sites_seen(actor)
    form.choose(
        origin_id=sites, destination_id=sites, view=[(str(x), str(x)) for x in ShipmentView]
    )
    return lists.answer(
        SHIPMENTS,
        form,
        "shipments/index.html",
        counts=overview.counts(actor, lists.COUNT_MAX + 1),
        reports=queries.open_reports(actor),
        may_prepare=actor.may(P.PREPARE_SHIPMENTS),
        may_settle=actor.may(P.SETTLE_SHIPMENTS),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(P.PREPARE_SHIPMENTS)
def prepare() -> Answer:
    actor = current_actor()
    origins = choices.origins(actor)
    first = {"origin_id": origins[0][0]} if len(origins) == 1 else {}
    picked = drafts.of_picked(request.args.getlist("pick"), actor) if request.args else {}
    form = ShipmentForm.from_request(**first | (picked if request.method != "POST" else {}))
    full = _offer(form, actor)
    if form.submitted():
        with form.showing_broken_rules():
            shipment_id = services.prepare(
                form.details(), form.wanted(), key=form.key.data, actor=actor, at=clock.now()
            )
            return redirect(url_for("shipments.ready", shipment_id=shipment_id), 303)
    page = render_template("shipments/prepare.html", form=form, shipment=None, full=full)
    return page, form.status


@bp.get("/<int:shipment_id>")
@requires(P.VIEW_SHIPMENTS)
def show(shipment_id: int) -> Answer:
    shipment = queries.readable(shipment_id, current_actor())
    return render_template(
        "shipments/show.html",
        shipment=shipment,
        balance=balances.balance_of(shipment.lines),
        weight_mg=balances.weight_of(shipment.lines),
        volume_mm3=balances.volume_of(shipment.lines),
        papers=documents.papers_of("shipment", [shipment_id]),
        waiting=written_off.waiting_on_the_road(shipment_id, current_actor()),
        reasons=reasons.LABELS,
        modes=MODE_LABELS,
        key=uuid4(),
    )


@bp.route("/<int:shipment_id>/change", methods=["GET", "POST"])
@requires(P.PREPARE_SHIPMENTS)
def change(shipment_id: int) -> Answer:
    actor = current_actor()
    shipment = queries.detail(shipment_id, actor)
    if _too_late(shipment, "change"):
        return _back(shipment_id)
    form = ShipmentForm.from_record(**drafts.as_form(shipment))
    full = _offer(form, actor, shipment)
    if form.submitted():
        with form.showing_broken_rules():
            services.change(
                shipment_id, form.details(), form.wanted(), key=form.key.data, actor=actor
            )
            toasts.done(_("The draft is changed."))
            return redirect(url_for("shipments.ready", shipment_id=shipment_id), 303)
    page = render_template("shipments/prepare.html", form=form, shipment=shipment, full=full)
    return page, form.status


@bp.route("/<int:shipment_id>/loads", methods=["GET", "POST"])
@requires(P.PREPARE_SHIPMENTS)
def loads(shipment_id: int) -> Answer:
    """Choose the lots of each line; ways out of a shortage are sent here too."""
    actor = current_actor()
    shipment = queries.detail(shipment_id, actor)
    if _too_late(shipment, "loads"):
        return _back(shipment_id)
    checks = queries.checks(shipment_id, actor)
    form = LoadsForm.from_record(**drafts.chosen(checks))
    if form.submitted():
        with form.showing_broken_rules():
            loading.pick_loads(
                shipment_id, form.line_choices(), form.lot_choices(),
                key=form.key.data, actor=actor, at=clock.now(),
            )  # fmt: skip
            return redirect(url_for("shipments.ready", shipment_id=shipment_id), 303)
    return (
        render_template("shipments/loads.html", form=form, shipment=shipment, checks=checks),
        form.status,
    )


@bp.route("/<int:shipment_id>/ready", methods=["GET", "POST"])
@requires(P.PREPARE_SHIPMENTS)
def ready(shipment_id: int) -> Answer:
    """What would be sent now, what stands in the way, and buttons that mend it."""
    actor = current_actor()
    form = ReadyForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            services.ready(
                shipment_id, why=form.why.data or "", key=form.key.data, actor=actor, at=clock.now()
            )
            _say_ready(shipment_id)
            return _back(shipment_id)
    shipment = queries.detail(shipment_id, actor)
    if _too_late(shipment, "ready"):
        return _back(shipment_id)
    checks = queries.checks(shipment_id, actor)
    return render_template(
        "shipments/ready.html", form=form, shipment=shipment, checks=checks, new_key=uuid4,
        weight_mg=balances.weight_of(shipment.lines),
        volume_mm3=balances.volume_of(shipment.lines),
    ), form.status  # fmt: skip


@bp.post("/<int:shipment_id>/reopen")
@requires(P.PREPARE_SHIPMENTS)
def reopen(shipment_id: int) -> Answer:
    form = KeyedForm.from_request().checked()
    services.reopen(shipment_id, key=form.key.data, actor=current_actor())
    toasts.done(_("It is a draft again. Its goods are free for others."))
    return _back(shipment_id)


@bp.route("/<int:shipment_id>/cancel", methods=["GET", "POST"])
@requires(P.PREPARE_SHIPMENTS)
def cancel(shipment_id: int) -> Answer:
    def call_off(reason: str, key: Any) -> None:
        services.cancel(shipment_id, reason=reason, key=key, actor=current_actor())
        toasts.done(_("The shipment is cancelled. Its goods are free for others."))

    return _with_reason(shipment_id, "cancel", call_off)


@bp.route("/<int:shipment_id>/dispatch", methods=["GET", "POST"])
@requires(P.DISPATCH_SHIPMENTS)
def dispatch(shipment_id: int) -> Answer:
    actor = current_actor()
    shipment = queries.detail(shipment_id, actor)
    if _too_late(shipment, "dispatch"):
        return _back(shipment_id)
    usual = documents.usual_languages(shipment.organisation_id)
    form = DispatchForm.from_request(**shown_languages(usual))
    if form.submitted():
        with form.showing_broken_rules():
            services.dispatch(
                shipment_id,
                seal_number=form.seal_number.data or "",
                departed_at=form.departed_at.data,
                languages=form.paper_languages(),
                key=form.key.data,
                actor=actor,
                at=clock.now(),
            )
            toasts.done(_("It is on the road. Its waybill is issued."))
            return _back(shipment_id)
    return render_template("shipments/dispatch.html", form=form, shipment=shipment), form.status


@bp.route("/<int:shipment_id>/undo-dispatch", methods=["GET", "POST"])
@requires(P.REVERSE_MOVEMENTS)
def undo_dispatch(shipment_id: int) -> Answer:
    def take_back(reason: str, key: Any) -> None:
        reversals.undo_dispatch(shipment_id, reason=reason, key=key, actor=current_actor())
        toasts.done(_("The departure is undone. The shipment is ready again."))

    return _with_reason(shipment_id, "undo_dispatch", take_back)


@bp.route("/<int:shipment_id>/deliver", methods=["GET", "POST"])
@requires(P.CONFIRM_DELIVERIES)
def deliver(shipment_id: int) -> Answer:
    actor = current_actor()
    shipment = queries.detail_at_office(shipment_id, actor)
    if _too_late(shipment, "deliver"):
        return _back(shipment_id)
    form = DeliverForm.from_request(lines=rows_of(shipment.loads))
    if form.submitted():
        with form.showing_broken_rules():
            said = form.hand_over(shipment_id)
            delivery_id = deliveries.deliver(said, key=form.key.data, actor=actor, at=clock.now())
            toasts.done(
                _("The hand-over is recorded."),
                undo_url=url_for("shipments.undo_delivery", delivery_id=delivery_id),
            )
            return _back(shipment_id)
    return render_template("shipments/deliver.html", form=form, shipment=shipment), form.status


@bp.route("/deliveries/<int:delivery_id>/undo", methods=["GET", "POST"])
@requires(P.REVERSE_MOVEMENTS)
def undo_delivery(delivery_id: int) -> Answer:
    def take_back(reason: str, key: Any) -> None:
        reversals.undo_delivery(
            delivery_id, reason=reason, key=key, actor=current_actor(), at=clock.now()
        )
        toasts.done(_("The hand-over is undone. Its goods are on the road again."))

    shipment_id = queries.shipment_of_delivery(delivery_id, current_actor())
    return _with_reason(shipment_id, "undo_delivery", take_back)


@bp.route("/<int:shipment_id>/settle", methods=["GET", "POST"])
@requires(P.SETTLE_SHIPMENTS)
def settle(shipment_id: int) -> Answer:
    actor = current_actor()
    shipment = queries.detail(shipment_id, actor)
    if _too_late(shipment, "settle"):
        return _back(shipment_id)
    form = SettleForm.from_request(lines=rows_of(shipment.loads))
    if form.submitted():
        with form.showing_broken_rules():
            write_off_id = settlement.settle(
                shipment_id, returned=form.settled("returned"), lost=form.settled("lost"),
                note=form.note.data or "", key=form.key.data, actor=actor, at=clock.now(),
            )  # fmt: skip
            toasts.done(
                _("What is lost waits until someone else approves it.")
                if write_off_id and written_off.is_waiting(write_off_id)
                else _("It is settled.")
            )
            return _back(shipment_id)
    return render_template(
        "shipments/settle.html", form=form, shipment=shipment, reasons=reasons.LABELS
    ), form.status


@bp.post("/reports/<int:report_id>/apply")
@requires(P.SETTLE_SHIPMENTS)
def apply_report(report_id: int) -> Answer:
    outcome = field_reports.apply_again(report_id, actor=current_actor(), at=clock.now())
    _say(outcome)
    return _back(outcome.shipment_id)


@bp.route("/reports/<int:report_id>/dismiss", methods=["GET", "POST"])
@requires(P.SETTLE_SHIPMENTS)
def dismiss_report(report_id: int) -> Answer:
    report = queries.open_report(report_id, current_actor())
    form = ReasonForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            field_reports.dismiss(report_id, reason=form.reason.data, actor=current_actor())
            toasts.done(_("The report is closed. What the phone said is kept."))
            return redirect(url_for("shipments.index"), 303)
    return render_template("shipments/dismiss_report.html", form=form, report=report), form.status


def _back(shipment_id: int | None) -> Response:
    return redirect(url_for("shipments.show", shipment_id=shipment_id), 303)


def _too_late(shipment: ShipmentDetail, action: str) -> bool:
    """Whether a page is opened for something that this reader cannot cause now.

    A form that is sent all the same is answered by the service, which says why.
    """
    return request.method == "GET" and action not in shipment.actions


def _say_ready(shipment_id: int) -> None:
    toasts.done(
        _("Ready. The goods are kept for this shipment."),
        undo_url=url_for("shipments.reopen", shipment_id=shipment_id),
        undo_label=_("Make it a draft again"),
    )


def _say(outcome: Outcome) -> None:
    if outcome.state == FieldReportState.APPLIED:
        toasts.done(_("The report is applied."))
    else:
        toasts.warn(outcome.message)


def _with_reason(shipment_id: int, what: str, service: Any) -> Answer:
    """Ask once more, with a reason, before something is taken back."""
    form = ReasonForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            service(form.reason.data, form.key.data)
            return _back(shipment_id)
    shipment = queries.detail(shipment_id, current_actor())
    return (
        render_template("shipments/take_back.html", form=form, shipment=shipment, what=what),
        form.status,
    )


def _offer(form: ShipmentForm, actor: Actor, shipment: ShipmentDetail | None = None) -> list[str]:
    """Offer what there is to choose from; the places that are full only when asked for."""
    fields, full = drafts.offered(actor, shipment, with_full="full" in request.args)
    form.choose(**fields)
    form.lines.look_ups["item_id"] = choices.item_called
    return full
