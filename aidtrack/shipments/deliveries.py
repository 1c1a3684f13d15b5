"""Handing over at the destination: what is good has arrived, the rest stays on the road."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update

from aidtrack.catalogue.models import Item
from aidtrack.core import audit, idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotAllowed, RuleBroken
from aidtrack.core.i18n import _, name_in
from aidtrack.identity.permissions import Actor
from aidtrack.shipments import access
from aidtrack.shipments.models import (
    Delivery,
    DeliveryLine,
    Shipment,
    ShipmentLine,
    ShipmentLoad,
    ShipmentStatus,
)
from aidtrack.stock import ledger
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.loss_models import WriteOff, WriteOffLine, WriteOffStatus
from aidtrack.stock.models import Lot, MovementKind, Reason, lot_number

SOURCE = "shipment"


class MoreThanOnTheRoad(RuleBroken):
    """More was named than is still on the road. Names every load."""

    code = "more_than_on_the_road"


class JourneyOver(RuleBroken):
    """A driver's link had ended when it happened: the office looks at it before it counts."""

    code = "journey_over"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Of one load, in base units: good, damaged, missing; the reason of what is not good."""

    load_id: int
    good: int = 0
    damaged: int = 0
    missing: int = 0
    reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """What was said at the destination. `occurred_at` is the clock of whoever says it.

    Without a time it happened when we were told.
    """

    shipment_id: int
    lines: tuple[HandedOver, ...]
    occurred_at: datetime | None = None
    receiver_name: str = ""
    receiver_function: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OnBoard:
    """A load as it stands, read under the shipment's lock.

    `held` of what is on the road waits to be approved as lost.
    """

    id: int
    lot_id: int
    place_id: int
    item: str
    lot: str
    quantity: int
    delivered: int
    returned: int
    lost: int
    held: int = 0

    @property
    def on_the_road(self) -> int:
        return self.quantity - self.delivered - self.returned - self.lost

    @property
    def free(self) -> int:
        """On the road, and nobody says that it was lost."""
        return self.on_the_road - self.held


# Built once: building it takes longer than running it.
ON_BOARD = (
    select(
        ShipmentLoad.id,
        ShipmentLoad.lot_id,
        ShipmentLoad.place_id,
        Item.name,
        Item.names,
        Lot.batch_number,
        ShipmentLoad.quantity,
        ShipmentLoad.delivered,
        ShipmentLoad.returned,
        ShipmentLoad.lost,
        select(func.coalesce(func.sum(WriteOffLine.quantity), 0))
        .join(WriteOff, WriteOff.id == WriteOffLine.write_off_id)
        .where(WriteOffLine.load_id == ShipmentLoad.id, WriteOff.status == WriteOffStatus.WAITING)
        .scalar_subquery()
        .label("held"),
    )
    .join(ShipmentLine, ShipmentLine.id == ShipmentLoad.line_id)
    .join(Item, Item.id == ShipmentLine.item_id)
    .join(Lot, Lot.id == ShipmentLoad.lot_id)
    .where(ShipmentLoad.shipment_id == bindparam("shipment_id"))
    .order_by(ShipmentLine.line_number, ShipmentLoad.id)
)


def deliver(hand_over: HandOver, *, key: UUID, actor: Actor, at: datetime) -> int:
    """Record a hand-over that was typed in the office. Returns the delivery's id.

    Whoever came by a journey's link reports instead: what they say is kept first.
    """
    request: dict[str, object] = asdict(hand_over)
    with transaction():
        access.locked(hand_over.shipment_id, actor)
        if actor.journey_id is not None:
            raise NotAllowed(_("Your role does not allow this."))
        earlier = idempotency.earlier_result(key, "shipment.deliver", request)
        if earlier is not None:
            return earlier
        delivery_id = record(hand_over, field_report_id=None, actor=actor, at=at)
        idempotency.remember(key, "shipment.deliver", request, delivery_id)
        return delivery_id


def record(hand_over: HandOver, *, field_report_id: int | None, actor: Actor, at: datetime) -> int:
    """Apply what was said: what is good is now at the destination, the rest stays on the road.

    Raises MoreThanOnTheRoad, naming every load, and Invalid. The caller makes it count once.
    """
    with transaction():
        shipment = access.locked(hand_over.shipment_id, actor)
        if not access.may_hand_over(actor, shipment):
            raise NotAllowed(_("Your role does not allow this."))
        access.expect(shipment, ShipmentStatus.ON_THE_ROAD, ShipmentStatus.DELIVERED)
        _expect_in_time(hand_over.occurred_at or at, actor)
        loads = on_board(shipment.id)
        _check(hand_over, loads)
        assert shipment.dispatched_at is not None
        # A phone's clock can be wrong: what cannot be is moved to what can.
        happened_at = min(max(hand_over.occurred_at or at, shipment.dispatched_at), at)
        movement_id = _post(shipment, hand_over.lines, loads, happened_at, actor)
        delivery_id = _write(hand_over, happened_at, movement_id, field_report_id, actor)
        left = account(loads, {x.load_id: x.good for x in hand_over.lines}, "delivered")
        close_when_empty(shipment, left, happened_at)
        audit.record(
            actor,
            "shipment.delivered",
            kind=SOURCE,
            record_id=shipment.id,
            facts={
                "delivery": delivery_id,
                "receiver": hand_over.receiver_name,
                "good_lines": sum(1 for x in hand_over.lines if x.good),
                "bad_lines": sum(1 for x in hand_over.lines if x.damaged or x.missing),
            },
        )
        return delivery_id


def _expect_in_time(happened_at: datetime, actor: Actor) -> None:
    """What a driver's phone says late counts when it happened before their link ended."""
    if actor.journey_ends_at is not None and happened_at >= actor.journey_ends_at:
        raise JourneyOver(_("The driver’s link had ended when this was reported."))


