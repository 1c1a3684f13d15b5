"""Writing goods off: recorded, held and approved by a second person when worth too much."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from aidtrack.core import audit, idempotency, numbering
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.identity import duties
from aidtrack.identity.models import Organisation, User
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places import services as places
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock import given_back, ledger
from aidtrack.stock.ledger import Hold, Source, Transfer
from aidtrack.stock.loss_models import WhyApproved, WriteOff, WriteOffLine, WriteOffStatus
from aidtrack.stock.models import Lot, MovementKind, Reason
from aidtrack.stock.services import Taking, one_site

KIND = "write_off"
NUMBER_KIND = "WO"
TOGETHER = timedelta(hours=24)
W = WriteOffStatus


@dataclass(frozen=True, slots=True)
class Lost:
    """Some of a lot, where it lies and why it is lost; `load_id` when a shipment carries it."""

    lot_id: int
    place_id: int
    quantity: int
    reason: Reason
    load_id: int | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """What happened, where in the chain; `stage` is where losses like it are counted."""

    site: Place
    stage: PlaceKind
    lines: tuple[Lost, ...]
    note: str
    happened_at: datetime
    shipment_id: int | None = None


@dataclass(frozen=True, slots=True)
class LostOnTheRoad:
    """What a shipment is about to lose for good: its loads (id, base units) and when."""

    shipment_id: int
    loads: dict[int, int]
    happened_at: datetime


# Shipments stand above the stock, and keep account of their loads: in the same transaction,
# before the goods move, so that a shipment is always locked before its balances.
_accounts: list[Callable[[LostOnTheRoad], None]] = []


def keep_account(account: Callable[[LostOnTheRoad], None]) -> None:
    """Be told of every loss on the road that is about to be posted."""
    _accounts.append(account)


def write_off(
    takings: Sequence[Taking],
    *,
    reason: Reason,
    note: str,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Record goods of one site as lost, with the reason. Returns the write-off's id.

    They leave the stock at once, or are held until someone else approves: see `record`.
    """
    request: dict[str, object] = {
        "takings": [[each.lot_id, each.place_id, each.quantity] for each in takings],
        "reason": reason,
        "note": note,
    }
    with transaction() as session:
        site = one_site(takings, actor, Permission.WRITE_OFF_STOCK)
        if not note.strip():
            raise Invalid(_("Say what happened, for the donor will ask."), field="note")
        # One write-off at a time takes a number anyway: a second tap waits for the first here.
        session.get_one(
            Organisation, site.organisation_id, with_for_update={"key_share": True},
            populate_existing=True,
        )  # fmt: skip
        earlier = idempotency.earlier_result(key, "stock.write_off", request)
        if earlier is not None:
            return earlier
        is_point = site.kind == PlaceKind.DISTRIBUTION_POINT
        stage = PlaceKind.LOST_AT_DISTRIBUTION if is_point else PlaceKind.LOST_IN_WAREHOUSE
        lines = tuple(Lost(x.lot_id, x.place_id, x.quantity, reason) for x in takings)
        found = record(Loss(site, stage, lines, note, at), key=key, actor=actor, at=at)
        idempotency.remember(key, "stock.write_off", request, found)
        return found


def record(loss: Loss, *, key: UUID | None, actor: Actor, at: datetime) -> int:
    """Keep a loss, and post it or hold its goods. In the caller's transaction, which has checked
    the permission and that it counts once. Returns the write-off's id.

    A second person is asked when it is worth more than the limit, alone or with what the same
    person wrote off at the same site within a day that nobody else looked at, or when its value
    is not known.
    """
    with transaction() as session:
        organisation = session.get_one(Organisation, loss.site.organisation_id)
        # The series stays locked: two write-offs at once cannot both stay below the limit.
        number = numbering.next_number(
            NUMBER_KIND, organisation_id=organisation.id, country=organisation.country
        )
        lines = _valued(loss.lines)
        value = _value_in(organisation.currency, lines)
        kept = WriteOff(
            organisation_id=organisation.id,
            number=number,
            status=W.WAITING,
            stage=loss.stage,
            site_id=loss.site.id,
            shipment_id=loss.shipment_id,
            happened_at=loss.happened_at,
            note=loss.note.strip(),
            value_minor=value,
            currency=organisation.currency,
            limit_minor=organisation.write_off_limit_minor,
            why_approved=_why_approved(value, organisation, loss.site, actor, at),
            prepared_at=at,
            prepared_by_id=actor.user_id,
        )
        session.add(kept)
        session.flush()
        session.add_all(_with(kept.id, lines))
        session.flush()
        if kept.why_approved is None or _may_alone(kept, actor):
            _post(kept, lines, key=key, actor=actor, at=at)
            kept.decided_by_id = actor.user_id if kept.why_approved else None
        else:
            ledger.reserve(_holds(lines), to_send=False)
        _note(actor, f"write_off.{'recorded' if kept.decided_at else 'prepared'}", kept, loss.note)
        return kept.id


