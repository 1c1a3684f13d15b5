"""Words for what is counted, bent by number as each language has it."""

from collections.abc import Callable, Iterable
from typing import Any

from aidtrack.core.i18n import _, ngettext

# Units that warehouses use everywhere, so that every language can bend them by number. The
# number itself is set apart on the page, hence the empty `count`.
KNOWN: dict[str, Callable[[int], str]] = {
    "piece": lambda n: ngettext("%(count)s piece", "%(count)s pieces", n, count=""),
    "carton": lambda n: ngettext("%(count)s carton", "%(count)s cartons", n, count=""),
    "box": lambda n: ngettext("%(count)s box", "%(count)s boxes", n, count=""),
    "bag": lambda n: ngettext("%(count)s bag", "%(count)s bags", n, count=""),
    "sack": lambda n: ngettext("%(count)s sack", "%(count)s sacks", n, count=""),
    "bale": lambda n: ngettext("%(count)s bale", "%(count)s bales", n, count=""),
    "bundle": lambda n: ngettext("%(count)s bundle", "%(count)s bundles", n, count=""),
    "pallet": lambda n: ngettext("%(count)s pallet", "%(count)s pallets", n, count=""),
    "pack": lambda n: ngettext("%(count)s pack", "%(count)s packs", n, count=""),
    "packet": lambda n: ngettext("%(count)s packet", "%(count)s packets", n, count=""),
    "kit": lambda n: ngettext("%(count)s kit", "%(count)s kits", n, count=""),
    "set": lambda n: ngettext("%(count)s set", "%(count)s sets", n, count=""),
    "pair": lambda n: ngettext("%(count)s pair", "%(count)s pairs", n, count=""),
    "bottle": lambda n: ngettext("%(count)s bottle", "%(count)s bottles", n, count=""),
    "can": lambda n: ngettext("%(count)s can", "%(count)s cans", n, count=""),
    "tablet": lambda n: ngettext("%(count)s tablet", "%(count)s tablets", n, count=""),
    "sachet": lambda n: ngettext("%(count)s sachet", "%(count)s sachets", n, count=""),
    "roll": lambda n: ngettext("%(count)s roll", "%(count)s rolls", n, count=""),
    "tent": lambda n: ngettext("%(count)s tent", "%(count)s tents", n, count=""),
    "drum": lambda n: ngettext("%(count)s drum", "%(count)s drums", n, count=""),
    "jerrycan": lambda n: ngettext("%(count)s jerrycan", "%(count)s jerrycans", n, count=""),
    "parcel": lambda n: ngettext("%(count)s parcel", "%(count)s parcels", n, count=""),
    "ampoule": lambda n: ngettext("%(count)s ampoule", "%(count)s ampoules", n, count=""),
    "ration": lambda n: ngettext("%(count)s ration", "%(count)s rations", n, count=""),
    "dose": lambda n: ngettext("%(count)s dose", "%(count)s doses", n, count=""),
    "case": lambda n: ngettext("%(count)s case", "%(count)s cases", n, count=""),
    "crate": lambda n: ngettext("%(count)s crate", "%(count)s crates", n, count=""),
    "metre": lambda n: _("m"),
    "square_metre": lambda n: _("m²"),
    "gram": lambda n: _("g"),
    "millilitre": lambda n: _("ml"),
    "kilogram": lambda n: _("kg"),
    "litre": lambda n: _("l"),
}


def nested(quantity: int, sizes: Iterable[int]) -> tuple[list[int], int]:
    """So many of each pack, the largest first as given, and what is left loose.

    Together they are the quantity again: nothing is rounded.
    """
    counts, rest = [], quantity
    for size in sizes:
        count, rest = divmod(rest, size)
        counts.append(count)
    return counts, rest


# How many there are where the number is not known yet, as beside a box to be filled in.
MANY = 100


def unit_name(unit: Any, count: int) -> str:
    """The unit's word for this many; a word that nobody listed stays as it was typed."""
    word = str(unit or "piece")
    known = KNOWN.get(word.casefold())
    return known(count).strip() if known else word
