"""Reads how long an organisation keeps what of people, and whom it may erase."""

from dataclasses import dataclass

from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission, require_everywhere
from aidtrack.identity.queries import OrganisationDetail, own_organisation
from aidtrack.privacy.models import RetentionPeriod
from aidtrack.privacy.periods import PERIODS, Period
from aidtrack.privacy.words import FIELDS, TITLES


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data, and how many months this organisation keeps it."""

    period: Period
    months: int


def protected(organisation_id: int, actor: Actor) -> OrganisationDetail:
    """An organisation whose people the actor protects. Raises NotFound, NotAllowed."""
    found = own_organisation(organisation_id, actor)
    require_everywhere(actor, Permission.PROTECT_PEOPLE, organisation_id=organisation_id)
    return found


def protected_organisation(actor: Actor) -> int:
    """The organisation whose people the actor protects; their own one first."""
    allowed = actor.organisations(Permission.PROTECT_PEOPLE)
    if not allowed:
        raise NotFound(_("There is no such organisation."))
    return actor.organisation_id if actor.organisation_id in allowed else min(allowed)


def periods(organisation_id: int) -> dict[str, int]:
    """Months of every kind, by its name."""
    chosen = dict(
        db.session.execute(
            select(RetentionPeriod.kind, RetentionPeriod.months).filter_by(
                organisation_id=organisation_id
            )
        ).all()
    )
    return {period.name: chosen.get(period.name, period.usual) for period in PERIODS}


def retention_history(organisation_id: int) -> list[Happening]:
    return history.told("retention", organisation_id, titles=TITLES, fields=FIELDS)
