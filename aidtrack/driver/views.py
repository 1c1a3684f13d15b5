"""The driver's phone: my shipments in order, and handing one over."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.driver import services
from aidtrack.identity.permissions import Permission
from aidtrack.shipments import balances, field_reports, overview, queries
from aidtrack.shipments.forms import DeliverForm, rows_of
from aidtrack.shipments.models import FieldReportState
from aidtrack.shipments.queries import ShipmentDetail
from aidtrack.web import toasts
from aidtrack.web.access import JOURNEY_OVER, current_actor, requires
from aidtrack.web.forms import UseCaseForm
from aidtrack.web.sessions import end_session

bp = Blueprint("driver", __name__, url_prefix="/d")

Answer = Response | tuple[str, int] | str


@bp.get("")
@requires(Permission.DRIVE)
def journeys() -> Answer:
    return render_template("driver/journeys.html", shipments=overview.journeys(current_actor()))


@bp.get("/<int:shipment_id>")
@requires(Permission.DRIVE)
def stop(shipment_id: int) -> Answer:
    """One shipment. Its form carries the key, made when the page was: a double tap counts once."""
    shipment = queries.driven(shipment_id, current_actor())
    return _page(shipment, DeliverForm.from_request(lines=rows_of(_on_board(shipment))))


@bp.post("/<int:shipment_id>")
@requires(Permission.CONFIRM_DELIVERIES)
def hand_over(shipment_id: int) -> Answer:
    """What the driver says. A link that has ended still takes it, and shows nothing any more."""
    actor = current_actor()
    shipment = queries.driven(shipment_id, actor)
    form = DeliverForm.from_request(lines=rows_of(_on_board(shipment)))
    if form.submitted():
        with form.showing_broken_rules():
            outcome = field_reports.confirm_delivery(
                form.hand_over(shipment_id), key=form.key.data, actor=actor, at=clock.now()
            )
            _say(outcome)
            return redirect(url_for("driver.journeys"), 303)
    return _page(shipment, form) if actor.may(Permission.DRIVE) else redirect(JOURNEY_OVER, 303)


@bp.route("/leave", methods=["GET", "POST"])
@requires(Permission.DRIVE)
def leave() -> Answer:
    """Asked once more: the link that signed this phone in opens nowhere afterwards."""
    actor = current_actor()
    if actor.journey_id is None:
        return redirect(url_for("driver.journeys"), 303)
    form = UseCaseForm.from_request()
    if form.submitted():
        services.leave(actor=actor, at=clock.now())
        end_session()
        toasts.done(_("This phone has left the journey."))
        return redirect(JOURNEY_OVER, 303)
    return render_template("driver/leave.html", form=form)


def _on_board(shipment: ShipmentDetail) -> list:
    return [load for load in shipment.loads if load.on_the_road]


def _page(shipment: ShipmentDetail, form: DeliverForm) -> Answer:
    on_board = _on_board(shipment)
    return render_template(
        "driver/stop.html",
        form=form,
        shipment=shipment,
        on_board=on_board,
        packages=balances.packages_of(on_board),
        line_by_line="lines" in request.args or bool(form.problems()),
    ), form.status


def _say(outcome: field_reports.Outcome) -> None:
    """Green only when the office has it and it went in."""
    if outcome.state == FieldReportState.APPLIED:
        toasts.done(_("Handed over. The office has it."))
        return
    toasts.warn(
        _("Kept, and the office will look at it: %(why)s", why=outcome.message)
        if outcome.message
        else _("Kept, and the office will look at it.")
    )
