"""Reads partners, each organisation its own."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from aidtrack.core import acts, paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.full_text import Index
from aidtrack.core.i18n import _, lazy
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner, PartnerKind

INDEX = Index("partner")
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
acts.register(TITLES, acts.Topic.RECORDS)
acts.register_fields("partner", FIELDS)


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


BY_NAME = Order("name", (Partner.name, Partner.id), (str, int), lambda row: (row.name, row.id))


def partners(
    actor: Actor,
    *,
    kind: PartnerKind | None = None,
    words: str = "",
    is_active: bool = True,
    sorting: Sorting = BY_NAME.up,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[Partner]:
    """Partners of the organisations the actor sees, by name."""
    rows = db.session.scalars(
        select(Partner)
        .where(*_narrowed(actor, kind, words, is_active), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    return sorting.page(rows, limit)


def how_many(
    actor: Actor,
    *,
    kind: PartnerKind | None = None,
    words: str = "",
    is_active: bool = True,
    most: int,
) -> int:
    """How many partners the list has; none is counted beyond `most`."""
    narrowed = _narrowed(actor, kind, words, is_active)
    return paging.count_up_to(most, select(Partner.id).where(*narrowed))


def _narrowed(
    actor: Actor, kind: PartnerKind | None, words: str, is_active: bool
) -> list[ColumnElement[bool]]:
    return [
        Partner.organisation_id.in_(actor.organisations_anywhere(Permission.VIEW_PARTNERS)),
        Partner.is_active == is_active,
        *([Partner.kind == kind] if kind else []),
        *INDEX.found(Partner.id, words),
    ]


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
