"""The story that reports are read by: a gift that went every way goods can go."""

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.donations.models import DonationLine
from aidtrack.reports import services
from aidtrack.shipments import settlement
from aidtrack.shipments.deliveries import HandedOver
from aidtrack.shipments.settlement import Settled
from aidtrack.stock import storekeeping
from aidtrack.stock.models import Lot, Reason
from aidtrack.stock.services import Taking
from tests.factories.distributions import hand_out
from tests.factories.donations import make_donation
from tests.factories.shipments import deliver, hand_over, loads_of, make_dispatched
from tests.factories.world import World, make_item


@dataclass(frozen=True, slots=True)
class Story:
    """100 blankets given: 60 sent, 40 delivered, 10 lost on the road, 30 handed out."""

    world: World
    item_id: int
    donation_id: int
    receipt_id: int
    lot_id: int
    shipment_id: int
    distribution_id: int


def make_story(world: World, **people: object) -> Story:
    """in stock 32 + 10 waiting, on the road 10, handed out 30, lost 10 + 3, returned 5."""
    item_id = make_item("Thermal blanket", unit_value_minor=920, currency="USD")
    donation_id, receipt_id = make_donation(world, item_id, 100)
    lot_id = lot_of(donation_id)
    shipment_id = make_dispatched(world, (item_id, 60))
    (load,) = loads_of(shipment_id)
    deliver(world, hand_over(shipment_id, HandedOver(load.id, good=40)))
    common = {"key": uuid4(), "actor": world.logistician, "at": clock.now()}
    settlement.report_lost(shipment_id, [Settled(load.id, 10, Reason.WET)], **common)
    distribution_id = hand_out(world, lot_id, 30, **people)
    taking = Taking(lot_id, world.bin_id, 3)
    storekeeping.write_off(
        [taking], reason=Reason.DAMAGED, note="Torn by mice", **(common | {"key": uuid4()})
    )
    storekeeping.give_back(
        [Taking(lot_id, world.bin_id, 5)], note="Too many", **(common | {"key": uuid4()})
    )
    return Story(
        world=world,
        item_id=item_id,
        donation_id=donation_id,
        receipt_id=receipt_id,
        lot_id=lot_id,
        shipment_id=shipment_id,
        distribution_id=distribution_id,
    )


def lot_of(donation_id: int) -> int:
    return db.session.scalars(
        select(Lot.id)
        .join(DonationLine, DonationLine.id == Lot.donation_line_id)
        .where(DonationLine.donation_id == donation_id)
    ).first()


def issue(world: World, **more: object) -> int:
    """A report of the world's donor, asked for by the donor; the paper's id."""
    return services.issue_donor_report(
        more.pop("donor_id", world.donor_id),
        **{
            "as_of": None,
            "key": uuid4(),
            "actor": world.donor,
            "at": clock.now(),
            **more,
        },
    )
