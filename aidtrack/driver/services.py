"""What can happen to a driver's link: made, opened on one phone, revoked."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from aidtrack.core import audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotAllowed, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.driver import queries
from aidtrack.driver.models import JourneyLink
from aidtrack.driver.queries import LinkUnknown
from aidtrack.identity import journeys, sessions
from aidtrack.identity.journeys import LATE_REPORTS, NamedDriver
from aidtrack.identity.models import User
from aidtrack.identity.passwords import hash_token
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.shipments import access, driving
from aidtrack.shipments.models import Shipment, ShipmentStatus

AFTER_ARRIVAL = timedelta(days=3)
DAYS_MAX = 30


class OtherPhone(NotAllowed):
    """The link belongs to the phone that opened it first."""

    code = "other_phone"


@dataclass(frozen=True, slots=True)
class Made:
    """A link just made. Its token is shown now and never again."""

    id: int
    token: str
    driver_id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SomebodyUnknown:
    """Who held a phone that was refused: nobody knows, least of all that it was the driver."""

    organisation_id: int
    user_id: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A journey that a phone may begin; its session lasts a while longer than the link."""

    shipment_id: int
    driver_id: int
    session_ends_at: datetime


def make(
    shipment_id: int,
    *,
    driver_id: int | None = None,
    named: NamedDriver | None = None,
    expires_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> Made:
    """A link for whoever drives the shipment; the one before ends at once, with its session.

    Naming another driver, by account or by name, hands the shipment to them. Naming none
    keeps who is on the shipment. It holds until the end of `expires_on`.
    """
    with transaction() as session:
        shipment = access.locked_at_origin(
            shipment_id, Permission.LINK_DRIVERS, actor, joinedload(Shipment.driver)
        )
        access.expect(shipment, ShipmentStatus.READY, ShipmentStatus.ON_THE_ROAD)
        zone = ZoneInfo(shipment.organisation.time_zone)
        expires_at = _end_of(expires_on or usual_end(shipment.expected_at, zone, at), zone, at)
        driver = session.get_one(User, _driver(shipment, driver_id, named, actor))
        driving.hand_to(shipment, driver, actor)
        end_all(shipment_id, actor, at=at)
        token = secrets.token_urlsafe(32)
        link = JourneyLink(
            token_hash=hash_token(token),
            shipment_id=shipment_id,
            driver_id=driver.id,
            made_by_id=actor.user_id or None,
            made_at=at,
            expires_at=expires_at,
        )
        session.add(link)
        session.flush()
        _note("made", link, actor, until=expires_at.isoformat())
        return Made(link.id, token, driver.id, expires_at)


def usual_end(expected_at: datetime | None, zone: ZoneInfo, at: datetime) -> date:
    """The last day of a link that nobody chose one for: a few days after the arrival."""
    wanted = max(expected_at or at, at) + AFTER_ARRIVAL
    last = at + timedelta(days=DAYS_MAX)
    return min(wanted, last).astimezone(zone).date()


def open_link(token: str, *, phone: str, device: str, at: datetime) -> Begun:
    """A phone begins the journey. `phone` is a secret that only this browser holds.

    The first to open it is the only one: a double tap counts once, another phone is refused
    with OtherPhone. Raises LinkUnknown and LinkEnded as well.
    """
    with transaction():
        link = _locked(JourneyLink.token_hash == hash_token(token))
        if link is None:
            raise LinkUnknown(_("There is no such link. It may have been cut off on the way."))
        queries.expect_in_force(link, at)
        if link.shipment.status == ShipmentStatus.DRAFT:
            raise WrongStatus(_("The office is still preparing this shipment. Try again later."))
        owner_id = link.shipment.organisation_id
        is_other = link.opened_at is not None and link.phone_hash != hash_token(phone)
        if is_other:
            _note("refused", link, SomebodyUnknown(owner_id), device=device)
        elif link.opened_at is None:
            link.opened_at, link.device, link.phone_hash = at, device, hash_token(phone)
            driver = Actor(link.driver_id, link.driver.name, owner_id, ())
            _note("opened", link, driver, device=device)
        begun = Begun(link.shipment_id, link.driver_id, link.expires_at + LATE_REPORTS)
    if is_other:
        raise OtherPhone(_("This link was opened on another phone. Ask the office for a new one."))
    return begun


def revoke(shipment_id: int, *, actor: Actor, at: datetime) -> None:
    """End the link of a shipment and its session at once. Twice is once."""
    with transaction():
        access.locked_at_origin(shipment_id, Permission.LINK_DRIVERS, actor)
        end_all(shipment_id, actor, at=at)


def leave(*, actor: Actor, at: datetime) -> None:
    """The driver gives the phone away: the link opens nowhere any more."""
    assert actor.journey_id is not None
    with transaction():
        end_all(actor.journey_id, actor, at=at)


def end_all(shipment_id: int, actor: Actor, *, at: datetime) -> None:
    """End whatever link of the shipment is in force. Whoever calls it has asked who may."""
    with transaction():
        link = _locked(JourneyLink.shipment_id == shipment_id, JourneyLink.revoked_at.is_(None))
        if link is None:
            return
        link.revoked_at = at
        db.session.flush()
        sessions.revoke_journey(link.driver_id, shipment_id)
        _note("revoked", link, actor)


def _locked(*which: ColumnElement[bool]) -> JourneyLink | None:
    return db.session.scalar(
        select(JourneyLink)
        .where(*which)
        .options(joinedload(JourneyLink.driver), joinedload(JourneyLink.shipment))
        .with_for_update(of=JourneyLink)
        .execution_options(populate_existing=True)
    )


def _driver(
    shipment: Shipment, driver_id: int | None, named: NamedDriver | None, actor: Actor
) -> int:
    """Whoever is meant: an account chosen, a name written, or who is on the shipment already."""
    if driver_id is not None and named is not None:
        raise Invalid(_("Choose a driver or write a name, not both."), field="driver_name")
    if driver_id is not None:
        if driver_id != shipment.driver_id:
            driving.expect_driver(driver_id, shipment.organisation_id)
        return driver_id
    if named is None and shipment.driver_id is not None:
        return shipment.driver_id
    return journeys.driver_called(
        named
        or NamedDriver(shipment.driver_name, shipment.driver_phone, shipment.organisation.language),
        organisation_id=shipment.organisation_id,
        site_id=shipment.origin_id,
        actor=actor,
    )


def _end_of(day: date, zone: ZoneInfo, at: datetime) -> datetime:
    """The midnight that ends the day where the organisation works. Raises Invalid for others."""
    today = at.astimezone(zone).date()
    last = today + timedelta(days=DAYS_MAX)
    if not today <= day <= last:
        raise Invalid(
            _("Choose a day from today to %(last)s.", last=last.isoformat()), field="expires_on"
        )
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _note(what: str, link: JourneyLink, actor: audit.Doer, **facts: object) -> None:
    audit.record(
        actor,
        f"journey_link.{what}",
        kind="shipment",
        record_id=link.shipment_id,
        facts={"link": link.id, "driver_id": link.driver_id, **facts},
        organisation_id=link.shipment.organisation_id,
    )
