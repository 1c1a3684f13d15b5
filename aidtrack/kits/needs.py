"""What a number of kits needs, what of it is free, and how many could be built. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from aidtrack.stock.allocation import Offer, propose
from aidtrack.stock.making import Taking

KITS_MAX = 10**9


@dataclass(frozen=True, slots=True)
class Need:
    """One item of a kit: how much each needs, and what may stand in for it, in that order."""

    item_id: int
    per_kit: int
    substitutes: tuple[int, ...] = ()

    @property
    def items(self) -> tuple[int, ...]:
        return (self.item_id, *self.substitutes)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to take for each need, and how much of each is missing."""

    takings: tuple[tuple[Taking, ...], ...]
    missing: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        return not any(self.missing)


@dataclass(frozen=True, slots=True)
class Possible:
    """How many kits could be built, and which item stops the next one."""

    kits: int
    short_of: int | None


def plan(
    needs: Sequence[Need], kits: int, offers: Mapping[int, Sequence[Offer]], *, on: date
) -> Plan:
    """The first to expire first: each need from its own item, then from what may stand in.

    Every need takes its own item before any takes a substitute, which another may need itself.
    """
    free = {item_id: list(found) for item_id, found in offers.items()}
    missing = [need.per_kit * kits for need in needs]
    takings: list[list[Taking]] = [[] for _need in needs]
    rounds = max((len(need.items) for need in needs), default=0)
    for turn in range(rounds):
        for index, need in enumerate(needs):
            if not missing[index] or turn >= len(need.items):
                continue
            item_id = need.items[turn]
            proposal = propose(missing[index], free.get(item_id, ()), on=on)
            taken = {(pick.lot_id, pick.place_id): pick.quantity for pick in proposal.picks}
            takings[index] += [Taking(*key, quantity) for key, quantity in taken.items()]
            free[item_id] = [
                replace(offer, free=offer.free - taken.get((offer.lot_id, offer.place_id), 0))
                for offer in free.get(item_id, ())
            ]
            missing[index] = proposal.missing
    return Plan(tuple(map(tuple, takings)), tuple(missing))


def possible(needs: Sequence[Need], free: Mapping[int, int]) -> Possible:
    """How many kits the free quantities of items are enough for."""
    most = min(
        (sum(free.get(item, 0) for item in need.items) // need.per_kit for need in needs),
        default=0,
    )
    low, high = 0, min(most, KITS_MAX)
    # What stands in for two needs at once is not there twice.
    while low < high:
        middle = (low + high + 1) // 2
        if _short(needs, middle, free) is None:
            low = middle
        else:
            high = middle - 1
    return Possible(low, _short(needs, low + 1, free))


def _short(needs: Sequence[Need], kits: int, free: Mapping[int, int]) -> int | None:
    """The item of the first need that so many kits cannot meet."""
    left = Counter(dict(free))
    missing = [need.per_kit * kits for need in needs]
    for turn in range(max((len(need.items) for need in needs), default=0)):
        for index, need in enumerate(needs):
            if turn < len(need.items):
                taken = min(missing[index], max(0, left[need.items[turn]]))
                left[need.items[turn]] -= taken
                missing[index] -= taken
    short = [need.item_id for need, some in zip(needs, missing, strict=True) if some]
    return short[0] if short else None
