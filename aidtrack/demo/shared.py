"""What organisations of the story show each other: where they receive, one truck, one point."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.demo.cast import LEAD, PARTNER, TRANSIT
from aidtrack.demo.gifts import KHUJAND, OSH
from aidtrack.sharing import services
from aidtrack.sharing.models import Purpose
from aidtrack.sharing.services import Terms
from aidtrack.shipments.models import Shipment, ShipmentStatus

if TYPE_CHECKING:
    from aidtrack.demo.story import Telling

POINT = "Batken, school 2"
PLANNED_DAYS = 60


def tell(telling: Telling) -> None:
    """The stores that get goods from others are open to them before the first truck leaves."""
    on = telling.on
    on(-44, partial(_share_place, telling, OSH, TRANSIT, Purpose.RECEIVE))
    on(-44, partial(_share_place, telling, KHUJAND, LEAD, Purpose.RECEIVE))
    on(-12, partial(_share_place, telling, POINT, PARTNER, Purpose.PLAN))
    on(-0.5, partial(_show_the_truck, telling))


def _share_place(telling: Telling, site: str, other: str, purpose: Purpose) -> None:
    is_plan = purpose == Purpose.PLAN
    terms = Terms(
        telling.cast.organisations[other],
        purpose,
        note="Winter kits: who brings what in which week." if is_plan else "",
        ends_on=(clock.now() + timedelta(days=PLANNED_DAYS)).date() if is_plan else None,
    )
    keeper = telling.cast.keeper(site)
    services.share("place", telling.cast.sites[site], terms, actor=keeper, at=clock.now())


def _show_the_truck(telling: Telling) -> None:
    """The newest truck on the road to the point that both plan for."""
    found = db.session.scalar(
        select(Shipment.id)
        .where(
            Shipment.status == ShipmentStatus.ON_THE_ROAD,
            Shipment.destination_id == telling.cast.sites[POINT],
        )
        .order_by(Shipment.id.desc())
        .limit(1)
    )
    assert found is not None
    terms = Terms(telling.cast.organisations[PARTNER], Purpose.FOLLOW)
    services.share("shipment", found, terms, actor=telling.cast.keeper(POINT), at=clock.now())
