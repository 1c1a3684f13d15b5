"""Taking a hand-over or a departure back, while nothing depends on it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from aidtrack.core import audit, idempotency
from aidtrack.core.db import transaction
from aidtrack.core.errors import Invalid, NotAllowed, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.shipments import access, deliveries, waybills
from aidtrack.shipments.models import Delivery, ShipmentStatus
from aidtrack.stock import ledger
from aidtrack.stock.ledger import Hold
from aidtrack.stock.models import MovementKind, StockMovement

SOURCE = "shipment"


class AlreadyUndone(RuleBroken):
    code = "already_undone"


class GoodsWentOn(RuleBroken):
    """Something depends on what should be undone."""

    code = "goods_went_on"


def undo_delivery(delivery_id: int, *, reason: str, key: UUID, actor: Actor, at: datetime) -> None:
    """Take a hand-over back: its goods are on the road again.

    Raises GoodsWentOn when what was delivered is no longer at the destination.
    """
    request: dict[str, object] = {"id": delivery_id, "reason": reason}
    with transaction() as session:
        found = session.scalar(select(Delivery.shipment_id).filter_by(id=delivery_id))
        try:
            shipment = access.locked(found or 0, actor)
        except NotFound as stranger:
            raise NotFound(_("There is no such delivery.")) from stranger
        if not access.may_undo_delivery(actor, shipment):
            raise NotAllowed(_("Your role does not allow this."))
        if idempotency.earlier_result(key, "delivery.undo", request) is not None:
            return
        delivery = session.get_one(Delivery, delivery_id)
        if delivery.undone_at is not None:
            raise AlreadyUndone(_("This delivery was undone already."))
        _expect_reason(reason)
        if delivery.movement_id is not None:
            _reverse(delivery.movement_id, reason, key, actor)
        good = {line.load_id: -line.good for line in delivery.lines}
        deliveries.account(deliveries.on_board(shipment.id), good, "delivered")
        delivery.undone_at = at
        delivery.undone_reason = reason
        if any(good.values()):
            shipment.status = ShipmentStatus.ON_THE_ROAD
            shipment.delivered_at = None
        audit.record(
            actor,
            "shipment.delivery_undone",
            kind=SOURCE,
            record_id=shipment.id,
            facts={"delivery": delivery_id, "reason": reason},
        )
        idempotency.remember(key, "delivery.undo", request, delivery_id)


def undo_dispatch(shipment_id: int, *, reason: str, key: UUID, actor: Actor) -> None:
    """It has not left after all: ready again, goods kept in their bins, the waybill void.

    Raises GoodsWentOn once anything was delivered, returned or lost.
    """
    request: dict[str, object] = {"id": shipment_id, "reason": reason}
    with transaction() as session:
        shipment = access.locked_at_origin(shipment_id, Permission.REVERSE_MOVEMENTS, actor)
        if idempotency.earlier_result(key, "shipment.undo_dispatch", request) is not None:
            return
        access.expect(shipment, ShipmentStatus.ON_THE_ROAD)
        _expect_reason(reason)
        loads = deliveries.on_board(shipment_id)
        if any(load.on_the_road != load.quantity for load in loads.values()):
            raise GoodsWentOn(
                _("Some of it was delivered, returned or lost already. Undo that first.")
            )
        movement_id = session.scalars(
            select(StockMovement.id)
            .where(
                StockMovement.source_kind == SOURCE,
                StockMovement.source_id == shipment_id,
                StockMovement.kind == MovementKind.DISPATCH,
            )
            .order_by(StockMovement.id.desc())
            .limit(1)
        ).one()
        _reverse(movement_id, reason, key, actor)
        ledger.reserve([Hold(x.place_id, x.lot_id, x.quantity) for x in loads.values()])
        shipment.status = ShipmentStatus.READY
        shipment.dispatched_at = None
        waybills.withdraw(shipment_id, reason=reason, actor=actor)
        audit.record(
            actor,
            "shipment.dispatch_undone",
            kind=SOURCE,
            record_id=shipment_id,
            facts={"reason": reason},
        )
        idempotency.remember(key, "shipment.undo_dispatch", request, shipment_id)


def _expect_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Say why it is undone."), field="reason")


def _reverse(movement_id: int, reason: str, key: UUID, actor: Actor) -> None:
    try:
        ledger.reverse(movement_id, reason=reason, recorded_by_id=actor.user_id, key=key)
    except ledger.InsufficientStock as short:
        raise GoodsWentOn(
            _("What was moved is no longer all there.") + " " + short.message,
            shortages=short.facts.get("shortages"),
        ) from short
