"""Reads which bar codes an organisation gave its goods, and what their history is called."""

from dataclasses import dataclass

from sqlalchemy import func, select

from aidtrack.catalogue.models import ItemPack
from aidtrack.core import acts
from aidtrack.core.db import db
from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.scanning.models import ItemBarcode

TITLES = {
    "item.barcode_added": lazy("A bar code was given"),
    "item.barcode_removed": lazy("A bar code was taken away"),
}
acts.register(TITLES, acts.Topic.RECORDS)
BARCODES_MAX = 200


@dataclass(frozen=True, slots=True)
class BarcodeRow:
    """A code of an item; without a pack it is on a single one."""

    id: int
    code: str
    is_gtin: bool
    item_id: int
    organisation_id: int
    pack_id: int | None
    pack_name: str | None
    pack_size: int | None


def shown(code: str, is_gtin: bool) -> str:
    """A GTIN as it stands below its bars: thirteen digits of an EAN, twelve or eight of less."""
    if not is_gtin:
        return code
    for length in (8, 12, 13):
        if code.startswith("0" * (14 - length)):
            return code[-length:]
    return code


def barcodes_of(item_id: int, actor: Actor) -> list[BarcodeRow]:
    """The codes by which the actor's organisations know the item."""
    rows = db.session.execute(
        select(
            ItemBarcode.id,
            ItemBarcode.code,
            ItemBarcode.is_gtin,
            ItemBarcode.item_id,
            ItemBarcode.organisation_id,
            ItemBarcode.pack_id,
            ItemPack.name.label("pack_name"),
            ItemPack.size.label("pack_size"),
        )
        .outerjoin(ItemPack, ItemPack.id == ItemBarcode.pack_id)
        .where(
            ItemBarcode.item_id == item_id,
            ItemBarcode.organisation_id.in_(actor.organisations_anywhere(Permission.VIEW_ITEMS)),
        )
        .order_by(func.coalesce(ItemPack.size, 1), ItemBarcode.code, ItemBarcode.id)
        .limit(BARCODES_MAX)
    )
    return [BarcodeRow(**{**row._asdict(), "code": shown(row.code, row.is_gtin)}) for row in rows]
