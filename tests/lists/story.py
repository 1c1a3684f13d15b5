"""A few rows for every list, some alike, some without what others have."""

from datetime import timedelta
from uuid import uuid4

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.corrections.models import CorrectionKind
from aidtrack.corrections.plans import Change
from aidtrack.corrections.services import correct
from aidtrack.donations.arrivals import ReceivedLot
from aidtrack.donations.pledges import PledgedLine
from aidtrack.holds.services import release
from aidtrack.identity.permissions import Actor
from aidtrack.kits.contents import Content, set_contents
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.services import PartnerDetails, add_partner
from aidtrack.places.models import SITES
from aidtrack.stock.models import Lot
from tests.factories.counts import make_count
from tests.factories.distributions import hand_out, plan
from tests.factories.donations import expiring, lines_of, make_pledge, make_receipt
from tests.factories.holds import hold, recall
from tests.factories.shipments import make_draft
from tests.factories.world import World, make_donor, make_item, make_site, make_stock, make_world
from tests.factories.write_offs import write_off
from tests.lists.office import office

NAMES = ("Thermal blanket", "Rice", "Rice", "=Tent", "Water filter", "بطانية")


def tell() -> Actor:
    """Tells the story; who sees all of it."""
    world = make_world()
    items = store(world)
    gifts(world, items)
    loads(world, items)
    hand_outs(world, items[0])
    places_and_partners(world)
    for name in ("Birch Fund", "Birch Fund 2", "@Acorn"):
        make_donor(world.organisation_id, name)
    losses(world, items[0])
    kept_apart(world, items)
    counted(world)
    kits(world, items)
    corrected(world, items)
    office(world)
    return world.admin


def store(world: World) -> list[int]:
    """Items, two of them of one name, and lots of them: some expire, on one day, or never."""
    items = [
        make_item(name, weight_mg=None if number % 3 == 0 else number * 1_000)
        for number, name in enumerate(NAMES)
    ]
    for number, item_id in enumerate(items):
        expires_on = expiring(100 + number // 2) if number % 2 else None
        make_stock(world, item_id, 10 * (number + 1), expires_on=expires_on)
        make_stock(world, item_id, 7, place_id=world.warehouse_id, batch_number="@B-7")
    return items


def loads(world: World, items: list[int]) -> None:
    """Shipments, two of them expected at one moment and two at none."""
    soon = clock.now() + timedelta(days=2)
    for expected_at in (None, soon, None, soon, soon + timedelta(hours=1)):
        make_draft(world, (items[0], 1), expected_at=expected_at)


def kept_apart(world: World, items: list[int]) -> None:
    """Holds and recalls, one of the holds let go."""
    lots = [make_stock(world, item_id, 40, batch_number="AQ-7") for item_id in items[:5]]
    first = hold(world, lots[0], 1)
    for lot_id in lots[:4]:
        hold(world, lot_id, 2)
    release(first, note="Dry", key=uuid4(), actor=world.admin, at=clock.now())
    for lot_id in lots[:4]:
        recall(world, lot_id)


def losses(world: World, item_id: int) -> None:
    """Write-offs: some posted, two of them waiting, one of a value that nobody knows."""
    lot_id = make_stock(world, item_id, 2_000, unit_value_minor=1_01)
    for quantity in (5, 605, 5, 701):
        write_off(world, lot_id, quantity)
    write_off(world, make_stock(world, item_id, 9, unit_value_minor=None), 1)


def counted(world: World) -> None:
    """Counts, four of them of one lot each, the last of all that is left."""
    lots = [make_stock(world, make_item("Counted"), 3) for _ in range(4)]
    for lot_id in lots:
        make_count(world, item_ids=(db.session.get_one(Lot, lot_id).item_id,))
    make_count(world, number=2)


def kits(world: World, items: list[int]) -> None:
    """Kits, two of them of one name."""
    for name in ("Family kit", "Family kit", "=Kit", "Hygiene kit"):
        contents = [Content(items[0], 2)]
        set_contents(make_item(name), contents, note="", actor=world.admin)


def corrected(world: World, items: list[int]) -> None:
    """Corrections of the batch of some lots."""
    for number in range(4):
        lot_id = make_stock(world, items[1], 5, batch_number=f"W-{number}")
        correct(
            lot_id,
            Change(CorrectionKind.FACTS, batch_number=f"@R-{number}"),
            reason="Misread on the box",
            key=uuid4(),
            actor=world.admin,
            at=clock.now(),
        )


def hand_outs(world: World, item_id: int) -> None:
    """Distributions, two of them on one day, the last of them only planned."""
    lot_id = make_stock(world, item_id, 100, place_id=world.point_id)
    for days in (3, 1, 3):
        hand_out(world, lot_id, 5, on=clock.today() - timedelta(days=days))
    plan(world, lot_id, 10)


def places_and_partners(world: World) -> None:
    """Places and partners of one name, told apart by what they are or whose."""
    for kind in SITES:
        make_site(world.organisation_id, kind, "=Hub", world.area_id)
    for kind in (PartnerKind.CARRIER, PartnerKind.SUPPLIER):
        add_partner(
            PartnerDetails(kind=kind, name="Silk Road", reference="+996", phone="+996 312"),
            organisation_id=world.organisation_id,
            actor=world.admin,
        )


def gifts(world: World, items: list[int]) -> None:
    """Donations, some expected on one day or on none, all but one of them received."""
    for number, item_id in enumerate(items[:4]):
        expected_on = expiring(10 + number // 2) if number else None
        donation_id = make_pledge(
            world, PledgedLine(item_id, 10), expected_on=expected_on, grant_reference="-G 1"
        )
        (line_id,) = lines_of(donation_id)
        make_receipt(world, donation_id, ReceivedLot(line_id, 10, 9 - number % 2))
    make_pledge(world, PledgedLine(items[0], 5), value_minor=123_456)
