"""What a distribution point has of each lot, and whether that is enough."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import aliased

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import db
from aidtrack.core.i18n import _
from aidtrack.places.models import Place
from aidtrack.stock.ledger import InsufficientStock, LotRecalled
from aidtrack.stock.models import Lot, StockBalance, lot_number
from aidtrack.stock.queries import HELD

HOLDINGS_MAX = 500
Key = tuple[int, int]
Bin = aliased(Place, name="bin")


@dataclass(frozen=True, slots=True)
class Holding:
    """A lot at a place of the point: how much is there, and how much of it is free."""

    lot_id: int
    place_id: int
    batch_number: str
    expires_on: date | None
    item: Item
    pack: ItemPack | None
    quantity: int
    free: int
    is_recalled: bool

    @property
    def lot_number(self) -> str:
        return lot_number(self.lot_id)


def of_site(
    site_id: int, lot_ids: Iterable[int] | None = None, *, with_recalled: bool = False
) -> dict[Key, Holding]:
    """What a site holds, of some lots or of all that may be handed out, by (place, lot), in one
    statement. `with_recalled`: also what may have been, before it was recalled.

    First expiring first within each item; at most HOLDINGS_MAX lots.
    """
    some: ColumnElement[bool] = true() if with_recalled else Lot.recall_id.is_(None)
    if lot_ids is not None:
        some = StockBalance.lot_id.in_(set(lot_ids))
    rows = db.session.execute(
        select(
            StockBalance.place_id,
            StockBalance.quantity,
            (StockBalance.quantity - StockBalance.reserved).label("free"),
            Lot.id.label("lot_id"),
            Lot.recall_id,
            Lot.batch_number,
            Lot.expires_on,
            Item,
            ItemPack,
        )
        .join(Lot, Lot.id == StockBalance.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(Bin, Bin.id == StockBalance.place_id)
        .outerjoin(ItemPack, ItemPack.id == Lot.pack_id)
        .where(Bin.site_id == site_id, HELD, some)
        .order_by(Item.name, Item.id, Lot.expires_on.nulls_last(), Lot.id)
        .limit(HOLDINGS_MAX)
    )
    return {
        (row.place_id, row.lot_id): Holding(
            lot_id=row.lot_id,
            place_id=row.place_id,
            batch_number=row.batch_number,
            expires_on=row.expires_on,
            item=row.Item,
            pack=row.ItemPack,
            quantity=row.quantity,
            free=row.free,
            is_recalled=row.recall_id is not None,
        )
        for row in rows
    }


def lots_at(site_ids: Iterable[int]) -> dict[int, int]:
    """How many lots each site has in stock, in one statement."""
    rows = db.session.execute(
        select(Bin.site_id, func.count(StockBalance.lot_id.distinct()).label("lots"))
        .join(StockBalance, StockBalance.place_id == Bin.id)
        .where(Bin.site_id.in_(list(site_ids)), HELD)
        .group_by(Bin.site_id)
    )
    return {row.site_id: row.lots for row in rows}


def refuse_shortages(
    site: Place, held: Mapping[Key, Holding], wanted: Iterable[tuple[Key, int]], field: str
) -> None:
    """Raise InsufficientStock naming every line that wants more than is free.

    `field` is the field of a line that says how much.
    """
    problems, shortages = [], []
    for index, ((place_id, lot_id), quantity) in enumerate(wanted):
        holding = held.get((place_id, lot_id))
        free = holding.free if holding else 0
        if quantity <= free:
            continue
        message = _sentence(site, lot_id, holding, quantity)
        problems.append({"field": f"lines-{index}-{field}", "message": message})
        shortages.append(
            {"place_id": place_id, "lot_id": lot_id, "free": free, "missing": quantity - free}
        )
    if problems:
        sentence = " ".join(problem["message"] for problem in problems)
        raise InsufficientStock(sentence, problems=problems, shortages=shortages)


def refuse_recalled(held: Mapping[Key, Holding], wanted: Iterable[Key], field: str) -> None:
    """Raise LotRecalled naming every line of a lot that reaches nobody any more."""
    problems = [
        {
            "field": f"lines-{index}-{field}",
            "message": _("Lot %(lot)s is recalled: it is not handed out.", lot=lot_number(key[1])),
        }
        for index, key in enumerate(wanted)
        if key in held and held[key].is_recalled
    ]
    if problems:
        raise LotRecalled(" ".join(each["message"] for each in problems), problems=problems)


def _sentence(site: Place, lot_id: int, holding: Holding | None, quantity: int) -> str:
    if holding is None:
        return _(
            "%(place)s has nothing of lot %(lot)s.", place=site.name_in(), lot=lot_number(lot_id)
        )
    return _(
        "%(place)s has %(free)s of %(item)s (lot %(lot)s) free, you wrote %(quantity)s.",
        place=site.name_in(),
        free=holding.free,
        item=holding.item.name_in(),
        lot=holding.lot_number,
        quantity=quantity,
    )
