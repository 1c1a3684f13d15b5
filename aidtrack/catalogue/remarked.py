"""What an item tells those who remark on it. Items are everyone's; remarks are not."""

from sqlalchemy import select

from aidtrack.catalogue.models import Item
from aidtrack.catalogue.queries import FIELDS, TITLES
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, name_in
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind


def find(item_id: int, actor: Actor) -> Record:
    row = db.session.execute(select(Item.name, Item.names).where(Item.id == item_id)).first()
    if row is None or not actor.may(Permission.VIEW_ITEMS):
        raise NotFound(_("There is no such item."))
    return Record(name_in(row.name, row.names), actor.may(Permission.WRITE_REMARKS), None)


def tell(entry: AuditEntry) -> Happening:
    return history.happening(entry, titles=TITLES, fields=FIELDS)


record_kinds = (RecordKind("item", "/items/{id}", find, tell),)
