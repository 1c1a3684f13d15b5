"""Random histories of a small operation, and the same figures counted again line by line."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.places import services as places
from aidtrack.places.models import Place, PlaceKind
from aidtrack.sealing import seals
from aidtrack.stock import ledger
from aidtrack.stock.ledger import InsufficientStock, NewLot, Source, Transfer
from aidtrack.stock.models import Lot, MovementKind, StockLine, StockMovement
from aidtrack.stock_reports import checkpoints
from aidtrack.stock_reports.wanted import By, Clock
from tests.factories.world import World, make_donor, make_item

BEGUN = datetime(2026, 3, 1, 6, tzinfo=UTC)
DAYS = 40
steps = st.lists(
    st.tuples(
        st.sampled_from(["come", "move", "send", "arrive", "hand", "lose", "reverse", "keep"]),
        st.integers(0, 3),  # which lot
        st.integers(0, 2),  # which place
        st.integers(1, 40),  # how many
        st.integers(0, 20),  # how many days before it was recorded it happened
    ),
    min_size=3,
    max_size=12,
)


def keep_checkpoints(lines_apart: int = 1) -> None:
    """What the worker does, so many lines apart that even a short history has some."""
    seals.seal_now()
    checkpoints.keep(lambda _balances: lines_apart)


@dataclass
class Operation:
    """Two sites with bins, four lots of two items and two donors, and the ways out."""

    world: World
    lots: list[int]
    bins: list[int]
    ways: dict[str, int]
    made: list[int] = field(default_factory=list)

    @classmethod
    def begin(cls, world: World) -> "Operation":
        donors = [world.donor_id, make_donor(world.organisation_id, "Second donor"), None, None]
        items = [make_item("Blanket"), make_item("Tent")]
        lots = ledger.create_lots(
            [
                NewLot(
                    items[n % 2],
                    world.organisation_id,
                    donor_id=donors[n],
                    unit_value_minor=None if n == 3 else 100 + n,
                    currency=None if n == 3 else ("USD", "EUR")[n % 2],
                )
                for n in range(4)
            ]
        )
        bins = [world.bin_id, world.warehouse_id, world.other_warehouse_id]
        outside = {
            "source": places.outside_place(PlaceKind.OPENING, world.organisation_id),
            "lost": places.outside_place(PlaceKind.LOST_IN_WAREHOUSE, world.organisation_id),
        }
        road = Place(
            kind=PlaceKind.IN_TRANSIT, name="S-1", is_outside=False, names={},
            organisation_id=world.organisation_id,
        )  # fmt: skip
        people = db.session.scalar(select(Place).where(Place.kind == PlaceKind.PEOPLE))
        if people is None:
            people = Place(
                kind=PlaceKind.PEOPLE, name="People", is_outside=True, names={},
                area_id=world.area_id,
            )  # fmt: skip
            db.session.add(people)
        db.session.add(road)
        db.session.commit()
        return cls(world, lots, bins, {**outside, "road": road.id, "people": people.id})

    def live(self, history: list[tuple[str, int, int, int, int]]) -> None:
        """What the ledger refuses does not happen."""
        for day, (kind, lot, place, quantity, late) in enumerate(history):
            now = BEGUN + timedelta(days=3 * day)
            with clock.telling(now):
                try:
                    self._step(kind, self.lots[lot], self.bins[place], quantity, late)
                except (InsufficientStock, ledger.AlreadyReversed):
                    db.session.rollback()

    def _step(self, kind: str, lot: int, place: int, quantity: int, late: int) -> None:
        if kind == "keep":
            keep_checkpoints()
            return
        if kind == "reverse":
            if self.made:
                ledger.reverse(
                    self.made[quantity % len(self.made)],
                    reason="wrong",
                    recorded_by_id=self.world.admin.user_id,
                )
            return
        other = self.bins[(self.bins.index(place) + 1) % 2]
        ends = {
            "come": (self.ways["source"], place, MovementKind.OPENING),
            "move": (place, other, MovementKind.MOVE),
            "send": (place, self.ways["road"], MovementKind.DISPATCH),
            "arrive": (self.ways["road"], place, MovementKind.DELIVERY),
            "hand": (place, self.ways["people"], MovementKind.DISTRIBUTION),
            "lose": (place, self.ways["lost"], MovementKind.LOSS),
        }
        origin, target, movement = ends[kind]
        if origin == target:
            return
        self.made.append(
            ledger.post(
                [Transfer(lot, origin, target, quantity)],
                kind=movement,
                source=Source("test", 1),
                organisation_id=self.world.organisation_id,
                recorded_by_id=self.world.admin.user_id,
                occurred_at=clock.now() - timedelta(days=late),
            )
        )


@dataclass(frozen=True)
class Line:
    lot_id: int
    origin: int
    target: int
    quantity: int
    moment: datetime


class Recounted:
    """The ledger read whole and added up in the plainest way."""

    def __init__(self, operation: Operation, counted: Clock) -> None:
        session = db.session
        moments = {
            row.id: row.occurred_at if counted is Clock.OCCURRED else row.recorded_at
            for row in session.scalars(select(StockMovement))
        }
        self.lines = [
            Line(x.lot_id, x.from_place_id, x.to_place_id, x.quantity, moments[x.movement_id])
            for x in session.scalars(select(StockLine).order_by(StockLine.id))
        ]
        self.lots = {row.id: row for row in session.scalars(select(Lot))}
        self.sites = {
            row.id: row.site_id for row in session.scalars(select(Place)) if row.site_id is not None
        }

    def key(self, by: By, place: int, lot_id: int) -> tuple[object, ...]:
        lot = self.lots[lot_id]
        site = self.sites[place]
        return {
            By.ITEM: (lot.item_id,),
            By.SITE: (site, lot.item_id),
            By.BIN: (site, place, lot.item_id),
            By.LOT: (lot.item_id, lot_id, site, place),
            By.DONOR: (lot.donor_id, lot.item_id),
            By.CATEGORY: (None, lot.item_id),
        }[by]

    def on_hand(self, by: By, before: datetime | None) -> Counter[tuple[object, ...]]:
        found: Counter[tuple[object, ...]] = Counter()
        for line in self.lines:
            if before is not None and line.moment >= before:
                continue
            for place, way in ((line.target, 1), (line.origin, -1)):
                if place in self.sites:
                    found[self.key(by, place, line.lot_id)] += way * line.quantity
        return Counter({key: quantity for key, quantity in found.items() if quantity})

    def worth(self, before: datetime | None) -> Counter[str]:
        found: Counter[str] = Counter()
        for (_item, lot_id, *_place), quantity in self.on_hand(By.LOT, before).items():
            lot = self.lots[lot_id]
            if lot.unit_value_minor is not None and lot.currency:
                found[lot.currency] += quantity * lot.unit_value_minor
        return found
