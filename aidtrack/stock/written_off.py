"""Reads write-offs: the list, one of them, and what holds at a site."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from aidtrack.catalogue import nesting
from aidtrack.catalogue.units import Pack
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity import duties
from aidtrack.identity.models import Organisation, User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock.loss_models import (
    ClaimState,
    LossAct,
    StockFind,
    StockFindLine,
    WhyApproved,
    WriteOff,
    WriteOffLine,
    WriteOffStatus,
)
from aidtrack.stock.models import Lot, Reason
from aidtrack.stock.reasons import reason_label

Preparer = aliased(User, name="preparer")
Decider = aliased(User, name="decider")


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
    pack: Pack | None
    place: str
    quantity: int
    reason: Reason
    value_minor: int | None
    currency: str
    id: int
    found: int
    reason_label: str
    place_id: int

    @property
    def left(self) -> int:
        """How much of it is still lost."""
        return self.quantity - self.found


@dataclass(frozen=True, slots=True)
class FindRow:
    """Some of it that turned up: how much, where and how, and whether that was taken back."""

    id: int
    number: str
    quantity: int
    note: str
    found_at: datetime
    found_by: str
    movement_id: int | None
    is_undone: bool


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
    act: LossAct
    distribution_id: int | None
    finder: str
    location: str
    disposal: str
    witnesses: str
    claim: ClaimState
    claim_against: str
    claim_minor: int | None
    claim_note: str
    paper_id: int | None
    finds: tuple[FindRow, ...]

    @property
    def found(self) -> int:
        return sum(line.found for line in self.lines)

    @property
    def left(self) -> int:
        return sum(line.left for line in self.lines)

    @property
    def found_value_minor(self) -> int | None:
        """What came back is worth, where the value of all of it is known."""
        if self.value_minor is None:
            return None
        return sum((line.value_minor or 0) * line.found // line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Rule:
    """Above which value write-offs of a site are approved, and whether by someone else."""

    limit_minor: int
    currency: str
    keeps_duties_apart: bool


def write_off(write_off_id: int, actor: Actor) -> WriteOffDetail:
    """One that lies where the actor may look. Raises NotFound."""
    row = db.session.execute(
        select(WriteOff, Preparer.name.label("prepared_by"), Decider.name.label("decided_by"))
        .join(Preparer, Preparer.id == WriteOff.prepared_by_id)
        .outerjoin(Decider, Decider.id == WriteOff.decided_by_id)
        .where(WriteOff.id == write_off_id, seen(actor))
        .options(
            joinedload(WriteOff.site),
            selectinload(WriteOff.lines).options(
                joinedload(WriteOffLine.place),
                joinedload(WriteOffLine.worded),
                joinedload(WriteOffLine.lot).options(
                    joinedload(Lot.item), nesting.loaded(joinedload(Lot.pack))
                ),
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
            seen(actor, permission),
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
            WriteOff.shipment_id == shipment_id, WriteOff.decided_at.is_(None), seen(actor)
        )
    )
    return [(row.id, row.number) for row in rows]


@dataclass(frozen=True, slots=True)
class Named:
    """A write-off by its number, and how it stands."""

    id: int
    number: str
    status: WriteOffStatus


def of_distribution(distribution_id: int, actor: Actor) -> list[Named]:
    """What a distribution lost, for whoever may look."""
    return _named(WriteOff.distribution_id == distribution_id, actor)


def of_receipt(receipt_id: int, actor: Actor) -> list[Named]:
    """What came damaged with a receipt, for whoever may look."""
    return _named(WriteOff.receipt_id == receipt_id, actor)


def _named(which: ColumnElement[bool], actor: Actor) -> list[Named]:
    rows = db.session.execute(
        select(WriteOff.id, WriteOff.number, WriteOff.status)
        .where(which, seen(actor))
        .order_by(WriteOff.id)
    )
    return [Named(*row) for row in rows]


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


def seen(actor: Actor, permission: Permission = Permission.VIEW_STOCK) -> ColumnElement[bool]:
    return or_(
        WriteOff.organisation_id.in_(actor.organisations(permission)),
        WriteOff.site_id.in_(actor.sites(permission)),
    )


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
                "act", "distribution_id", "finder", "location", "disposal", "witnesses",
                "claim", "claim_against", "claim_minor", "claim_note", "paper_id",
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
        finds=tuple(_finds(kept.id)),
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
        pack=nesting.of_record(lot.pack),
        place=line.place.name_in(),
        place_id=line.place_id,
        quantity=line.quantity,
        reason=line.reason,
        value_minor=line.value_minor,
        currency=line.currency or "",
        id=line.id,
        found=line.found,
        reason_label=line.worded.name_in() if line.worded else reason_label(line.reason),
    )


def _finds(write_off_id: int) -> list[FindRow]:
    """What turned up of it, oldest first."""
    rows = db.session.execute(
        select(StockFind, User.name, func.sum(StockFindLine.quantity).label("quantity"))
        .join(User, User.id == StockFind.found_by_id)
        .join(StockFindLine, StockFindLine.find_id == StockFind.id)
        .where(StockFind.write_off_id == write_off_id)
        .group_by(StockFind.id, User.id)
        .order_by(StockFind.id)
    )
    return [
        FindRow(
            id=row.StockFind.id,
            number=row.StockFind.number,
            quantity=int(row.quantity),
            note=row.StockFind.note,
            found_at=row.StockFind.found_at,
            found_by=row.name,
            movement_id=row.StockFind.movement_id,
            is_undone=row.StockFind.undone_at is not None,
        )
        for row in rows
    ]
