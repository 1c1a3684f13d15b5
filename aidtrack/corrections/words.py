"""Corrections in words: their kinds, and what a lot said before and after."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core import acts
from aidtrack.core.counted import unit_name
from aidtrack.core.db import db
from aidtrack.core.i18n import lazy
from aidtrack.corrections.models import CorrectionKind
from aidtrack.donations.models import DonationLine
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
}
acts.register(TITLES, acts.Topic.GOODS)
acts.register_fields("correction", FIELDS)
acts.register_fields("lot", FIELDS)


def _item(item_id: int) -> str:
    item = db.session.get_one(Item, item_id)
    return f"{item.name_in()} · {item.code}"


def _pack(pack_id: int) -> str:
    pack = db.session.get_one(ItemPack, pack_id)
    return f"{unit_name(pack.name, 1)} × {pack.size}"


def _line(line_id: int) -> str:
    line = db.session.get_one(DonationLine, line_id)
    return f"{line.donation.number} · {line.line_number}"


_NAMED: dict[str, Callable[[Any], str]] = {
    "item_id": _item,
    "donor_id": lambda donor_id: db.session.get_one(Partner, donor_id).name_in(),
    "donation_line_id": _line,
    "pack_id": _pack,
}


def named(facts: Mapping[str, Any]) -> dict[str, str]:
    """What a lot said, by names instead of numbers; empty where it said nothing."""
    return {
        name: _NAMED.get(name, str)(value) if value not in (None, "") else ""
        for name, value in facts.items()
    }


def compared(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, str | date, str | date]]:
    """(what, as it was, as it is) of what differs, for pages; days as days."""
    old, new = named(before), named(after)
    return [
        (str(FIELDS[name]), _shown(name, old[name]), _shown(name, new[name]))
        for name in FIELDS
        if name in new and old[name] != new[name]
    ]


def _shown(name: str, text: str) -> str | date:
    if name == "expires_on" and text:
        return date.fromisoformat(text)
    return text or "–"
