"""What a lot tells those who remark on it. Its own story is the stock card."""

from aidtrack.core.audit import AuditEntry
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind
from aidtrack.stock import queries


def find(lot_id: int, actor: Actor) -> Record:
    """Whoever owns it, and whoever it came to, may remark on it."""
    lot = queries.lot(lot_id, actor)
    return Record(
        title=f"{lot.item.name_in()}, {lot.batch_number or lot.number}",
        may_write=queries.may_with_lot(actor, Permission.WRITE_REMARKS, lot),
        organisation_id=lot.organisation_id,
    )


def tell(entry: AuditEntry) -> Happening:
    return history.happening(entry, titles={})


record_kinds = (RecordKind("lot", "/lots/{id}", find, tell),)
