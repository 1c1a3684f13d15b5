"""What reversing a movement would break, seen before it is done."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, text, tuple_
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.documents import queries as papers
from aidtrack.documents.models import PaperStatus
from aidtrack.documents.queries import PaperRow
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place, called
from aidtrack.stock import movements
from aidtrack.stock.ledger_sql import BalanceKey
from aidtrack.stock.models import (
    Lot,
    MovementKind,
    StockBalance,
    StockLine,
    StockMovement,
    lot_number,
)
from aidtrack.stock.movements import Source

SHOWN = 50
Undone = aliased(StockMovement)
# Who was promised goods that lie in stock: the same records as `sealing.verification` compares.
_PROMISES = text("""
SELECT kind, id, place_id, lot_id, sum(quantity) AS quantity
FROM (
    SELECT 'shipment' AS kind, shipment.id, load.place_id, load.lot_id, load.quantity
    FROM shipment_load AS load JOIN shipment ON shipment.id = load.shipment_id
    WHERE shipment.status = 'ready' AND load.lot_id IN :lots
    UNION ALL
    SELECT 'write_off', write_off.id, line.place_id, line.lot_id, line.quantity
    FROM write_off_line AS line JOIN write_off ON write_off.id = line.write_off_id
    WHERE write_off.status = 'waiting' AND line.lot_id IN :lots
    UNION ALL
    SELECT 'hold', id, place_id, lot_id, quantity
    FROM stock_hold WHERE ended_at IS NULL AND lot_id IN :lots
) AS promised
GROUP BY kind, id, place_id, lot_id
ORDER BY kind, id
LIMIT 200
""").bindparams(bindparam("lots", expanding=True))


@dataclass(frozen=True, slots=True)
class Missing:
    """A lot that is not all where the movement put it: `free` of the `needed` may go back."""

    lot_id: int
    lot_number: str
    item: str
    base_unit: str
    place_id: int
    place: str
    needed: int
    free: int

    @property
    def missing(self) -> int:
        return self.needed - self.free


@dataclass(frozen=True, slots=True)
class GoneOn:
    """Goods of the movement that something took on since, or was promised."""

    lot_id: int
    lot_number: str
    quantity: int
    source: Source
    movement_id: int | None = None
    kind: MovementKind | None = None
    at: datetime | None = None
    # The bin that they went to, where they only moved within their site.
    place: str = ""

    @property
    def title(self) -> str:
        return str(movements.KINDS[self.kind]) if self.kind else ""


@dataclass(frozen=True, slots=True)
class Breakage:
    """Everything that a reversal touches. It can be done when nothing is missing.

    `own_papers` are those of the event, void with it; `told` are reports issued since, which
    keep the figures that they said.
    """

    missing: tuple[Missing, ...]
    gone_on: tuple[GoneOn, ...]
    own_papers: tuple[PaperRow, ...]
    told: tuple[PaperRow, ...]

    @property
    def is_free(self) -> bool:
        return not self.missing


def breakage(found: StockMovement, actor: Actor) -> Breakage:
    """What stands in the way of reversing it, in a fixed number of statements."""
    needed = _needed(found.id)
    missing = _missing(needed)
    short = {(each.place_id, each.lot_id) for each in missing}
    own = papers.papers_of(found.source_kind, [found.source_id])
    return Breakage(
        missing=tuple(missing),
        gone_on=(*_taken(found.id, short, actor), *promised(short, actor)),
        own_papers=tuple(paper for paper in own if paper.status == PaperStatus.VALID),
        told=tuple(reports_since(found.recorded_at, {lot_id for _place, lot_id in needed})),
    )


def promised(short: Iterable[BalanceKey], actor: Actor) -> list[GoneOn]:
    """Shipments, write-offs and holds that keep goods of these lots at these places."""
    keys = set(short)
    if not keys:
        return []
    rows = db.session.execute(_PROMISES, {"lots": sorted({lot_id for _place, lot_id in keys})})
    return [
        GoneOn(
            lot_id=row.lot_id,
            lot_number=lot_number(row.lot_id),
            quantity=int(row.quantity),
            source=movements.source_of(row.kind, row.id, actor),
        )
        for row in rows
        if (row.place_id, row.lot_id) in keys
    ]


def reports_since(moment: datetime, lot_ids: Iterable[int]) -> list[PaperRow]:
    """Reports to the donors of these lots that were issued after a moment, figures and all."""
    donors = select(Lot.donor_id).where(Lot.id.in_(list(lot_ids)), Lot.donor_id.is_not(None))
    return papers.reports_since(moment, donors, most=SHOWN)


def _needed(movement_id: int) -> dict[BalanceKey, int]:
    """What would have to leave each place that the movement filled, all its lines together."""
    net: Counter[BalanceKey] = Counter()
    rows = db.session.execute(
        select(
            StockLine.lot_id, StockLine.from_place_id, StockLine.to_place_id, StockLine.quantity
        ).filter_by(movement_id=movement_id)
    )
    for lot_id, origin, target, quantity in rows:
        net[target, lot_id] += quantity
        net[origin, lot_id] -= quantity
    return {key: quantity for key, quantity in net.items() if quantity > 0}


def _missing(needed: dict[BalanceKey, int]) -> list[Missing]:
    free = StockBalance.quantity - StockBalance.reserved
    rows: Iterable[Any] = db.session.execute(
        select(StockBalance.place_id, StockBalance.lot_id, free.label("free"), Item, Place)
        .join(Lot, Lot.id == StockBalance.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(Place, Place.id == StockBalance.place_id)
        .where(
            tuple_(StockBalance.place_id, StockBalance.lot_id).in_(list(needed)),
            ~Place.is_outside,
        )
        .order_by(StockBalance.lot_id, StockBalance.place_id)
    )
    return [
        Missing(
            lot_id=row.lot_id,
            lot_number=lot_number(row.lot_id),
            item=row.Item.name_in(),
            base_unit=row.Item.base_unit,
            place_id=row.place_id,
            place=row.Place.name_in(),
            needed=needed[row.place_id, row.lot_id],
            free=row.free,
        )
        for row in rows
        if row.free < needed[row.place_id, row.lot_id]
    ]


def _taken(movement_id: int, short: set[BalanceKey], actor: Actor) -> list[GoneOn]:
    """What took these lots out of these places since, and was not itself taken back."""
    if not short:
        return []
    last = select(func.max(StockLine.id)).filter_by(movement_id=movement_id).scalar_subquery()
    rows = db.session.execute(
        select(
            StockMovement,
            StockLine.lot_id,
            func.sum(StockLine.quantity).label("quantity"),
            func.min(called(Place)).label("place"),
        )
        .join(StockMovement, StockMovement.id == StockLine.movement_id)
        .join(Place, Place.id == StockLine.to_place_id)
        .outerjoin(Undone, Undone.reverses_id == StockMovement.id)
        .where(
            StockLine.id > last,
            tuple_(StockLine.from_place_id, StockLine.lot_id).in_(sorted(short)),
            Undone.id.is_(None),
            or_(
                StockMovement.reverses_id.is_(None),
                StockMovement.reverses_id <= movement_id,
            ),
        )
        .group_by(StockMovement.id, StockLine.lot_id)
        .order_by(StockMovement.id.desc())
        .limit(SHOWN)
    )
    return [
        GoneOn(
            lot_id=row.lot_id,
            lot_number=lot_number(row.lot_id),
            quantity=int(row.quantity),
            source=movements.source_of(
                row.StockMovement.source_kind, row.StockMovement.source_id, actor
            ),
            movement_id=row.StockMovement.id,
            kind=row.StockMovement.kind,
            at=row.StockMovement.occurred_at,
            place=row.place if row.StockMovement.kind == MovementKind.MOVE else "",
        )
        for row in rows
    ]
