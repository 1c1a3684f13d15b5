"""The API of shipments, of what phones say of them, and of a driver's journeys."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from aidtrack.core import clock
from aidtrack.core.errors import Invalid, KeyReused
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.shipments import (
    deliveries,
    field_reports,
    loading,
    overview,
    queries,
    reversals,
    services,
    settlement,
)
from aidtrack.shipments.forms import (
    REPORTS_MAX,
    DispatchForm,
    FieldReportsForm,
    HandOverForm,
    LoadsForm,
    ReadyForm,
    ReasonForm,
    SettledForm,
    ShipmentFilterForm,
    ShipmentForm,
)
from aidtrack.shipments.models import ShipmentStatus
from aidtrack.shipments.overview import ShipmentRow
from aidtrack.shipments.queries import OpenReport, ShipmentDetail
from aidtrack.shipments.shortages import LineCheck
from aidtrack.web import bodies
from aidtrack.web.access import current_actor, requires
from aidtrack.web.answers import cursor_and_limit, json_answer, page_answer
from aidtrack.web.forms import KeyedForm
from aidtrack.web.openapi import documented

bp = Blueprint("shipments_api", __name__, url_prefix="/api/v1")

P = Permission


@dataclass(frozen=True, slots=True)
class Dispatched:
    """A shipment that has just left, and the paper that goes with it."""

    id: int
    status: str
    waybill_id: int
    waybill_url: str


@dataclass(frozen=True, slots=True)
class ReportResult:
    """What became of one report of a list: applied, needs_attention, key_reused, invalid.

    `code`, `message` and `problems` say why it was not applied. A report that needs
    attention is kept and must not be sent again; one that is invalid was not kept.
    """

    key: str | None
    state: str
    report_id: int | None = None
    shipment_id: int | None = None
    delivery_id: int | None = None
    code: str = ""
    message: str = ""
    problems: tuple[dict[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class ReportResults:
    """One result for each report that was sent, in their order."""

    results: tuple[ReportResult, ...]


@bp.get("/shipments")
@documented(
    summary="Shipments, newest first", query=ShipmentFilterForm, returns=ShipmentRow, paged=True
)
@requires(P.VIEW_SHIPMENTS)
def index() -> Response:
    cursor, limit = cursor_and_limit()
    wanted = ShipmentFilterForm.from_query().checked().wanted()
    return page_answer(overview.shipments(current_actor(), wanted, cursor=cursor, limit=limit))


@bp.post("/shipments")
@documented(summary="Prepare a shipment", form=ShipmentForm, returns=ShipmentDetail, status=201)
@requires(P.PREPARE_SHIPMENTS)
def prepare() -> Response:
    """A line's quantity counts packs of `pack_id`, or base units without one."""
    form = ShipmentForm.from_request().checked()
    shipment_id = services.prepare(
        form.details(), form.wanted(), key=form.key.data, actor=current_actor(), at=clock.now()
    )
    return _answer(shipment_id, 201)


@bp.get("/shipments/<int:shipment_id>")
@documented(summary="One shipment with its loads and deliveries", returns=ShipmentDetail)
@requires(P.VIEW_SHIPMENTS, P.DRIVE)
def show(shipment_id: int) -> Response:
    """Of a shipment that another organisation shares, as much as `shared` allows."""
    return json_answer(queries.readable(shipment_id, current_actor()))


@bp.put("/shipments/<int:shipment_id>")
@documented(summary="Change a draft", form=ShipmentForm, returns=ShipmentDetail)
@requires(P.PREPARE_SHIPMENTS)
def change(shipment_id: int) -> Response:
    form = ShipmentForm.from_request().checked()
    services.change(
        shipment_id, form.details(), form.wanted(), key=form.key.data, actor=current_actor()
    )
    return _answer(shipment_id)


@bp.get("/shipments/<int:shipment_id>/proposal")
@documented(
    summary="Which lots a draft would take, and why not others",
    returns=list[LineCheck],
    depends=True,
)
@requires(P.PREPARE_SHIPMENTS)
def proposal(shipment_id: int) -> Response:
    """First to expire first, never an expired lot. `left_out` says why a lot is not taken;
    `mends` are ways out of a shortage, to be sent to `loads` as they are.
    """
    return json_answer(queries.checks(shipment_id, current_actor()))


