"""Packs and pieces in words: 12 cartons × 24 = 288 pieces."""

from dataclasses import dataclass, replace
from typing import Any

from aidtrack.core.counted import nested
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
    # (how many, of what) where packs nest: 2 pallets, 3 cartons, 5 pieces.
    parts: tuple[tuple[int, str], ...] = ()


def packed(quantity: int, pack: Any = None, base_unit: Any = "piece") -> Packed:
    """Split a quantity by a pack: a record or dict with name and size; None means loose.

    Packs within packs are a list of them, the largest first, or stand `within` the pack.
    """
    if isinstance(pack, list):
        return _nested(quantity, pack, base_unit)
    if within := getattr(pack, "within", ()):
        return _nested(quantity, [replace(pack, within=()), *within], base_unit)
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


def _nested(quantity: int, packs: list[Any], base_unit: Any) -> Packed:
    if len(packs) < 2:
        return packed(quantity, packs[0] if packs else None, base_unit)
    named = [_pack_of(pack) for pack in packs]
    counts, loose = nested(quantity, [size for _name, size in named])
    parts = [
        (count, unit_name(name, count))
        for (name, _size), count in zip(named, counts, strict=True)
        if count
    ]
    if loose:
        parts.append((loose, unit_name(base_unit, loose)))
    whole = packed(quantity, packs[0], base_unit)
    return replace(whole, parts=tuple(parts))


def _pack_of(pack: Any) -> tuple[str, int]:
    if pack is None:
        return "", 1
    name, size = (pack["name"], pack["size"]) if isinstance(pack, dict) else (pack.name, pack.size)
    return name, size if size and size > 1 else 1
