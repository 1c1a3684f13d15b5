"""Packs and pieces in words: 12 cartons × 24 = 288 pieces."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aidtrack.core.i18n import _, ngettext

# Units that warehouses use everywhere, so that every language can bend them by number.
KNOWN: dict[str, Callable[[int], str]] = {
    "piece": lambda n: ngettext("piece", "pieces", n),
    "carton": lambda n: ngettext("carton", "cartons", n),
    "box": lambda n: ngettext("box", "boxes", n),
    "bag": lambda n: ngettext("bag", "bags", n),
    "sack": lambda n: ngettext("sack", "sacks", n),
    "bale": lambda n: ngettext("bale", "bales", n),
    "bundle": lambda n: ngettext("bundle", "bundles", n),
    "pallet": lambda n: ngettext("pallet", "pallets", n),
    "pack": lambda n: ngettext("pack", "packs", n),
    "packet": lambda n: ngettext("packet", "packets", n),
    "kit": lambda n: ngettext("kit", "kits", n),
    "set": lambda n: ngettext("set", "sets", n),
    "pair": lambda n: ngettext("pair", "pairs", n),
    "bottle": lambda n: ngettext("bottle", "bottles", n),
    "can": lambda n: ngettext("can", "cans", n),
    "tablet": lambda n: ngettext("tablet", "tablets", n),
    "sachet": lambda n: ngettext("sachet", "sachets", n),
    "roll": lambda n: ngettext("roll", "rolls", n),
    "tent": lambda n: ngettext("tent", "tents", n),
    "drum": lambda n: ngettext("drum", "drums", n),
    "jerrycan": lambda n: ngettext("jerrycan", "jerrycans", n),
    "parcel": lambda n: ngettext("parcel", "parcels", n),
    "gram": lambda n: _("g"),
    "millilitre": lambda n: _("ml"),
    "kilogram": lambda n: _("kg"),
    "litre": lambda n: _("l"),
}


@dataclass(frozen=True, slots=True)
class Packed:
    """A quantity of base units as whole packs and a rest."""

    packs: int
    size: int
    pack_name: str
    rest: int
    quantity: int
    unit_name: str


def unit_name(unit: Any, count: int) -> str:
    """The unit's word for this many; a word that nobody listed stays as it was typed."""
    word = str(unit or "piece")
    known = KNOWN.get(word.casefold())
    return known(count) if known else word


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
