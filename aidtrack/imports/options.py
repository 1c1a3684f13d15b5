"""What a person may say about a list that the list itself does not."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from aidtrack.imports.dates import DateOrder


class Counting(StrEnum):
    """What the quantity of a stock list counts."""

    PIECES = "pieces"
    PACKS = "packs"


@dataclass(frozen=True, slots=True)
class Options:
    """None means: find out from the list.

    `site_id` is the place of stock rows that name none, `area_id` that of distribution
    points that name none. `make_missing` makes the warehouses, bins and items that a list
    names and that we lack; otherwise each is a problem of its row.
    """

    encoding: str | None = None
    sheet: str | None = None
    date_order: DateOrder | None = None
    site_id: int | None = None
    area_id: int | None = None
    counting: Counting = Counting.PIECES
    make_missing: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Options":
        values = dict(kept)
        order = values.get("date_order")
        values["date_order"] = DateOrder(order) if order else None
        values["counting"] = Counting(values.get("counting", Counting.PIECES))
        return cls(**values)
