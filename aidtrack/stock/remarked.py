"""What a lot tells those who remark on it, whose own story is the stock card; and a write-off."""

from aidtrack.core import acts
from aidtrack.core.audit import AuditEntry
from aidtrack.core.i18n import lazy
from aidtrack.identity import history
from aidtrack.identity.history import Happening
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.identity.records import Record, RecordKind
from aidtrack.stock import queries, written_off

TITLES = {
    "write_off.recorded": lazy("Written off"),
    "write_off.prepared": lazy("Prepared: waits for approval"),
    "write_off.approved": lazy("Approved: the goods are written off"),
    "write_off.refused": lazy("Refused: the goods stay in stock"),
    "write_off.withdrawn": lazy("Withdrawn: the goods stay in stock"),
    "write_off.found": lazy("Found: some of it is in stock again"),
    "write_off.claim_changed": lazy("Claim changed"),
    "stock.undone": lazy("Undone"),
}
TITLES_OF_MOVEMENTS = {
    "stock.move": lazy("Goods moved"),
    "stock.write_off": lazy("Goods written off"),
    "stock.return_to_donor": lazy("Goods given back to the donor"),
    "stock.found": lazy("More found than the books said"),
}
acts.register(TITLES | TITLES_OF_MOVEMENTS, acts.Topic.GOODS)


def find(lot_id: int, actor: Actor) -> Record:
    """Whoever owns it, and whoever it came to, may remark on it."""
    lot = queries.lot(lot_id, actor)
    return Record(
        title=f"{lot.item.name_in()}, {lot.batch_number or lot.number}",
        may_write=queries.may_with_lot(actor, Permission.WRITE_REMARKS, lot),
        organisation_id=lot.organisation_id,
    )


def tell(entry: AuditEntry) -> Happening:
    """Packages above the stock act on lots too, and name what they do."""
    return history.happening(entry, titles=acts.TITLES, fields=acts.FIELDS.get("lot"))


def find_write_off(write_off_id: int, actor: Actor) -> Record:
    found = written_off.write_off(write_off_id, actor)
    where = {"organisation_id": found.organisation_id, "site_id": found.site_id}
    return Record(
        title=found.number,
        may_write=actor.may(Permission.WRITE_REMARKS, **where),
        organisation_id=found.organisation_id,
    )


def tell_write_off(entry: AuditEntry) -> Happening:
    return history.happening(entry, titles=TITLES)


record_kinds = (
    RecordKind("lot", "/lots/{id}", find, tell),
    RecordKind("write_off", "/stock/write-offs/{id}", find_write_off, tell_write_off),
)
