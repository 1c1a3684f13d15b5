"""Whose goods turn out to be missing: what a count must not take away from under a promise."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select, text, tuple_

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _, counted, listed, name_in
from aidtrack.counting.models import CountLine
from aidtrack.counting.settling import LotPlace
from aidtrack.identity import records
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot, StockBalance, lot_number

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

    @property
    def page(self) -> str:
        """Where one looks at it, and lets the goods go."""
        return records.kind_called(self.kind).page(self.id)


@dataclass(frozen=True, slots=True)
class Hindered:
    """Goods that a count finds missing and cannot take out of the books: only `free` of them are
    there to be taken. Kept for nobody, they have moved on since they were counted.
    """

    lot_id: int
    place_id: int
    item: str
    lot_number: str
    place: str
    missing: int
    free: int
    kept_for: tuple[Promise, ...]

    @property
    def sentence(self) -> str:
        goods = {
            "item": self.item,
            "lot": self.lot_number,
            "place": self.place,
            "missing": counted(self.missing),
        }
        if not self.kept_for:
            return _(
                "%(missing)s of %(item)s (lot %(lot)s) are missing in %(place)s, but they have"
                " moved on since: count them again.",
                **goods,
            )
        names = listed(dict.fromkeys(each.number or _("a hold") for each in self.kept_for))
        return _(
            "%(missing)s of %(item)s (lot %(lot)s) are missing in %(place)s, but kept for"
            " %(names)s: take them out there first.",
            **goods,
            names=names,
        )


def expect_free(count_id: int, taken: Mapping[LotPlace, int]) -> None:
    """Raise PromisedMissing unless all that a count takes out of the bins is free to go.

    Call with the balances locked.
    """
    found = hindered(count_id, taken)
    if not found:
        return
    raise PromisedMissing(
        " ".join(each.sentence for each in found),
        problems=[
            {
                "field": None,
                "message": _(
                    "Nothing was approved: some of what is missing is kept for others. The list"
                    " on this page says what to do first."
                ),
            }
        ],
        goods=[
            {
                "lot_id": each.lot_id,
                "place_id": each.place_id,
                "missing": each.missing,
                "free": each.free,
                "kept_for": [
                    {"kind": x.kind, "id": x.id, "number": x.number} for x in each.kept_for
                ],
            }
            for each in found
        ],
    )


def hindered(count_id: int, taken: Mapping[LotPlace, int]) -> list[Hindered]:
    """Which goods that a count would take out of the bins are not free to go, by item and lot;
    the first of them, when they are many.
    """
    if not taken:
        return []
    free = {
        (row.lot_id, row.place_id): row.free
        for row in db.session.execute(
            select(
                StockBalance.lot_id,
                StockBalance.place_id,
                (StockBalance.quantity - StockBalance.reserved).label("free"),
            )
            .join(
                CountLine,
                (CountLine.lot_id == StockBalance.lot_id)
                & (CountLine.place_id == StockBalance.place_id),
            )
            .where(CountLine.count_id == count_id)
        )
    }
    short = [key for key, quantity in taken.items() if free.get(key, 0) < quantity][:NAMED_MAX]
    if not short:
        return []
    promised = promises({lot_id for lot_id, _place_id in short})
    rows = db.session.execute(
        select(Lot.id, Item.name, Item.names, Place)
        .select_from(StockBalance)
        .join(Lot, Lot.id == StockBalance.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(Place, Place.id == StockBalance.place_id)
        .where(tuple_(StockBalance.lot_id, StockBalance.place_id).in_(short))
        .order_by(Item.name, Lot.id, Place.id)
    )
    return [
        Hindered(
            lot_id=row.id,
            place_id=row.Place.id,
            item=name_in(row.name, row.names),
            lot_number=lot_number(row.id),
            place=row.Place.label,
            missing=taken[row.id, row.Place.id],
            free=free[row.id, row.Place.id],
            kept_for=tuple(promised.get((row.id, row.Place.id), ())),
        )
        for row in rows
    ]


def promises(lot_ids: set[int]) -> dict[LotPlace, list[Promise]]:
    """Who keeps how much of some lots, by bin."""
    found: dict[LotPlace, list[Promise]] = {}
    for row in db.session.execute(_PROMISED, {"lots": sorted(lot_ids)}):
        promise = Promise(row.kind, row.id, row.number, int(row.quantity))
        found.setdefault((row.lot_id, row.place_id), []).append(promise)
    return found