@bp.put("/shipments/<int:shipment_id>/loads")
@documented(summary="Choose the lots of a draft", form=LoadsForm, returns=ShipmentDetail)
@requires(P.PREPARE_SHIPMENTS)
def loads(shipment_id: int) -> Response:
    form = LoadsForm.from_request().checked()
    loading.pick_loads(
        shipment_id,
        form.line_choices(),
        form.lot_choices(),
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return _answer(shipment_id)


@bp.post("/shipments/<int:shipment_id>/ready")
@documented(summary="Keep the goods for a draft", form=ReadyForm, returns=ShipmentDetail)
@requires(P.PREPARE_SHIPMENTS)
def ready(shipment_id: int) -> Response:
    """Refuses with `short_of_goods`: `shortages` name every line, why, and ways out; and with
    `reason_needed` until `why` says why it takes lots that are usually left.
    """
    form = ReadyForm.from_request().checked()
    services.ready(
        shipment_id,
        why=form.why.data or "",
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return _answer(shipment_id)


@bp.post("/shipments/<int:shipment_id>/reopen")
@documented(summary="Make it a draft again", form=KeyedForm, returns=ShipmentDetail)
@requires(P.PREPARE_SHIPMENTS)
def reopen(shipment_id: int) -> Response:
    form = KeyedForm.from_request().checked()
    services.reopen(shipment_id, key=form.key.data, actor=current_actor())
    return _answer(shipment_id)


@bp.post("/shipments/<int:shipment_id>/cancel")
@documented(summary="Call it off before it leaves", form=ReasonForm, returns=ShipmentDetail)
@requires(P.PREPARE_SHIPMENTS)
def cancel(shipment_id: int) -> Response:
    form = ReasonForm.from_request().checked()
    services.cancel(shipment_id, reason=form.reason.data, key=form.key.data, actor=current_actor())
    return _answer(shipment_id)


@bp.post("/shipments/<int:shipment_id>/dispatch")
@documented(summary="Send it off and issue its waybill", form=DispatchForm, returns=Dispatched)
@requires(P.DISPATCH_SHIPMENTS)
def dispatch(shipment_id: int) -> Response:
    form = DispatchForm.from_request().checked()
    paper_id = services.dispatch(
        shipment_id,
        seal_number=form.seal_number.data or "",
        departed_at=form.departed_at.data,
        languages=form.paper_languages(),
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    status = str(ShipmentStatus.ON_THE_ROAD)
    return json_answer(Dispatched(shipment_id, status, paper_id, f"/papers/{paper_id}.pdf"))


@bp.post("/shipments/<int:shipment_id>/undo-dispatch")
@documented(summary="It has not left after all", form=ReasonForm, returns=ShipmentDetail)
@requires(P.REVERSE_MOVEMENTS)
def undo_dispatch(shipment_id: int) -> Response:
    form = ReasonForm.from_request().checked()
    reversals.undo_dispatch(
        shipment_id, reason=form.reason.data, key=form.key.data, actor=current_actor()
    )
    return _answer(shipment_id)


@bp.post("/shipments/<int:shipment_id>/deliveries")
@documented(summary="Record a hand-over", form=HandOverForm, returns=ShipmentDetail, status=201)
@requires(P.CONFIRM_DELIVERIES)
def deliver(shipment_id: int) -> Response:
    """For offices. A phone that may be offline sends field reports instead."""
    form = HandOverForm.from_request(shipment_id=shipment_id).checked()
    if form.shipment_id.data != shipment_id:
        raise Invalid(_("The address names another shipment."), field="shipment_id")
    deliveries.deliver(form.hand_over(), key=form.key.data, actor=current_actor(), at=clock.now())
    return _answer(shipment_id, 201)


@bp.post("/deliveries/<int:delivery_id>/undo")
@documented(summary="Take a hand-over back", form=ReasonForm)
@requires(P.REVERSE_MOVEMENTS)
def undo_delivery(delivery_id: int) -> Response:
    form = ReasonForm.from_request().checked()
    reversals.undo_delivery(
        delivery_id,
        reason=form.reason.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return json_answer({})


@bp.post("/shipments/<int:shipment_id>/return")
@documented(summary="Goods came back to their bins", form=SettledForm, returns=ShipmentDetail)
@requires(P.SETTLE_SHIPMENTS)
def return_to_origin(shipment_id: int) -> Response:
    return _settle(settlement.return_to_origin, shipment_id)


@bp.post("/shipments/<int:shipment_id>/lose")
@documented(summary="Goods are lost in transport", form=SettledForm, returns=ShipmentDetail)
@requires(P.SETTLE_SHIPMENTS)
def lose(shipment_id: int) -> Response:
    return _settle(settlement.report_lost, shipment_id)


@bp.get("/journeys")
@documented(summary="The driver's own shipments", returns=list[ShipmentRow])
@requires(P.DRIVE)
def journeys() -> Response:
    """On the road in the order they are expected, then those to come, then recent ones."""
    return json_answer(overview.journeys(current_actor()))


@bp.post("/field-reports")
@documented(summary="What a phone says of deliveries", form=FieldReportsForm, returns=ReportResults)
@requires(P.CONFIRM_DELIVERIES)
def send_field_reports() -> Response:
    """Up to 100 reports, each with its own `key` (a UUID that the phone made).

    Every report gets a result, in order, and stands for itself: one that cannot be read
    does not spoil the others. A report is kept before it is applied. Send it as often as
    you like: the same key with the same content gets the same answer.
    """
    reports = bodies.json_object().get("reports")
    if not isinstance(reports, list) or not 0 < len(reports) <= REPORTS_MAX:
        raise Invalid(_("Send a list of 1 to %(most)d reports.", most=REPORTS_MAX), field="reports")
    return json_answer(ReportResults(tuple(_apply(report) for report in reports)))


@bp.get("/field-reports")
@documented(summary="Reports that wait for a person", returns=list[OpenReport])
@requires(P.SETTLE_SHIPMENTS)
def waiting_reports() -> Response:
    return json_answer(queries.open_reports(current_actor()))


@bp.post("/field-reports/<int:report_id>/apply")
@documented(summary="Try a report once more", returns=ReportResult)
@requires(P.SETTLE_SHIPMENTS)
def apply_again(report_id: int) -> Response:
    found = field_reports.apply_again(report_id, actor=current_actor(), at=clock.now())
    return json_answer(_result(found))


@bp.post("/field-reports/<int:report_id>/dismiss")
@documented(summary="Close a report without applying it", form=ReasonForm)
@requires(P.SETTLE_SHIPMENTS)
def dismiss(report_id: int) -> Response:
    form = ReasonForm.from_request().checked()
    field_reports.dismiss(report_id, reason=form.reason.data, actor=current_actor())
    return json_answer({})


def _answer(shipment_id: int, status: int = 200) -> Response:
    location = f"/api/v1/shipments/{shipment_id}" if status == 201 else None
    return json_answer(queries.detail(shipment_id, current_actor()), status, location)


def _settle(service: Any, shipment_id: int) -> Response:
    form = SettledForm.from_request().checked()
    service(
        shipment_id,
        form.settled(),
        note=form.note.data or "",
        occurred_at=form.occurred_at.data,
        key=form.key.data,
        actor=current_actor(),
        at=clock.now(),
    )
    return _answer(shipment_id)


def _apply(body: Any) -> ReportResult:
    """One report of a list, from reading it to its result."""
    if not isinstance(body, dict):
        return ReportResult(None, "invalid", message=_("A report must be an object."))
    key = body.get("key") if isinstance(body.get("key"), str) else None
    form = HandOverForm.read(body)
    if not form.validate():
        problems = tuple(problem.as_json() for problem in form.problems())
        message = _("Some of what was sent cannot be accepted.")
        return ReportResult(key, "invalid", code="invalid", message=message, problems=problems)
    try:
        return _result(
            field_reports.confirm_delivery(
                form.hand_over(),
                key=form.key.data,
                content=body,
                actor=current_actor(),
                at=clock.now(),
            )
        )
    except KeyReused as reused:
        return ReportResult(key, "key_reused", code=reused.code, message=reused.message)


def _result(found: field_reports.Outcome) -> ReportResult:
    return ReportResult(
        key=str(found.key),
        state=str(found.state),
        report_id=found.report_id,
        shipment_id=found.shipment_id,
        delivery_id=found.delivery_id,
        code=found.code,
        message=found.message,
    )
