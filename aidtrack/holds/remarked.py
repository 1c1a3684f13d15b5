"""What a hold and a recall tell whoever remarks on them, and words for what happens to them."""

from aidtrack.core import acts
from aidtrack.core.audit import AuditEntry
from aidtrack.core.i18n import lazy
from aidtrack.holds import queries, recalled
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind

TITLES = {
    "hold.placed": lazy("Held: nobody can send it"),
    "hold.released": lazy("Released: it can be sent again"),
    "hold.written_off": lazy("Written off from its hold"),
    "hold.held_again": lazy("Held again: its write-off was taken back"),
    "recall.started": lazy("Recalled: nobody can send it or hand it out"),
    "recall.closed": lazy("Closed: everything was dealt with"),
    "recall.lifted": lazy("Lifted: its lots are good after all"),
}
acts.register(TITLES, acts.Topic.GOODS)
acts.register(
    {"shelf_life.set": lazy("Set how long goods must still be good")}, acts.Topic.SETTINGS
)


def find_hold(hold_id: int, actor: Actor) -> Record:
    found = queries.hold(hold_id, actor)
    return Record(
        title=f"{found.item}, {found.batch_number or found.lot_number}",
        may_write=actor.may(
            Permission.WRITE_REMARKS, organisation_id=found.organisation_id, site_id=found.site_id
        ),
        organisation_id=found.organisation_id,
    )


def find_recall(recall_id: int, actor: Actor) -> Record:
    found = recalled.recall(recall_id, actor)
    return Record(
        title=found.number,
        may_write=found.organisation_id in actor.organisations(Permission.WRITE_REMARKS),
        organisation_id=found.organisation_id,
    )


def tell(entry: AuditEntry) -> Happening:
    return history.happening(entry, titles=TITLES)


record_kinds = (
    RecordKind("hold", "/stock/holds/{id}", find_hold, tell),
    RecordKind("recall", "/stock/recalls/{id}", find_recall, tell),
)
