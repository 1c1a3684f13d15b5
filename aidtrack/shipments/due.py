"""Which shipments a day asks about: those to come, those to leave, those not heard of."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, or_, select

from aidtrack.core import clock
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place
from aidtrack.shipments.models import Delivery, FieldReport, Shipment, ShipmentStatus

# A journey without an expected time is asked about after a day.
SILENT_HOURS = 24


def arriving(actor: Actor) -> list[ColumnElement[bool]]:
    """Ready or on the road to a site of the actor's."""
    return [
        Shipment.status.in_((ShipmentStatus.READY, ShipmentStatus.ON_THE_ROAD)),
        Shipment.destination_id.in_(_sites(actor)),
    ]


def arriving_today(actor: Actor) -> list[ColumnElement[bool]]:
    """Expected by the end of the actor's day, late ones too."""
    return [*arriving(actor), Shipment.expected_at < _end_of_day(actor)]


def leaving(actor: Actor) -> list[ColumnElement[bool]]:
    """Not gone yet from a site of the actor's."""
    return [
        Shipment.status.in_((ShipmentStatus.DRAFT, ShipmentStatus.READY)),
        Shipment.origin_id.in_(_sites(actor)),
    ]


def leaving_today(actor: Actor) -> list[ColumnElement[bool]]:
    """Planned to go by the end of the actor's day, late ones too."""
    return [*leaving(actor), Shipment.departs_at < _end_of_day(actor)]


def silent(_actor: Actor) -> list[ColumnElement[bool]]:
    """It should have arrived, and its driver's phone has sent nothing."""
    now = clock.now()
    left_long_ago = Shipment.dispatched_at < now - timedelta(hours=SILENT_HOURS)
    return [
        Shipment.status == ShipmentStatus.ON_THE_ROAD,
        or_(Shipment.expected_at < now, Shipment.expected_at.is_(None) & left_long_ago),
        ~exists().where(Delivery.shipment_id == Shipment.id, Delivery.undone_at.is_(None)),
        ~exists().where(FieldReport.shipment_id == Shipment.id),
    ]


# By the name of the view of the list that shows them.
ASKED: dict[str, Callable[[Actor], list[ColumnElement[bool]]]] = {
    "arriving": arriving,
    "arriving_today": arriving_today,
    "leaving": leaving,
    "leaving_today": leaving_today,
    "silent": silent,
}


def _end_of_day(actor: Actor) -> datetime:
    """Midnight after today, where the actor is."""
    today = clock.now().astimezone(ZoneInfo(actor.time_zone))
    return today.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _sites(actor: Actor) -> Select[int]:
    permission = Permission.VIEW_SHIPMENTS
    return select(Place.id).where(
        or_(
            Place.organisation_id.in_(actor.organisations(permission)),
            Place.id.in_(actor.sites(permission)),
        )
    )
