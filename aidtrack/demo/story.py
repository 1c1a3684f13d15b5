"""What happens, day by day, in the made-up operation."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from aidtrack.core import clock
from aidtrack.demo import corrected, counted, gifts, kept_apart, kits, shared
from aidtrack.demo.cast import Cast
from aidtrack.demo.journeys import Journeys
from aidtrack.distributions import services as distributions
from aidtrack.distributions.counts import HandOut, People, PlannedLine
from aidtrack.remarks import services as remarks
from aidtrack.stock import minimums, storekeeping
from aidtrack.stock import queries as stock
from aidtrack.stock import services as store
from aidtrack.stock.models import Reason
from aidtrack.stock.services import Taking

SEED = 20_261_124
Act = Callable[[], object]
# Base units that the main warehouse should always have, by item code.
MINIMUMS = {"SHE-010": 400, "HOU-010": 2_000, "FOO-020": 3_000, "HEA-011": 10_000}


@dataclass
class Telling:
    """The story as it unfolds: who acts, when, and the same dice each time."""

    cast: Cast
    today: datetime
    until: datetime
    # Nothing secret hangs on these dice; they must fall the same each time.
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311
    acts: list[tuple[float, int, Act]] = field(default_factory=list)

    def on(self, day: float, act: Act) -> None:
        """Something happens `day` days from today's midnight UTC."""
        self.acts.append((day, len(self.acts), act))

    def key(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)

    def play(self) -> None:
        """Everything in the order of its time, each in its own moment, none in the future."""
        for day, _turn, act in sorted(self.acts, key=lambda each: each[:2]):
            moment = min(self.today + timedelta(days=day), self.until)
            with clock.telling(moment):
                act()


def tell(cast: Cast, today: datetime, *, until: datetime) -> None:
    telling = Telling(cast, today, until)
    gifts.tell(telling)
    kits.tell(telling)
    Journeys(telling).tell()
    _hand_out(telling)
    _mishaps(telling)
    _keep_watch(telling)
    shared.tell(telling)
    counted.tell(telling)
    kept_apart.tell(telling)
    corrected.tell(telling)
    telling.play()


def _hand_out(telling: Telling) -> None:
    """Every point hands out what came, some of them several times."""
    points = telling.cast.points
    for turn, day in enumerate(
        (-27, -24, -22, -20, -18, -16, -14, -12, -10, -8, -6, -5, -4, -3, -2, -1)
    ):
        point = points[turn % len(points)]
        telling.on(day + 0.4, partial(_distribute, telling, point, turn))
    for turn, point in enumerate((points[4], points[9])):
        telling.on(-0.2, partial(_plan, telling, point, turn))


