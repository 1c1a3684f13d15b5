"""What comes damaged or not at all: one write-off, so that a second person looks at it.

The goods note keeps what was counted on the day, whatever becomes of it. What never came is on
the road from its donor until it is written off.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.i18n import _
from aidtrack.donations.arrivals import Arrival, LotKey
from aidtrack.donations.models import GoodsReceipt
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock import claims, taken_back, write_offs
from aidtrack.stock.ledger import Transfer
from aidtrack.stock.ledger_sql import BalanceKey
from aidtrack.stock.loss_values import Lost
from aidtrack.stock.models import Reason, StockLine
from aidtrack.stock.write_offs import Loss


def record(
    arrival: Arrival,
    lines: Sequence[Transfer],
    lots: Sequence[Lost],
    *,
    number: str,
    receipt_id: int,
    actor: Actor,
    first: Callable[[], object],
) -> None:
    """Write off what is damaged or missing; worth too much, it waits until someone approves.

    `lines` are what the receipt posts, which `first` does, `lots` what is lost of them, and
    `number` its donation's. What we claim for is claimed from whoever brought it.
    """
    notes = [lot.note for lot in arrival.lots if lot.lost and lot.note]
    loss = Loss(
        site=db.session.get_one(Place, arrival.site_id),
        stage=PlaceKind.LOST_IN_TRANSPORT,
        lines=tuple(lots),
        note=". ".join([_what_happened(lots, number), *notes]),
        happened_at=arrival.arrived_at,
        receipt_id=receipt_id,
        claim_against=_who_pays(arrival),
    )
    _write_off(loss, actor, also=_balances(lines), first=first)


def write_off(
    receipt: GoodsReceipt,
    lots: Sequence[Lost],
    *,
    number: str,
    note: str,
    actor: Actor,
) -> int:
    """Write off what is still on the road of a receipt. Returns the write-off's id."""
    loss = Loss(
        site=db.session.get_one(Place, receipt.site_id),
        stage=PlaceKind.LOST_IN_TRANSPORT,
        lines=tuple(lots),
        note=". ".join([_what_happened(lots, number), note.strip()]),
        happened_at=receipt.arrived_at,
        receipt_id=receipt.id,
        claim_against=_who_pays(receipt),
    )
    return _write_off(loss, actor)


def _write_off(
    loss: Loss,
    actor: Actor,
    *,
    also: Iterable[BalanceKey] = (),
    first: Callable[[], object] | None = None,
) -> int:
    write_off_id = write_offs.record(
        loss, key=None, actor=actor, at=clock.now(), also=also, first=first
    )
    claims.note_opened(write_off_id, actor=actor)
    return write_off_id


def _who_pays(brought: Arrival | GoodsReceipt) -> str:
    return brought.delivered_by or brought.transport_reference or _("The carrier")


def lost_of(
    arrival: Arrival, lot_ids: Mapping[LotKey, int], road_place_id: int | None
) -> list[Lost]:
    """What is written off: the damaged where it stands, the missing on the road, lot by lot."""
    lost: Counter[tuple[int, int, Reason, bool]] = Counter()
    for lot in arrival.lots:
        lot_id = lot_ids[lot.key]
        if lot.damaged:
            lost[lot_id, arrival.site_id, Reason.DAMAGED, lot.is_claimed] += lot.damaged
        if lot.missing:
            assert road_place_id is not None
            lost[lot_id, road_place_id, Reason.MISSING, lot.is_claimed] += lot.missing
    return [
        Lost(lot_id, place_id, quantity, reason, is_claimed=is_claimed)
        for (lot_id, place_id, reason, is_claimed), quantity in lost.items()
    ]


def _what_happened(lots: Sequence[Lost], number: str) -> str:
    reasons = {lot.reason for lot in lots}
    if reasons == {Reason.DAMAGED}:
        return _("Damaged on arrival: %(number)s", number=number)
    if reasons == {Reason.MISSING}:
        return _("Missing on arrival: %(number)s", number=number)
    return _("Damaged or missing on arrival: %(number)s", number=number)


def take_back(receipt_id: int, movement_id: int, *, reason: str, actor: Actor) -> None:
    """Before the receipt's movement is reversed: what it brought lies where it brought it again."""
    rows = db.session.scalars(select(StockLine).filter_by(movement_id=movement_id))
    taken_back.take_back_of_receipt(
        receipt_id, also=_balances(rows.all()), reason=reason, actor=actor, at=clock.now()
    )


def _balances(lines: Sequence[Transfer] | Sequence[StockLine]) -> set[BalanceKey]:
    return {
        (place_id, line.lot_id)
        for line in lines
        for place_id in (line.from_place_id, line.to_place_id)
    }
