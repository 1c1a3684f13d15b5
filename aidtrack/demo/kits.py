"""Family winter kits, built from what two donors gave, sent to a village and handed out."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.demo.gifts import OSH
from aidtrack.identity import services as identity
from aidtrack.kits import contents
from aidtrack.kits import services as kits
from aidtrack.kits.contents import Content
from aidtrack.shipments import field_reports, services
from aidtrack.shipments.deliveries import HandedOver, HandOver
from aidtrack.shipments.goods import ShipmentDetails, WantedLine
from aidtrack.shipments.models import ShipmentLoad

if TYPE_CHECKING:
    from aidtrack.demo.story import Telling

KIT = "KIT-010"
# Base units in each: blankets and mats of one donor, coal of another.
PARTS = (("HOU-010", 4, ()), ("HOU-011", 2, ()), ("WIN-011", 1, ()))
BUILT, SENT = 150, 80


def tell(telling: Telling) -> None:
    telling.on(-28.9, partial(_build, telling))
    telling.on(-28.4, partial(_send, telling))


def _key(act: str) -> UUID:
    """Of its own, so that the dice of the story fall as they would without kits."""
    return uuid5(NAMESPACE_URL, f"demo:{KIT}:{act}")


def _build(telling: Telling) -> None:
    cast = telling.cast
    site_id = cast.sites[OSH]
    contents.set_contents(
        cast.items[KIT],
        [Content(cast.items[code], each, others) for code, each, others in PARTS],
        note="",
        actor=identity.system_actor(cast.organisations[cast.owners[OSH]]),
    )
    kits.build(
        cast.items[KIT],
        BUILT,
        site_id=site_id,
        to_place_id=cast.bins[OSH][0],
        batch_number="FW-1",
        key=_key("build"),
        actor=cast.keeper(OSH),
        at=clock.now(),
    )


def _send(telling: Telling) -> None:
    cast, point = telling.cast, telling.cast.points[0]
    driver = cast.people[cast.driver(OSH, 0)]
    shipment_id = services.prepare(
        ShipmentDetails(
            origin_id=cast.sites[OSH],
            destination_id=cast.sites[point],
            driver_id=driver.user_id,
            vehicle_plate="01 KG 417 ABT",
            departs_at=clock.now() + timedelta(hours=1),
            expected_at=clock.now() + timedelta(hours=9),
        ),
        [WantedLine(item_id=cast.items[KIT], quantity=SENT)],
        key=_key("prepare"),
        actor=cast.keeper(OSH),
        at=clock.now(),
    )
    services.ready(shipment_id, key=_key("ready"), actor=cast.keeper(OSH), at=clock.now())
    services.dispatch(
        shipment_id, seal_number="S-40001", key=_key("send"), actor=cast.keeper(OSH), at=clock.now()
    )
    loads = db.session.scalars(select(ShipmentLoad).filter_by(shipment_id=shipment_id)).all()
    with clock.telling(clock.now() + timedelta(hours=8)):
        field_reports.confirm_delivery(
            HandOver(
                shipment_id=shipment_id,
                lines=tuple(HandedOver(load.id, load.quantity) for load in loads),
                occurred_at=clock.now(),
                receiver_name="Store keeper",
                receiver_function="Site manager",
            ),
            key=_key("deliver"),
            actor=driver,
            at=clock.now(),
        )
