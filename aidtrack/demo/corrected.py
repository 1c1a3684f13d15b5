"""What the demo's people put right: a batch number that was misread at the ramp."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from aidtrack.core import clock
from aidtrack.corrections import services
from aidtrack.corrections.models import CorrectionKind
from aidtrack.corrections.plans import Change
from aidtrack.demo.gifts import OSH
from aidtrack.stock import queries as stock

if TYPE_CHECKING:
    from aidtrack.demo.story import Telling

ITEM = "HOU-011"


def tell(telling: Telling) -> None:
    telling.on(-1.2, partial(_correct_the_batch, telling))


def _correct_the_batch(telling: Telling) -> None:
    keeper = telling.cast.keeper(OSH)
    rows = stock.stock_of_site(telling.cast.sites[OSH])
    row = max((row for row in rows if row.item_code == ITEM), key=lambda row: row.quantity)
    lot = stock.lot(row.lot_id, keeper)
    services.correct(
        lot.id,
        Change(
            CorrectionKind.FACTS,
            batch_number=f"{lot.batch_number}B",
            expires_on=lot.expires_on,
            pack_id=lot.pack_id,
        ),
        reason="The last letter was hidden by the strap; read again when the bales were opened.",
        key=uuid5(NAMESPACE_URL, f"demo:{ITEM}:batch"),
        actor=keeper,
        at=clock.now(),
    )
