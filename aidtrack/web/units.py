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
    """Split a quantity by a pack: a record or dict with name and size; None means loose."""
    name, size = _pack_of(pack)
    packs, rest = divmod(quantity, size) if size > 1 else (quantity, 0)
    return Packed(
        packs=packs,
        size=size,
        pack_name=unit_name(name, packs) if size > 1 else "",
        rest=rest,
        quantity=quantity,
        unit_name=unit_name(base_unit, quantity),
    )


def _pack_of(pack: Any) -> tuple[str, int]:
    if pack is None:
        return "", 1
    name, size = (pack["name"], pack["size"]) if isinstance(pack, dict) else (pack.name, pack.size)
    return name, size if size and size > 1 else 1
