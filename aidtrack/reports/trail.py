"""The way of goods: every movement of some lots that stands, with both ends and its paper."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from aidtrack.catalogue import nesting
from aidtrack.catalogue.models import Item
from aidtrack.catalogue.units import Pack
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.documents.models import Paper
from aidtrack.places.models import LOSSES, Area, Place, PlaceKind
from aidtrack.reports.gifts import Scope
from aidtrack.reports.kits import Kit, KitLot, named_in_kit
from aidtrack.reports.moments import AsOf, standing
from aidtrack.stock.models import Lot, MovementKind, Reason, StockLine, StockMovement
from aidtrack.stock.presence import holders

Origin = aliased(Place, name="origin")
Target = aliased(Place, name="target")
OriginSite = aliased(Place, name="origin_site")
TargetSite = aliased(Place, name="target_site")
TargetArea = aliased(Area, name="target_area")

Source = tuple[str, int]


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A site as the trail names it; the area is that of a point, or of the people."""

    id: int | None
    name: str
    names: dict[str, str]
    area: str = ""
    area_names: dict[str, str] | None = None

    @property
    def label(self) -> str:
        return name_in(self.name, self.names)

    @property
    def area_label(self) -> str:
        return name_in(self.area, self.area_names)


@dataclass(frozen=True, slots=True)
class Passage:
    """Some units of one lot that went from one place to another; `kit`: in what they lay."""

    movement_id: int
    kind: MovementKind
    source: Source
    occurred_at: datetime
    note: str
    lot_id: int
    donation_line_id: int | None
    item: Item
    pack: Pack | None
    unit_value_minor: int | None
    currency: str | None
    from_kind: PlaceKind
    to_kind: PlaceKind
    origin: PlaceName
    target: PlaceName
    quantity: int
    reason: Reason | None
    kit: Item | None = None

    @property
    def item_label(self) -> str:
        """The item in the reader's language, and in what it lay."""
        return named_in_kit(self.item, self.kit)

    @property
    def is_loss(self) -> bool:
        return self.to_kind in LOSSES

    @property
    def value_minor(self) -> int | None:
        return None if self.unit_value_minor is None else self.unit_value_minor * self.quantity


def passages(scope: Scope, moment: AsOf, *, only_losses: bool = False) -> list[Passage]:
    """Everything that happened to the goods and stands, oldest first, in one statement.

    Moves inside a site are left out; lines of one movement between the same places are one.
    """
    narrowed = [Target.kind.in_(LOSSES)] if only_losses else []
    held = holders(*scope.of_lots())
    rows = db.session.execute(
        select(
            StockMovement,
            Lot,
            Item,
            nesting.pack(Lot.pack_id),
            Origin.kind.label("from_kind"),
            Target.kind.label("to_kind"),
            OriginSite,
            TargetSite,
            TargetArea,
            StockLine.reason,
            Kit,
            func.sum(StockLine.quantity * held.c.per_unit).label("quantity"),
        )
        .select_from(held)
        .join(StockLine, StockLine.lot_id == held.c.lot_id)
        .join(StockMovement, StockMovement.id == StockLine.movement_id)
        .join(Lot, Lot.id == held.c.given_id)
        .join(Item, Item.id == Lot.item_id)
        .join(KitLot, KitLot.id == held.c.lot_id)
        .outerjoin(Kit, (Kit.id == KitLot.item_id) & (Kit.id != Item.id))
        .join(Origin, Origin.id == StockLine.from_place_id)
        .join(Target, Target.id == StockLine.to_place_id)
        .outerjoin(OriginSite, OriginSite.id == Origin.site_id)
        .outerjoin(TargetSite, TargetSite.id == Target.site_id)
        .outerjoin(TargetArea, TargetArea.id == Target.area_id)
        .where(
            standing(moment),
            Origin.kind != PlaceKind.MADE_INTO,
            Target.kind != PlaceKind.MADE_INTO,
            Origin.site_id.is_distinct_from(Target.site_id) | Target.site_id.is_(None),
            *narrowed,
        )
        .group_by(
            StockMovement.id, Lot.id, Item.id, Origin.kind, Target.kind,
            OriginSite.id, TargetSite.id, TargetArea.id, StockLine.reason, Kit.id,
        )
        .order_by(
            StockMovement.occurred_at, StockMovement.id, Lot.id, func.min(StockLine.id), Kit.id
        )
    )  # fmt: skip
    return [_passage(row) for row in rows]


def still_lost(passages: Iterable[Passage]) -> list[Passage]:
    """The losses, less what was found of them since: of the same lot, stage and reason, and of
    the newest loss first. What came back wholly is left out.
    """
    passages = list(passages)
    found: Counter[tuple[int, PlaceKind, Reason | None]] = Counter()
    for each in passages:
        if each.from_kind in LOSSES:
            found[each.lot_id, each.from_kind, each.reason] += each.quantity
    left: list[Passage] = []
    for each in reversed([x for x in passages if x.is_loss]):
        key = (each.lot_id, each.to_kind, each.reason)
        back = min(found[key], each.quantity)
        found[key] -= back
        if back < each.quantity:
            left.append(replace(each, quantity=each.quantity - back))
    return left[::-1]


def papers_by_source(sources: Iterable[Source]) -> dict[Source, list[Paper]]:
    """The papers of the records that caused movements, oldest first, in one statement."""
    wanted: dict[str, set[int]] = {}
    for kind, record_id in sources:
        wanted.setdefault(kind, set()).add(record_id)
    found: dict[Source, list[Paper]] = {}
    ids = {record_id for several in wanted.values() for record_id in several}
    for paper in db.session.scalars(
        select(Paper)
        .where(Paper.source_kind.in_(wanted), Paper.source_id.in_(ids))
        .order_by(Paper.id)
    ):
        if paper.source_id in wanted.get(paper.source_kind, ()):
            found.setdefault((paper.source_kind, paper.source_id), []).append(paper)
    return found


def _passage(row: Any) -> Passage:
    movement, lot = row.StockMovement, row.Lot
    return Passage(
        movement_id=movement.id,
        kind=movement.kind,
        source=(movement.source_kind, movement.source_id),
        occurred_at=movement.occurred_at,
        note=movement.note,
        lot_id=lot.id,
        donation_line_id=lot.donation_line_id,
        item=row.Item,
        pack=row.pack,
        unit_value_minor=lot.unit_value_minor,
        currency=lot.currency,
        from_kind=row.from_kind,
        to_kind=row.to_kind,
        origin=_place(row.origin_site, None),
        target=_place(row.target_site, row.target_area),
        quantity=int(row.quantity),
        reason=row.reason,
        kit=row.kit,
    )


def _place(site: Place | None, area: Area | None) -> PlaceName:
    return PlaceName(
        id=site.id if site else None,
        name=site.name if site else "",
        names=site.names if site else {},
        area=area.name if area else "",
        area_names=area.names if area else None,
    )
