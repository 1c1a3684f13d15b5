"""Whether a shipment adds up: by weight over unlike things, and what became of it all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from aidtrack.shipments.contents import LineDetail, LoadDetail
from aidtrack.shipments.models import ShipmentStatus

MG_IN_G = 1_000
MG_IN_KG = 1_000_000
LIGHT_MG = 100 * MG_IN_KG


class Outcome(StrEnum):
    """What became of a shipment that is over."""

    ARRIVED = "arrived"
    IN_PART = "in_part"
    ALL_RETURNED = "all_returned"
    ALL_LOST = "all_lost"
    NOTHING_ARRIVED = "nothing_arrived"


@dataclass(frozen=True, slots=True)
class Balance:
    """Where the whole load is, by weight in `unit` (kg, or g for what is light)."""

    unit: str
    loaded: int
    delivered: int
    returned: int
    lost: int
    on_the_road: int


def weight_of(lines: Iterable[LineDetail]) -> int | None:
    """Milligrams of what is loaded, or asked while nothing is; None when one is unknown."""
    return _sum(weight for line in lines for weight in line.weights)


def volume_of(lines: Iterable[LineDetail]) -> int | None:
    return _sum(volume for line in lines for volume in line.volumes)


def _sum(measures: Iterable[int | None]) -> int | None:
    total = 0
    for each in measures:
        if each is None:
            return None
        total += each
    return total


def balance_of(lines: Sequence[LineDetail]) -> Balance | None:
    """Does it add up: by weight, because pieces of unlike things cannot be added.

    Whole kilograms, or grams below 100 kg, that add up exactly. None when a weight is unknown.
    """
    if weight_of(lines) is None:
        return None
    sums = [Fraction(), Fraction(), Fraction(), Fraction()]
    for line in lines:
        for load in line.loads:
            # Of what the load weighs as a whole: its parts may be whole packs no more.
            each = Fraction(load.weight_mg or 0, load.quantity)
            for index, quantity in enumerate(
                (load.delivered, load.returned, load.lost, load.on_the_road)
            ):
                sums[index] += each * quantity
    unit, size = ("kg", MG_IN_KG) if sum(sums) >= LIGHT_MG else ("g", MG_IN_G)
    parts = _rounded(sums, size)
    return Balance(unit, sum(parts), *parts) if sum(parts) else None


def sums_of(lines: Iterable[LineDetail]) -> tuple[int, int, int]:
    loads = [load for line in lines for load in line.loads]
    return (
        sum(load.delivered for load in loads),
        sum(load.returned for load in loads),
        sum(load.lost for load in loads),
    )


def outcome_of(status: ShipmentStatus, sums: tuple[int, int, int]) -> Outcome | None:
    """Whether any arrived, and what became of the rest; None before it is over."""
    if status != ShipmentStatus.DELIVERED:
        return None
    delivered, returned, lost = sums
    if delivered:
        return Outcome.IN_PART if returned or lost else Outcome.ARRIVED
    if not lost:
        return Outcome.ALL_RETURNED
    return Outcome.NOTHING_ARRIVED if returned else Outcome.ALL_LOST


def packages_of(loads: Iterable[LoadDetail]) -> int | None:
    """How many packs are on the road; None when some goods travel loose."""
    total = 0
    for load in loads:
        if load.pack is None or load.on_the_road % load.pack.size:
            return None
        total += load.on_the_road // load.pack.size
    return total


def _rounded(amounts: Sequence[Fraction], unit: int) -> list[int]:
    """Amounts in whole units that still add up: the largest rests are rounded up."""
    parts = [amount // unit for amount in amounts]
    rests = sorted(range(len(amounts)), key=lambda index: -(amounts[index] % unit))
    for index in rests[: (sum(amounts) + unit // 2) // unit - sum(parts)]:
        parts[index] += 1
    return parts
