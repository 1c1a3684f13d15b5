"""Reads partners, each organisation its own."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, lazy
from aidtrack.core.paging import Page
from aidtrack.core.words import found_by
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner, PartnerKind

KINDS = {
    PartnerKind.DONOR: lazy("Donor"),
    PartnerKind.SUPPLIER: lazy("Supplier"),
    PartnerKind.PARTNER: lazy("Implementing partner"),
    PartnerKind.CARRIER: lazy("Carrier"),
}
TITLES = {
    "partner.added": lazy("Added"),
    "partner.changed": lazy("Changed"),
    "partner.retired": lazy("Retired"),
    "partner.restored": lazy("In use again"),
}
FIELDS = {
    "name": lazy("Name"),
    "country": lazy("Country"),
    "contact": lazy("Contact"),
    "email": lazy("E-mail"),
    "phone": lazy("Phone"),
    "address": lazy("Address"),
    "reference": lazy("Reference"),
    "language": lazy("Language of its reports"),
    "names": lazy("Name in other languages"),
}


@dataclass(frozen=True, slots=True)
class PartnerDetail:
    """A partner as one organisation knows it."""

    id: int
    organisation_id: int
    kind: PartnerKind
    name: str
    country: str
    contact: str
    email: str
    phone: str
    address: str
    reference: str
    language: str | None
    names: dict[str, str]
    is_active: bool


def partner(partner_id: int, actor: Actor) -> Partner:
    """One partner of an organisation the actor sees. Raises NotFound."""
    found = db.session.get(Partner, partner_id, options=[joinedload(Partner.organisation)])
    if found is None or not actor.may(
        Permission.VIEW_PARTNERS, organisation_id=found.organisation_id
    ):
        raise NotFound(_("There is no such partner."))
    return found


def partners(
    actor: Actor,
    *,
    kind: PartnerKind | None = None,
    words: str = "",
    is_active: bool = True,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[Partner]:
    """Partners of the organisations the actor sees, by name."""
    order = (Partner.name, Partner.id)
    rows = db.session.scalars(
        select(Partner)
        .where(
            Partner.organisation_id.in_(actor.organisations_anywhere(Permission.VIEW_PARTNERS)),
            Partner.is_active == is_active,
            *([Partner.kind == kind] if kind else []),
            *found_by(words, Partner.name, names=Partner.names),
            *paging.after(order, cursor, (str, int)),
        )
        .order_by(*order)
        .limit(limit + 1)
    ).all()
    return paging.page(rows, limit, lambda row: (row.name, row.id))


def choices(organisation_id: int, kind: PartnerKind) -> list[tuple[int, str]]:
    """(id, name) of an organisation's partners of a kind, for a form."""
    rows = db.session.execute(
        select(Partner.id, Partner.name)
        .where(Partner.organisation_id == organisation_id, Partner.kind == kind, Partner.is_active)
        .order_by(Partner.name)
    )
    return [(row.id, row.name) for row in rows]


def partner_detail(row: Partner) -> PartnerDetail:
    return PartnerDetail(**{name: getattr(row, name) for name in PartnerDetail.__slots__})


def partner_history(partner_id: int) -> list[Happening]:
    return history.told("partner", partner_id, titles=TITLES, fields=FIELDS)
