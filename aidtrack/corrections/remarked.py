"""What a correction tells whoever remarks on it."""

from aidtrack.core.audit import AuditEntry
from aidtrack.corrections import queries, words
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind


def find(correction_id: int, actor: Actor) -> Record:
    found = queries.correction(correction_id, actor)
    return Record(
        title=found.number,
        may_write=actor.may(
            Permission.WRITE_REMARKS, organisation_id=found.organisation_id, site_id=None
        ),
        organisation_id=found.organisation_id,
    )


def tell(entry: AuditEntry) -> Happening:
    return history.happening(entry, titles=words.TITLES, fields=words.FIELDS)


record_kinds = (RecordKind("correction", "/stock/corrections/{id}", find, tell),)
