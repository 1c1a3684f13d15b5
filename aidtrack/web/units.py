"""Packs and pieces in words: 12 cartons × 24 = 288 pieces."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aidtrack.core.i18n import _, ngettext

# Units that warehouses use everywhere, so that every language can bend them by number. The
# number itself is set apart on the page, hence the empty `num`.
KNOWN: dict[str, Callable[[int], str]] = {
    "piece": lambda n: ngettext("%(num)s piece", "%(num)s pieces", n, num=""),
    "carton": lambda n: ngettext("%(num)s carton", "%(num)s cartons", n, num=""),
    "box": lambda n: ngettext("%(num)s box", "%(num)s boxes", n, num=""),
    "bag": lambda n: ngettext("%(num)s bag", "%(num)s bags", n, num=""),
    "sack": lambda n: ngettext("%(num)s sack", "%(num)s sacks", n, num=""),
    "bale": lambda n: ngettext("%(num)s bale", "%(num)s bales", n, num=""),
    "bundle": lambda n: ngettext("%(num)s bundle", "%(num)s bundles", n, num=""),
    "pallet": lambda n: ngettext("%(num)s pallet", "%(num)s pallets", n, num=""),
    "pack": lambda n: ngettext("%(num)s pack", "%(num)s packs", n, num=""),
    "packet": lambda n: ngettext("%(num)s packet", "%(num)s packets", n, num=""),
    "kit": lambda n: ngettext("%(num)s kit", "%(num)s kits", n, num=""),
    "set": lambda n: ngettext("%(num)s set", "%(num)s sets", n, num=""),
    "pair": lambda n: ngettext("%(num)s pair", "%(num)s pairs", n, num=""),
    "bottle": lambda n: ngettext("%(num)s bottle", "%(num)s bottles", n, num=""),
    "can": lambda n: ngettext("%(num)s can", "%(num)s cans", n, num=""),
    "tablet": lambda n: ngettext("%(num)s tablet", "%(num)s tablets", n, num=""),
    "sachet": lambda n: ngettext("%(num)s sachet", "%(num)s sachets", n, num=""),
    "roll": lambda n: ngettext("%(num)s roll", "%(num)s rolls", n, num=""),
    "tent": lambda n: ngettext("%(num)s tent", "%(num)s tents", n, num=""),
    "drum": lambda n: ngettext("%(num)s drum", "%(num)s drums", n, num=""),
    "jerrycan": lambda n: ngettext("%(num)s jerrycan", "%(num)s jerrycans", n, num=""),
    "parcel": lambda n: ngettext("%(num)s parcel", "%(num)s parcels", n, num=""),
    "ampoule": lambda n: ngettext("%(num)s ampoule", "%(num)s ampoules", n, num=""),
    "ration": lambda n: ngettext("%(num)s ration", "%(num)s rations", n, num=""),
    "dose": lambda n: ngettext("%(num)s dose", "%(num)s doses", n, num=""),
    "case": lambda n: ngettext("%(num)s case", "%(num)s cases", n, num=""),
    "crate": lambda n: ngettext("%(num)s crate", "%(num)s crates", n, num=""),
    "metre": lambda n: _("m"),
    "square_metre": lambda n: _("m²"),
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
    return known(count).strip() if known else word


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
