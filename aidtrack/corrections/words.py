"""Corrections in words: their kinds, and what a lot said before and after."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core import acts
from aidtrack.core.counted import unit_name
from aidtrack.core.db import db
from aidtrack.core.i18n import lazy
from aidtrack.corrections.models import CorrectionKind
from aidtrack.donations.models import Donation, DonationLine
from aidtrack.partners.models import Partner

K = CorrectionKind
KINDS = {
    K.FACTS: lazy("Batch, date or pack"),
    K.PART: lazy("Batch, date or pack of some of it"),
    K.ITEM: lazy("Wrong item"),
    K.DONOR: lazy("Wrong donor"),
    K.QUANTITY: lazy("Too many received"),
}
FIELDS = {
    "item_id": lazy("Item"),
    "donor_id": lazy("Donor"),
    "donation_line_id": lazy("Donation"),
    "batch_number": lazy("Batch number"),
    "expires_on": lazy("Expires"),
    "pack_id": lazy("Pack"),
}
TITLES = {
    "correction.made": lazy("Corrected"),
    "correction.taken_back": lazy("A correction was taken back"),
    "lot.date_followed": lazy("Expires as what it is made of"),
}
acts.register(TITLES, acts.Topic.GOODS)
acts.register_fields("correction", FIELDS)
acts.register_fields("lot", FIELDS)


Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """What stands behind the numbers in what lots say: by the fact and the number."""

    known: Mapping[tuple[str, int], str]

    def named(self, facts: Facts) -> dict[str, str]:
        """What a lot said, by names instead of numbers; empty where it said nothing."""
        return {
            name: self.known.get((name, value), str(value)) if value not in (None, "") else ""
            for name, value in facts.items()
        }

    def compared(self, before: Facts, after: Facts) -> list[tuple[str, str | date, str | date]]:
        """(what, as it was, as it is) of what differs, for pages; days as days."""
        old, new = self.named(before), self.named(after)
        return [
            (str(FIELDS[name]), _shown(name, old[name]), _shown(name, new[name]))
            for name in FIELDS
            if name in new and old[name] != new[name]
        ]


def names_in(said: Iterable[Facts]) -> Names:
    """The names behind all that some lots said, in one statement for each kind of name."""
    wanted: dict[str, set[int]] = {name: set() for name in _READ}
    for facts in said:
        for name, ids in wanted.items():
            if facts.get(name):
                ids.add(facts[name])
    return Names(
        {
            (name, row_id): text
            for name, ids in wanted.items()
            if ids
            for row_id, text in _READ[name](ids)
        }
    )


def pack_name(pack: ItemPack) -> str:
    return f"{unit_name(pack.name, 1)} × {pack.size}"


def _items(ids: set[int]) -> Iterable[tuple[int, str]]:
    rows = db.session.scalars(select(Item).where(Item.id.in_(ids)))
    return [(item.id, f"{item.name_in()} · {item.code}") for item in rows]


def _donors(ids: set[int]) -> Iterable[tuple[int, str]]:
    rows = db.session.scalars(select(Partner).where(Partner.id.in_(ids)))
    return [(donor.id, donor.name_in()) for donor in rows]


def _lines(ids: set[int]) -> Iterable[tuple[int, str]]:
    rows = db.session.execute(
        select(DonationLine.id, Donation.number, DonationLine.line_number)
        .join(Donation, Donation.id == DonationLine.donation_id)
        .where(DonationLine.id.in_(ids))
    )
    return [(row.id, f"{row.number} · {row.line_number}") for row in rows]


def _packs(ids: set[int]) -> Iterable[tuple[int, str]]:
    rows = db.session.scalars(select(ItemPack).where(ItemPack.id.in_(ids)))
    return [(pack.id, pack_name(pack)) for pack in rows]


_READ: dict[str, Callable[[set[int]], Iterable[tuple[int, str]]]] = {
    "item_id": _items,
    "donor_id": _donors,
    "donation_line_id": _lines,
    "pack_id": _packs,
}


def _shown(name: str, text: str) -> str | date:
    if name == "expires_on" and text:
        return date.fromisoformat(text)
    return text or "–"
