"""How right the books were: figures of each count that was approved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from aidtrack.core import paging
from aidtrack.core.db import db
from aidtrack.core.i18n import name_in
from aidtrack.core.paging import Page, Sorting
from aidtrack.counting import counts
from aidtrack.counting.models import CountStatus, StockCount
from aidtrack.counting.queries import BY_NUMBER
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import Place


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One approved count. Values in minor units of `currency`, as far as they are known:
    `value_off_minor` is what was missing or over, both counted as wrong.
    """

    count_id: int
    number: str
    site_id: int
    site: str
    counted_at: datetime
    decided_at: datetime
    lines_counted: int
    lines_right: int
    value_counted_minor: int
    value_off_minor: int
    currency: str


def accuracy(
    actor: Actor,
    *,
    site_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    sorting: Sorting = BY_NUMBER.down,
    cursor: str | None = None,
    limit: int = paging.PAGE_ROWS,
) -> Page[Accuracy]:
    """Counts approved in a time, at sites where the actor may look, the newest first."""
    narrowed = [StockCount.status == CountStatus.DONE, counts.seen(actor)]
    if site_id is not None:
        narrowed.append(StockCount.site_id == site_id)
    if since is not None:
        narrowed.append(StockCount.decided_at >= since)
    if until is not None:
        narrowed.append(StockCount.decided_at < until)
    rows = db.session.execute(
        select(StockCount, Place.name, Place.names)
        .join(Place, Place.id == StockCount.site_id)
        .where(*narrowed, *sorting.after(cursor))
        .order_by(*sorting.by())
        .limit(limit + 1)
    )
    found = [_accuracy(row.StockCount, name_in(row.name, row.names)) for row in rows]
    shown = found[:limit]
    more = len(found) > limit
    return Page(shown, paging.encode([shown[-1].count_id]) if more else None)


def share_right(some: Iterable[Accuracy]) -> tuple[int, int]:
    """(lines right, lines counted) of several counts together."""
    known = list(some)
    return sum(x.lines_right for x in known), sum(x.lines_counted for x in known)


def _accuracy(count: StockCount, site: str) -> Accuracy:
    assert count.counted_at is not None
    assert count.decided_at is not None
    return Accuracy(
        count_id=count.id,
        number=count.number,
        site_id=count.site_id,
        site=site,
        counted_at=count.counted_at,
        decided_at=count.decided_at,
        lines_counted=count.lines_counted or 0,
        lines_right=count.lines_right or 0,
        value_counted_minor=count.value_counted_minor or 0,
        value_off_minor=count.value_off_minor or 0,
        currency=count.currency,
    )
