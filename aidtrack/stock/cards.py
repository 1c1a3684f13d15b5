"""The stock card of a lot: every line of it, with both clocks and both ends."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.places.models import Place, PlaceKind, called
from aidtrack.stock.models import Reason, StockLine, StockMovement
from aidtrack.stock.queries import Origin, Target

LINES_SHOWN = 500
OriginSite, TargetSite = aliased(Place), aliased(Place)
# Written once: building a statement costs more than running it.
_LINES = (
    select(
        StockLine.id.label("line_id"),
        StockLine.movement_id,
        StockMovement.kind,
        StockMovement.source_kind,
        StockMovement.source_id,
        StockMovement.occurred_at,
        StockMovement.recorded_at,
        called(Origin).label("from_place"),
        OriginSite.name.label("from_site"),
        OriginSite.names.label("from_names"),
        Origin.kind.label("from_kind"),
        called(Target).label("to_place"),
        TargetSite.name.label("to_site"),
        TargetSite.names.label("to_names"),
        Target.kind.label("to_kind"),
        StockLine.quantity,
        StockLine.reason,
        StockMovement.note,
        StockMovement.reverses_id,
    )
    .join(StockMovement, StockMovement.id == StockLine.movement_id)
    .join(Origin, Origin.id == StockLine.from_place_id)
    .join(Target, Target.id == StockLine.to_place_id)
    .outerjoin(OriginSite, OriginSite.id == Origin.site_id)
    .outerjoin(TargetSite, TargetSite.id == Target.site_id)
    .order_by(StockLine.id.desc())
    .limit(LINES_SHOWN)
)


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a stock card. Sites are named in the reader's language."""

    line_id: int
    movement_id: int
    kind: str
    source_kind: str
    source_id: int
    occurred_at: datetime
    recorded_at: datetime
    from_place: str
    from_site: str
    from_kind: PlaceKind
    to_place: str
    to_site: str
    to_kind: PlaceKind
    quantity: int
    reason: Reason | None
    note: str
    reverses_id: int | None


def card(lot_id: int) -> list[CardLine]:
    """The lines of a lot, newest first."""
    found = []
    for row in db.session.execute(_LINES.where(StockLine.lot_id == lot_id)):
        said = dict(row._mapping)
        for end in ("from", "to"):
            name, names = said[f"{end}_site"], said.pop(f"{end}_names")
            said[f"{end}_site"] = site = name_in(name, names or {}) if name else ""
            # A site itself is called as its readers call it; bins have one name for all.
            if said[f"{end}_place"] == name:
                said[f"{end}_place"] = site
        found.append(CardLine(**said))
    return found
