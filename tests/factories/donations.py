"""Donations as a donor promises them, and the goods as they come."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.donations import services as donations
from aidtrack.donations.models import DonationLine
from aidtrack.donations.services import Arrival, Pledge, PledgedLine, ReceivedLot
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock import ledger
from aidtrack.stock.models import MovementKind, Reason, StockLine
from tests.factories.world import World

NEXT_YEAR = clock.today() + timedelta(days=365)


def make_pledge(world: World, *lines: PledgedLine, **more: object) -> int:
    """A donation of the world's donor; its id."""
    return donations.pledge(
        Pledge(donor_id=world.donor_id, lines=tuple(lines), **more),  # type: ignore[arg-type]
        organisation_id=world.organisation_id,
        actor=world.logistician,
        key=uuid4(),
        at=clock.now(),
    )


def lines_of(donation_id: int) -> list[int]:
    """The ids of a donation's lines, in their order."""
    return list(
        db.session.scalars(
            select(DonationLine.id)
            .filter_by(donation_id=donation_id)
            .order_by(DonationLine.line_number)
        )
    )


def make_arrival(world: World, *lots: ReceivedLot, **more: object) -> Arrival:
    """Lots that came an hour ago; each to the world's bin unless it says where."""
    return Arrival(
        **{
            "site_id": world.warehouse_id,
            "arrived_at": clock.now() - timedelta(hours=1),
            "lots": lots,
            **more,
        }  # type: ignore[arg-type]
    )


def make_receipt(world: World, donation_id: int, *lots: ReceivedLot, **more: object) -> int:
    """Goods received by the logistician; the receipt's id."""
    return donations.receive(
        donation_id, make_arrival(world, *lots, **more), actor=world.logistician, key=uuid4()
    )


def make_donation(
    world: World, item_id: int, quantity: int, *, batch_number: str = "B-1"
) -> tuple[int, int]:
    """A donation of one item that came whole and good into the bin: its id, its receipt's id."""
    donation_id = make_pledge(world, PledgedLine(item_id, quantity))
    (line_id,) = lines_of(donation_id)
    lot = ReceivedLot(
        line_id, quantity, quantity, place_id=world.bin_id, batch_number=batch_number,
        expires_on=NEXT_YEAR,
    )  # fmt: skip
    return donation_id, make_receipt(world, donation_id, lot)


def expiring(days: int) -> date:
    return clock.today() + timedelta(days=days)


def lots_of(line_ids: Sequence[int], quantity: int, **more: object) -> list[ReceivedLot]:
    """The same good quantity of each line."""
    return [ReceivedLot(line, quantity, quantity, **more) for line in line_ids]  # type: ignore[arg-type]


def move(world: World, lot_id: int, quantity: int) -> None:
    """Some of a lot leaves the world's bin for its distribution point."""
    ledger.post(
        [ledger.Transfer(lot_id, world.bin_id, world.point_id, quantity)],
        kind=MovementKind.MOVE,
        source=ledger.Source("test", 1),
        organisation_id=world.organisation_id,
        recorded_by_id=world.admin.user_id,
        occurred_at=clock.now(),
    )


def posted() -> list[tuple[int, PlaceKind, Reason | None]]:
    """(quantity, kind of the place it went to, reason) of every line of the ledger."""
    rows = db.session.execute(
        select(StockLine.quantity, Place.kind, StockLine.reason)
        .join(Place, Place.id == StockLine.to_place_id)
        .order_by(StockLine.quantity)
    )
    return [(row.quantity, row.kind, row.reason) for row in rows]
