"""Reads distributions: the list, one with its lines, and what a point has to hand out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item
from aidtrack.catalogue.units import Pack
from aidtrack.core import acts, paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.full_text import Index, all_words, are_few, words_of
from aidtrack.core.i18n import _, lazy, name_in
from aidtrack.core.paging import Order, Page, Sorting
from aidtrack.distributions.models import Distribution, DistributionLine, DistributionStatus
from aidtrack.documents.models import Paper
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Area, Place
from aidtrack.stock.models import Lot, Reason, lot_number

Site = aliased(Place, name="site")
INDEX = Index("distribution")

TITLES = {
    "distribution.planned": lazy("Planned"),
    "distribution.recorded": lazy("Recorded"),
    "distribution.cancelled": lazy("Cancelled"),
    "paper.issued": lazy("Report issued"),
    "paper.voided": lazy("Report declared void"),
}
# A paper is called a report only beside a distribution, not in the audit of other records.
acts.register(
    {act: title for act, title in TITLES.items() if act.startswith("distribution.")},
    acts.Topic.GOODS,
)


@dataclass(frozen=True, slots=True)
class DistributionFilter:
    """What the list is narrowed to; empty means everything the actor may see."""

    words: str = ""
    status: DistributionStatus | None = None
    site_id: int | None = None
    area_id: int | None = None


@dataclass(frozen=True, slots=True)
class HandedItem:
    """One item of a distribution over all its lots, in base units; planned ones before."""

    item_id: int
    item: str
    base_unit: str
    planned: int
    handed_out: int


@dataclass(frozen=True, slots=True)
class DistributionRow:
    """A distribution as the list shows it."""

    id: int
    number: str
    status: DistributionStatus
    distributed_on: date
    site_id: int
    site: str
    area_id: int
    area: str
    area_pcode: str
    households_planned: int | None
    households: int
    women: int
    men: int
    girls: int
    boys: int
    items: tuple[HandedItem, ...] = ()

    @property
    def persons(self) -> int:
        return self.women + self.men + self.girls + self.boys


@dataclass(frozen=True, slots=True)
class LineRow:
    """What became of one lot, in base units."""

    lot_id: int
    lot_number: str
    batch_number: str
    expires_on: date | None
    place_id: int
    item_id: int
    item_code: str
    item: str
    base_unit: str
    pack: Pack | None
    planned: int
    brought: int
    handed_out: int
    returned: int
    lost: int
    loss_reason: Reason | None
    note: str


@dataclass(frozen=True, slots=True)
class DistributionDetail:
    """One distribution with all its lines."""

    head: DistributionRow
    note: str
    organisation_id: int
    movement_id: int | None
    paper_id: int | None
    paper_number: str
    lines: tuple[LineRow, ...]


BY_NUMBER = Order("number", (Distribution.id,), (int,), lambda row: (row.id,))
BY_DAY = Order(
    "day",
    (Distribution.distributed_on, Distribution.id),
    (date, int),
    lambda row: (row.distributed_on, row.id),
)


def distributions(
    actor: Actor,
    wanted: DistributionFilter,
    *,
    sorting: Sorting = BY_NUMBER.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[DistributionRow]:
    """Newest first, a keyset page; two statements however many rows, a third for words."""
    rows = db.session.execute(
        _heads()
        .where(seen(actor), *_narrowed(wanted), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    found = _items_of([row.id for row in rows])
    shown = [_head(row, found.get(row.id, ())) for row in rows]
    return sorting.page(shown, limit)


def distribution(distribution_id: int, actor: Actor) -> DistributionDetail:
    """One distribution. Raises NotFound when there is none that the actor may see."""
    row = db.session.execute(
        _heads()
        .add_columns(
            Distribution.note,
            Distribution.organisation_id,
            Distribution.movement_id,
            Distribution.paper_id,
            Paper.number.label("paper_number"),
        )
        .outerjoin(Paper, Paper.id == Distribution.paper_id)
        .where(Distribution.id == distribution_id, seen(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(_("There is no such distribution."))
    return DistributionDetail(
        head=_head(row, _items_of([row.id]).get(row.id, ())),
        note=row.note,
        organisation_id=row.organisation_id,
        movement_id=row.movement_id,
        paper_id=row.paper_id,
        paper_number=row.paper_number or "",
        lines=tuple(_lines_of(distribution_id)),
    )


def how_many(
    actor: Actor, wanted: DistributionFilter, most: int
) -> dict[DistributionStatus | None, int]:
    """How many there are of each status, and of any; none is counted beyond `most`.

    Nothing is counted where the words stand in very many, each of which had to be read.
    """
    words = words_of(wanted.words)
    if words and not are_few(INDEX.ids(all_words(words))):
        return {}
    narrowed = [seen(actor), *_narrowed(replace(wanted, status=None))]
    of_any = select(Distribution.id).where(*narrowed)
    counts = {
        status: (of_any.where(Distribution.status == status) if status else of_any)
        .limit(most)
        .subquery()
        for status in (None, *DistributionStatus)
    }
    row = db.session.execute(
        select(*(select(func.count()).select_from(x).scalar_subquery() for x in counts.values()))
    ).one()
    return dict(zip(counts, row, strict=True))


def _heads() -> Any:
    return (
        select(
            Distribution.id,
            Distribution.number,
            Distribution.status,
            Distribution.distributed_on,
            Distribution.site_id,
            Site.name.label("site_name"),
            Site.names.label("site_names"),
            Distribution.area_id,
            Area.name.label("area_name"),
            Area.names.label("area_names"),
            Area.pcode,
            Distribution.households_planned,
            Distribution.households,
            Distribution.women,
            Distribution.men,
            Distribution.girls,
            Distribution.boys,
        )
        .join(Site, Site.id == Distribution.site_id)
        .join(Area, Area.id == Distribution.area_id)
    )


def _head(row: Any, items: Iterable[HandedItem]) -> DistributionRow:
    return DistributionRow(
        id=row.id,
        number=row.number,
        status=row.status,
        distributed_on=row.distributed_on,
        site_id=row.site_id,
        site=name_in(row.site_name, row.site_names),
        area_id=row.area_id,
        area=name_in(row.area_name, row.area_names),
        area_pcode=row.pcode,
        households_planned=row.households_planned,
        households=row.households,
        women=row.women,
        men=row.men,
        girls=row.girls,
        boys=row.boys,
        items=tuple(items),
    )


def _items_of(distribution_ids: list[int]) -> dict[int, list[HandedItem]]:
    rows = db.session.execute(
        select(
            DistributionLine.distribution_id,
            Item.id,
            Item.name,
            Item.names,
            Item.base_unit,
            func.sum(DistributionLine.planned).label("planned"),
            func.sum(DistributionLine.handed_out).label("handed_out"),
        )
        .join(Lot, Lot.id == DistributionLine.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .where(DistributionLine.distribution_id.in_(distribution_ids))
        .group_by(DistributionLine.distribution_id, Item.id)
        .order_by(Item.name, Item.id)
    )
    found: dict[int, list[HandedItem]] = {}
    for row in rows:
        found.setdefault(row.distribution_id, []).append(
            HandedItem(
                item_id=row.id,
                item=name_in(row.name, row.names),
                base_unit=row.base_unit,
                planned=int(row.planned),
                handed_out=int(row.handed_out),
            )
        )
    return found


def _lines_of(distribution_id: int) -> Iterable[LineRow]:
    rows = db.session.execute(
        select(DistributionLine, Lot, Item, nesting.pack(Lot.pack_id))
        .join(Lot, Lot.id == DistributionLine.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .where(DistributionLine.distribution_id == distribution_id)
        .order_by(DistributionLine.id)
    )
    for line, lot, item, pack in rows:
        yield LineRow(
            lot_id=lot.id,
            lot_number=lot_number(lot.id),
            batch_number=lot.batch_number,
            expires_on=lot.expires_on,
            place_id=line.place_id,
            item_id=item.id,
            item_code=item.code,
            item=item.name_in(),
            base_unit=item.base_unit,
            pack=pack,
            planned=line.planned,
            brought=line.brought,
            handed_out=line.handed_out,
            returned=line.returned,
            lost=line.lost,
            loss_reason=line.loss_reason,
            note=line.note,
        )


def latest_of(site_id: int) -> int | None:
    """The newest distribution at a point, so that a page can tell that it is stale."""
    return db.session.scalar(
        select(func.max(Distribution.id)).where(Distribution.site_id == site_id)
    )


def seen(actor: Actor) -> ColumnElement[bool]:
    """The WHERE on `distribution`: those of the offices and points that the actor sees."""
    offices = actor.organisations(Permission.VIEW_DISTRIBUTIONS)
    sites = actor.sites(Permission.VIEW_DISTRIBUTIONS)
    theirs = Distribution.organisation_id.in_(offices)
    at_points = Distribution.site_id.in_(sites)
    # Most people work for whole offices, or at points: without OR an index answers alone.
    if not sites:
        return theirs
    return or_(theirs, at_points) if offices else at_points


def _narrowed(wanted: DistributionFilter) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = [*INDEX.found(Distribution.id, wanted.words)]
    for column, value in (
        (Distribution.status, wanted.status),
        (Distribution.site_id, wanted.site_id),
        (Distribution.area_id, wanted.area_id),
    ):
        if value is not None:
            narrowed.append(column == value)
    return narrowed
