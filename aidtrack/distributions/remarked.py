"""What a distribution tells those who remark on it."""

from sqlalchemy import select

from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.distributions import queries
from aidtrack.distributions.models import Distribution
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind


def find(distribution_id: int, actor: Actor) -> Record:
    row = db.session.execute(
        select(Distribution.number, Distribution.organisation_id, Distribution.site_id).where(
            Distribution.id == distribution_id, queries.seen(actor)
        )
    ).first()
    if row is None:
        raise NotFound(_("There is no such distribution."))
    may_write = actor.may(
        Permission.WRITE_REMARKS, organisation_id=row.organisation_id, site_id=row.site_id
    )
    return Record(row.number, may_write, row.organisation_id)


def tell(entry: AuditEntry) -> Happening:
    return history.happening(entry, titles=queries.TITLES)


record_kinds = (RecordKind("distribution", "/distributions/{id}", find, tell),)
