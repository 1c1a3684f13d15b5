"""What a place and an area tell those who remark on them."""

from aidtrack.core.audit import AuditEntry
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind
from aidtrack.places import queries
from aidtrack.places.models import SITES
from aidtrack.sharing import wording as sharing


def place(place_id: int, actor: Actor) -> Record:
    found = queries.place(place_id, actor)
    may_write = actor.may(
        Permission.WRITE_REMARKS, organisation_id=found.organisation_id, site_id=found.site_id
    )
    return Record(
        found.name_in(), may_write, found.organisation_id, is_shareable=found.kind in SITES
    )


def area(area_id: int, actor: Actor) -> Record:
    """Areas are everyone's; remarks on them are not."""
    if not actor.may(Permission.VIEW_AREAS):
        raise NotFound(_("There is no such area."))
    found = queries.area(area_id)
    return Record(found.name_in(), actor.may(Permission.WRITE_REMARKS), None)


def tell(entry: AuditEntry) -> Happening:
    return history.happening(entry, titles=queries.TITLES, fields=queries.FIELDS)


record_kinds = (
    RecordKind("place", "/places/{id}", place, sharing.too(tell)),
    RecordKind("area", "/areas/{id}", area, tell),
)
