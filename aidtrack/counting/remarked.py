"""What a count tells of itself, and who may remark on it."""

from aidtrack.core import acts
from aidtrack.core.audit import AuditEntry
from aidtrack.core.i18n import lazy
from aidtrack.counting import counts
from aidtrack.counting.models import KIND
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind

TITLES = {
    "count.planned": lazy("Count planned"),
    "count.counters_changed": lazy("Others count"),
    "count.goods_added": lazy("Goods found that the books do not have there"),
    "count.page_saved": lazy("Figures saved"),
    "count.bin_emptied": lazy("A bin was counted as empty"),
    "count.finished": lazy("Counted by one person"),
    "count.counted_again": lazy("Lines sent to be counted again"),
    "count.approved": lazy("Approved: the stock is corrected"),
    "count.refused": lazy("Refused: the stock stays as it was"),
    "count.cancelled": lazy("Cancelled"),
    "count.undone": lazy("Undone: the stock is as it was before"),
}
acts.register(TITLES, acts.Topic.GOODS)


def find(count_id: int, actor: Actor) -> Record:
    found = counts.count_of(count_id, actor)
    where = {"organisation_id": found.organisation_id, "site_id": found.site_id}
    return Record(
        title=found.number,
        may_write=actor.may(Permission.WRITE_REMARKS, **where),
        organisation_id=found.organisation_id,
    )


def tell(entry: AuditEntry) -> Happening:
    return history.happening(entry, titles=TITLES)


record_kinds = (RecordKind(KIND, "/counts/{id}", find, tell),)
