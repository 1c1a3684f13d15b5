"""Whose goods turn out to be missing: what a count must not take away from under a promise."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select, text, tuple_

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _, counted
from aidtrack.counting.settling import LotPlace
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot, StockBalance

NAMED_MAX = 20
# The packages of these tables stand beside this one or above it.
_PROMISED = text("""
SELECT load.lot_id, load.place_id, 'shipment' AS kind, shipment.id, shipment.number,
       load.quantity
FROM shipment_load AS load JOIN shipment ON shipment.id = load.shipment_id
WHERE shipment.status = 'ready' AND load.lot_id IN :lots
UNION ALL
SELECT line.lot_id, line.place_id, 'write_off', write_off.id, write_off.number, line.quantity
FROM write_off_line AS line JOIN write_off ON write_off.id = line.write_off_id
WHERE write_off.status = 'waiting' AND line.lot_id IN :lots
UNION ALL
SELECT hold.lot_id, hold.place_id, 'hold', hold.id, '', hold.quantity
FROM stock_hold AS hold
WHERE hold.ended_at IS NULL AND hold.lot_id IN :lots
ORDER BY 3, 4
""").bindparams(bindparam("lots", expanding=True))


class PromisedMissing(RuleBroken):
    """What is missing is promised or held. Names by whom, and everything that hinders."""

    code = "promised_goods_missing"


@dataclass(frozen=True, slots=True)
class Promise:
    """A shipment, a write-off or a hold that keeps some of a lot in a bin."""

    kind: str
    id: int
    number: str
    quantity: int


def expect_free(taken: Mapping[LotPlace, int]) -> None:
    """Raise PromisedMissing unless all that a count takes out of the bins is free to go.

    Call with the balances locked.
    """
    rows = db.session.execute(
        select(
            StockBalance.lot_id,
            StockBalance.place_id,
            StockBalance.quantity,
            StockBalance.reserved,
            Item.name,
            Item.names,
            Lot,
            Place,
        )
        .join(Lot, Lot.id == StockBalance.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(Place, Place.id == StockBalance.place_id)
        .where(tuple_(StockBalance.lot_id, StockBalance.place_id).in_(list(taken)))
        .order_by(Item.name, Lot.id, Place.id)
    ).all()
    hindered = [
        row for row in rows if row.quantity - row.reserved < taken[row.lot_id, row.place_id]
    ][:NAMED_MAX]
    if not hindered:
        return
    promised = promises({row.lot_id for row in hindered})
    problems, sentences = [], []
    for row in hindered:
        missing = taken[row.lot_id, row.place_id]
        keepers = promised.get((row.lot_id, row.place_id), [])
        sentence = _sentence(row, missing, keepers)
        sentences.append(sentence)
        problems.append(
            {
                "lot_id": row.lot_id,
                "place_id": row.place_id,
                "missing": missing,
                "free": row.quantity - row.reserved,
                "kept_for": [{"kind": x.kind, "id": x.id, "number": x.number} for x in keepers],
            }
        )
    raise PromisedMissing(" ".join(sentences), goods=problems)


def promises(lot_ids: set[int]) -> dict[LotPlace, list[Promise]]:
    """Who keeps how much of some lots, by bin."""
    found: dict[LotPlace, list[Promise]] = {}
    for row in db.session.execute(_PROMISED, {"lots": sorted(lot_ids)}):
        promise = Promise(row.kind, row.id, row.number, int(row.quantity))
        found.setdefault((row.lot_id, row.place_id), []).append(promise)
    return found


def _sentence(row: object, missing: int, keepers: list[Promise]) -> str:
    lot: Lot = row.Lot  # type: ignore[attr-defined]
    place: Place = row.Place  # type: ignore[attr-defined]
    goods = {
        "item": lot.item.name_in(),
        "lot": lot.number,
        "place": place.label,
        "missing": counted(missing),
    }
    if not keepers:
        return _(
            "%(missing)s of %(item)s (lot %(lot)s) are missing in %(place)s, but they have moved"
            " on since: count them again.",
            **goods,
        )
    names = ", ".join(dict.fromkeys(_name(each) for each in keepers))
    return _(
        "%(missing)s of %(item)s (lot %(lot)s) are missing in %(place)s, but kept for %(names)s:"
        " take them out there first.",
        **goods,
        names=names,
    )


def _name(promise: Promise) -> str:
    return promise.number or _("a hold")
