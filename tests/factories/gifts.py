"""A gift of one item whose lot is known, for those who correct it."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.donations.models import GoodsReceiptLine
from aidtrack.donations.services import PledgedLine, ReceivedLot
from tests.factories.donations import lines_of, make_pledge, make_receipt
from tests.factories.world import World


@dataclass(frozen=True, slots=True)
class Gift:
    """A donation of one line, and the lot of what came of it (0 before anything did)."""

    world: World
    donation_id: int
    line_id: int
    lot_id: int

    def receive(self, quantity: int, batch_number: str = "B-12") -> int:
        """More of it into the bin; the receipt's id."""
        lot = ReceivedLot(
            self.line_id, quantity, quantity, place_id=self.world.bin_id, batch_number=batch_number
        )
        return make_receipt(self.world, self.donation_id, lot)


def make_gift(
    world: World, item_id: int, quantity: int, *, pledged: int = 0, donor_id: int = 0
) -> Gift:
    """A gift of which so much came whole and good into the bin."""
    giver = replace(world, donor_id=donor_id or world.donor_id)
    donation_id = make_pledge(giver, PledgedLine(item_id, pledged or quantity))
    (line_id,) = lines_of(donation_id)
    gift = Gift(world, donation_id, line_id, 0)
    if not quantity:
        return gift
    gift.receive(quantity)
    lot_id = db.session.scalar(
        select(GoodsReceiptLine.lot_id).filter_by(donation_line_id=line_id).limit(1)
    )
    assert lot_id is not None
    return Gift(world, donation_id, line_id, lot_id)
