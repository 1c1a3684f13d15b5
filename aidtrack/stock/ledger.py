"""The stock ledger: the only code that writes movements, lines or balances.

Every quantity is always somewhere. A movement takes it from one place and puts it in
another, and the balances of both change in the same transaction. A posting of any size
takes the same few SQL statements, whose text is in `ledger_sql`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update

from aidtrack.core import clock
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _
from aidtrack.places.models import OUTSIDE, SOURCES, Place, PlaceKind
from aidtrack.stock import born_recalled, ledger_sql, shortages, told_late
from aidtrack.stock.ledger_sql import Balance, BalanceKey
from aidtrack.stock.models import Lot, MovementKind, Reason, StockLine, StockMovement, lot_number

LINES_MAX = 5_000
QUANTITY_MAX = 10**15


class InsufficientStock(RuleBroken):
    """Something is not there to take. Names every shortage, not only the first."""

    code = "insufficient_stock"


class AlreadyReversed(RuleBroken):
    code = "already_reversed"


class LotRecalled(RuleBroken):
    """It was recalled: it may be moved, counted, given back or written off, and nothing else."""

    code = "lot_recalled"


# What would bring a recalled lot nearer to people, or hide it behind another number.
CLOSED_TO_RECALLED = frozenset(
    {
        MovementKind.DISPATCH,
        MovementKind.DISTRIBUTION,
        MovementKind.MAKE,
        MovementKind.CORRECTION,
    }
)

# Whose reversal takes lots out of stock as one lot and brings them back as another.
REMAKING = frozenset({MovementKind.MAKE, MovementKind.UNMAKE, MovementKind.CORRECTION})
# From here only comes back what went there.
NEVER_OWING = OUTSIDE - SOURCES - {PlaceKind.MADE_INTO}


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line to post: `quantity` base units of a lot leave one place for another."""

    lot_id: int
    from_place_id: int
    to_place_id: int
    quantity: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A promise: `quantity` base units of a lot at a place are kept for a shipment."""

    place_id: int
    lot_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class NewLot:
    """What makes a lot; see `models.Lot`."""

    item_id: int
    organisation_id: int
    donor_id: int | None = None
    donation_line_id: int | None = None
    batch_number: str = ""
    expires_on: date | None = None
    pack_id: int | None = None
    unit_value_minor: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class NewPart:
    """What a lot is made of; see `models.LotPart`."""

    lot_id: int
    part_lot_id: int
    quantity: int
    is_direct: bool
    is_root: bool


@dataclass(frozen=True, slots=True)
class Source:
    """The record that caused a movement: ("shipment", 12)."""

    kind: str
    id: int


def post(
    transfers: Sequence[Transfer],
    *,
    kind: MovementKind,
    source: Source,
    organisation_id: int,
    recorded_by_id: int,
    occurred_at: datetime,
    note: str = "",
    key: UUID | None = None,
    releases: Sequence[Hold] = (),
    reverses_id: int | None = None,
    is_remaking: bool = False,
    is_told_late: bool = False,
) -> int:
    """Record a movement, bring the balances up to date, return the movement's id.

    `releases` gives back promises in the same step, so that reserved goods can leave.
    Raises InsufficientStock, naming every shortage, when a place that we count does
    not hold enough that is free, and LotRecalled when a recalled lot would be sent, handed
    out or made into another, or (`is_remaking`) would come back as lots that are offered.
    `is_told_late`: somebody says that it happened before a recall, which must be later then.
    Nothing is written in these cases.
    """
    assert 0 < len(transfers) <= LINES_MAX
    assert all(0 < t.quantity <= QUANTITY_MAX for t in transfers)
    assert all(t.from_place_id != t.to_place_id for t in transfers)

    moved = _moved(transfers)
    promised = _promised(releases, sign=-1)
    with transaction() as session:
        balances = ledger_sql.lock_balances(session, sorted({*moved, *promised}))
        if kind in CLOSED_TO_RECALLED:
            gone = _of_ours(balances, moved, -1)
            by_then = told_late.recalled_by(session, gone, occurred_at) if is_told_late else gone
            refuse_recalled(by_then)
        if is_remaking or kind == MovementKind.UNMAKE:
            _refuse_hiding(balances, moved)
        changed = _changed(balances, moved, promised)
        _refuse_shortages(changed)  # Before anything is written.
        if reverses_id is not None:
            _refuse_debts(changed, moved)
        movement_id = ledger_sql.write_movement(
            session,
            {
                "organisation_id": organisation_id,
                "kind": kind,
                "source_kind": source.kind,
                "source_id": source.id,
                "occurred_at": occurred_at,
                "recorded_at": clock.now(),
                "recorded_by_id": recorded_by_id,
                "note": note,
                "key": key,
                "reverses_id": reverses_id,
            },
        )
        ledger_sql.write_lines(
            session,
            [
                (movement_id, t.lot_id, t.from_place_id, t.to_place_id, t.quantity, t.reason)
                for t in transfers
            ],
        )
        ledger_sql.write_balances(session, changed)
        return movement_id


def reserve(holds: Sequence[Hold], *, to_send: bool = True) -> None:
    """Promise goods. Raises InsufficientStock, naming every lot with too little free.

    `to_send` is false for goods that are kept apart: only those may be of a recalled lot,
    for which it raises LotRecalled otherwise.
    """
    _change_promises(holds, sign=1, to_send=to_send)


def release(holds: Sequence[Hold]) -> None:
    """Give promised goods back to whoever needs them next."""
    _change_promises(holds, sign=-1, to_send=False)


def reverse(
    movement_id: int,
    *,
    reason: str,
    recorded_by_id: int,
    key: UUID | None = None,
) -> int:
    """Post the opposite of a movement; the original stays as it was. Returns the new id.

    Raises AlreadyReversed the second time, and InsufficientStock when what it moved
    has since gone on.
    """
    with transaction() as session:
        # Locked: who reverses it from another page waits here, and is told.
        original = session.get_one(StockMovement, movement_id, with_for_update={"key_share": True})
        if original.kind == MovementKind.REVERSAL:
            raise AlreadyReversed(_("A reversal cannot itself be reversed."))
        if session.scalar(select(StockMovement.id).filter_by(reverses_id=movement_id)):
            raise AlreadyReversed(_("This movement was already reversed."))
        lines = session.scalars(
            select(StockLine).filter_by(movement_id=movement_id).order_by(StockLine.id)
        )
        return post(
            [
                Transfer(x.lot_id, x.to_place_id, x.from_place_id, x.quantity, x.reason)
                for x in lines
            ],
            kind=MovementKind.REVERSAL,
            source=Source(original.source_kind, original.source_id),
            organisation_id=original.organisation_id,
            recorded_by_id=recorded_by_id,
            occurred_at=clock.now(),
            note=reason,
            key=key,
            reverses_id=movement_id,
            is_remaking=original.kind in REMAKING,
        )


def hold_still(keys: Iterable[BalanceKey]) -> dict[BalanceKey, int]:
    """Lock balances, (place id, lot id), until the commit; how much each holds.

    For who must look before they post. All at once: a second call could wait in a ring.
    """
    with transaction() as session:
        balances = ledger_sql.lock_balances(session, sorted(set(keys)))
        return {key: balance.quantity for key, balance in balances.items()}


def create_lots(lots: Sequence[NewLot], *, like: Sequence[int] = ()) -> list[int]:
    """Make lots in bulk; their ids in the same order.

    `like`: the lot that each is more of. Whatever recalls that or their batch has them too.
    """
    with transaction() as session:
        # Not asdict(), whose deep copies take a second for ten thousand lots.
        names = [field.name for field in fields(NewLot)]
        rows = [{name: getattr(lot, name) for name in names} for lot in lots]
        recalls = born_recalled.recalls(session, rows, like)
        for row, recall_ids in zip(rows, recalls, strict=True):
            row["recall_id"] = min(recall_ids, default=None)
        lot_ids = ledger_sql.write_lots(session, rows)
        born_recalled.keep(session, zip(lot_ids, recalls, strict=True))
        return lot_ids


def relabel(lot: Lot, *, batch_number: str, expires_on: date | None, pack_id: int | None) -> None:
    """Put right what a lot says of itself, wherever it is; `corrections` keeps what it said.

    In the caller's transaction, which records why.
    """
    lot.batch_number, lot.expires_on, lot.pack_id = batch_number, expires_on, pack_id
    db.session.flush()


def redate(days: Mapping[int, date | None]) -> None:
    """Put right when lots expire that were made of one that was relabelled; as `relabel`."""
    with transaction() as session:
        for lot_id, lot in shortages.by_id(Lot, set(days)).items():
            lot.expires_on = days[lot_id]
        session.flush()


def create_parts(parts: Sequence[NewPart]) -> None:
    """Keep what new lots are made of, in bulk; `making` knows how."""
    with transaction() as session:
        names = [field.name for field in fields(NewPart)]
        rows = [{name: getattr(part, name) for name in names} for part in parts]
        ledger_sql.write_parts(session, rows)


def mark_recalled(lot_ids: Sequence[int], recall_id: int | None) -> None:
    """Say of lots by which recall they are closed, None: by none any more.

    Whoever recalls them has locked their balances, so that nothing leaves meanwhile.
    """
    with transaction() as session:
        session.execute(update(Lot).where(Lot.id.in_(list(lot_ids))).values(recall_id=recall_id))


def _moved(transfers: Sequence[Transfer]) -> Counter[BalanceKey]:
    """What each (place, lot) gains or loses when all the transfers are made."""
    moved: Counter[BalanceKey] = Counter()
    for transfer in transfers:
        moved[transfer.from_place_id, transfer.lot_id] -= transfer.quantity
        moved[transfer.to_place_id, transfer.lot_id] += transfer.quantity
    assert sum(moved.values()) == 0
    return moved


def _promised(holds: Sequence[Hold], *, sign: int) -> Counter[BalanceKey]:
    assert len(holds) <= LINES_MAX
    assert all(hold.quantity > 0 for hold in holds)
    promised: Counter[BalanceKey] = Counter()
    for hold in holds:
        promised[hold.place_id, hold.lot_id] += sign * hold.quantity
    return promised


def _change_promises(holds: Sequence[Hold], *, sign: int, to_send: bool) -> None:
    promised = _promised(holds, sign=sign)
    with transaction() as session:
        balances = ledger_sql.lock_balances(session, sorted(promised))
        if to_send:
            refuse_recalled({hold.lot_id for hold in holds})
        changed = _changed(balances, Counter(), promised)
        _refuse_shortages(changed)
        ledger_sql.write_balances(session, changed)


def _changed(
    balances: dict[BalanceKey, Balance],
    moved: Counter[BalanceKey],
    promised: Counter[BalanceKey],
) -> list[Balance]:
    changed = [
        balance.after(moved[key], promised[key])
        for key, balance in balances.items()
        if moved[key] or promised[key]
    ]
    assert all(balance.reserved >= 0 for balance in changed), "released more than was promised"
    return changed


def refuse_recalled(lot_ids: set[int]) -> None:
    """Asked once the balances are locked, for whoever recalls a lot locks them too.

    Raises LotRecalled, naming every one of them.
    """
    recalled = ledger_sql.recalled(db.session(), sorted(lot_ids))
    if not recalled:
        return
    sentences = [
        _(
            "Lot %(lot)s is recalled: it stays where it is until that is lifted.",
            lot=lot_number(lot_id),
        )
        for lot_id in recalled
    ]
    raise LotRecalled(" ".join(sentences), lots=[lot_number(lot_id) for lot_id in recalled])


def _refuse_hiding(balances: dict[BalanceKey, Balance], moved: Counter[BalanceKey]) -> None:
    """What is recalled for its own sake must not come back as lots that nobody recalled."""
    gone, come = (_of_ours(balances, moved, sign) for sign in (-1, 1))
    recalled = set(ledger_sql.recalled(db.session(), sorted(gone | come)))
    if gone & recalled and not come & recalled:
        refuse_recalled(gone & recalled)


def _of_ours(
    balances: dict[BalanceKey, Balance], moved: Counter[BalanceKey], sign: int
) -> set[int]:
    """The lots of which we have less (-1) or more (1) at some place of ours."""
    return {
        lot_id
        for (place_id, lot_id), balance in balances.items()
        if not balance.is_outside and moved[place_id, lot_id] * sign > 0
    }


def _refuse_debts(changed: Sequence[Balance], moved: Counter[BalanceKey]) -> None:
    """What was lost and found since cannot come back once more by undoing the loss."""
    short = [
        b for b in changed if b.is_outside and b.quantity < 0 and moved[b.place_id, b.lot_id] < 0
    ]
    if short:
        places = shortages.by_id(Place, {b.place_id for b in short})
        _name_shortages([b for b in short if places[b.place_id].kind in NEVER_OWING])


def _refuse_shortages(changed: Sequence[Balance]) -> None:
    _name_shortages([b for b in changed if not b.is_outside and b.quantity < b.reserved])


def _name_shortages(short: Sequence[Balance]) -> None:
    if short:
        sentence, facts = shortages.named(short)
        raise InsufficientStock(sentence, shortages=facts)
