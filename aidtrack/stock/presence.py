"""Where given goods are, also inside what was made of them: a kit counts as its parts.

What donors and reports are told adds up over these: a lot that was made of others is never
counted as itself, and the place of what became other lots is left out. So what was given is
still in stock, on the road, handed out, lost or given back, in a kit or by itself.
"""

from sqlalchemy import ColumnElement, Select, Subquery, exists, literal_column, select, union_all
from sqlalchemy.orm import aliased

from aidtrack.core.db import Key
from aidtrack.places.models import Place, PlaceKind
from aidtrack.stock.models import Lot, LotPart, StockBalance

GivenLot = aliased(Lot, name="given_lot")
"""The lot that was given, in the WHERE of what is asked for."""

_Standing = aliased(Place, name="standing")


def holders(*asked: ColumnElement[bool], name: str = "holder") -> Subquery:
    """What holds some given lots: (given_id, lot_id, per_unit).

    Each given lot itself, one in each unit, and every made lot with so many of it inside. The
    conditions are on `GivenLot`, and stand inside both halves: either database then begins from
    the few lots that are asked for.
    """
    made = exists().where(LotPart.lot_id == GivenLot.id)
    itself: Select[int, int, int] = select(
        GivenLot.id.label("given_id"),
        GivenLot.id.label("lot_id"),
        literal_column("1", Key).label("per_unit"),
    ).where(~made, *asked)
    inside = (
        select(LotPart.part_lot_id, LotPart.lot_id, LotPart.quantity)
        .join(GivenLot, GivenLot.id == LotPart.part_lot_id)
        .where(LotPart.is_root, *asked)
    )
    return union_all(itself, inside).subquery(name)


def presence(*asked: ColumnElement[bool], name: str = "presence") -> Subquery:
    """What stands where of some given lots: (place_id, lot_id, held_in_id, quantity).

    `lot_id` is the given lot, `held_in_id` the lot that it lies in: itself, or what was made
    of it. What a source gave is below zero.
    """
    held = holders(*asked, name=f"{name}_holder")
    return (
        select(
            StockBalance.place_id,
            held.c.given_id.label("lot_id"),
            held.c.lot_id.label("held_in_id"),
            (StockBalance.quantity * held.c.per_unit).label("quantity"),
        )
        .select_from(held)
        .join(StockBalance, StockBalance.lot_id == held.c.lot_id)
        .join(_Standing, _Standing.id == StockBalance.place_id)
        .where(StockBalance.quantity != 0, _Standing.kind != PlaceKind.MADE_INTO)
        .subquery(name)
    )
