"""Shipments in every state, made by the services that make them."""

from datetime import datetime
from uuid import uuid4

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity.permissions import Actor
from aidtrack.shipments import deliveries, field_reports, services
from aidtrack.shipments.deliveries import HandedOver, HandOver
from aidtrack.shipments.field_reports import Outcome
from aidtrack.shipments.goods import WantedLine
from aidtrack.shipments.models import Shipment, ShipmentLoad
from aidtrack.shipments.services import ShipmentDetails
from tests.factories.world import World


def make_draft(world: World, *wanted: tuple[int, int], **more: object) -> int:
    """A draft from the warehouse to the school: (item id, base units) of each line."""
    details = {
        "origin_id": world.warehouse_id,
        "destination_id": world.point_id,
        "driver_id": world.driver.user_id,
    } | more
    return services.prepare(
        ShipmentDetails(**details),  # type: ignore[arg-type]
        [WantedLine(item_id, quantity) for item_id, quantity in wanted],
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )


def make_ready(world: World, *wanted: tuple[int, int], **more: object) -> int:
    shipment_id = make_draft(world, *wanted, **more)
    services.ready(shipment_id, key=uuid4(), actor=world.logistician, at=clock.now())
    return shipment_id


def make_dispatched(world: World, *wanted: tuple[int, int], **more: object) -> int:
    shipment_id = make_ready(world, *wanted, **more)
    dispatch(world, shipment_id)
    return shipment_id


def dispatch(world: World, shipment_id: int, **more: object) -> int:
    more = {"key": uuid4(), "actor": world.logistician, "at": clock.now()} | more
    return services.dispatch(shipment_id, **more)  # type: ignore[arg-type]


def loads_of(shipment_id: int) -> list[ShipmentLoad]:
    db.session.expire_all()
    return db.session.get_one(Shipment, shipment_id).loads


def hand_over(
    shipment_id: int, *lines: HandedOver, occurred_at: datetime | None = None, **more: object
) -> HandOver:
    """What a driver says; everything is good when no line is named."""
    everything = tuple(HandedOver(x.id, good=x.on_the_road) for x in loads_of(shipment_id))
    said = {"receiver_name": "Gulnara Asanova", "receiver_function": "Head teacher"} | more
    return HandOver(
        shipment_id,
        lines or everything,
        occurred_at or clock.now(),
        **said,  # type: ignore[arg-type]
    )


def confirm(world: World, said: HandOver, **more: object) -> Outcome:
    """The driver's phone sends it."""
    more = {"key": uuid4(), "actor": world.driver, "at": clock.now()} | more
    return field_reports.confirm_delivery(said, **more)  # type: ignore[arg-type]


def deliver(world: World, said: HandOver, actor: Actor | None = None) -> int:
    """The office types it in."""
    return deliveries.deliver(said, key=uuid4(), actor=actor or world.logistician, at=clock.now())
