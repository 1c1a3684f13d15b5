"""What of which lot is missing where, in words and as facts."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.i18n import _, counted
from aidtrack.places.models import Place
from aidtrack.stock.ledger_sql import Balance
from aidtrack.stock.models import Lot

Row = TypeVar("Row", Place, Lot, Item)


def named(short: Sequence[Balance]) -> tuple[str, list[dict[str, object]]]:
    """A sentence for each balance that would hold less than is promised of it, and the facts."""
    places = by_id(Place, {b.place_id for b in short})
    lots = by_id(Lot, {b.lot_id for b in short})
    items = by_id(Item, {lot.item_id for lot in lots.values()})
    facts: list[dict[str, object]] = [
        {
            "place_id": b.place_id,
            "place": places[b.place_id].name_in(),
            "lot_id": b.lot_id,
            "lot": lots[b.lot_id].number,
            "item": items[lots[b.lot_id].item_id].name_in(),
            "missing": b.reserved - b.quantity,
        }
        for b in short
    ]
    sentences = [
        _(
            "%(place)s is %(missing)s short of %(item)s (lot %(lot)s).",
            **each | {"missing": counted(b.reserved - b.quantity)},
        )
        for each, b in zip(facts, short, strict=True)
    ]
    return " ".join(sentences), facts


def by_id(model: type[Row], ids: set[int]) -> dict[int, Row]:
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}
