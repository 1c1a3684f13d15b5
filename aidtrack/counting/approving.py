"""The end of a count: approved and posted, refused, cancelled, or undone later."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from aidtrack.catalogue.models import Item
from aidtrack.core import audit, idempotency
from aidtrack.core.db import db, is_postgresql, transaction
from aidtrack.core.errors import Invalid, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.counting import counts, figures
from aidtrack.counting.figures import Figure
from aidtrack.counting.models import (
    KIND,
    UNFINISHED,
    CountLine,
    CountStatus,
    LastCounted,
    StockCount,
)
from aidtrack.counting.promises import expect_free
from aidtrack.counting.settling import Difference, Settlement, settle
from aidtrack.identity import duties
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.stock import found, ledger
from aidtrack.stock.found import Found
from aidtrack.stock.ledger import LINES_MAX, NewLot, Source, Transfer
from aidtrack.stock.models import Lot, MovementKind, Reason, StockMovement

Decided = Sequence[tuple[CountLine, Figure]]


def approve(
    count_id: int,
    *,
    note: str = "",
    seen: str = "",
    key: UUID,
    actor: Actor,
    at: datetime,
) -> list[int]:
    """Agree with what was counted: the stock is corrected by what differed from the books at
    the moment of counting, so that what moved since stays moved. Returns the movements' ids.

    `seen` is the `fingerprint` of what the approver looked at. Raises SameHands for whoever
    planned or counted, and PromisedMissing when what is missing is kept for somebody.
    """
    request: dict[str, object] = {"count": count_id, "note": note}
    with transaction():
        count = counts.locked(count_id, actor)
        counts.require_here(Permission.APPROVE_COUNTS, count, actor)
        if idempotency.earlier_result(key, "count.approve", request) is not None:
            return movements_of(count.id)
        if count.status == CountStatus.DONE and count.decided_by_id == actor.user_id:
            return movements_of(count.id)
        counts.expect(count, CountStatus.REVIEW)
        _expect_other_hands(count, actor)
        decided = decided_lines(count)
        if seen and seen != fingerprint(decided):
            raise WrongStatus(
                _("Movements were recorded since you opened this page. Look at it again.")
            )
        settlement = settle(differences(decided))
        lost_id = _hold_still(count, settlement)
        # Only now nothing can move any more.
        if fingerprint(decided_lines(count)) != fingerprint(decided):
            raise WrongStatus(_("Goods moved while you approved. Look at it again."))
        expect_free(count.id, settlement.taken())
        _post(count, _transfers(count, settlement, lost_id), key, actor, decided)
        _keep_figures(count, decided)
        _decide(count, CountStatus.DONE, "count.approved", note=note, actor=actor, at=at)
        idempotency.remember(key, "count.approve", request, count.id)
        return movements_of(count.id)


def refuse(count_id: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """Do not agree with what was counted: the stock stays as the books have it."""
    with transaction():
        count = counts.locked(count_id, actor)
        counts.require_here(Permission.APPROVE_COUNTS, count, actor)
        if not reason.strip():
            raise Invalid(_("Say why, for those who counted."), field="reason")
        counts.expect(count, CountStatus.REVIEW)
        _decide(count, CountStatus.REFUSED, "count.refused", note=reason, actor=actor, at=at)


def cancel(count_id: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """Give a count up before anybody approved it; its figures stay to be read."""
    with transaction():
        count = counts.locked(count_id, actor)
        counts.require_here(Permission.COUNT_STOCK, count, actor)
        if not reason.strip():
            raise Invalid(_("Say why."), field="reason")
        counts.expect(count, *UNFINISHED)
        _decide(count, CountStatus.CANCELLED, "count.cancelled", note=reason, actor=actor, at=at)


def undo(count_id: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take back all that a count corrected, as long as the goods are still there."""
    with transaction() as session:
        count = counts.locked(count_id, actor)
        counts.require_here(Permission.REVERSE_MOVEMENTS, count, actor)
        if not reason.strip():
            raise Invalid(_("Say why."), field="reason")
        counts.expect(count, CountStatus.DONE)
        for movement_id in movements_of(count.id):
            ledger.reverse(movement_id, reason=reason, recorded_by_id=actor.user_id)
        session.execute(delete(LastCounted).where(LastCounted.count_id == count.id))
        _decide(count, CountStatus.UNDONE, "count.undone", note=reason, actor=actor, at=at)


