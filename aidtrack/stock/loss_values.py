"""What losses are worth, and whether that is so much that a second person is asked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from aidtrack.core.db import db
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place
from aidtrack.stock.loss_models import (
    StockFind,
    StockFindLine,
    WhyApproved,
    WriteOff,
    WriteOffLine,
    WriteOffStatus,
)
from aidtrack.stock.models import Lot, Reason

TOGETHER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Lost:
    """Some of a lot, where it lies and why it is lost; `load_id` when a shipment carries it.

    `reason_id`: how the organisation words the reason, where it has words of its own;
    `is_claimed`: somebody else shall pay for it.
    """

    lot_id: int
    place_id: int
    quantity: int
    reason: Reason
    load_id: int | None = None
    reason_id: int | None = None
    is_claimed: bool = False


def why_approved(
    value: int | None, organisation: Organisation, site: Place, actor: Actor, at: datetime
) -> WhyApproved | None:
    """Why a second person has to look at so much, if one has to."""
    return why(value, lambda: _written_off_alone(organisation, site, actor, at), organisation)


def why_counted(
    value: int | None, organisation: Organisation, site: Place, actor: Actor, at: datetime
) -> WhyApproved | None:
    """Why so much more than the books say is not for one person to put right, if it is not."""
    return why(value, lambda: _found_alone(organisation, site, actor, at), organisation)


def why(
    value: int | None, before: Callable[[], int], organisation: Organisation
) -> WhyApproved | None:
    """The same of so much, and of what the same person did `before` that nobody looked at."""
    limit = organisation.write_off_limit_minor
    if value is None:
        return WhyApproved.VALUE_UNKNOWN
    if value > limit:
        return WhyApproved.ABOVE_LIMIT
    return WhyApproved.WITH_OTHERS if value + before() > limit else None


def _written_off_alone(organisation: Organisation, site: Place, actor: Actor, at: datetime) -> int:
    """What the same person wrote off here within a day that nobody else looked at."""
    unseen = select(func.coalesce(func.sum(WriteOff.value_minor), 0)).where(
        WriteOff.site_id == site.id,
        WriteOff.prepared_by_id == actor.user_id,
        WriteOff.prepared_at > at - TOGETHER,
        WriteOff.status == WriteOffStatus.POSTED,
        WriteOff.why_approved.is_(None),
        WriteOff.currency == organisation.currency,
    )
    return int(db.session.scalar(unseen) or 0)


def _found_alone(organisation: Organisation, site: Place, actor: Actor, at: datetime) -> int:
    """What the same person put into the books here within a day, beyond what they said."""
    more = StockFindLine.quantity * Lot.unit_value_minor
    unseen = (
        select(func.coalesce(func.sum(more), 0))
        .select_from(StockFind)
        .join(StockFindLine, StockFindLine.find_id == StockFind.id)
        .join(Lot, Lot.id == StockFindLine.lot_id)
        .where(
            StockFind.site_id == site.id,
            StockFind.found_by_id == actor.user_id,
            StockFind.found_at > at - TOGETHER,
            StockFind.write_off_id.is_(None),
            StockFind.undone_at.is_(None),
            Lot.currency == organisation.currency,
        )
    )
    return int(db.session.scalar(unseen) or 0)


def valued(lines: Sequence[Lost]) -> list[WriteOffLine]:
    """The lines with what they are worth: by the value of one of the lot, where it is known."""
    asked = select(Lot.id, Lot.unit_value_minor, Lot.currency).where(
        Lot.id.in_({line.lot_id for line in lines})
    )
    units = {row.id: row for row in db.session.execute(asked)}
    found = []
    for line in lines:
        unit = units[line.lot_id].unit_value_minor
        found.append(
            WriteOffLine(
                lot_id=line.lot_id,
                place_id=line.place_id,
                load_id=line.load_id,
                quantity=line.quantity,
                reason=line.reason,
                reason_id=line.reason_id,
                value_minor=None if unit is None else unit * line.quantity,
                currency=units[line.lot_id].currency,
            )
        )
    return found


def rows(write_off_id: int, lines: Iterable[WriteOffLine]) -> list[dict[str, object]]:
    """The lines of a write-off as rows, to be inserted in one statement."""
    names = (
        "lot_id", "place_id", "load_id", "quantity", "reason", "reason_id", "value_minor",
        "currency",
    )  # fmt: skip
    return [
        {"write_off_id": write_off_id} | {name: getattr(line, name) for name in names}
        for line in lines
    ]


def value_in(currency: str, lines: Iterable[WriteOffLine]) -> int | None:
    """What they are worth together; None when one has no value in this currency."""
    total = 0
    for line in lines:
        if line.value_minor is None or line.currency != currency:
            return None
        total += line.value_minor
    return total
