"""Goods as alerts tell them: a few items with how much of each, and where they are."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func, select

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import db
from aidtrack.distributions.models import DistributionLine
from aidtrack.donations.models import DonationLine, GoodsReceiptLine
from aidtrack.places.models import Place
from aidtrack.shipments.models import ShipmentLoad
from aidtrack.stock.loss_models import WriteOffLine
from aidtrack.stock.models import Lot

GOODS_MAX = 8
Facts = dict[str, object]


def named(record: Any) -> Facts:
    """A record's name in all its languages, to be worded for each reader."""
    return {"name": record.name, "names": record.names or {}}


def listed(goods: Iterable[Facts]) -> Facts:
    """The first of the goods, and how many more items there are."""
    everything = list(goods)
    return {"goods": everything[:GOODS_MAX], "more": max(len(everything) - GOODS_MAX, 0)}


def of_shipment(shipment_id: int) -> Facts:
    """What a shipment carries, as its waybill lists it."""
    return _of_lots(ShipmentLoad.quantity, ShipmentLoad, ShipmentLoad.shipment_id == shipment_id)


def to_settle(shipment_id: int) -> Facts:
    """What of a shipment is neither delivered nor settled."""
    left = (
        ShipmentLoad.quantity - ShipmentLoad.delivered - ShipmentLoad.returned - ShipmentLoad.lost
    )
    return _of_lots(left, ShipmentLoad, ShipmentLoad.shipment_id == shipment_id, left > 0)


def of_receipt(receipt_id: int) -> Facts:
    """What came good in one receipt."""
    good = GoodsReceiptLine.good
    return _of_lots(good, GoodsReceiptLine, GoodsReceiptLine.receipt_id == receipt_id, good > 0)


def of_distribution(distribution_id: int) -> Facts:
    """What was handed out."""
    given = DistributionLine.handed_out
    return _of_lots(
        given, DistributionLine, DistributionLine.distribution_id == distribution_id, given > 0
    )


def of_write_off(write_off_id: int) -> Facts:
    """What somebody says is lost."""
    line = WriteOffLine
    return _of_lots(line.quantity, line, line.write_off_id == write_off_id)


def of_promise(donation_id: int) -> Facts:
    """What a donor promised."""
    rows = db.session.execute(
        select(Item, ItemPack, func.sum(DonationLine.quantity).label("quantity"))
        .join(Item, Item.id == DonationLine.item_id)
        .outerjoin(ItemPack, ItemPack.id == DonationLine.pack_id)
        .where(DonationLine.donation_id == donation_id)
        .group_by(Item.id, ItemPack.id)
        .order_by(Item.name, Item.id)
    )
    return listed(amount(row.Item, row.ItemPack, row.quantity) for row in rows)


def amount(item: Item, pack: ItemPack | None, quantity: int) -> Facts:
    return {
        **named(item),
        "quantity": int(quantity),
        "unit": item.base_unit,
        "pack": pack.name if pack else "",
        "size": pack.size if pack else None,
    }


def site(place: Place) -> Facts:
    return {**named(place), "id": place.id}


def _of_lots(quantity: Any, lines: Any, *conditions: ColumnElement[bool]) -> Facts:
    """Lines that name lots, summed by item and pack."""
    rows = db.session.execute(
        select(Item, ItemPack, func.sum(quantity).label("quantity"))
        .select_from(lines)
        .join(Lot, Lot.id == lines.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .outerjoin(ItemPack, ItemPack.id == Lot.pack_id)
        .where(*conditions)
        .group_by(Item.id, ItemPack.id)
        .order_by(Item.name, Item.id)
    )
    return listed(amount(row.Item, row.ItemPack, row.quantity) for row in rows)
