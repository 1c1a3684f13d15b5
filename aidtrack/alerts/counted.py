"""A count, as a notice to who may approve it, and back to whoever planned it or counted."""

from collections.abc import Iterator

from sqlalchemy.orm import joinedload

from aidtrack.alerts import goods
from aidtrack.alerts.models import AlertKind
from aidtrack.alerts.people import At, Notice
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.counting import counts
from aidtrack.counting.models import CountStatus, StockCount


def count_waits(entry: AuditEntry) -> Iterator[Notice]:
    """Everybody has counted: to all who may approve it, but those who had a hand in it."""
    count = _count(entry)
    if count is None or count.status != CountStatus.REVIEW:
        return
    yield Notice(
        AlertKind.COUNT,
        # Two people end a round, and it waits once; it waits again after another round.
        f"count:{count.id}:{count.round}",
        f"/counts/{count.id}",
        _facts(count) | {"what": "waits"},
        places=(At(count.organisation_id, count.site_id),),
        by_id=entry.user_id,
        left_out=frozenset(counts.hands(count)),
    )


def count_decided(entry: AuditEntry) -> Iterator[Notice]:
    """To everybody who had a hand in it."""
    count = _count(entry)
    if count is None:
        return
    yield Notice(
        AlertKind.COUNT,
        f"entry:{entry.id}",
        f"/counts/{count.id}",
        _facts(count) | {"what": entry.action, "why": entry.facts.get("note", "")},
        user_ids=frozenset(counts.hands(count)),
        by_id=entry.user_id,
    )


def _count(entry: AuditEntry) -> StockCount | None:
    return db.session.get(StockCount, entry.record_id, options=[joinedload(StockCount.site)])


def _facts(count: StockCount) -> dict[str, object]:
    return {"number": count.number, "site": goods.site(count.site)}
