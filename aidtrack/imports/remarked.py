"""What an import tells those who remark on it."""

from sqlalchemy import select

from aidtrack.core import acts
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, lazy
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind
from aidtrack.imports.models import ImportRun

TITLES = {"import.applied": lazy("The list was taken in")}
acts.register(TITLES, acts.Topic.RECORDS)


def find(run_id: int, actor: Actor) -> Record:
    row = db.session.execute(
        select(ImportRun.filename, ImportRun.organisation_id).where(
            ImportRun.id == run_id,
            ImportRun.organisation_id.in_(actor.organisations(Permission.RUN_IMPORTS)),
        )
    ).first()
    if row is None:
        raise NotFound(_("There is no such import."))
    may_write = actor.may(Permission.WRITE_REMARKS, organisation_id=row.organisation_id)
    return Record(row.filename, may_write, row.organisation_id)


def tell(entry: AuditEntry) -> Happening:
    return history.happening(entry, titles=TITLES)


record_kinds = (RecordKind("import_run", "/imports/{id}", find, tell),)
