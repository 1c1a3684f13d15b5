"""People without an account whose names stand on records: drivers, receivers, contacts.

They are known by their name alone, so one name is one person here, within one organisation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, literal, select, union_all, update

from aidtrack.core import audit, redaction
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import Base, db, transaction
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, lazy
from aidtrack.core.redaction import Part
from aidtrack.donations.models import GoodsReceipt
from aidtrack.identity.permissions import Actor
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place
from aidtrack.privacy import export, queries
from aidtrack.privacy.erasure import expect_typed
from aidtrack.shipments.models import WAITING, Delivery, FieldReport, Shipment

NAMES_MAX = 50


@dataclass(frozen=True, slots=True)
class Spot:
    """A column where a name may stand, what that means, and the columns emptied with it."""

    words: object
    column: Any
    emptied: tuple[str, ...] = ()

    @property
    def table(self) -> Table:
        return Base.metadata.tables[self.column.class_.__tablename__]

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.column.key, *self.emptied})


SPOTS = (
    Spot(lazy("Deliveries received"), Delivery.receiver_name, ("receiver_function",)),
    Spot(lazy("Shipments driven"), Shipment.driver_name, ("driver_phone",)),
    Spot(lazy("Goods brought"), GoodsReceipt.delivered_by),
    Spot(lazy("Goods received"), GoodsReceipt.received_by),
    Spot(lazy("Contact at places"), Place.contact, ("phone",)),
    Spot(lazy("Contact of partners"), Partner.contact, ("phone", "email")),
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
        select(
            literal(number).label("spot"), spot.column.label("name"), func.count().label("times")
        )
        .where(_of(spot.column, organisation_id), is_wanted(spot.column))
        .group_by(spot.column)
        for number, spot in enumerate(SPOTS)
    ]
    found = union_all(*asked).subquery()
    rows = db.session.execute(
        select(found).order_by(found.c.name, found.c.spot).limit(NAMES_MAX * len(SPOTS))
    )
    counts: dict[str, list[tuple[str, int]]] = {}
    for row in rows:
        counts.setdefault(row.name, []).append((str(SPOTS[row.spot].words), row.times))
    return [Named(name, tuple(each)) for name, each in list(counts.items())[:NAMES_MAX]]


def held(name: str, organisation_id: int) -> list[export.Table]:
    """What stands on records under this name: the record's number and day, and nobody else."""
    return [
        export.Table(
            name=f"{spot.table.name}_{number}",
            title=str(spot.words),
            columns=tuple(each.name for each in _told(spot)),
            statement=select(*_told(spot)).where(
                _of(spot.column, organisation_id), spot.column == name
            ),
        )
        for number, spot in enumerate(SPOTS)
    ]


def erase(name: str, typed: str, *, actor: Actor) -> int:
    """Take the name off every record of the organisation; off how many."""
    organisation_id = queries.protected_organisation(actor)
    with transaction() as session:
        one(name, organisation_id)
        expect_typed(name, typed)
        changed = 0
        for spot in SPOTS:
            done = session.connection().execute(
                update(spot.table)
                .where(_of(spot.column, organisation_id), spot.column == name)
                .values(dict.fromkeys(spot.names, ""))
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
            redaction.mention(FieldReport.content, [name]),
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
    """Entries of the audit that repeat the name."""
    return db.session.scalars(
        select(AuditEntry.id).where(
            AuditEntry.organisation_id == organisation_id,
            redaction.mention(AuditEntry.facts, [name]),
        )
    ).all()


def _of(column: Any, organisation_id: int) -> Any:
    """Records of this organisation only. A delivery is of whom its shipment is."""
    model = column.class_
    if model is Delivery:
        theirs = select(Shipment.id).where(Shipment.organisation_id == organisation_id)
        return Delivery.shipment_id.in_(theirs)
    return model.organisation_id == organisation_id


def _told(spot: Spot) -> list[Any]:
    """The columns that say what of this person is held, on which record, and when."""
    wanted = {"id", "shipment_id", "number", "name"} | spot.names
    return [each for each in spot.table.columns if each.name in wanted or each.name.endswith("_at")]
