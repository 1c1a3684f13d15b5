"""What a shipment tells those who remark on it."""

from sqlalchemy.orm import joinedload

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind
from aidtrack.sharing import wording as sharing
from aidtrack.shipments import access, history, shared
from aidtrack.shipments.models import Shipment


def find(shipment_id: int, actor: Actor) -> Record:
    """Both ends and its driver may remark on it."""
    found = db.session.get(Shipment, shipment_id, options=[joinedload(Shipment.destination)])
    if found is None or not access.may_see(actor, found):
        raise NotFound(_("There is no such shipment."))
    may = Permission.WRITE_REMARKS
    return Record(
        title=found.number,
        may_write=access.sends(actor, may, found)
        or access.receives(actor, may, found)
        or access.drives(actor, found),
        organisation_id=found.organisation_id,
        is_shareable=True,
    )


record_kinds = (
    RecordKind("shipment", "/shipments/{id}", find, sharing.too(history.tell), shared.opens_papers),
)