def decided_lines(count: StockCount) -> list[tuple[CountLine, Figure]]:
    """Each line of a count in review, with the figure that it goes by."""
    by_line = figures.figures_of(count.id)
    lines = db.session.scalars(
        select(CountLine).where(CountLine.count_id == count.id).order_by(CountLine.id)
    )
    return [
        (line, figure)
        for line in lines
        if (figure := figures.deciding(by_line.get(line.id, ()), line.round)) is not None
    ]


def differences(decided: Decided) -> list[Difference]:
    return [
        Difference(
            line.id,
            line.place_id,
            line.lot_id,
            line.item_id,
            line.batch_number,
            line.expires_on,
            figure.difference,
        )
        for line, figure in decided
        if figure.difference
    ]


def fingerprint(decided: Decided) -> str:
    """Stands for every difference as it is now: another one when anything changes."""
    said = ",".join(f"{line.id}:{figure.quantity}:{figure.book}" for line, figure in decided)
    return sha256(said.encode()).hexdigest()[:16]


def movements_of(count_id: int) -> list[int]:
    """What a count posted, in parts if it was long."""
    return list(
        db.session.scalars(
            select(StockMovement.id)
            .where(
                StockMovement.source_kind == KIND,
                StockMovement.source_id == count_id,
                StockMovement.kind == MovementKind.COUNT,
            )
            .order_by(StockMovement.id)
        )
    )


def _expect_other_hands(count: StockCount, actor: Actor) -> None:
    if actor.user_id not in counts.hands(count):
        return
    is_planner = actor.user_id == count.planned_by_id
    duties.expect_another(
        actor,
        Permission.APPROVE_COUNTS,
        prepared=_("You planned this count.")
        if is_planner
        else _("You counted here yourself, or said who counts."),
        prepared_by_id=actor.user_id,
        organisation_id=count.organisation_id,
        site_id=count.site_id,
    )


def _hold_still(count: StockCount, settlement: Settlement) -> int:
    """All balances of the posting at once, those of losses too. The place of what is lost."""
    if settlement.surplus or settlement.unknown:
        # First: making a place locks its organisation, as whoever recalls does.
        places.outside_place(PlaceKind.FOUND, count.organisation_id)
    lost_id = places.outside_place(PlaceKind.LOST_IN_WAREHOUSE, count.organisation_id)
    ours = {*settlement.taken(), *settlement.surplus}
    ours |= {(each.lot_id, each.to_place_id) for each in settlement.misplaced}
    keys = {(place_id, lot_id) for lot_id, place_id in ours}
    keys |= {(lost_id, lot_id) for lot_id, _place_id in {*settlement.missing, *settlement.surplus}}
    if keys:
        ledger.hold_still(keys)
    return lost_id


def _transfers(count: StockCount, settlement: Settlement, lost_id: int) -> list[Transfer]:
    moved = [
        Transfer(x.lot_id, x.from_place_id, x.to_place_id, x.quantity) for x in settlement.misplaced
    ]
    lost = [
        Transfer(lot_id, place_id, lost_id, quantity, Reason.MISSING)
        for (lot_id, place_id), quantity in settlement.missing.items()
    ]
    over = [
        Found(lot_id, place_id, quantity)
        for (lot_id, place_id), quantity in settlement.surplus.items()
    ]
    back = found.lines_of_all_found(over, count.organisation_id) if over else []
    return [*moved, *lost, *back, *_unknown_goods(count, settlement.unknown)]


