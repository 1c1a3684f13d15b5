"""What became of recalled goods before their recall, and is told only after it.

They are gone to people: refusing would hide where they are. Each recall keeps who said so.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from aidtrack.core import acts, audit
from aidtrack.core.db import db
from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Actor
from aidtrack.stock.models import lot_number
from aidtrack.stock.recall_tables import recalls_of

KIND = "recall"
acts.register(
    {
        "recall.hand_out_told": lazy(
            "A hand-out was recorded after the recall, as having been before it"
        ),
    },
    acts.Topic.GOODS,
)


def recalled_by(session: Session, lot_ids: Collection[int], moment: datetime) -> set[int]:
    """Those of the lots that were recalled already at a moment."""
    return {each.lot_id for each in recalls_of(session, lot_ids) if each.started_at <= moment}


def note(lot_ids: Collection[int], *, number: str, moment: datetime, actor: Actor) -> None:
    """Say on each recall who recorded a hand-out of its lots late, and for when."""
    told: dict[int, list[str]] = {}
    for each in recalls_of(db.session(), lot_ids):
        told.setdefault(each.recall_id, []).append(lot_number(each.lot_id))
    audit.record_many(
        actor,
        "recall.hand_out_told",
        kind=KIND,
        records=[
            (recall_id, {"note": number, "lots": lots, "happened_at": moment.isoformat()})
            for recall_id, lots in told.items()
        ],
    )
