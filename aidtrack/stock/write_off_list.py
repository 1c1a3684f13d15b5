"""The list of write-offs: what it is narrowed to, its orders, and its rows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, or_, select

from aidtrack.catalogue.models import Item
from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.core.paging import NEVER, Never, Order, Page, Sorting
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock.loss_models import (
    ClaimState,
    LossAct,
    LossReason,
    WriteOff,
    WriteOffLine,
    WriteOffStatus,
)
from aidtrack.stock.models import Lot, Reason
from aidtrack.stock.reasons import reason_label
from aidtrack.stock.written_off import Decider, Preparer, seen

WORDS_MAX = 6
BY_NUMBER = Order("number", (WriteOff.id,), (int,), lambda row: (row.id,))
# Downwards what waits stands first, then what was decided last.
BY_DECIDED = Order(
    "decided",
    (func.coalesce(WriteOff.decided_at, Never()), WriteOff.id),
    (datetime, int),
    lambda row: (row.decided_at or NEVER, row.id),
)


@dataclass(frozen=True, slots=True)
class WriteOffFilter:
    """What the list is narrowed to; empty means everything the actor may see."""

    words: str = ""
    site_id: int | None = None
    waiting: bool = False
    open_claims: bool = False
    found: bool = False
    stage: PlaceKind | None = None
    cause: Reason | None = None


@dataclass(frozen=True, slots=True)
class WriteOffRow:
    """One write-off in the list. `goods` names its items; values in minor units.

    `causes` are the reasons in words; `lost` and `found` count base units of all its lines.
    """

    id: int
    number: str
    act: LossAct
    status: WriteOffStatus
    stage: PlaceKind
    claim: ClaimState
    site: str
    goods: str
    causes: str
    lost: int
    found: int
    value_minor: int | None
    currency: str
    prepared_by: str
    prepared_at: datetime
    decided_by: str
    decided_at: datetime | None


@dataclass(slots=True)
class Goods:
    """What one write-off lost, gathered line by line."""

    names: dict[str, None] = field(default_factory=dict)
    causes: dict[str, None] = field(default_factory=dict)
    lost: int = 0
    found: int = 0


NOTHING = Goods()


def write_offs(
    actor: Actor,
    wanted: WriteOffFilter,
    *,
    sorting: Sorting = BY_DECIDED.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[WriteOffRow]:
    """Write-offs at places where the actor may look: two statements a page."""
    rows = db.session.execute(
        select(
            WriteOff.id,
            WriteOff.number,
            WriteOff.act,
            WriteOff.status,
            WriteOff.stage,
            WriteOff.claim,
            Place.name.label("site"),
            Place.names.label("site_names"),
            WriteOff.value_minor,
            WriteOff.currency,
            Preparer.name.label("prepared_by"),
            WriteOff.prepared_at,
            Decider.name.label("decided_by"),
            WriteOff.decided_at,
        )
        .join(Place, Place.id == WriteOff.site_id)
        .join(Preparer, Preparer.id == WriteOff.prepared_by_id)
        .outerjoin(Decider, Decider.id == WriteOff.decided_by_id)
        .where(seen(actor), *_narrowed(wanted), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    goods = _goods([row.id for row in rows])
    return sorting.page([_row(row, goods.get(row.id, NOTHING)) for row in rows], limit)


def _narrowed(wanted: WriteOffFilter) -> list[ColumnElement[bool]]:
    narrowed = [_says(word) for word in wanted.words.split()[:WORDS_MAX]]
    if wanted.site_id is not None:
        narrowed.append(WriteOff.site_id == wanted.site_id)
    if wanted.waiting:
        narrowed.append(WriteOff.decided_at.is_(None))
    if wanted.open_claims:
        # In so many words, as the index of open claims has it.
        narrowed.append(WriteOff.claim == literal_column("'open'"))
    if wanted.stage is not None:
        narrowed.append(WriteOff.stage == wanted.stage)
    if wanted.cause is not None:
        narrowed.append(_has_line(WriteOffLine.reason == wanted.cause))
    if wanted.found:
        narrowed.append(_has_line(WriteOffLine.found > 0))
    return narrowed


def _has_line(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    asked = select(WriteOffLine.id).where(WriteOffLine.write_off_id == WriteOff.id, condition)
    return asked.exists()


def _says(word: str) -> ColumnElement[bool]:
    """A word of its number, of what happened, or of one of its items."""
    items = (
        select(WriteOffLine.write_off_id)
        .join(Lot, Lot.id == WriteOffLine.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .where(Item.name.icontains(word, autoescape=True))
    )
    return or_(
        WriteOff.number.icontains(word, autoescape=True),
        WriteOff.note.icontains(word, autoescape=True),
        WriteOff.id.in_(items),
    )


def _goods(write_off_ids: list[int]) -> dict[int, Goods]:
    """What some write-offs lost: items and reasons, each once, and how much of it was found."""
    rows = db.session.execute(
        select(
            WriteOffLine.write_off_id,
            WriteOffLine.quantity,
            WriteOffLine.found,
            WriteOffLine.reason,
            Item.name,
            Item.names,
            LossReason.name.label("own"),
            LossReason.names.label("own_names"),
        )
        .join(Lot, Lot.id == WriteOffLine.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .outerjoin(LossReason, LossReason.id == WriteOffLine.reason_id)
        .where(WriteOffLine.write_off_id.in_(write_off_ids))
        .order_by(WriteOffLine.id)
    )
    found: dict[int, Goods] = {}
    for row in rows:
        goods = found.setdefault(row.write_off_id, Goods())
        goods.names[name_in(row.name, row.names)] = None
        cause = name_in(row.own, row.own_names) if row.own else reason_label(row.reason)
        goods.causes[cause] = None
        goods.lost += row.quantity
        goods.found += row.found
    return found


def _row(row: Any, goods: Goods) -> WriteOffRow:
    values = dict(row._mapping)
    values["site"] = name_in(values["site"], values.pop("site_names"))
    values["decided_by"] = values["decided_by"] or ""
    return WriteOffRow(
        **values,
        goods=", ".join(goods.names),
        causes=", ".join(goods.causes),
        lost=goods.lost,
        found=goods.found,
    )
