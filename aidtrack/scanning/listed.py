"""Bar codes in lists of items: read as they are kept, and given many at once."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from aidtrack.catalogue import known_by
from aidtrack.catalogue.details import ListedBarcode, PackDetails
from aidtrack.catalogue.models import ItemPack
from aidtrack.core import audit, clock
from aidtrack.core.bulk import insert_many
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.scanning import codes, services
from aidtrack.scanning.barcodes import shown
from aidtrack.scanning.models import ItemBarcode

ITEMS_A_STATEMENT = 500
# A spreadsheet that took a code for a number shows it as 4.00638E+12.
SHORTENED = re.compile(r"\d[.,]?\d*E\+\d+", re.IGNORECASE)


def register() -> None:
    known_by.register(known_by.Barcodes(kept, shown_whole, of_items, give))


def kept(text: str) -> str:
    """A code of a list as it is kept. Raises Invalid, saying why."""
    if SHORTENED.fullmatch(text):
        raise Invalid(_("The spreadsheet shortened it. Make the column text, and write it whole."))
    # As a number, a UPC loses the zeros it begins with.
    if text.isdigit() and 9 <= len(text) <= 11 and codes.gtin_of(text.zfill(12)):
        text = text.zfill(12)
    return services.kept(text)[0]


def shown_whole(code: str) -> str:
    return shown(code, bool(codes.gtin_of(code)))


def of_items(organisation_id: int) -> list[tuple[int, ListedBarcode]]:
    rows = db.session.execute(
        select(ItemBarcode.item_id, ItemBarcode.code, ItemPack.name, ItemPack.size)
        .outerjoin(ItemPack, ItemPack.id == ItemBarcode.pack_id)
        .where(ItemBarcode.organisation_id == organisation_id)
        .order_by(ItemBarcode.id)
    )
    return [(row.item_id, ListedBarcode(row.code, _pack(row.name, row.size))) for row in rows]


def _pack(name: str | None, size: int | None) -> PackDetails | None:
    return PackDetails(name, size) if name and size else None


def give(pairs: Sequence[tuple[int, ListedBarcode]], organisation_id: int, actor: Actor) -> None:
    """Codes for single items and their packs, which are there by now. Whoever calls has seen to
    it that nobody else has them.
    """
    known = {barcode.code for _item_id, barcode in of_items(organisation_id)}
    new = [(item_id, each) for item_id, each in dict.fromkeys(pairs) if each.code not in known]
    packs = _packs({item_id for item_id, each in new if each.pack})
    owner = {"organisation_id": organisation_id, "added_at": clock.now()}
    rows: list[dict[str, object]] = [
        {
            "item_id": item_id,
            "pack_id": packs[item_id, each.pack] if each.pack else None,
            "code": each.code,
            "is_gtin": bool(codes.gtin_of(each.code)),
        }
        | owner
        for item_id, each in new
    ]
    insert_many(db.session(), ItemBarcode, rows)
    told = [(item_id, {"note": shown_whole(each.code)}) for item_id, each in new]
    audit.record_many(actor, "item.barcode_added", kind="item", records=told)


def _packs(item_ids: Iterable[int]) -> dict[tuple[int, PackDetails], int]:
    """The ids of the packs of some items."""
    wanted, found = sorted(item_ids), {}
    for start in range(0, len(wanted), ITEMS_A_STATEMENT):
        some = wanted[start : start + ITEMS_A_STATEMENT]
        for pack in db.session.scalars(select(ItemPack).where(ItemPack.item_id.in_(some))):
            found[pack.item_id, PackDetails(pack.name, pack.size)] = pack.id
    return found
