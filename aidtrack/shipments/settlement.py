"""Settling what is still on the road: it goes back to where it came from, or it is lost."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid5

from aidtrack.core import audit, idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import PlaceKind
from aidtrack.shipments import access, deliveries
from aidtrack.shipments.deliveries import OnBoard
from aidtrack.shipments.models import Shipment, ShipmentStatus
from aidtrack.stock import ledger, write_offs
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.loss_models import WriteOff, WriteOffStatus
from aidtrack.stock.loss_values import Lost
from aidtrack.stock.models import MovementKind, Reason
from aidtrack.stock.write_offs import Loss, LostOnTheRoad

SOURCE = "shipment"


@dataclass(frozen=True, slots=True)
class Settled:
    """`quantity` base units of one load, and why they did not arrive."""

    load_id: int
    quantity: int
    reason: Reason


def return_to_origin(
    shipment_id: int,
    lines: Sequence[Settled],
    *,
    note: str = "",
    occurred_at: datetime | None = None,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Goods come back to the bins they left. Returns the movement's id."""
    return _settle(
        "returned", shipment_id, lines, note=note, occurred_at=occurred_at, key=key, actor=actor,
        at=at,
    )  # fmt: skip


def report_lost(
    shipment_id: int,
    lines: Sequence[Settled],
    *,
    note: str = "",
    occurred_at: datetime | None = None,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Goods are lost in transport, for good. Returns the id of their write-off.

    What is worth too much waits on the road, held, until somebody else approves it.
    """
    return _settle(
        "lost", shipment_id, lines, note=note, occurred_at=occurred_at, key=key, actor=actor, at=at
    )


def settle(
    shipment_id: int,
    *,
    returned: Sequence[Settled],
    lost: Sequence[Settled],
    note: str = "",
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int | None:
    """Both at once, or neither: some of it comes back, some of it is lost.

    Returns the id of the write-off, if anything is lost.
    """
    if not returned and not lost:
        raise Invalid(_("Say how much came back and how much is lost."), field="lines")
    with transaction():
        write_off_id = None
        # What is lost goes first: a write-off takes its number before it locks any balance, and
        # two that lock in another order would wait for each other.
        if lost:
            lost_key = uuid5(key, "lost")
            write_off_id = report_lost(
                shipment_id, lost, note=note, key=lost_key, actor=actor, at=at
            )
        if returned:
            return_to_origin(shipment_id, returned, note=note, key=key, actor=actor, at=at)
        return write_off_id


def _settle(
    outcome: str,
    shipment_id: int,
    lines: Sequence[Settled],
    *,
    note: str,
    occurred_at: datetime | None,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    request = {
        "id": shipment_id,
        "lines": [asdict(line) for line in lines],
        "note": note,
        "occurred_at": occurred_at,
    }
    action = f"shipment.{outcome}"
    with transaction():
        shipment = access.locked_at_origin(shipment_id, Permission.SETTLE_SHIPMENTS, actor)
        earlier = idempotency.earlier_result(key, action, request)
        if earlier is not None:
            return earlier
        access.expect(shipment, ShipmentStatus.ON_THE_ROAD)
        loads = deliveries.on_board(shipment_id)
        _check(lines, loads)
        assert shipment.dispatched_at is not None
        happened_at = min(max(occurred_at or at, shipment.dispatched_at), at)
        if outcome == "lost":
            result = _lose(
                shipment, lines, loads, note=note, happened_at=happened_at, actor=actor, at=at
            )
        else:
            result = _bring_back(
                shipment, lines, loads, note=note, happened_at=happened_at, actor=actor
            )
        status = db.session.get_one(WriteOff, result).status if outcome == "lost" else None
        audit.record(
            actor,
            "shipment.loss_waits" if status == WriteOffStatus.WAITING else action,
            kind=SOURCE,
            record_id=shipment_id,
            facts={"lines": len(lines), "reasons": sorted({str(x.reason) for x in lines})}
            | ({"note": note} if note else {}),
        )
        idempotency.remember(key, action, request, result)
        return result


def _check(lines: Sequence[Settled], loads: dict[int, OnBoard]) -> None:
    named = [line.load_id for line in lines]
    if not lines or len(set(named)) != len(named) or not set(named) <= set(loads):
        raise Invalid(_("Choose goods that this shipment carries."), field="lines")
    for index, line in enumerate(lines):
        if line.quantity <= 0:
            raise Invalid(_("Name at least one."), field=f"lines-{index}-quantity")
    deliveries.refuse_too_much({x.load_id: x.quantity for x in lines}, loads)


def _lose(
    shipment: Shipment,
    lines: Sequence[Settled],
    loads: dict[int, OnBoard],
    *,
    note: str,
    happened_at: datetime,
    actor: Actor,
    at: datetime,
) -> int:
    road = shipment.in_transit_place_id
    assert road is not None
    lost = [
        Lost(loads[x.load_id].lot_id, road, x.quantity, x.reason, load_id=x.load_id) for x in lines
    ]
    return write_offs.record(
        Loss(
            site=shipment.origin,
            stage=PlaceKind.LOST_IN_TRANSPORT,
            lines=tuple(lost),
            note=note,
            happened_at=happened_at,
            shipment_id=shipment.id,
        ),
        key=None,
        actor=actor,
        at=at,
    )


def _account_lost(lost: LostOnTheRoad) -> None:
    """What is lost is no longer on the road; when it is posted, at once or once approved."""
    shipment = db.session.get_one(
        Shipment, lost.shipment_id, with_for_update=True, populate_existing=True
    )
    left = deliveries.account(deliveries.on_board(shipment.id), lost.loads, "lost")
    deliveries.close_when_empty(shipment, left, lost.happened_at)


write_offs.keep_account(_account_lost)


def _bring_back(
    shipment: Shipment,
    lines: Sequence[Settled],
    loads: dict[int, OnBoard],
    *,
    note: str,
    happened_at: datetime,
    actor: Actor,
) -> int:
    road = shipment.in_transit_place_id
    assert road is not None
    movement_id = ledger.post(
        [
            Transfer(loads[x.load_id].lot_id, road, loads[x.load_id].place_id, x.quantity, x.reason)
            for x in lines
        ],
        kind=MovementKind.RETURN_TO_SENDER,
        source=Source(SOURCE, shipment.id),
        organisation_id=shipment.organisation_id,
        recorded_by_id=actor.user_id,
        occurred_at=happened_at,
        note=note,
    )
    left = deliveries.account(loads, {x.load_id: x.quantity for x in lines}, "returned")
    deliveries.close_when_empty(shipment, left, happened_at)
    return movement_id
