"""Reads write-offs: the list, one of them, and what holds at a site."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from aidtrack.catalogue.models import Item
from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, name_in
from aidtrack.core.paging import NEVER, Never, Order, Page, Sorting
from aidtrack.identity import duties
from aidtrack.identity.models import Organisation, User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock.loss_models import WhyApproved, WriteOff, WriteOffLine, WriteOffStatus
from aidtrack.stock.models import Lot, Reason

WORDS_MAX = 6
Preparer = aliased(User, name="preparer")
Decider = aliased(User, name="decider")

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


@dataclass(frozen=True, slots=True)
class WriteOffRow:
    """One write-off in the list. `goods` names its items; values in minor units."""

    id: int
    number: str
    status: WriteOffStatus
    site: str
    goods: str
    value_minor: int | None
    currency: str
    prepared_by: str
    prepared_at: datetime
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class LostLine:
    """What is lost of one lot, in base units."""

    lot_id: int
    lot_number: str
    batch_number: str
    item: str
    base_unit: str
    pack_name: str
    pack_size: int | None
    place: str
    quantity: int
    reason: Reason
    value_minor: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class WriteOffDetail:
    """One write-off, whole. `value_minor` is None when it is not known in `currency`.

    `approvers` are the names of a few who may approve it while it waits; `is_own`: whoever
    prepared it approved it too.
    """

    id: int
    number: str
    status: WriteOffStatus
    organisation_id: int
    site_id: int
    site: str
    stage: PlaceKind
    shipment_id: int | None
    happened_at: datetime
    note: str
    value_minor: int | None
    currency: str
    limit_minor: int
    why_approved: WhyApproved | None
    prepared_by_id: int
    prepared_by: str
    prepared_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_note: str
    movement_id: int | None
    is_own: bool
    approvers: tuple[str, ...]
    lines: tuple[LostLine, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Above which value write-offs of a site are approved, and whether by someone else."""

    limit_minor: int
    currency: str
    keeps_duties_apart: bool


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
            WriteOff.status,
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
        .where(_seen(actor), *_narrowed(wanted), *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    ).all()
    goods = _goods([row.id for row in rows])
    return sorting.page([_row(row, goods.get(row.id, "")) for row in rows], limit)


def write_off(write_off_id: int, actor: Actor) -> WriteOffDetail:
    """One that lies where the actor may look. Raises NotFound."""
    row = db.session.execute(
        select(WriteOff, Preparer.name.label("prepared_by"), Decider.name.label("decided_by"))
        .join(Preparer, Preparer.id == WriteOff.prepared_by_id)
        .outerjoin(Decider, Decider.id == WriteOff.decided_by_id)
        .where(WriteOff.id == write_off_id, _seen(actor))
        .options(
            joinedload(WriteOff.site),
            selectinload(WriteOff.lines).options(
                joinedload(WriteOffLine.place),
                joinedload(WriteOffLine.lot).options(joinedload(Lot.item), joinedload(Lot.pack)),
            ),
        )
    ).first()
    if row is None:
        raise NotFound(_("There is no such write-off."))
    return _detail(row.WriteOff, row.prepared_by, row.decided_by or "")


def number_of_waiting(actor: Actor) -> int:
    """How many wait that the actor may approve: not what they prepared themselves."""
    permission = Permission.APPROVE_WRITE_OFFS
    if not actor.may(permission):
        return 0
    asked = (
        select(func.count())
        .select_from(WriteOff)
        .join(Organisation, Organisation.id == WriteOff.organisation_id)
        .where(
            WriteOff.decided_at.is_(None),
            _seen(actor, permission),
            or_(
                WriteOff.prepared_by_id != actor.user_id,
                Organisation.keeps_duties_apart.is_(False),
            ),
        )
    )
    return db.session.scalar(asked) or 0


def is_waiting(write_off_id: int) -> bool:
    asked = select(WriteOff.status).where(WriteOff.id == write_off_id)
    return db.session.scalar(asked) == WriteOffStatus.WAITING