def on_board(shipment_id: int) -> dict[int, OnBoard]:
    """Every load of the shipment as it stands, in one statement."""
    rows = db.session.execute(ON_BOARD, {"shipment_id": shipment_id})
    return {
        row.id: OnBoard(
            id=row.id,
            lot_id=row.lot_id,
            place_id=row.place_id,
            item=name_in(row.name, row.names),
            lot=row.batch_number or lot_number(row.lot_id),
            quantity=row.quantity,
            delivered=row.delivered,
            returned=row.returned,
            lost=row.lost,
            held=int(row.held),
        )
        for row in rows
    }


def account(loads: dict[int, OnBoard], more: dict[int, int], column: str) -> int:
    """Add to `delivered`, `returned` or `lost` of the loads, in one statement.

    Returns how many base units are on the road from then on.
    """
    assert column in {"delivered", "returned", "lost"}
    changed = [
        {"id": load_id, column: getattr(loads[load_id], column) + quantity}
        for load_id, quantity in more.items()
        if quantity
    ]
    if changed:
        db.session.execute(update(ShipmentLoad), changed)
    return sum(load.on_the_road for load in loads.values()) - sum(more.values())


def close_when_empty(shipment: Shipment, left: int, happened_at: datetime) -> None:
    """Nothing left on the road: the shipment is over, whatever became of its goods."""
    if not left and shipment.status == ShipmentStatus.ON_THE_ROAD:
        shipment.status = ShipmentStatus.DELIVERED
        shipment.delivered_at = happened_at


def _check(hand_over: HandOver, loads: dict[int, OnBoard]) -> None:
    named = [line.load_id for line in hand_over.lines]
    unknown = [load_id for load_id in named if load_id not in loads]
    if unknown or len(set(named)) != len(named):
        raise Invalid(_("The report names goods that this shipment does not carry."), loads=unknown)
    if any(min(x.good, x.damaged, x.missing) < 0 for x in hand_over.lines):
        raise Invalid(_("A quantity cannot be less than nothing."))
    if not any(x.good or x.damaged or x.missing for x in hand_over.lines):
        raise Invalid(_("Say what was handed over."), field="lines")
    if not hand_over.receiver_name and any(x.good for x in hand_over.lines):
        raise Invalid(_("Say who received it."), field="receiver_name")
    refuse_too_much({x.load_id: x.good + x.damaged + x.missing for x in hand_over.lines}, loads)


def refuse_too_much(wanted: dict[int, int], loads: dict[int, OnBoard]) -> None:
    """Raise MoreThanOnTheRoad, naming every load of which too much is named."""
    excess: list[dict[str, Any]] = [
        {
            "load_id": load_id,
            "item": loads[load_id].item,
            "lot": loads[load_id].lot,
            "on_the_road": loads[load_id].free,
            "held": loads[load_id].held,
            "named": quantity,
        }
        for load_id, quantity in wanted.items()
        if quantity > loads[load_id].free
    ]
    if excess:
        positions = {load_id: index for index, load_id in enumerate(wanted)}
        problems = [
            {
                "field": f"lines-{positions[x['load_id']]}-good",
                "message": _excess(x),
            }
            for x in excess
        ]
        raise MoreThanOnTheRoad(
            " ".join(problem["message"] for problem in problems), loads=excess, problems=problems
        )


def _excess(x: dict[str, Any]) -> str:
    said = _("%(on_the_road)s of %(item)s (lot %(lot)s) are on the road, not %(named)s.", **x)
    if not x["held"]:
        return said
    return f"{said} {_('%(held)s more wait to be approved as lost.', **x)}"


def _post(
    shipment: Shipment,
    lines: Sequence[HandedOver],
    loads: dict[int, OnBoard],
    happened_at: datetime,
    actor: Actor,
) -> int | None:
    """Move what is good; None when nothing is."""
    road = shipment.in_transit_place_id
    assert road is not None
    transfers = [
        Transfer(loads[x.load_id].lot_id, road, shipment.destination_id, x.good)
        for x in lines
        if x.good
    ]
    if not transfers:
        return None
    return ledger.post(
        transfers,
        kind=MovementKind.DELIVERY,
        source=Source(SOURCE, shipment.id),
        organisation_id=shipment.organisation_id,
        recorded_by_id=actor.user_id,
        occurred_at=happened_at,
    )


def _write(
    hand_over: HandOver,
    happened_at: datetime,
    movement_id: int | None,
    field_report_id: int | None,
    actor: Actor,
) -> int:
    delivery = Delivery(
        shipment_id=hand_over.shipment_id,
        field_report_id=field_report_id,
        delivered_at=happened_at,
        receiver_name=hand_over.receiver_name,
        receiver_function=hand_over.receiver_function,
        note=hand_over.note,
        movement_id=movement_id,
        recorded_by_id=actor.user_id,
    )
    db.session.add(delivery)
    db.session.flush()
    db.session.execute(
        insert(DeliveryLine),
        [
            {
                "delivery_id": delivery.id,
                "load_id": x.load_id,
                "good": x.good,
                "damaged": x.damaged,
                "missing": x.missing,
                "reason": _reason(x),
                "note": x.note,
            }
            for x in hand_over.lines
            if x.good or x.damaged or x.missing
        ],
    )
    return delivery.id


def _reason(line: HandedOver) -> Reason | None:
    """Why not all of it is good; the plain one when nobody said."""
    if not line.damaged and not line.missing:
        return None
    return line.reason or (Reason.DAMAGED if line.damaged else Reason.MISSING)