def _distribute(telling: Telling, point: str, turn: int) -> None:
    dice, now = telling.dice, clock.now()
    rows = [
        row
        for row in stock.stock_of_site(telling.cast.sites[point])
        if row.expires_on is None or row.expires_on >= clock.today()
    ]
    lines = []
    for number, row in enumerate(rows[:6]):
        brought = max(1, row.free * dice.randint(60, 95) // 100)
        lost = min(brought, dice.randint(1, 4)) if turn == 7 and number == 0 else 0
        returned = brought // 12 if number == 1 else 0
        lines.append(
            HandOut(
                lot_id=row.lot_id,
                place_id=row.place_id,
                brought=brought,
                handed_out=brought - lost - returned,
                returned=returned,
                lost=lost,
                loss_reason=Reason.STOLEN if lost else None,
                note="Gone from the queue, police told" if lost else "",
            )
        )
    if lines:
        distributions.record(
            site_id=telling.cast.sites[point],
            distributed_on=now.date(),
            people=_people(dice, few=turn == 13),
            lines=lines,
            key=telling.key(),
            actor=telling.cast.keeper(point),
            at=now,
        )


def _people(dice: random.Random, *, few: bool) -> People:
    """Families of four or five; once only a handful, which a report must not show."""
    households = 6 if few else dice.randint(60, 240)
    women = households + dice.randint(0, households // 4)
    men = households * 4 // 5
    return People(
        households=households,
        women=women,
        men=men,
        girls=households * dice.randint(10, 13) // 10,
        boys=households * dice.randint(9, 12) // 10,
    )


def _plan(telling: Telling, point: str, turn: int) -> None:
    rows = stock.stock_of_site(telling.cast.sites[point])[:4]
    if rows:
        distributions.plan(
            site_id=telling.cast.sites[point],
            planned_on=(telling.today + timedelta(days=1 + turn)).date(),
            households_planned=80 + 40 * turn,
            lines=[PlannedLine(row.lot_id, row.place_id, max(1, row.free // 2)) for row in rows],
            key=telling.key(),
            actor=telling.cast.keeper(point),
            at=clock.now(),
        )


def _mishaps(telling: Telling) -> None:
    """Rain comes into a store; lamps without chargers go back; a bin is changed."""
    telling.on(-9, partial(_write_off, telling))
    telling.on(-4, partial(_give_back, telling))
    telling.on(-7, partial(_tidy_up, telling))
    telling.on(-1, partial(_write_off_what_waits, telling))


def _keep_watch(telling: Telling) -> None:
    """The keepers say what should never run short, and remark on what they saw."""
    telling.on(-21, partial(_set_minimums, telling))
    telling.on(-3, partial(_remark, telling))


def _set_minimums(telling: Telling) -> None:
    site = "Osh main warehouse"
    for code, quantity in MINIMUMS.items():
        minimums.set_minimum(
            telling.cast.items[code],
            quantity,
            site_id=telling.cast.sites[site],
            reorder_at=quantity * 3 // 2,
            order_up_to=quantity * 3,
            actor=telling.cast.keeper(site),
        )


def _remark(telling: Telling) -> None:
    site = "Osh main warehouse"
    remarks.add(
        "place",
        telling.cast.sites[site],
        words="The ramp is narrow: trucks over 12 tonnes unload in the yard.",
        brought=(),
        key=telling.key(),
        actor=telling.cast.keeper(site),
        at=clock.now(),
    )


def _write_off(telling: Telling) -> None:
    row = _some(telling, "Osh main warehouse", "HOU-010")
    storekeeping.write_off(
        [Taking(row.lot_id, row.place_id, 40)],
        reason=Reason.WET,
        note="The roof of bay 4 leaked over four bales; mended since.",
        key=telling.key(),
        actor=telling.cast.keeper("Osh main warehouse"),
        at=clock.now(),
    )


def _write_off_what_waits(telling: Telling) -> None:
    """Worth more than the limit: it waits for the administrator."""
    row = _some(telling, "Osh main warehouse", "HOU-010")
    storekeeping.write_off(
        [Taking(row.lot_id, row.place_id, 80)],
        reason=Reason.MISSING,
        note="Eight bales less than the stock card says; the night watch saw nothing.",
        key=telling.key(),
        actor=telling.cast.keeper("Osh main warehouse"),
        at=clock.now(),
    )


def _give_back(telling: Telling) -> None:
    row = _some(telling, "Almaty transit store", "TOO-010")
    storekeeping.give_back(
        [Taking(row.lot_id, row.place_id, 48)],
        note="Two cartons without chargers, exchanged by the donor.",
        key=telling.key(),
        actor=telling.cast.keeper("Almaty transit store"),
        at=clock.now(),
    )


def _tidy_up(telling: Telling) -> None:
    row = _some(telling, "Osh main warehouse", "FOO-020")
    bins = telling.cast.bins["Osh main warehouse"]
    store.move(
        [Taking(row.lot_id, row.place_id, 240)],
        to_place_id=next(each for each in bins if each != row.place_id),
        key=telling.key(),
        actor=telling.cast.keeper("Osh main warehouse"),
        at=clock.now(),
    )


def _some(telling: Telling, site: str, code: str) -> stock.StockRow:
    rows = stock.stock_of_site(telling.cast.sites[site])
    return max((row for row in rows if row.item_code == code), key=lambda row: row.free)