def waiting_on_the_road(shipment_id: int, actor: Actor) -> list[tuple[int, str]]:
    """(id, number) of what a shipment lost and nobody approved yet, for whoever may look.

    Who gets the goods need not be of the sender's: the write-off is the sender's own.
    """
    rows = db.session.execute(
        select(WriteOff.id, WriteOff.number).where(
            WriteOff.shipment_id == shipment_id, WriteOff.decided_at.is_(None), _seen(actor)
        )
    )
    return [(row.id, row.number) for row in rows]


def numbers_of(write_off_ids: Iterable[int]) -> dict[int, str]:
    """The numbers of some write-offs, for papers that name them."""
    wanted = list(write_off_ids)
    if not wanted:
        return {}
    rows = db.session.execute(select(WriteOff.id, WriteOff.number).where(WriteOff.id.in_(wanted)))
    return {row.id: row.number for row in rows}


def rule_at(site_id: int) -> Rule | None:
    """What holds for write-offs at a site."""
    row = db.session.execute(
        select(
            Organisation.write_off_limit_minor,
            Organisation.currency,
            Organisation.keeps_duties_apart,
        )
        .join(Place, Place.organisation_id == Organisation.id)
        .where(Place.id == site_id)
    ).first()
    return Rule(*row) if row else None


def _seen(actor: Actor, permission: Permission = Permission.VIEW_STOCK) -> ColumnElement[bool]:
    return or_(
        WriteOff.organisation_id.in_(actor.organisations(permission)),
        WriteOff.site_id.in_(actor.sites(permission)),
    )


def _narrowed(wanted: WriteOffFilter) -> list[ColumnElement[bool]]:
    narrowed = [_says(word) for word in wanted.words.split()[:WORDS_MAX]]
    if wanted.site_id is not None:
        narrowed.append(WriteOff.site_id == wanted.site_id)
    if wanted.waiting:
        narrowed.append(WriteOff.decided_at.is_(None))
    return narrowed


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


def _goods(write_off_ids: list[int]) -> dict[int, str]:
    """The items of some write-offs, each once."""
    rows = db.session.execute(
        select(WriteOffLine.write_off_id, Item.name, Item.names)
        .join(Lot, Lot.id == WriteOffLine.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .where(WriteOffLine.write_off_id.in_(write_off_ids))
        .order_by(WriteOffLine.id)
    )
    found: dict[int, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row.write_off_id, {})[name_in(row.name, row.names)] = None
    return {write_off_id: ", ".join(names) for write_off_id, names in found.items()}


def _row(row: Any, goods: str) -> WriteOffRow:
    values = dict(row._mapping)
    values["site"] = name_in(values["site"], values.pop("site_names"))
    values["decided_by"] = values["decided_by"] or ""
    return WriteOffRow(**values, goods=goods)


def _detail(kept: WriteOff, prepared_by: str, decided_by: str) -> WriteOffDetail:
    approvers = (
        duties.who_else_may(
            kept.prepared_by_id,
            Permission.APPROVE_WRITE_OFFS,
            kept.organisation_id,
            kept.site_id,
        )
        if kept.status == WriteOffStatus.WAITING
        else []
    )
    return WriteOffDetail(
        **{
            name: getattr(kept, name)
            for name in (
                "id", "number", "status", "organisation_id", "site_id", "stage", "shipment_id",
                "happened_at", "note", "value_minor", "currency", "limit_minor", "why_approved",
                "prepared_by_id", "prepared_at", "decided_at", "decision_note", "movement_id",
            )
        },
        site=kept.site.name_in(),
        prepared_by=prepared_by,
        decided_by=decided_by,
        is_own=kept.why_approved is not None
        and kept.movement_id is not None
        and kept.decided_by_id == kept.prepared_by_id,
        approvers=tuple(approvers),
        lines=tuple(_line(line) for line in kept.lines),
    )  # fmt: skip


def _line(line: WriteOffLine) -> LostLine:
    lot = line.lot
    return LostLine(
        lot_id=lot.id,
        lot_number=lot.number,
        batch_number=lot.batch_number,
        item=lot.item.name_in(),
        base_unit=lot.item.base_unit,
        pack_name=lot.pack.name if lot.pack else "",
        pack_size=lot.pack.size if lot.pack else None,
        place=line.place.name_in(),
        quantity=line.quantity,
        reason=line.reason,
        value_minor=line.value_minor,
        currency=line.currency or "",
    )