def approve(write_off_id: int, *, note: str = "", key: UUID, actor: Actor, at: datetime) -> int:
    """Agree that the goods are lost: they leave the stock. Returns the movement's id.

    Raises SameHands for the one who prepared it, and WrongStatus when it was decided already.
    """
    request: dict[str, object] = {"write_off": write_off_id, "note": note}
    with transaction():
        kept = _locked(write_off_id, actor)
        _require(Permission.APPROVE_WRITE_OFFS, kept, actor)
        earlier = idempotency.earlier_result(key, "stock.approve_write_off", request)
        if earlier is not None:
            return earlier
        if kept.status == W.POSTED and kept.decided_by_id == actor.user_id and kept.movement_id:
            return kept.movement_id
        _expect_waiting(kept)
        duties.expect_another(
            actor,
            Permission.APPROVE_WRITE_OFFS,
            prepared=_("You prepared this write-off yourself."),
            prepared_by_id=kept.prepared_by_id,
            organisation_id=kept.organisation_id,
            site_id=kept.site_id,
        )
        lines = _lines(kept)
        movement_id = _post(kept, lines, key=key, actor=actor, at=at, releases=_holds(lines))
        kept.decided_by_id = actor.user_id
        kept.decision_note = note.strip()
        _note(actor, "write_off.approved", kept, note)
        idempotency.remember(key, "stock.approve_write_off", request, movement_id)
        return movement_id