def _unknown_goods(count: StockCount, unknown: Sequence[Difference]) -> list[Transfer]:
    """Lots of nobody, for goods that the books did not know at all."""
    if not unknown:
        return []
    source_id = places.outside_place(PlaceKind.FOUND, count.organisation_id)
    asked = select(Item.id, Item.unit_value_minor, Item.currency).where(
        Item.id.in_({each.item_id for each in unknown})
    )
    worth = {row.id: row for row in db.session.execute(asked)}
    lot_ids = ledger.create_lots(
        [
            NewLot(
                item_id=each.item_id,
                organisation_id=count.organisation_id,
                batch_number=each.batch_number,
                expires_on=each.expires_on,
                unit_value_minor=worth[each.item_id].unit_value_minor,
                currency=worth[each.item_id].currency,
            )
            for each in unknown
        ]
    )
    return [
        Transfer(lot_id, source_id, each.place_id, each.quantity)
        for lot_id, each in zip(lot_ids, unknown, strict=True)
    ]


def _post(
    count: StockCount, transfers: list[Transfer], key: UUID, actor: Actor, decided: Decided
) -> None:
    """At the moment of the last counting: that is when the goods were seen."""
    for number, first in enumerate(range(0, len(transfers), LINES_MAX)):
        ledger.post(
            transfers[first : first + LINES_MAX],
            kind=MovementKind.COUNT,
            source=Source(KIND, count.id),
            organisation_id=count.organisation_id,
            recorded_by_id=actor.user_id,
            occurred_at=max(figure.counted_at for _line, figure in decided),
            note=count.number,
            key=UUID(int=(key.int + number) % 2**128),
        )


def _keep_figures(count: StockCount, decided: Decided) -> None:
    """What the approval went by: on each line, as accuracy, and when each lot was counted."""
    db.session.execute(
        update(CountLine),
        [
            {
                "id": line.id,
                "counted_at": figure.counted_at,
                "book_quantity": figure.book,
                "counted_quantity": figure.quantity,
            }
            for line, figure in decided
        ],
    )
    worth = _unit_values(count, [line.lot_id for line, _figure in decided if line.lot_id])
    count.lines_counted = len(decided)
    count.lines_right = sum(figure.difference == 0 for _line, figure in decided)
    count.value_counted_minor = sum(
        worth.get(line.lot_id or 0, 0) * max(figure.book, figure.quantity)
        for line, figure in decided
    )
    count.value_off_minor = sum(
        worth.get(line.lot_id or 0, 0) * abs(figure.difference) for line, figure in decided
    )
    _remember_when(count)


def _unit_values(count: StockCount, lot_ids: list[int]) -> dict[int, int]:
    """What one unit of each lot is worth, of those with a value in the count's currency."""
    rows = db.session.execute(
        select(Lot.id, Lot.unit_value_minor)
        .join(CountLine, CountLine.lot_id == Lot.id)
        .where(CountLine.count_id == count.id, Lot.currency == count.currency)
    )
    wanted = set(lot_ids)
    return {row.id: row.unit_value_minor or 0 for row in rows if row.id in wanted}


def _remember_when(count: StockCount) -> None:
    dialect: Any = postgresql if is_postgresql() else sqlite
    counted = select(
        CountLine.place_id, CountLine.lot_id, CountLine.counted_at, literal(count.id)
    ).where(
        CountLine.count_id == count.id,
        CountLine.lot_id.is_not(None),
        CountLine.counted_at.is_not(None),
    )
    fresh = dialect.insert(LastCounted).from_select(
        ["place_id", "lot_id", "counted_at", "count_id"], counted
    )
    db.session.execute(
        fresh.on_conflict_do_update(
            index_elements=["place_id", "lot_id"],
            set_={"counted_at": fresh.excluded.counted_at, "count_id": fresh.excluded.count_id},
        )
    )


def _decide(
    count: StockCount, status: CountStatus, action: str, *, note: str, actor: Actor, at: datetime
) -> None:
    count.status = status
    count.decided_at = at
    count.decided_by_id = actor.user_id
    count.decision_note = note.strip()
    facts = {"number": count.number, "site": count.site_id, "note": note.strip()}
    audit.record(actor, action, kind=KIND, record_id=count.id, facts=facts)
