"""How long goods must still be good when they come to a site."""

from dataclasses import dataclass

from sqlalchemy import select

from aidtrack.core import audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound
from aidtrack.core.i18n import _
from aidtrack.holds.models import ShelfLife
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places.models import SITES, Place

DAYS_MAX = 3_650
SITES_MAX = 500


@dataclass(frozen=True, slots=True)
class SiteLimit:
    """A site, or with no id the whole organisation, and how many days it asks for."""

    organisation_id: int
    site_id: int | None
    name: str
    days: int | None

    @property
    def key(self) -> str:
        """What a form calls it: `3.12`, or `3.` for every site of the organisation."""
        return f"{self.organisation_id}.{self.site_id or ''}"


def limits(actor: Actor, permission: Permission = Permission.VIEW_PLACES) -> list[SiteLimit]:
    """Every organisation of the actor's with its open sites, each with its own limit if any."""
    asked = select(ShelfLife.organisation_id, ShelfLife.site_id, ShelfLife.days)
    own = {(row.organisation_id, row.site_id): row.days for row in db.session.execute(asked)}
    whole = actor.organisations(permission)
    found = [
        SiteLimit(each.id, None, each.name, own.get((each.id, None)))
        for each in db.session.scalars(
            select(Organisation).where(Organisation.id.in_(whole)).order_by(Organisation.name)
        )
    ]
    sites = db.session.scalars(
        select(Place)
        .where(
            Place.kind.in_(SITES),
            Place.is_active,
            Place.organisation_id.in_(whole) | Place.id.in_(actor.sites(permission)),
        )
        .order_by(Place.name, Place.id)
        .limit(SITES_MAX)
    )
    for site in sites:
        assert site.organisation_id is not None
        days = own.get((site.organisation_id, site.id))
        found.append(SiteLimit(site.organisation_id, site.id, site.name_in(), days))
    return found


def set_least(*, organisation_id: int, site_id: int | None, days: int | None, actor: Actor) -> None:
    """Ask for so many days at a site, or at every site without a limit of its own.

    None asks for nothing there.
    """
    with transaction() as session:
        _expect_theirs(organisation_id, site_id, actor)
        if days is not None and not 0 < days <= DAYS_MAX:
            raise Invalid(_("1 to %(most)d days.", most=DAYS_MAX), field="days")
        session.get_one(Organisation, organisation_id, with_for_update={"key_share": True})
        kept = session.scalar(
            select(ShelfLife).where(
                ShelfLife.organisation_id == organisation_id,
                ShelfLife.site_id.is_not_distinct_from(site_id),
            )
        )
        before = kept.days if kept else None
        if kept is not None and days is None:
            session.delete(kept)
        elif kept is not None and days is not None:
            kept.days = days
        elif days is not None:
            session.add(ShelfLife(organisation_id=organisation_id, site_id=site_id, days=days))
        audit.record(
            actor,
            "shelf_life.set",
            kind="site" if site_id else "organisation",
            record_id=site_id or organisation_id,
            facts={"days": days, "before": before},
            organisation_id=organisation_id,
        )


def _expect_theirs(organisation_id: int, site_id: int | None, actor: Actor) -> None:
    if site_id is None:
        if organisation_id not in actor.organisations_anywhere(Permission.VIEW_PLACES):
            raise NotFound(_("There is no such place."))
    else:
        site = db.session.get(Place, site_id)
        seen = site is not None and actor.may(
            Permission.VIEW_PLACES, organisation_id=site.organisation_id, site_id=site_id
        )
        if site is None or not seen or site.organisation_id != organisation_id:
            raise NotFound(_("There is no such place."))
    require(actor, Permission.MANAGE_PLACES, organisation_id=organisation_id, site_id=site_id)
