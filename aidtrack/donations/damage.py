"""What comes damaged: a write-off of its own, so that a second person looks at it.

The goods note keeps what was counted good and damaged on the day, whatever becomes of it.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.i18n import _
from aidtrack.donations.arrivals import Arrival
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock import taken_back, write_offs
from aidtrack.stock.ledger import Transfer
from aidtrack.stock.ledger_sql import BalanceKey
from aidtrack.stock.loss_values import Lost
from aidtrack.stock.models import Reason, StockLine
from aidtrack.stock.write_offs import Loss


def record(
    arrival: Arrival,
    lines: Sequence[Transfer],
    *,
    number: str,
    receipt_id: int,
    actor: Actor,
    first: Callable[[], object],
) -> None:
    """Write off what is damaged; worth too much, it is held at the site until someone approves.

    `lines` are what the receipt posts, which `first` does, and `number` its donation's.
    """
    damaged: Counter[int] = Counter()
    for line in lines:
        if line.reason == Reason.DAMAGED:
            damaged[line.lot_id] += line.quantity
    notes = [lot.note for lot in arrival.lots if lot.damaged and lot.note]
    loss = Loss(
        site=db.session.get_one(Place, arrival.site_id),
        stage=PlaceKind.LOST_IN_TRANSPORT,
        lines=tuple(
            Lost(lot_id, arrival.site_id, quantity, Reason.DAMAGED)
            for lot_id, quantity in damaged.items()
        ),
        note=". ".join([_("Damaged on arrival: %(number)s", number=number), *notes]),
        happened_at=arrival.arrived_at,
        receipt_id=receipt_id,
    )
    write_offs.record(
        loss, key=None, actor=actor, at=clock.now(), also=_balances(lines), first=first
    )


def take_back(receipt_id: int, movement_id: int, *, reason: str, actor: Actor) -> None:
    """Before the receipt's movement is reversed: what it brought damaged lies there again."""
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
