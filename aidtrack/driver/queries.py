"""Reads the links of drivers: of one shipment for its office, and by its token for a phone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.driver.models import JourneyLink
from aidtrack.identity.passwords import hash_token
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.shipments import access
from aidtrack.shipments.models import Shipment

LINKS_MAX = 50


class LinkState(StrEnum):
    NOT_OPENED = "not_opened"
    OPENED = "opened"
    EXPIRED = "expired"
    REVOKED = "revoked"


class LinkUnknown(NotFound):
    """No link has this token: mistyped, cut off on the way, or made up."""


class LinkEnded(RuleBroken):
    """It was revoked, replaced, or its time is over."""

    code = "link_ended"
    status = 410


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as the office sees it; the token itself is not kept."""

    id: int
    driver: str
    driver_phone: str
    language: str
    state: LinkState
    made_by: str
    made_at: datetime
    expires_at: datetime
    last_day: date
    device: str
    opened_at: datetime | None
    revoked_at: datetime | None

    @property
    def is_in_force(self) -> bool:
        return self.state in (LinkState.NOT_OPENED, LinkState.OPENED)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a phone is told before it begins: no places, no people, no goods."""

    shipment_id: int
    driver_id: int
    number: str
    organisation: str
    last_day: date


def links(shipment_id: int, actor: Actor) -> list[LinkRow]:
    """The links of a shipment, newest first, for whoever may make them."""
    ends = joinedload(Shipment.destination), joinedload(Shipment.organisation)
    found = db.session.get(Shipment, shipment_id, options=ends)
    if found is None or not access.may_see(actor, found):
        raise NotFound(_("There is no such shipment."))
    access.require_at_origin(found, Permission.LINK_DRIVERS, actor)
    rows = db.session.scalars(
        select(JourneyLink)
        .where(JourneyLink.shipment_id == shipment_id)
        .options(joinedload(JourneyLink.driver), joinedload(JourneyLink.made_by))
        .order_by(JourneyLink.id.desc())
        .limit(LINKS_MAX)
    )
    return [_row(link, found.organisation.time_zone) for link in rows]


def invitation(token: str) -> Invitation:
    """What the link is for. Raises LinkUnknown and LinkEnded; changes nothing."""
    link = db.session.scalar(
        select(JourneyLink)
        .where(JourneyLink.token_hash == hash_token(token))
        .join(JourneyLink.shipment)
        .options(
            contains_eager(JourneyLink.shipment).joinedload(Shipment.organisation),
            joinedload(JourneyLink.driver),
        )
    )
    if link is None:
        raise LinkUnknown(_("There is no such link. It may have been cut off on the way."))
    expect_in_force(link, clock.now())
    return Invitation(
        shipment_id=link.shipment_id,
        driver_id=link.driver_id,
        number=link.shipment.number,
        organisation=link.shipment.organisation.name,
        last_day=_last_day(link.expires_at, link.shipment.organisation.time_zone),
    )


def expect_in_force(link: JourneyLink, at: datetime) -> None:
    """Raise LinkEnded, in the same words for every reason."""
    is_over = link.revoked_at is not None or link.expires_at <= at
    if is_over or not link.driver.is_enabled:
        raise LinkEnded(_("This link has ended. Ask the office for a new one."))


def _last_day(expires_at: datetime, time_zone: str) -> date:
    """The day whose midnight ends it, where the organisation works."""
    return (expires_at.astimezone(ZoneInfo(time_zone)) - timedelta(seconds=1)).date()


def _row(link: JourneyLink, time_zone: str) -> LinkRow:
    return LinkRow(
        id=link.id,
        driver=link.driver.name,
        driver_phone=link.driver.phone,
        language=link.driver.language,
        state=_state(link, clock.now()),
        made_by=link.made_by.name if link.made_by else "",
        made_at=link.made_at,
        expires_at=link.expires_at,
        last_day=_last_day(link.expires_at, time_zone),
        device=link.device,
        opened_at=link.opened_at,
        revoked_at=link.revoked_at,
    )


def _state(link: JourneyLink, at: datetime) -> LinkState:
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.expires_at <= at:
        return LinkState.EXPIRED
    return LinkState.OPENED if link.opened_at is not None else LinkState.NOT_OPENED
