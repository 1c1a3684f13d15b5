"""What a count corrects: goods in another bin than the books say go there first, for nobody lost
them; only then something is lost or found.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product

LotPlace = tuple[int, int]
"""(lot id, place id)"""


@dataclass(frozen=True, slots=True)
class Difference:
    """Counted less what the books had, of one line, never zero. Without a lot it is goods that
    the books do not know.
    """

    line_id: int
    place_id: int
    lot_id: int | None
    item_id: int
    batch_number: str
    expires_on: date | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Some of a lot that lies in another bin than the books say."""

    lot_id: int
    from_place_id: int
    to_place_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is misplaced, and what is then still missing or over; all of it positive."""

    misplaced: tuple[Misplaced, ...]
    missing: dict[LotPlace, int]
    surplus: dict[LotPlace, int]
    unknown: tuple[Difference, ...]

    def taken(self) -> dict[LotPlace, int]:
        """What leaves each bin, by lot."""
        found: dict[LotPlace, int] = defaultdict(int, self.missing)
        for each in self.misplaced:
            found[each.lot_id, each.from_place_id] += each.quantity
        return dict(found)


def settle(differences: Iterable[Difference]) -> Settlement:
    """Net what is short in one bin and over in another, lot by lot, in the order of the lines."""
    short: dict[int, dict[int, int]] = defaultdict(dict)
    over: dict[int, dict[int, int]] = defaultdict(dict)
    unknown = []
    for each in differences:
        assert each.quantity != 0
        if each.lot_id is None:
            unknown.append(each)
        else:
            side = short if each.quantity < 0 else over
            side[each.lot_id][each.place_id] = abs(each.quantity)
    misplaced = [
        found for lot_id in short for found in _misplaced(lot_id, short[lot_id], over[lot_id])
    ]
    return Settlement(tuple(misplaced), _left(short), _left(over), tuple(unknown))


def _misplaced(lot_id: int, short: dict[int, int], over: dict[int, int]) -> list[Misplaced]:
    """Takes what is found off both sides."""
    found = []
    for from_id, to_id in product(short, over):
        moved = min(short[from_id], over[to_id])
        if moved:
            found.append(Misplaced(lot_id, from_id, to_id, moved))
            short[from_id] -= moved
            over[to_id] -= moved
    return found


def _left(by_lot: dict[int, dict[int, int]]) -> dict[LotPlace, int]:
    return {
        (lot_id, place_id): quantity
        for lot_id, places in by_lot.items()
        for place_id, quantity in places.items()
        if quantity
    }
