"""Drivers on the road: an account without a password, and what the link for one journey leaves."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from aidtrack.core import audit, clock
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import LANGUAGES, _
from aidtrack.identity.models import RoleAssignment, User
from aidtrack.identity.permissions import (
    BY_ENDED_LINK,
    BY_LINK,
    Actor,
    Permission,
    Role,
    require,
)
from aidtrack.identity.roles import RoleAt, give
from aidtrack.identity.sessions import Opened

# A phone may have been without signal when the link ended: what it has to tell is still taken.
LATE_REPORTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NamedDriver:
    """Somebody who drives and has no account yet, as the office knows them."""

    name: str
    phone: str = ""
    language: str = "en"


def bound(actor: Actor, opened: Opened) -> Actor:
    """What a journey's link leaves of a driver: one shipment, and in the end only late reports."""
    if opened.journey_id is None:
        return actor
    ends_at = opened.expires_at - LATE_REPORTS
    only = BY_LINK if clock.now() < ends_at else BY_ENDED_LINK
    return replace(actor, only=only, journey_id=opened.journey_id, journey_ends_at=ends_at)


def is_over_for(actor: Actor, permissions: Iterable[Permission]) -> bool:
    """Whether a link that has ended leaves none of these."""
    has_ended = actor.journey_id is not None and actor.only == BY_ENDED_LINK
    return has_ended and BY_ENDED_LINK.isdisjoint(permissions)


def over() -> str:
    """What a phone is told once its link has ended; what it has not sent, it keeps."""
    return _("The link of this journey has ended. Ask the office for a new one.")


def driver_called(
    named: NamedDriver, *, organisation_id: int, site_id: int | None, actor: Actor
) -> int:
    """The account of a driver who signs in by links only; made when there is none yet.

    Nobody can sign in to it with an address or a password: it has neither.
    """
    name, phone = named.name.strip(), named.phone.strip()
    if not name:
        raise Invalid(_("Say who drives."), field="driver_name")
    if named.language not in LANGUAGES:
        raise Invalid(_("This language is not available."), field="language")
    with transaction() as session:
        require(actor, Permission.LINK_DRIVERS, organisation_id=organisation_id, site_id=site_id)
        known = _known_driver(name, phone, organisation_id)
        if known is not None:
            return known
        user = User(
            email=None,
            name=name,
            password_hash=None,
            phone=phone,
            language=named.language,
            created_at=clock.now(),
        )
        session.add(user)
        session.flush()
        audit.record(
            actor, "user.added", kind="user", record_id=user.id, organisation_id=organisation_id
        )
        give(user.id, RoleAt(Role.DRIVER, organisation_id), actor)
        return user.id


def _known_driver(name: str, phone: str, organisation_id: int) -> int | None:
    """A driver made this way before; without a phone number two people may share a name."""
    if not phone:
        return None
    return db.session.scalar(
        select(User.id)
        .join(RoleAssignment)
        .where(
            RoleAssignment.organisation_id == organisation_id,
            RoleAssignment.role == Role.DRIVER,
            User.email.is_(None),
            User.is_enabled,
            User.phone == phone,
            User.name == name,
        )
        .order_by(User.id)
        .limit(1)
    )
