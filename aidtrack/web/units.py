"""Packs and pieces in words: 12 cartons × 24 = 288 pieces."""

from dataclasses import dataclass
from typing import Any

from aidtrack.core.counted import unit_name as unit_name


@dataclass(frozen=True, slots=True)
class Packed:
    """A quantity of base units as whole packs and a rest."""

    packs: int
    size: int
    pack_name: str
    rest: int
    quantity: int
    unit_name: str


def packed(quantity: int, pack: Any = None, base_unit: Any = "piece") -> Packed:
    """Split a quantity by a pack (anything with `name` and `size`; None means loose)."""
    size = pack.size if pack is not None and pack.size > 1 else 1
    packs, rest = divmod(quantity, size) if size > 1 else (quantity, 0)
    return Packed(
        packs=packs,
        size=size,
        pack_name=unit_name(pack.name, packs) if size > 1 else "",
        rest=rest,
        quantity=quantity,
        unit_name=unit_name(base_unit, quantity),
    )