def refuse(write_off_id: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """Do not agree: the goods are free again. Whoever prepared it withdraws instead."""
    with transaction():
        kept = _locked(write_off_id, actor)
        _require(Permission.APPROVE_WRITE_OFFS, kept, actor)
        if not reason.strip():
            raise Invalid(_("Say why, for whoever prepared it."), field="reason")
        _let_go(kept, W.REFUSED, reason, actor, at)


def withdraw(write_off_id: int, *, reason: str = "", actor: Actor, at: datetime) -> None:
    """Take back what one prepared oneself: the goods are free again."""
    with transaction():
        kept = _locked(write_off_id, actor)
        _require(Permission.WRITE_OFF_STOCK, kept, actor)
        if kept.prepared_by_id != actor.user_id:
            raise Invalid(_("Only %(name)s can withdraw it.", name=_name(kept.prepared_by_id)))
        _let_go(kept, W.WITHDRAWN, reason, actor, at)


def _let_go(kept: WriteOff, status: WriteOffStatus, why: str, actor: Actor, at: datetime) -> None:
    if kept.status == status and kept.decided_by_id == actor.user_id:
        return
    _expect_waiting(kept)
    ledger.release(_holds(_lines(kept)))
    kept.status = status
    kept.decided_at = at
    kept.decided_by_id = actor.user_id
    kept.decision_note = why.strip()
    given_back.tell(kept.id, actor)
    _note(actor, f"write_off.{status}", kept, why)


def _post(
    kept: WriteOff,
    lines: Sequence[WriteOffLine],
    *,
    key: UUID | None,
    actor: Actor,
    at: datetime,
    releases: Sequence[Hold] = (),
) -> int:
    if kept.shipment_id is not None:
        loads = {x.load_id: x.quantity for x in lines if x.load_id is not None}
        for account in _accounts:
            account(LostOnTheRoad(kept.shipment_id, loads, kept.happened_at))
    lost_id = places.outside_place(kept.stage, kept.organisation_id)
    movement_id = ledger.post(
        [Transfer(x.lot_id, x.place_id, lost_id, x.quantity, x.reason) for x in lines],
        kind=MovementKind.LOSS,
        source=Source("shipment", kept.shipment_id) if kept.shipment_id else Source(KIND, kept.id),
        organisation_id=kept.organisation_id,
        recorded_by_id=actor.user_id,
        occurred_at=kept.happened_at,
        note=kept.note,
        key=key,
        releases=releases,
    )
    kept.status = W.POSTED
    kept.decided_at = at
    kept.movement_id = movement_id
    return movement_id


def _locked(write_off_id: int, actor: Actor) -> WriteOff:
    """One that the actor may see, locked. Raises NotFound."""
    kept = db.session.get(WriteOff, write_off_id, with_for_update=True, populate_existing=True)
    if kept is None or not actor.may(
        Permission.VIEW_STOCK, organisation_id=kept.organisation_id, site_id=kept.site_id
    ):
        raise NotFound(_("There is no such write-off."))
    return kept


def _require(permission: Permission, kept: WriteOff, actor: Actor) -> None:
    require(actor, permission, organisation_id=kept.organisation_id, site_id=kept.site_id)


def _expect_waiting(kept: WriteOff) -> None:
    """Raise WrongStatus, naming who decided what, once somebody did."""
    if kept.status == W.WAITING:
        return
    name = _name(kept.decided_by_id or kept.prepared_by_id)
    sentences = {
        W.POSTED: _("%(name)s has approved it already: the goods are written off.", name=name),
        W.REFUSED: _("%(name)s has refused it already: the goods stay in stock.", name=name),
        W.WITHDRAWN: _("%(name)s has withdrawn it: the goods stay in stock.", name=name),
        W.UNDONE: _("It was undone: the goods are in stock again."),
    }
    raise WrongStatus(sentences[kept.status], status=str(kept.status))


def _may_alone(kept: WriteOff, actor: Actor) -> bool:
    """Whether whoever prepares it may approve it too, in an office that lets one do both."""
    return not duties.keeps_apart(kept.organisation_id) and actor.may(
        Permission.APPROVE_WRITE_OFFS,
        organisation_id=kept.organisation_id,
        site_id=kept.site_id,
    )


def _why_approved(
    value: int | None, organisation: Organisation, site: Place, actor: Actor, at: datetime
) -> WhyApproved | None:
    limit = organisation.write_off_limit_minor
    if value is None:
        return WhyApproved.VALUE_UNKNOWN
    if value > limit:
        return WhyApproved.ABOVE_LIMIT
    unseen = select(func.coalesce(func.sum(WriteOff.value_minor), 0)).where(
        WriteOff.site_id == site.id,
        WriteOff.prepared_by_id == actor.user_id,
        WriteOff.prepared_at > at - TOGETHER,
        WriteOff.status == W.POSTED,
        WriteOff.why_approved.is_(None),
        WriteOff.currency == organisation.currency,
    )
    together = value + int(db.session.scalar(unseen) or 0)
    return WhyApproved.WITH_OTHERS if together > limit else None


def _valued(lines: Sequence[Lost]) -> list[WriteOffLine]:
    """The lines with what they are worth: by the value of one of the lot, where it is known."""
    asked = select(Lot.id, Lot.unit_value_minor, Lot.currency).where(
        Lot.id.in_({line.lot_id for line in lines})
    )
    units = {row.id: row for row in db.session.execute(asked)}
    found = []
    for line in lines:
        unit = units[line.lot_id].unit_value_minor
        found.append(
            WriteOffLine(
                lot_id=line.lot_id,
                place_id=line.place_id,
                load_id=line.load_id,
                quantity=line.quantity,
                reason=line.reason,
                value_minor=None if unit is None else unit * line.quantity,
                currency=units[line.lot_id].currency,
            )
        )
    return found


def _value_in(currency: str, lines: Iterable[WriteOffLine]) -> int | None:
    """What they are worth together; None when one has no value in this currency."""
    total = 0
    for line in lines:
        if line.value_minor is None or line.currency != currency:
            return None
        total += line.value_minor
    return total


def _with(write_off_id: int, lines: list[WriteOffLine]) -> list[WriteOffLine]:
    for line in lines:
        line.write_off_id = write_off_id
    return lines


def _lines(kept: WriteOff) -> list[WriteOffLine]:
    asked = select(WriteOffLine).filter_by(write_off_id=kept.id).order_by(WriteOffLine.id)
    return list(db.session.scalars(asked))


def _holds(lines: Iterable[WriteOffLine]) -> list[Hold]:
    return [Hold(line.place_id, line.lot_id, line.quantity) for line in lines]


def _note(actor: Actor, action: str, kept: WriteOff, note: str) -> None:
    facts = {
        "number": kept.number,
        "site": kept.site_id,
        "movement": kept.movement_id,
        "prepared_by": _name(kept.prepared_by_id),
        "note": note.strip(),
    }
    audit.record(actor, action, kind=KIND, record_id=kept.id, facts=facts)


def _name(user_id: int) -> str:
    return db.session.scalar(select(User.name).where(User.id == user_id)) or ""
