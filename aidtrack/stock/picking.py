"""The rows of stock that a page acts on: named in its address, each a line of its form."""

from collections.abc import Sequence
from typing import Any

from aidtrack.identity.permissions import Actor
from aidtrack.stock import queries
from aidtrack.stock.queries import StockRow

PICKS_MAX = 100


def picked(picks: Sequence[str], actor: Actor) -> list[StockRow]:
    """The rows ticked on the list, each named as `lot-place`; what cannot be is left out."""
    keys = []
    for pick in picks[:PICKS_MAX]:
        lot_id, _dash, place_id = pick.partition("-")
        if lot_id.isdecimal() and place_id.isdecimal() and len(pick) < 40:
            keys.append((int(lot_id), int(place_id)))
    return queries.picked(keys, actor) if keys else []


def proposed(rows: Sequence[StockRow]) -> list[dict[str, int]]:
    return [{"lot_id": row.lot_id, "place_id": row.place_id, "quantity": row.free} for row in rows]


def lines_of(form: Any, rows: Sequence[StockRow]) -> list[tuple[Any, StockRow]]:
    """The lines of a form of takings, each with the row of stock that it takes from."""
    by_key = {(row.lot_id, row.place_id): row for row in rows}
    return [
        (entry.form, by_key[entry.form.lot_id.data, entry.form.place_id.data])
        for entry in form.lines.entries
        if (entry.form.lot_id.data, entry.form.place_id.data) in by_key
    ]
