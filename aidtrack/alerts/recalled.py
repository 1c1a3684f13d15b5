"""A recall, as a notice to everybody who keeps some of it, of whichever organisation."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from aidtrack.alerts import goods
from aidtrack.alerts.models import AlertKind
from aidtrack.alerts.people import At, Notice
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot, StockBalance
from aidtrack.stock.queries import HELD


def recalled(entry: AuditEntry) -> Iterator[Notice]:
    """It opens a lot's page: whoever keeps the goods may see that, the recall is its owner's."""
    of_it = Lot.recall_id == entry.record_id
    lot = db.session.scalar(
        select(Lot).where(of_it).order_by(Lot.id).limit(1).options(joinedload(Lot.item))
    )
    if lot is None:
        return
    rows = db.session.execute(
        select(Place.organisation_id, Place.site_id)
        .distinct()
        .join(StockBalance, StockBalance.place_id == Place.id)
        .join(Lot, Lot.id == StockBalance.lot_id)
        .where(of_it, HELD, Place.site_id.is_not(None))
    )
    places = tuple(At(row.organisation_id, row.site_id) for row in rows)
    yield Notice(
        AlertKind.RECALL,
        f"entry:{entry.id}",
        f"/lots/{lot.id}",
        {
            "number": entry.facts.get("number", ""),
            "why": entry.facts.get("note", ""),
            "item": goods.named(lot.item),
            "batch": lot.batch_number,
        },
        places=places or (At(lot.organisation_id),),
        by_id=entry.user_id,
    )
