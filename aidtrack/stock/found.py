"""Goods found: taken back from where they count as lost, and beyond that a lot of nobody's."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select

from aidtrack.core.db import db, transaction
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.stock import ledger
from aidtrack.stock.ledger import NewLot, Transfer
from aidtrack.stock.ledger_sql import BalanceKey
from aidtrack.stock.models import Lot, Reason, StockLine

# Of goods that turn up nobody knows which loss they were of. What was only missing comes first.
LIKELY = (Reason.MISSING, Reason.OTHER, None)


@dataclass(frozen=True, slots=True)
class Found:
    """More of a lot than the books say, in base units, and the place where it lies."""

    lot_id: int
    place_id: int
    quantity: int


def lines_of_found(
    lot_id: int,
    place_id: int,
    quantity: int,
    organisation_id: int,
    *,
    stage: PlaceKind = PlaceKind.LOST_IN_WAREHOUSE,
) -> list[Transfer]:
    """What to post when more of a lot is found; see `lines_of_all_found`."""
    found = Found(lot_id, place_id, quantity)
    return lines_of_all_found([found], organisation_id, stage=stage)


def lines_of_all_found(
    found: Sequence[Found],
    organisation_id: int,
    *,
    stage: PlaceKind = PlaceKind.LOST_IN_WAREHOUSE,
    also: Iterable[BalanceKey] = (),
) -> list[Transfer]:
    """What to post when goods are found, in the transaction that posts it.

    What counts as lost at that stage, by whoever keeps it, comes back first, under the reason
    for which it was lost. The rest is a new lot like it, which no donor gave: no gift grows.
    Its balances stay locked until the commit; `also` are other balances of the same posting.
    """
    with transaction():
        # Before any balance: making a place locks its organisation, as whoever recalls does.
        source_id = places.outside_place(PlaceKind.FOUND, organisation_id)
        lost_id = places.outside_place(stage, organisation_id)
        lot_ids = {each.lot_id for each in found}
        ours = {(each.place_id, each.lot_id) for each in found}
        ledger.hold_still(ours | {(lost_id, lot_id) for lot_id in lot_ids} | set(also))
        lost = _lost(lost_id, lot_ids)
        lines: list[Transfer] = []
        beyond: list[Found] = []
        for each in found:
            left = each.quantity
            pool = lost[each.lot_id]
            for reason in sorted(pool, key=_likely):
                taken = min(pool[reason], left)
                if taken > 0:
                    lines.append(
                        Transfer(each.lot_id, lost_id, each.place_id, taken, reason),
                    )
                    pool[reason] -= taken
                    left -= taken
            if left:
                beyond.append(Found(each.lot_id, each.place_id, left))
        return lines + _lots_of_nobody(beyond, source_id, organisation_id)


def _lost(lost_id: int, lot_ids: Iterable[int]) -> dict[int, dict[Reason | None, int]]:
    """How much of each lot counts as lost there, by reason; what came back is taken off.

    A reason may be overdrawn, by who undid it after some was found: the others make up for it.
    """
    gained = case((StockLine.to_place_id == lost_id, StockLine.quantity), else_=-StockLine.quantity)
    rows = db.session.execute(
        select(StockLine.lot_id, StockLine.reason, func.sum(gained).label("quantity"))
        .where(
            StockLine.lot_id.in_(lot_ids),
            or_(StockLine.to_place_id == lost_id, StockLine.from_place_id == lost_id),
        )
        .group_by(StockLine.lot_id, StockLine.reason)
    )
    found: dict[int, dict[Reason | None, int]] = defaultdict(dict)
    for row in rows:
        found[row.lot_id][row.reason] = int(row.quantity)
    for pool in found.values():
        _settle(pool)
    return found


def _settle(pool: dict[Reason | None, int]) -> None:
    """Let what is overdrawn be borne by the other reasons, so that the sum is right."""
    owed = -sum(quantity for quantity in pool.values() if quantity < 0)
    for reason in sorted(pool, key=_likely):
        borne = min(max(pool[reason], 0), owed)
        pool[reason] = max(pool[reason], 0) - borne
        owed -= borne


def _likely(reason: Reason | None) -> tuple[int, str]:
    return (LIKELY.index(reason) if reason in LIKELY else len(LIKELY), reason or "")


def _lots_of_nobody(found: Sequence[Found], source_id: int, organisation_id: int) -> list[Transfer]:
    if not found:
        return []
    asked = select(Lot).where(Lot.id.in_({each.lot_id for each in found}))
    lots = {lot.id: lot for lot in db.session.scalars(asked)}
    made = ledger.create_lots(
        [
            NewLot(
                item_id=lots[each.lot_id].item_id,
                organisation_id=organisation_id,
                batch_number=lots[each.lot_id].batch_number,
                expires_on=lots[each.lot_id].expires_on,
                pack_id=lots[each.lot_id].pack_id,
                unit_value_minor=lots[each.lot_id].unit_value_minor,
                currency=lots[each.lot_id].currency,
            )
            for each in found
        ],
        like=[each.lot_id for each in found],
    )
    return [
        Transfer(lot_id, source_id, each.place_id, each.quantity)
        for lot_id, each in zip(made, found, strict=True)
    ]
