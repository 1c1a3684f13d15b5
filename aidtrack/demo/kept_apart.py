"""Some goods are held with a reason, and a batch turns out bad when most of it has gone."""

from functools import partial
from typing import TYPE_CHECKING

from aidtrack.core import clock
from aidtrack.holds import recalls, services
from aidtrack.holds.models import HoldKind
from aidtrack.holds.services import Wanted
from aidtrack.stock import queries as stock
from aidtrack.stock.queries import StockRow
from aidtrack.stock.services import Taking

if TYPE_CHECKING:
    from aidtrack.demo.story import Telling

SITE = "Osh main warehouse"
BAD = "HEA-011"
# When, which item, a part of what is free, the kind and the words.
HELD = (
    (-6, "SHE-010", 12, HoldKind.DAMAGED, "The fork went through the bale; the inside is dry?"),
    (-2, "FOO-020", 9, HoldKind.INSPECTION, "Weevils in two bags. The laboratory has a sample."),
)


def tell(telling: "Telling") -> None:
    for day, code, part, kind, why in HELD:
        telling.on(day, partial(_hold, telling, code, part, Wanted(kind, why)))
    # Last of all: nothing of it leaves any more.
    telling.on(1, partial(_recall, telling))


def _hold(telling: "Telling", code: str, part: int, wanted: Wanted) -> None:
    row = _most(telling, code)
    services.hold(
        [Taking(row.lot_id, row.place_id, max(1, row.free // part))],
        wanted,
        key=telling.key(),
        actor=telling.cast.keeper(SITE),
        at=clock.now(),
    )


def _recall(telling: "Telling") -> None:
    row = _most(telling, BAD)
    recalls.recall(
        row.lot_id,
        reason="The maker says that sachets of this batch have clumped and do not dissolve.",
        whole_batch=bool(row.batch_number),
        key=telling.key(),
        actor=telling.cast.keeper(SITE),
        at=clock.now(),
    )


def _most(telling: "Telling", code: str) -> StockRow:
    rows = stock.stock_of_site(telling.cast.sites[SITE])
    return max((row for row in rows if row.item_code == code), key=lambda row: row.free)
