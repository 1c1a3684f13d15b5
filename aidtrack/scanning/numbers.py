"""Numbers for boxes and pallets: given once and never again, remembered with what they stand on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select

from aidtrack.core import acts, audit, clock, idempotency
from aidtrack.core.bulk import insert_many
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _, lazy
from aidtrack.identity.permissions import Actor, Permission, require_somewhere
from aidtrack.scanning import goods_labels, prefixes
from aidtrack.scanning.goods_labels import LABELS_MAX, Wanted
from aidtrack.scanning.models import Sscc, SsccRun
from aidtrack.shipments import queries as shipments

GIVE = "sscc.give"
TITLES = {"lot.boxes_numbered": lazy("Boxes were numbered"),
          "shipment.pallets_numbered": lazy("Pallets were numbered")}  # fmt: skip
acts.register(TITLES, acts.Topic.GOODS)
P = Permission


class NoCompanyPrefix(RuleBroken):
    """Numbers for boxes begin with the digits that GS1 gave to the organisation."""

    code = "no_company_prefix"


class Packed(StrEnum):
    """What gets a number: a box or pallet of one lot, or a pallet of mixed goods."""

    ONE_LOT = "one_lot"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number and what it stands on: so much of a lot, in base units, or mixed goods of a
    shipment.
    """

    sscc: str
    lot_id: int | None
    quantity: int | None
    shipment_id: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """Numbers that were given together."""

    id: int
    organisation_id: int
    numbers: tuple[Numbered, ...]


def issuer(actor: Actor) -> int | None:
    """The organisation that numbers what the actor packs: theirs, where they handle goods."""
    own = actor.organisations_anywhere(P.MOVE_STOCK)
    return actor.organisation_id if actor.organisation_id in own else min(own, default=None)


def give(
    wanted: Wanted,
    *,
    packed: Packed = Packed.ONE_LOT,
    boxes_each: int = 1,
    pallets: int = 1,
    key: UUID,
    actor: Actor,
) -> int:
    """Number each box of the wanted lots, each pallet of so many boxes of one lot, or so many
    pallets of mixed goods of a shipment; the id of the run. The same key gives the same run.
    """
    require_somewhere(actor, P.MOVE_STOCK)
    organisation_id = issuer(actor)
    assert organisation_id is not None
    said = asdict(wanted) | {"packed": packed, "boxes_each": boxes_each, "pallets": pallets}
    said |= {"organisation_id": organisation_id}
    with transaction() as session:
        earlier = idempotency.earlier_result(key, GIVE, said)
        if earlier is not None:
            return earlier
        prefix = prefixes.prefix_of(organisation_id)
        if not prefix:
            raise NoCompanyPrefix(_("Your organisation has no GS1 company prefix yet."))
        units = _units(wanted, packed, boxes_each, pallets, actor)
        run = SsccRun(organisation_id=organisation_id, given_at=clock.now())
        session.add(run)
        session.flush()
        taken = prefixes.take(prefix, len(units))
        rows = [
            {"number": number, "run_id": run.id, "lot_id": lot_id, "quantity": quantity,
             "shipment_id": wanted.shipment_id}
            for number, (lot_id, quantity) in zip(taken, units, strict=True)
        ]  # fmt: skip
        insert_many(session, Sscc, rows)
        _record(rows, actor)
        idempotency.remember(key, GIVE, said, run.id)
        return run.id


def run(run_id: int, actor: Actor) -> Run:
    """Numbers of the actor's organisations, to be printed again. Raises NotFound."""
    organisation_id = db.session.scalar(
        select(SsccRun.organisation_id).where(
            SsccRun.id == run_id,
            SsccRun.organisation_id.in_(actor.organisations_anywhere(P.VIEW_STOCK)),
        )
    )
    if organisation_id is None:
        raise NotFound(_("There are no such numbers."))
    rows = db.session.execute(NUMBERED.where(Sscc.run_id == run_id).order_by(Sscc.id))
    return Run(run_id, organisation_id, tuple(Numbered(*row) for row in rows))


def called(sscc: str) -> Numbered | None:
    """What the number was given to, whoever asks: what they may see of it, the caller finds."""
    row = db.session.execute(NUMBERED.where(Sscc.number == sscc)).first()
    return Numbered(*row) if row else None


NUMBERED = select(Sscc.number, Sscc.lot_id, Sscc.quantity, Sscc.shipment_id)


def _units(
    wanted: Wanted, packed: Packed, boxes_each: int, pallets: int, actor: Actor
) -> list[tuple[int | None, int | None]]:
    """(lot, quantity) of each, or neither for mixed goods."""
    found: list[tuple[int | None, int | None]]
    if packed == Packed.MIXED:
        _expect_shipment(wanted.shipment_id, actor)
        found = [(None, None)] * pallets
    else:
        found = [*goods_labels.units(wanted, boxes_each, actor)]
    if not found:
        raise Invalid(_("Choose the lots whose boxes get numbers."), field="packed")
    if len(found) > LABELS_MAX:
        raise Invalid(_("At most %(most)d labels at a time.", most=LABELS_MAX), field="pallets")
    return found


def _expect_shipment(shipment_id: int | None, actor: Actor) -> None:
    """Raises NotFound for one that is not the actor's, or is only shown to them."""
    if shipment_id is None:
        raise Invalid(_("Only the goods of a shipment are numbered mixed."), field="packed")
    if shipments.detail(shipment_id, actor).shared:
        raise NotFound(_("There is no such shipment."))


def _record(rows: Sequence[dict[str, Any]], actor: Actor) -> None:
    """Each lot is told which of its boxes were numbered, a shipment which mixed pallets."""
    of_lots: dict[int, list[str]] = {}
    mixed: list[str] = []
    for row in rows:
        of = of_lots.setdefault(row["lot_id"], []) if row["lot_id"] else mixed
        of.append(row["number"])
    told = [(lot_id, {"note": _range(numbers)}) for lot_id, numbers in of_lots.items()]
    audit.record_many(actor, "lot.boxes_numbered", kind="lot", records=told)
    if mixed:
        audit.record(
            actor,
            "shipment.pallets_numbered",
            kind="shipment",
            record_id=rows[0]["shipment_id"],
            facts={"note": _range(mixed)},
        )


def _range(numbers: Sequence[str]) -> str:
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]} – {numbers[-1]} ({len(numbers)})"
