"""Finds, locks and makes the records that distribution services act on."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from aidtrack.core import numbering
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.distributions.holdings import Key
from aidtrack.distributions.models import Distribution, DistributionLine, DistributionStatus
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places.models import Place, PlaceKind

NUMBER = "DP"


def point(site_id: int, actor: Actor) -> Place:
    """The distribution point, locked, once the actor may record there."""
    site = db.session.scalar(
        select(Place)
        .where(Place.id == site_id, Place.kind == PlaceKind.DISTRIBUTION_POINT, Place.is_active)
        .options(joinedload(Place.area), joinedload(Place.organisation))
        .with_for_update(of=Place)
        .execution_options(populate_existing=True)
    )
    if site is None or not actor.may(
        Permission.VIEW_DISTRIBUTIONS, organisation_id=site.organisation_id, site_id=site.id
    ):
        raise NotFound(_("There is no such distribution point."), field="site_id")
    _require(actor, site.organisation_id, site.id)
    return site


def distribution(distribution_id: int, actor: Actor) -> Distribution:
    """The distribution, locked, once the actor may record at its point."""
    found = db.session.scalar(
        select(Distribution)
        .where(Distribution.id == distribution_id)
        .options(
            joinedload(Distribution.area),
            joinedload(Distribution.organisation),
            joinedload(Distribution.site).joinedload(Place.organisation),
        )
        .with_for_update(of=Distribution)
        .execution_options(populate_existing=True)
    )
    if found is None or not actor.may(
        Permission.VIEW_DISTRIBUTIONS,
        organisation_id=found.organisation_id,
        site_id=found.site_id,
    ):
        raise NotFound(_("There is no such distribution."))
    _require(actor, found.organisation_id, found.site_id)
    return found


def _require(actor: Actor, organisation_id: int | None, site_id: int) -> None:
    require(
        actor,
        Permission.RECORD_DISTRIBUTIONS,
        organisation_id=organisation_id,
        site_id=site_id,
    )


def new(
    site: Place,
    *,
    status: DistributionStatus,
    distributed_on: date,
    households_planned: int | None,
    note: str,
) -> Distribution:
    assert site.organisation is not None
    made = Distribution(
        organisation=site.organisation,
        number=numbering.next_number(
            NUMBER, organisation_id=site.organisation.id, country=site.organisation.country
        ),
        status=status,
        site=site,
        area=site.area,
        distributed_on=distributed_on,
        households_planned=households_planned,
        note=note,
    )
    db.session.add(made)
    db.session.flush()
    return made


def planned(distribution_id: int) -> dict[Key, int]:
    rows = db.session.execute(
        select(DistributionLine.place_id, DistributionLine.lot_id, DistributionLine.planned).where(
            DistributionLine.distribution_id == distribution_id
        )
    )
    return {(row.place_id, row.lot_id): row.planned for row in rows}
