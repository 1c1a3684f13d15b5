"""What a partner tells those who remark on it."""

from aidtrack.core.audit import AuditEntry
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind
from aidtrack.partners import queries


def find(partner_id: int, actor: Actor) -> Record:
    partner = queries.partner(partner_id, actor)
    may_write = actor.may(Permission.WRITE_REMARKS, organisation_id=partner.organisation_id)
    return Record(partner.name, may_write, partner.organisation_id)


def tell(entry: AuditEntry) -> Happening:
    return history.happening(entry, titles=queries.TITLES, fields=queries.FIELDS)


record_kinds = (RecordKind("partner", "/partners/{id}", find, tell),)
