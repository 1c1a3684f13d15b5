"""Who may see a shipment, and the lock that every event takes first."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import joinedload

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound, WrongStatus
from aidtrack.core.i18n import _, lazy
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places.models import Place
from aidtrack.sharing import queries as sharing
from aidtrack.sharing.queries import OpenShare
from aidtrack.shipments.models import Shipment, ShipmentStatus

STATUS_WORDS = {
    ShipmentStatus.DRAFT: lazy("a draft"),
    ShipmentStatus.READY: lazy("ready to go"),
    ShipmentStatus.ON_THE_ROAD: lazy("on the road"),
    ShipmentStatus.DELIVERED: lazy("delivered"),
    ShipmentStatus.CANCELLED: lazy("cancelled"),
}


# Built once: building it takes longer than running it.
LOCK = (
    select(Shipment)
    .where(Shipment.id == bindparam("shipment_id"))
    .options(
        joinedload(Shipment.organisation),
        joinedload(Shipment.origin),
        joinedload(Shipment.destination),
    )
    .with_for_update(of=Shipment, key_share=True)
    .execution_options(populate_existing=True)
)


def seen(actor: Actor) -> ColumnElement[bool]:
    """The WHERE on `shipment`: what the actor's offices send, and what is coming to them."""
    organisations = actor.organisations(Permission.VIEW_SHIPMENTS)
    sites = actor.sites(Permission.VIEW_SHIPMENTS)
    theirs = select(Place.id).where(
        or_(
            Place.organisation_id.in_(organisations) & (Place.site_id == Place.id),
            Place.id.in_(sites),
        )
    )
    coming = (Shipment.status != ShipmentStatus.DRAFT) & Shipment.destination_id.in_(theirs)
    return or_(Shipment.organisation_id.in_(organisations), Shipment.origin_id.in_(sites), coming)


def shown(actor: Actor) -> ColumnElement[bool]:
    """The WHERE on `shipment`: what other organisations share with the actor's."""
    return Shipment.id.in_(sharing.shared_ids("shipment", actor, Permission.VIEW_SHIPMENTS))


def shared(actor: Actor, shipment_id: int) -> OpenShare | None:
    """How a shipment of another organisation is open to the actor, if it is."""
    return sharing.shared_with("shipment", shipment_id, actor, Permission.VIEW_SHIPMENTS)


def sends(actor: Actor, permission: Permission, shipment: Shipment) -> bool:
    """Whether the permission holds where the shipment starts."""
    return actor.may(
        permission, organisation_id=shipment.organisation_id, site_id=shipment.origin_id
    )


def receives(actor: Actor, permission: Permission, shipment: Shipment) -> bool:
    """Whether the permission holds where the shipment goes."""
    return actor.may(
        permission,
        organisation_id=shipment.destination.organisation_id,
        site_id=shipment.destination_id,
    )


def drives(actor: Actor, shipment: Shipment) -> bool:
    """Whether the actor is the driver of this very shipment.

    One who came by a journey's link drives that one only, and tells of it a while longer.
    """
    if shipment.driver_id != actor.user_id:
        return False
    if actor.journey_id is None:
        return actor.may(Permission.DRIVE)
    return actor.journey_id == shipment.id and actor.may(Permission.CONFIRM_DELIVERIES)


def may_hand_over(actor: Actor, shipment: Shipment) -> bool:
    """Its driver may say what was handed over; so may the office that sends or receives."""
    may = Permission.CONFIRM_DELIVERIES
    office = actor.may(Permission.VIEW_SHIPMENTS) and (
        sends(actor, may, shipment) or receives(actor, may, shipment)
    )
    return office or drives(actor, shipment)


def may_undo_delivery(actor: Actor, shipment: Shipment) -> bool:
    """Either end may take a hand-over back."""
    may = Permission.REVERSE_MOVEMENTS
    return sends(actor, may, shipment) or receives(actor, may, shipment)


def may_see(actor: Actor, shipment: Shipment) -> bool:
    """The same as `seen`, for one shipment; its driver sees it once it may be loaded."""
    if sends(actor, Permission.VIEW_SHIPMENTS, shipment):
        return True
    return shipment.status != ShipmentStatus.DRAFT and (
        receives(actor, Permission.VIEW_SHIPMENTS, shipment) or drives(actor, shipment)
    )


def reader_of(organisation_id: int, origin_id: int, actor: Actor) -> str:
    """In whose words a status is said: the sender's, the receiver's or the driver's."""
    permission = Permission.VIEW_SHIPMENTS
    if actor.may(permission, organisation_id=organisation_id, site_id=origin_id):
        return ""
    return "receiver" if actor.may(permission) else "driver"


def locked(shipment_id: int, actor: Actor, *more: Any) -> Shipment:
    """The shipment, held until the commit. Raises NotFound for a stranger's.

    `more` are loader options for what the event needs besides both ends.
    """
    statement = LOCK.options(*more) if more else LOCK
    shipment = db.session.scalar(statement, {"shipment_id": shipment_id})
    if shipment is None or not may_see(actor, shipment):
        raise NotFound(_("There is no such shipment."))
    return shipment


def locked_at_origin(
    shipment_id: int, permission: Permission, actor: Actor, *more: Any
) -> Shipment:
    """`locked`, for whoever holds the permission where the shipment starts."""
    shipment = locked(shipment_id, actor, *more)
    require_at_origin(shipment, permission, actor)
    return shipment


def require_at_origin(shipment: Shipment, permission: Permission, actor: Actor) -> None:
    require(
        actor,
        permission,
        organisation_id=shipment.organisation_id,
        site_id=shipment.origin_id,
    )


def expect(shipment: Shipment, *statuses: ShipmentStatus) -> None:
    """Raise WrongStatus unless the shipment is in one of these."""
    if shipment.status not in statuses:
        raise WrongStatus(
            _(
                "Shipment %(number)s is %(status)s, so this cannot be done now.",
                number=shipment.number,
                status=STATUS_WORDS[shipment.status],
            ),
            shipment_status=str(shipment.status),
        )
