"""Bar codes in lists of items: read as they are kept, and given many at once."""

import re
from collections.abc import Sequence

from sqlalchemy import select

from aidtrack.catalogue import known_by
from aidtrack.core import audit, clock
from aidtrack.core.bulk import insert_many
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor
from aidtrack.scanning import codes, services
from aidtrack.scanning.barcodes import shown
from aidtrack.scanning.models import ItemBarcode

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


def of_items(organisation_id: int) -> dict[str, int]:
    rows = db.session.execute(
        select(ItemBarcode.code, ItemBarcode.item_id)
        .where(ItemBarcode.organisation_id == organisation_id)
        .order_by(ItemBarcode.id)
    )
    return {row.code: row.item_id for row in rows}


def give(pairs: Sequence[tuple[int, str]], organisation_id: int, actor: Actor) -> None:
    """Codes for single items. Whoever calls has seen to it that nobody else has them."""
    known = of_items(organisation_id)
    new = [(item_id, code) for item_id, code in dict.fromkeys(pairs) if code not in known]
    owner = {"organisation_id": organisation_id, "added_at": clock.now()}
    rows: list[dict[str, object]] = [
        {"item_id": item_id, "code": code, "is_gtin": bool(codes.gtin_of(code))} | owner
        for item_id, code in new
    ]
    insert_many(db.session(), ItemBarcode, rows)
    told = [(item_id, {"note": shown_whole(code)}) for item_id, code in new]
    audit.record_many(actor, "item.barcode_added", kind="item", records=told)
