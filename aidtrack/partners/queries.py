"""Reads partners, each organisation its own."""

from sqlalchemy import select

from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.core.paging import Page
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner, PartnerKind


def partner(partner_id: int, actor: Actor) -> Partner:
    """One partner of an organisation the actor sees. Raises NotFound."""
    found = db.session.get(Partner, partner_id)
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
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[Partner]:
    order = (Partner.name, Partner.id)
    rows = db.session.scalars(
        select(Partner)
        .where(
            Partner.organisation_id.in_(actor.organisations(Permission.VIEW_PARTNERS)),
            Partner.is_active,
            *([Partner.kind == kind] if kind else []),
            *(Partner.name.icontains(word, autoescape=True) for word in words.split()),
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
