"""People without an account whose names stand on records: drivers, receivers, contacts.

They are known by their name alone, so one name is one person here, within one organisation.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, literal, select, union_all, update

from aidtrack.core import audit, redaction
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import Base, db, transaction
from aidtrack.core.errors import Invalid, NotFound
from aidtrack.core.i18n import _, lazy
from aidtrack.core.redaction import Part
from aidtrack.donations.models import GoodsReceipt
from aidtrack.identity.permissions import Actor
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place
from aidtrack.privacy import export, queries
from aidtrack.shipments.models import WAITING, Delivery, FieldReport, Shipment

NAMES_MAX = 50
# Where a name may stand: its column, and what else is emptied with it.
WHERE: tuple[tuple[str, object, Any, dict[str, str]], ...] = (
    (
        "delivery",
        lazy("Deliveries received"),
        Delivery.receiver_name,
        {"receiver_name": "", "receiver_function": ""},
    ),
    (
        "shipment",
        lazy("Shipments driven"),
        Shipment.driver_name,
        {"driver_name": "", "driver_phone": ""},
    ),
    ("goods_receipt", lazy("Goods brought"), GoodsReceipt.delivered_by, {"delivered_by": ""}),
    (
        "goods_receipt",
        lazy("Goods received"),
        GoodsReceipt.received_by,
        {"received_by": ""},
    ),
    ("place", lazy("Contact at places"), Place.contact, {"contact": "", "phone": ""}),
    (
        "partner",
        lazy("Contact of partners"),
        Partner.contact,
        {"contact": "", "phone": "", "email": ""},
    ),
)


@dataclass(frozen=True, slots=True)
class Named:
    """One name, and how often it stands where."""

    name: str
    counts: tuple[tuple[str, int], ...]


def search(part: str, organisation_id: int) -> list[Named]:
    """Names that hold these letters, with where they stand, in one statement."""
    return _counted(organisation_id, lambda column: column.icontains(part, autoescape=True))


def one(name: str, organisation_id: int) -> Named:
    """The person of just this name. Raises NotFound."""
    found = _counted(organisation_id, lambda column: column == name) if name else []
    if not found:
        raise NotFound(_("There is no such person."))
    return found[0]


def _counted(organisation_id: int, is_wanted: Callable[[Any], Any]) -> list[Named]:
    asked = [
        select(literal(number).label("place"), column.label("name"), func.count().label("times"))
        .where(_of(column, organisation_id), is_wanted(column))
        .group_by(column)
        for number, (_table, _words, column, _values) in enumerate(WHERE)
    ]
    found = union_all(*asked).subquery()
    rows = db.session.execute(
        select(found).order_by(found.c.name, found.c.place).limit(NAMES_MAX * len(WHERE))
    )
    counts: dict[str, list[tuple[str, int]]] = {}
    for row in rows:
        counts.setdefault(row.name, []).append((str(WHERE[row.place][1]), row.times))
    return [Named(name, tuple(each)) for name, each in list(counts.items())[:NAMES_MAX]]


def held(name: str, organisation_id: int) -> list[export.Table]:
    """What stands on records under this name: the record's number and day, and nobody else."""
    return [
        export.Table(
            name=f"{table}_{number}",
            title=str(words),
            columns=tuple(each.name for each in _told(column)),
            statement=select(*_told(column)).where(_of(column, organisation_id), column == name),
        )
        for number, (table, words, column, _values) in enumerate(WHERE)
    ]


def erase(name: str, typed: str, *, actor: Actor) -> int:
    """Take the name off every record of the organisation; off how many."""
    organisation_id = queries.protected_organisation(actor)
    with transaction() as session:
        one(name, organisation_id)
        if " ".join(typed.split()) != " ".join(name.split()):
            raise Invalid(_("This is not the name that stands above."), field="name")
        changed = 0
        for _table, _words, column, values in WHERE:
            done = session.connection().execute(
                update(column.class_)
                .where(_of(column, organisation_id), column == name)
                .values(values)
            )
            changed += done.rowcount
        _take_out_of_reports(name, organisation_id)
        redaction.redact(
            _acts_naming(name, organisation_id),
            reason="erased",
            actor=actor,
            parts=frozenset({Part.FACTS}),
            words=[name],
        )
        audit.record(
            actor,
            "named_person.erased",
            kind="organisation",
            record_id=organisation_id,
            facts={"records": changed},
        )
        return changed


def _take_out_of_reports(name: str, organisation_id: int) -> None:
    """What phones said of who received. A report that waits needs the name to be applied."""
    theirs = select(Shipment.id).where(Shipment.organisation_id == organisation_id)
    reports = db.session.scalars(
        select(FieldReport).where(
            FieldReport.shipment_id.in_(theirs),
            FieldReport.state.not_in(WAITING),
            cast(FieldReport.content, Text).contains(json.dumps(name)[1:-1], autoescape=True),
        )
    )
    for report in reports:
        report.content = _without(name, report.content)


def _without(name: str, said: Any) -> Any:
    """The same, with nothing where the name stood."""
    if isinstance(said, dict):
        return {key: _without(name, value) for key, value in said.items()}
    if isinstance(said, list):
        return [_without(name, value) for value in said]
    return "" if said == name else said


def _acts_naming(name: str, organisation_id: int) -> Sequence[int]:
    """Entries of the audit that repeat the name, which JSON writes in its own letters."""
    written = json.dumps(name)[1:-1]
    return db.session.scalars(
        select(AuditEntry.id).where(
            AuditEntry.organisation_id == organisation_id,
            cast(AuditEntry.facts, Text).contains(written, autoescape=True),
        )
    ).all()


def _of(column: Any, organisation_id: int) -> Any:
    """Records of this organisation only. A delivery is of whom its shipment is."""
    model = column.class_
    if model is Delivery:
        theirs = select(Shipment.id).where(Shipment.organisation_id == organisation_id)
        return Delivery.shipment_id.in_(theirs)
    return model.organisation_id == organisation_id


def _told(column: Any) -> list[Any]:
    """The columns that say what of this person is held, and when."""
    table = Base.metadata.tables[column.class_.__tablename__]
    wanted = {column.key, "id", "shipment_id", "number", "receiver_function"}
    if column.key == "contact":
        wanted |= {"name", "phone", "email"}
    if column.key == "driver_name":
        wanted |= {"driver_phone"}
    return [each for each in table.columns if each.name in wanted or each.name.endswith("_at")]
