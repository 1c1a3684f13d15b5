"""Packs and pieces: the only place where a carton becomes 24 of something.

Everything inside counts whole base units (piece, gram, millilitre). Packs exist where
people read and write.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aidtrack.catalogue.models import ItemPack
from aidtrack.core.counted import nested, unit_name
from aidtrack.core.i18n import lazy, speaking
from aidtrack.core.measured import measure as measure

# The base units that items are counted in, worded for people. Any other word that a list
# brings (a "bundle") is kept as it came.
BASE_UNITS = {
    "piece": lazy("piece"),
    "set": lazy("set"),
    "kit": lazy("kit"),
    "pair": lazy("pair"),
    "tablet": lazy("tablet"),
    "sachet": lazy("sachet"),
    "ampoule": lazy("ampoule"),
    "bottle": lazy("bottle"),
    "bag": lazy("bag"),
    "can": lazy("can"),
    "ration": lazy("ration"),
    "litre": lazy("litre"),
    "metre": lazy("metre"),
    "square_metre": lazy("m²"),
    "gram": lazy("gram"),
    "kilogram": lazy("kilogram"),
    "millilitre": lazy("millilitre"),
    "roll": lazy("roll"),
    "dose": lazy("dose"),
}


@dataclass(frozen=True, slots=True)
class InnerPack:
    """A pack within another: its name, and base units in one."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as pages show quantities in it: its name, base units in one, and the packs within
    it, the largest first.
    """

    name: str
    size: int
    within: tuple[InnerPack, ...] = ()


@dataclass(frozen=True, slots=True)
class Packed:
    """A quantity as people handle it: packs × size + loose = quantity."""

    packs: int
    size: int
    pack_name: str
    loose: int

    @property
    def quantity(self) -> int:
        return self.packs * self.size + self.loose


def unit_label(base_unit: str) -> str:
    """The base unit in the reader's language."""
    return str(BASE_UNITS.get(base_unit, base_unit))


def unit_texts(base_unit: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The base unit in each language of a paper; once where the words are the same."""
    texts = []
    for language in languages:
        with speaking(language):
            texts.append(unit_label(base_unit))
    return tuple(dict.fromkeys(texts))


def pack_label(name: str) -> str:
    """The name of a pack in the reader's language, where it is a usual one."""
    return str(PACK_NAMES.get(name, name))


PACK_NAMES = {
    "carton": lazy("carton"),
    "bale": lazy("bale"),
    "bag": lazy("bag"),
    "box": lazy("box"),
    "case": lazy("case"),
    "crate": lazy("crate"),
    "drum": lazy("drum"),
    "pallet": lazy("pallet"),
    "roll": lazy("roll"),
    "sack": lazy("sack"),
    "pack": lazy("pack"),
    "bundle": lazy("bundle"),
}


def packed(quantity: int, size: int | None, pack_name: str = "") -> Packed:
    """Split base units into whole packs and the rest."""
    if not size or size < 2:
        return Packed(packs=0, size=1, pack_name="", loose=quantity)
    return Packed(quantity // size, size, pack_name, quantity % size)


def pieces(quantity: int, size: int | None) -> int:
    """Base units in `quantity` packs of `size`; without a size they already are."""
    return quantity * (size or 1)


def chain_of(pack: ItemPack | None) -> list[Pack]:
    """A pack and the packs within it, the largest first."""
    chain: list[Pack] = []
    while pack is not None:
        chain.append(Pack(pack.name, pack.size))
        pack = pack.inside
    return chain


def in_packs(quantity: int, base_unit: str, packs: Sequence[Pack]) -> str:
    """ "2 pallets + 3 cartons + 5 pieces" by packs within packs, the largest first."""
    counts, loose = nested(quantity, [pack.size for pack in packs])
    said = [
        f"{count} {unit_name(pack.name, count)}"
        for pack, count in zip(packs, counts, strict=True)
        if count
    ]
    if loose or not said:
        said.append(f"{loose} {unit_name(base_unit, loose)}")
    return " + ".join(said)


def in_words(quantity: int, base_unit: str, size: int | None, pack_name: str = "") -> str:
    """ "12 cartons × 24 = 288 pieces", for papers, mail and refusals."""
    split = packed(quantity, size, pack_name)
    unit = unit_name(base_unit, quantity)
    if not split.packs:
        return f"{quantity} {unit}"
    loose = f" + {split.loose}" if split.loose else ""
    name = unit_name(split.pack_name or "pack", split.packs)
    return f"{split.packs} {name} × {split.size}{loose} = {quantity} {unit}"
