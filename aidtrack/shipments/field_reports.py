"""What phones say of deliveries: kept first, applied second, never thrown away.

A phone makes the key when the driver taps and sends it as often as it likes. The same key
with the same content gets the same answer; with other content it is refused.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from aidtrack.core import audit, idempotency
from aidtrack.core.db import db, is_postgresql, transaction
from aidtrack.core.errors import Invalid, KeyReused, NotAllowed, NotFound, RuleBroken, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.identity.models import RoleAssignment
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place
from aidtrack.shipments import access, deliveries
from aidtrack.shipments.deliveries import HandOver
from aidtrack.shipments.models import WAITING, Delivery, FieldReport, FieldReportState, Shipment


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one report. `code` and `message` say why it waits for a person."""

    key: UUID
    report_id: int
    state: FieldReportState
    shipment_id: int | None
    delivery_id: int | None = None
    code: str = ""
    message: str = ""


def confirm_delivery(
    hand_over: HandOver,
    *,
    key: UUID,
    content: dict[str, Any] | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Keep what a phone says, then apply it. `content` is the body as received.

    What a rule refuses is kept and needs a person's attention. Raises KeyReused only.
    """
    report_id = _keep(hand_over, key, content, actor=actor, at=at)
    return _apply(report_id, (FieldReportState.WAITING,), actor, at)


def apply_again(report_id: int, *, actor: Actor, at: datetime) -> Outcome:
    """Try a report that waits once more, after whatever stood in its way was mended.

    The outcome tells whether it went in; the new refusal is kept otherwise.
    """
    with transaction():
        report = _locked(report_id, actor)
        _require_open(report)
        shipment_id = report.shipment_id
    if shipment_id is None:
        raise NotFound(_("There is no such shipment."))
    return _apply(report_id, WAITING, actor, at)


def dismiss(report_id: int, *, reason: str, actor: Actor) -> None:
    """Close a report without applying it. What the phone said is kept until its time is over."""
    with transaction():
        report = _locked(report_id, actor)
        _require_open(report)
        if not reason.strip():
            raise Invalid(_("Say why it is not applied."), field="reason")
        report.state = FieldReportState.DISMISSED
        report.dismissal = reason
        audit.record(
            actor,
            "field_report.dismissed",
            kind="shipment" if report.shipment_id else "field_report",
            record_id=report.shipment_id or report.id,
            facts={"report": report.id, "reason": reason},
        )


def _keep(
    hand_over: HandOver,
    key: UUID,
    content: dict[str, Any] | None,
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """The fact, in its own transaction: once it stands, nothing can lose it."""
    said = msgspec.to_builtins(hand_over)
    print_of_it = idempotency.fingerprint({"user": actor.user_id, "said": said})
    dialect = postgresql if is_postgresql() else sqlite
    with transaction() as session:
        report_id = session.scalar(
            dialect.insert(FieldReport)
            .values(
                key=key,
                fingerprint=print_of_it,
                user_id=actor.user_id,
                shipment_id=_known_shipment(hand_over.shipment_id, actor),
                content={"said": said, "received": content or said},
                occurred_at=hand_over.occurred_at or at,
                received_at=at,
                state=FieldReportState.WAITING,
                refusal_code="",
                refusal="",
                dismissal="",
            )
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(FieldReport.id)
        )
        if report_id is not None:
            return report_id
        earlier = session.scalars(select(FieldReport).filter_by(key=key)).one()
        if earlier.fingerprint != print_of_it:
            raise KeyReused(_("This key was already used for a different report."), field="key")
        return earlier.id


def _known_shipment(shipment_id: int, actor: Actor) -> int | None:
    """Its id when the reporter works for who sends or gets it; a stranger's stays unnamed.

    A driver who was replaced while offline still works there, so their word finds its office.
    With the link of one journey a phone may bring its driver's word of another of theirs.
    """
    found = db.session.execute(
        select(Shipment.organisation_id, Place.organisation_id, Shipment.driver_id)
        .join(Place, Place.id == Shipment.destination_id)
        .where(Shipment.id == shipment_id)
    ).first()
    theirs = {grant.organisation_id for grant in actor.grants}
    if found is None or theirs.isdisjoint(found[:2]):
        return None
    by_link = actor.journey_id is not None
    is_near = shipment_id == actor.journey_id or found.driver_id == actor.user_id
    return shipment_id if is_near or not by_link else None


def _apply(
    report_id: int, states: tuple[FieldReportState, ...], actor: Actor, at: datetime
) -> Outcome:
    try:
        with transaction() as session:
            report = session.get_one(FieldReport, report_id, with_for_update=True)
            if report.state not in states:
                return _outcome(report)
            said = msgspec.convert(report.content["said"], HandOver)
            delivery_id = deliveries.record(
                replace(said, occurred_at=report.occurred_at),
                field_report_id=report_id,
                actor=actor,
                at=at,
            )
            report.state = FieldReportState.APPLIED
            report.applied_at = at
            report.refusal_code = report.refusal = ""
            return _outcome(report, delivery_id)
    except RuleBroken as refused:
        return _keep_refusal(report_id, refused, actor)


def _keep_refusal(report_id: int, refused: RuleBroken, actor: Actor) -> Outcome:
    with transaction() as session:
        report = session.get_one(FieldReport, report_id, with_for_update=True)
        if report.state in WAITING:
            report.state = FieldReportState.NEEDS_ATTENTION
            report.refusal_code = refused.code
            report.refusal = refused.message
            audit.record(
                actor,
                "field_report.needs_attention",
                kind="shipment" if report.shipment_id else "field_report",
                record_id=report.shipment_id or report.id,
                facts={"report": report.id, "code": refused.code, "why": refused.message},
            )
        return _outcome(report)


def _outcome(report: FieldReport, delivery_id: int | None = None) -> Outcome:
    if delivery_id is None and report.state == FieldReportState.APPLIED:
        delivery_id = db.session.scalar(
            select(Delivery.id).filter_by(field_report_id=report.id).limit(1)
        )
    return Outcome(
        key=report.key,
        report_id=report.id,
        state=report.state,
        shipment_id=report.shipment_id,
        delivery_id=delivery_id,
        code=report.refusal_code,
        message=report.refusal,
    )


def _locked(report_id: int, actor: Actor) -> FieldReport:
    """A report on a shipment whose goods the actor settles, or of a person of theirs."""
    report = db.session.get(FieldReport, report_id, with_for_update=True, populate_existing=True)
    if report is None:
        raise NotFound(_("There is no such report."))
    if report.shipment_id is not None:
        shipment = db.session.get_one(Shipment, report.shipment_id)
        if not access.may_see(actor, shipment):
            raise NotFound(_("There is no such report."))
        access.require_at_origin(shipment, Permission.SETTLE_SHIPMENTS, actor)
        return report
    works_for = db.session.scalars(
        select(RoleAssignment.organisation_id).filter_by(user_id=report.user_id)
    ).all()
    near = set(works_for) & actor.organisations(Permission.VIEW_SHIPMENTS)
    if not near:
        raise NotFound(_("There is no such report."))
    if not near & actor.organisations(Permission.SETTLE_SHIPMENTS):
        raise NotAllowed(_("Your role does not allow this."))
    return report


def _require_open(report: FieldReport) -> None:
    if report.state not in WAITING:
        raise WrongStatus(_("This report was dealt with already."), report=report.id)
