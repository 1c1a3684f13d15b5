"""The driver's phone: my shipments in order, and handing one over."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.shipments import balances, field_reports, overview, queries
from aidtrack.shipments.forms import DeliverForm, rows_of
from aidtrack.shipments.models import FieldReportState
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("driver", __name__, url_prefix="/d")

Answer = Response | tuple[str, int] | str


@bp.get("")
@requires(Permission.DRIVE)
def journeys() -> Answer:
    return render_template("driver/journeys.html", shipments=overview.journeys(current_actor()))


@bp.route("/<int:shipment_id>", methods=["GET", "POST"])
@requires(Permission.DRIVE)
def stop(shipment_id: int) -> Answer:
    """One shipment. Its form carries the key, made when the page was: a double tap counts once."""
    actor = current_actor()
    shipment = queries.driven(shipment_id, actor)
    on_board = [load for load in shipment.loads if load.on_the_road]
    form = DeliverForm.from_request(lines=rows_of(on_board))
    if form.submitted():
        with form.showing_broken_rules():
            outcome = field_reports.confirm_delivery(
                form.hand_over(shipment_id), key=form.key.data, actor=actor, at=clock.now()
            )
            _say(outcome)
            return redirect(url_for("driver.journeys"), 303)
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
