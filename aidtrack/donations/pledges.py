"""What a donor promises, as a form or a program says it, and what must hold of it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.core.standards import currency_codes

LINES_MAX = 500
QUANTITY_MAX = 10**12
MONEY_MAX = 10**15

Problem = dict[str, str]


@dataclass(frozen=True, slots=True)
class PledgedLine:
    """One item promised, in base units; the pack is the one it is promised in."""

    item_id: int
    quantity: int
    pack_id: int | None = None
    unit_value_minor: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pledge:
    """A gift of goods. The value is the donor's own figure for the whole, in minor units.

    Without a currency it is the organisation's. An earmark is a wish in words, an area, or both.
    """

    donor_id: int
    lines: tuple[PledgedLine, ...]
    value_minor: int | None = None
    currency: str | None = None
    grant_reference: str = ""
    earmark: str = ""
    earmark_area_id: int | None = None
    expected_on: date | None = None
    eligible_until: date | None = None
    note: str = ""


def refuse(problems: list[Problem]) -> None:
    """Raise Invalid naming every problem at once; nothing when there is none."""
    if problems:
        raise Invalid(problems[0]["message"], field=problems[0]["field"], problems=problems)


def problem(field: str, message: str) -> Problem:
    return {"field": field, "message": message}


def problems_of(
    pledge: Pledge, items: Mapping[int, Any], packs: Mapping[int, int]
) -> Iterator[Problem]:
    """Everything wrong. `items` are rows by id (is_active), `packs` pack id → item id."""
    if not pledge.lines:
        yield problem("lines", _("Say what is given: add at least one line."))
    if len(pledge.lines) > LINES_MAX:
        yield problem("lines", _("At most %(most)d lines fit here.", most=LINES_MAX))
    if pledge.currency is not None and pledge.currency not in currency_codes():
        yield problem("currency", _("Write the currency by its three letters, such as USD."))
    if not _is_money(pledge.value_minor):
        yield problem("value", _("This amount cannot be."))
    for index, line in enumerate(pledge.lines):
        yield from _problems_of_line(line, f"lines-{index}", items, packs)


def _problems_of_line(
    line: PledgedLine, at: str, items: Mapping[int, Any], packs: Mapping[int, int]
) -> Iterator[Problem]:
    item = items.get(line.item_id)
    if item is None:
        yield problem(f"{at}-item_id", _("There is no such item."))
    elif not item.is_active:
        yield problem(f"{at}-item_id", _("This item is no longer used."))
    if not 0 < line.quantity <= QUANTITY_MAX:
        yield problem(f"{at}-quantity", _("Give a quantity between 1 and a million million."))
    if line.pack_id is not None and packs.get(line.pack_id) != line.item_id:
        yield problem(f"{at}-pack_id", _("This item does not come in such a pack."))
    if not _is_money(line.unit_value_minor):
        yield problem(f"{at}-unit_value", _("This amount cannot be."))


def _is_money(minor: int | None) -> bool:
    return minor is None or 0 <= minor <= MONEY_MAX
