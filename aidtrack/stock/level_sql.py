"""The SQL under minimum levels: what is free against each, and what is to be ordered."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select

from aidtrack.catalogue.models import Item
from aidtrack.core import clock
from aidtrack.identity.models import Organisation
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot, MinimumLevel, StockBalance
from aidtrack.stock.queries import HELD

RECALLED = Lot.__table__.alias("recalled")


@dataclass(frozen=True, slots=True)
class Coming:
    """What is on the road: base units by (site, item) and by (organisation, item).

    Columns: site_id or organisation_id, item_id, quantity.
    """

    by_site: Subquery
    by_organisation: Subquery


def levels(*conditions: ColumnElement[bool]) -> Subquery:
    """Levels of items in use at open sites, each with what is free against it."""
    site = Place.__table__.alias("level_site")
    statement: Select = (
        select(
            MinimumLevel.id,
            MinimumLevel.organisation_id,
            Organisation.short_name.label("organisation"),
            MinimumLevel.item_id,
            Item.code.label("item_code"),
            Item.name.label("item_name"),
            Item.names.label("item_names"),
            Item.base_unit,
            MinimumLevel.site_id,
            func.coalesce(site.c.name, "").label("site_name"),
            site.c.names.label("site_names"),
            MinimumLevel.quantity,
            MinimumLevel.reorder_at,
            MinimumLevel.order_up_to,
            _free().label("free"),
        )
        .join(Item, Item.id == MinimumLevel.item_id)
        .join(Organisation, Organisation.id == MinimumLevel.organisation_id)
        .outerjoin(site, site.c.id == MinimumLevel.site_id)
        .where(Item.is_active, or_(MinimumLevel.site_id.is_(None), site.c.is_active), *conditions)
    )
    return statement.subquery("level")


def short_of_order(statement: Select, level: Subquery, coming: Coming) -> Select:
    """Only levels where free and coming together are down to where more is ordered."""
    sites, offices = coming.by_site, coming.by_organisation
    there = case((level.c.site_id.is_(None), offices.c.quantity), else_=sites.c.quantity)
    return (
        statement.outerjoin(
            sites, and_(sites.c.site_id == level.c.site_id, sites.c.item_id == level.c.item_id)
        )
        .outerjoin(
            offices,
            and_(
                offices.c.organisation_id == level.c.organisation_id,
                offices.c.item_id == level.c.item_id,
            ),
        )
        .where(level.c.free + func.coalesce(there, 0) <= level.c.reorder_at)
    )


def _free() -> ColumnElement[int]:
    """What is free of the item and not recalled where the level holds, by the item's lots.

    Two ranges of one index: so the lots that expired in years gone by are not even met.
    """
    return _free_of(Lot.expires_on.is_(None)) + _free_of(Lot.expires_on >= clock.today())


def _free_of(good: ColumnElement[bool]) -> ColumnElement[int]:
    held_there = case(
        (MinimumLevel.site_id.is_(None), Place.organisation_id == MinimumLevel.organisation_id),
        else_=Place.site_id == MinimumLevel.site_id,
    )
    free = (
        select(func.coalesce(func.sum(StockBalance.quantity - StockBalance.reserved), 0))
        .select_from(Lot)
        .join(StockBalance, and_(StockBalance.lot_id == Lot.id, HELD))
        .join(Place, Place.id == StockBalance.place_id)
        .where(
            Lot.item_id == MinimumLevel.item_id,
            good,
            # Not on the lot itself, whose index has all else that is asked.
            Lot.id.not_in(select(RECALLED.c.id).where(RECALLED.c.recall_id.is_not(None))),
            Place.site_id.is_not(None),
            held_there,
        )
        .correlate(MinimumLevel)
    )
    return free.scalar_subquery()
