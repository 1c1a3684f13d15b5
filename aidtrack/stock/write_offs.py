"""Writing goods off: recorded, held and approved by a second person when worth too much."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select

from aidtrack.core import audit, idempotency, numbering
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.identity import duties
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.identity.queries import name_of
from aidtrack.places import services as places
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock import given_back, ledger, loss_reports, loss_values
from aidtrack.stock.ledger import Hold, Source, Transfer
from aidtrack.stock.ledger_sql import BalanceKey
from aidtrack.stock.loss_models import ClaimState, LossAct, WriteOff, WriteOffLine, WriteOffStatus
from aidtrack.stock.loss_values import Lost
from aidtrack.stock.models import MovementKind

KIND = "write_off"
NUMBER_KINDS = {
    LossAct.LOSS: "WO",
    LossAct.DESTRUCTION: "DES",
    LossAct.ADJUSTMENT: "ADJ",
    LossAct.RETURN: "RET",
}
# What goes out of the organisation's hands against its will, or is destroyed by it.
REPORTED = frozenset({LossAct.LOSS, LossAct.DESTRUCTION})
W = WriteOffStatus


@dataclass(frozen=True, slots=True)
class Story:
    """What a loss report tells beside the goods: who noticed it, where the goods are now, what
    becomes of them, and who saw it. Functions of people rather than names.
    """

    finder: str = ""
    location: str = ""
    disposal: str = ""
    witnesses: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """What happened, where in the chain; `stage` is where losses like it are counted.

    `shipment_id`, `distribution_id` or `receipt_id`: of what it is a part, when it is.
    `claim_against`: who shall pay for those lines that are claimed.
    """

    site: Place
    stage: PlaceKind
    lines: tuple[Lost, ...]
    note: str
    happened_at: datetime
    act: LossAct = LossAct.LOSS
    shipment_id: int | None = None
    distribution_id: int | None = None
    receipt_id: int | None = None
    story: Story = Story()
    claim_against: str = ""


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


def record(
    loss: Loss,
    *,
    key: UUID | None,
    actor: Actor,
    at: datetime,
    also: Iterable[BalanceKey] = (),
    first: Callable[[], object] | None = None,
) -> int:
    """Keep a loss, and post it or hold its goods. In the caller's transaction, which has checked
    the permission and that it counts once. Returns the write-off's id.

    A second person is asked when it is worth more than the limit, alone or with what the same
    person wrote off at the same site within a day that nobody else looked at, or when its value
    is not known. `also`: balances that the caller changes with it, to be locked with ours;
    `first` brings the goods to where they are lost, once all of them are locked.
    """
    with transaction() as session:
        organisation = session.get_one(Organisation, loss.site.organisation_id)
        # The series stays locked: two write-offs at once cannot both stay below the limit.
        number = numbering.next_number(
            NUMBER_KINDS[loss.act], organisation_id=organisation.id, country=organisation.country
        )
        lines = loss_values.valued(loss.lines)
        value = loss_values.value_in(organisation.currency, lines)
        kept = WriteOff(
            organisation_id=organisation.id,
            number=number,
            act=loss.act,
            status=W.WAITING,
            stage=loss.stage,
            site_id=loss.site.id,
            shipment_id=loss.shipment_id,
            distribution_id=loss.distribution_id,
            receipt_id=loss.receipt_id,
            happened_at=loss.happened_at,
            note=loss.note.strip(),
            value_minor=value,
            currency=organisation.currency,
            limit_minor=organisation.write_off_limit_minor,
            why_approved=loss_values.why_approved(value, organisation, loss.site, actor, at),
            prepared_at=at,
            prepared_by_id=actor.user_id,
            **asdict(loss.story),
            **_claim(loss, lines, organisation.currency),
        )
        session.add(kept)
        session.flush()
        session.execute(insert(WriteOffLine), loss_values.rows(kept.id, lines))
        if kept.why_approved is None or may_alone(kept.organisation_id, kept.site_id, actor):
            _post(kept, lines, key=key, actor=actor, at=at, also=also, first=first)
            kept.decided_by_id = actor.user_id if kept.why_approved else None
        else:
            _lock(lines, kept, also)
            if first is not None:
                first()
            ledger.reserve(_holds(lines), to_send=False)
        _note(actor, f"write_off.{'recorded' if kept.decided_at else 'prepared'}", kept, loss.note)
        return kept.id


def _claim(loss: Loss, lines: Sequence[WriteOffLine], currency: str) -> dict[str, object]:
    """What is claimed of it, at what it is worth, if anything is."""
    claimed = [line for line, lost in zip(lines, loss.lines, strict=True) if lost.is_claimed]
    if not claimed:
        return {}
    return {
        "claim": ClaimState.OPEN,
        "claim_against": loss.claim_against,
        "claim_minor": loss_values.value_in(currency, claimed),
    }


def approve(write_off_id: int, *, note: str = "", key: UUID, actor: Actor, at: datetime) -> int:
    """Agree that the goods are lost: they leave the stock. Returns the movement's id.

    Raises SameHands for the one who prepared it, and WrongStatus when it was decided already.
    """
    request: dict[str, object] = {"write_off": write_off_id, "note": note}
    with transaction():
        kept = locked(write_off_id, actor)
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
        lines = lines_of(kept)
        movement_id = _post(kept, lines, key=key, actor=actor, at=at, releases=_holds(lines))
        kept.decided_by_id = actor.user_id
        kept.decision_note = note.strip()
        _note(actor, "write_off.approved", kept, note)
        idempotency.remember(key, "stock.approve_write_off", request, movement_id)
        return movement_id


def refuse(write_off_id: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """Do not agree: the goods are free again. Whoever prepared it withdraws instead."""
    with transaction():
        kept = locked(write_off_id, actor)
        _require(Permission.APPROVE_WRITE_OFFS, kept, actor)
        if not reason.strip():
            raise Invalid(_("Say why, for whoever prepared it."), field="reason")
        let_go(kept, W.REFUSED, reason, actor, at)


def withdraw(write_off_id: int, *, reason: str = "", actor: Actor, at: datetime) -> None:
    """Take back what one prepared oneself: the goods are free again."""
    with transaction():
        kept = locked(write_off_id, actor)
        _require(Permission.WRITE_OFF_STOCK, kept, actor)
        if kept.prepared_by_id != actor.user_id:
            raise Invalid(_("Only %(name)s can withdraw it.", name=name_of(kept.prepared_by_id)))
        let_go(kept, W.WITHDRAWN, reason, actor, at)


def let_go(kept: WriteOff, status: WriteOffStatus, why: str, actor: Actor, at: datetime) -> None:
    """End one that waits, which the caller has locked: its goods are free again."""
    if kept.status == status and kept.decided_by_id == actor.user_id:
        return
    _expect_waiting(kept)
    ledger.release(_holds(lines_of(kept)))
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
    also: Iterable[BalanceKey] = (),
    first: Callable[[], object] | None = None,
) -> int:
    if kept.shipment_id is not None:
        loads = {x.load_id: x.quantity for x in lines if x.load_id is not None}
        for account in _accounts:
            account(LostOnTheRoad(kept.shipment_id, loads, kept.happened_at))
    lost_id = places.outside_place(kept.stage, kept.organisation_id)
    if kept.act in REPORTED:
        # Before the goods: who waits for its number must hold no balances.
        loss_reports.issue(kept, lines, actor=actor)
    _lock(lines, kept, also)
    if first is not None:
        first()
    gives_back = kept.act == LossAct.RETURN
    movement_id = ledger.post(
        [Transfer(x.lot_id, x.place_id, lost_id, x.quantity, x.reason) for x in lines],
        kind=MovementKind.RETURN_TO_DONOR if gives_back else MovementKind.LOSS,
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


def _lock(lines: Sequence[WriteOffLine], kept: WriteOff, also: Iterable[BalanceKey]) -> None:
    """Lock all at once, where the caller changes more balances than ours after us."""
    others = set(also)
    if others:
        lost_id = places.outside_place(kept.stage, kept.organisation_id)
        ours = {(each, x.lot_id) for x in lines for each in (x.place_id, lost_id)}
        ledger.hold_still(others | ours)


def locked(write_off_id: int, actor: Actor) -> WriteOff:
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
    name = name_of(kept.decided_by_id or kept.prepared_by_id)
    sentences = {
        W.POSTED: _("%(name)s has approved it already: the goods are gone.", name=name),
        W.REFUSED: _("%(name)s has refused it already: the goods stay in stock.", name=name),
        W.WITHDRAWN: _("%(name)s has withdrawn it: the goods stay in stock.", name=name),
        W.UNDONE: _("It was undone: the goods are in stock again."),
    }
    raise WrongStatus(sentences[kept.status], status=str(kept.status))


def may_alone(organisation_id: int, site_id: int, actor: Actor) -> bool:
    """Whether whoever prepares it may approve it too, in an office that lets one do both."""
    return not duties.keeps_apart(organisation_id) and actor.may(
        Permission.APPROVE_WRITE_OFFS, organisation_id=organisation_id, site_id=site_id
    )


def lines_of(kept: WriteOff) -> list[WriteOffLine]:
    asked = select(WriteOffLine).filter_by(write_off_id=kept.id).order_by(WriteOffLine.id)
    return list(db.session.scalars(asked))


def _holds(lines: Iterable[WriteOffLine]) -> list[Hold]:
    return [Hold(line.place_id, line.lot_id, line.quantity) for line in lines]


def _note(actor: Actor, action: str, kept: WriteOff, note: str) -> None:
    facts = {
        "number": kept.number,
        "site": kept.site_id,
        "movement": kept.movement_id,
        "prepared_by": name_of(kept.prepared_by_id, actor),
        "note": note.strip(),
    }
    audit.record(actor, action, kind=KIND, record_id=kept.id, facts=facts)
