"""Recalled goods that were handed out before their recall, and are recorded only after it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aidtrack.core.db import db
from aidtrack.core.i18n import _
from aidtrack.distributions.counts import HandOut
from aidtrack.distributions.holdings import Holding, Key
from aidtrack.stock.ledger import LotRecalled
from aidtrack.stock.models import lot_number
from aidtrack.stock.recall_tables import recalls_of

A_MOMENT = timedelta(microseconds=1)


def recalled_lots(held: Mapping[Key, Holding], lines: Sequence[HandOut]) -> list[int]:
    """The recalled lots of which some was handed out."""
    keys = [(line.place_id, line.lot_id) for line in lines if line.handed_out]
    return sorted({key[1] for key in keys if key in held and held[key].is_recalled})


def refuse_unless_said(
    held: Mapping[Key, Holding], lines: Sequence[HandOut], *, before_recall: bool
) -> None:
    """Raise LotRecalled, naming every line, unless somebody says that it was before."""
    recalled = recalled_lots(held, lines)
    if not recalled or before_recall:
        return
    problems = [
        {
            "field": f"lines-{index}-handed_out",
            "message": _(
                "Lot %(lot)s is recalled. Say below if it was handed out before that.",
                lot=lot_number(line.lot_id),
            ),
        }
        for index, line in enumerate(lines)
        if line.handed_out and line.lot_id in recalled
    ]
    raise LotRecalled(" ".join(each["message"] for each in problems), problems=problems)


def moment(usual: datetime, on: date, zone: ZoneInfo, lot_ids: Sequence[int]) -> datetime:
    """When it happened: on the day of a recall just before that, for so it was said."""
    same_day = [
        each.started_at
        for each in recalls_of(db.session(), lot_ids)
        if each.started_at.astimezone(zone).date() == on
    ]
    return min([usual, *(started - A_MOMENT for started in same_day)])
