"""Choosing the lots of a shipment: by hand, or the first to expire first."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select, update

from aidtrack.core import audit, idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, RuleBroken
from aidtrack.core.i18n import _, listed
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.shipments import access, proposals
from aidtrack.shipments.models import Shipment, ShipmentLine, ShipmentLoad, ShipmentStatus
from aidtrack.shipments.shortages import LineCheck
from aidtrack.shipments.told import loads_told
from aidtrack.stock import queries as stock
from aidtrack.stock.allocation import Offer, has_expired


class ShortOfGoods(RuleBroken):
    """Lines that cannot be filled; `shortages` says of each why, and what would mend it."""

    code = "short_of_goods"


class ExpiredGoods(RuleBroken):
    code = "expired"


class ReasonNeeded(RuleBroken):
    """A line takes lots that are usually left; `lots` names each and says what is unusual."""

    code = "reason_needed"


@dataclass(frozen=True, slots=True)
class LineChoice:
    """A line whose lots are chosen anew; with a quantity it asks for so much from now on.

    A quantity of 0 takes the line out.
    """

    line_id: int
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class LotChoice:
    """Take `quantity` base units of the lot from the bin for the line."""

    line_id: int
    lot_id: int
    place_id: int
    quantity: int


def pick_loads(
    shipment_id: int,
    lines: Sequence[LineChoice],
    loads: Sequence[LotChoice],
    *,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> None:
    """Put these lots in the place of what the lines took so far. Only while it is a draft.

    A line that is left without lots gets the first to expire when it is made ready.
    """
    request = {
        "id": shipment_id,
        "lines": [asdict(line) for line in lines],
        "loads": [asdict(load) for load in loads],
    }
    with transaction() as session:
        shipment = access.locked_at_origin(shipment_id, Permission.PREPARE_SHIPMENTS, actor)
        if idempotency.earlier_result(key, "shipment.pick_loads", request) is not None:
            return
        access.expect(shipment, ShipmentStatus.DRAFT)
        asked = _asked(shipment_id, lines)
        _check_loads(shipment, asked, loads, on=at.date())
        before = loads_told(shipment_id)
        chosen = {line.line_id for line in lines}
        session.execute(delete(ShipmentLoad).where(ShipmentLoad.line_id.in_(chosen)))
        _write_loads(shipment_id, [load for load in loads if load.quantity])
        _ask_for(lines)
        audit.record(
            actor,
            "shipment.loads_picked",
            kind="shipment",
            record_id=shipment_id,
            facts=audit.changes({"loads": before}, {"loads": loads_told(shipment_id)}),
        )
        idempotency.remember(key, "shipment.pick_loads", request, shipment_id)


def expect_filled(shipment: Shipment, *, why: str, on: date) -> list[str]:
    """Give lots to lines that have none; which lots are unusual. `why` is kept for those.

    Raises ShortOfGoods unless every line is filled, and ReasonNeeded when a line takes lots
    that are short-dated or meant for another area, and nobody says why.
    """
    checks = proposals.check(shipment, on=on)
    short = [check for check in checks if check.missing]
    if short:
        raise ShortOfGoods(
            " ".join(sentence for check in short for sentence in check.problems),
            problems=[
                {
                    "field": None,
                    "message": _("Line %(number)d", number=check.line_number)
                    + f": {' '.join(check.problems)}",
                }
                for check in short
            ],
            shortages=msgspec.to_builtins(short),
        )
    unusual = _keep_reasons(checks, why.strip())
    db.session.execute(delete(ShipmentLoad).where(ShipmentLoad.shipment_id == shipment.id))
    _write_loads(
        shipment.id,
        [
            LotChoice(check.line_id, lot.lot_id, lot.place_id, lot.picked)
            for check in checks
            for lot in check.lots
            if lot.picked
        ],
    )
    return unusual


def _keep_reasons(checks: Sequence[LineCheck], why: str) -> list[str]:
    """Each line keeps why it takes what is usually left: said now, or when they were chosen."""
    said = {check.line_id: why or check.why_taken for check in checks if check.unusual}
    unusual = [f"{lot.label}: {lot.reason}" for check in checks for lot in check.unusual]
    if not all(said.values()):
        raise ReasonNeeded(
            _("Say why these lots go: %(lots)s.", lots=listed(unusual)), field="why", lots=unusual
        )
    db.session.execute(
        update(ShipmentLine),
        [{"id": x.line_id, "why_taken": said.get(x.line_id, "")} for x in checks],
    )
    return unusual


def _asked(shipment_id: int, lines: Sequence[LineChoice]) -> dict[int, tuple[int, int]]:
    """(item id, quantity asked for from now on) of each line that is chosen for."""
    known = {
        row.id: row
        for row in db.session.execute(
            select(ShipmentLine.id, ShipmentLine.item_id, ShipmentLine.quantity).where(
                ShipmentLine.shipment_id == shipment_id
            )
        )
    }
    asked: dict[int, tuple[int, int]] = {}
    for index, line in enumerate(lines):
        if line.line_id not in known or line.line_id in asked:
            raise Invalid(_("There is no such line."), field=f"lines-{index}-line_id")
        now = known[line.line_id]
        wanted = now.quantity if line.quantity is None else line.quantity
        asked[line.line_id] = (now.item_id, wanted)
    out = {line_id for line_id, (_item, quantity) in asked.items() if not quantity}
    if out == set(known):
        raise Invalid(_("A shipment needs at least one line. Cancel it instead."), field="lines")
    return asked


def _check_loads(
    shipment: Shipment,
    asked: dict[int, tuple[int, int]],
    loads: Sequence[LotChoice],
    *,
    on: date,
) -> None:
    """Each lot must be of the line's item, in a bin of the origin, free, and not expired."""
    offered = stock.offers(shipment.origin_id, {item_id for item_id, _quantity in asked.values()})
    free = {
        (item_id, o.place_id, o.lot_id): o for item_id, offers in offered.items() for o in offers
    }
    problems: list[dict[str, str]] = []
    sums = dict.fromkeys(asked, 0)
    seen: set[tuple[int, int, int]] = set()
    for index, load in enumerate(loads):
        same = (load.line_id, load.place_id, load.lot_id)
        item_id, wanted = asked.get(load.line_id, (0, 0))
        offer = free.get((item_id, load.place_id, load.lot_id))
        message = "" if same not in seen else _("This lot stands here twice.")
        if not message and load.quantity:
            message = _why_not(load, offer, on)
        seen.add(same)
        sums[load.line_id] = sums.get(load.line_id, 0) + load.quantity
        if not message and sums[load.line_id] > wanted:
            message = _("Only %(asked)s are asked for in this line.", asked=wanted)
        if message:
            problems.append({"field": f"loads-{index}-quantity", "message": message})
    if problems:
        raise Invalid(_("Some lots cannot be taken."), problems=problems)


def _why_not(load: LotChoice, offer: Offer | None, on: date) -> str:
    if offer is None:
        return _("This lot is not there.")
    if has_expired(offer.expires_on, on=on):
        return _("This lot expired on %(day)s.", day=offer.expires_on)
    if offer.is_recalled:
        return _("This lot is recalled.")
    if load.quantity > offer.free:
        return _(
            "%(free)s are free here, you asked for %(asked)s.",
            free=max(0, offer.free),
            asked=load.quantity,
        )
    return ""


def _ask_for(lines: Sequence[LineChoice]) -> None:
    changed = [{"id": line.line_id, "quantity": line.quantity} for line in lines if line.quantity]
    if changed:
        db.session.execute(update(ShipmentLine), changed)
    out = [line.line_id for line in lines if line.quantity == 0]
    if out:
        db.session.execute(delete(ShipmentLine).where(ShipmentLine.id.in_(out)))


def _write_loads(shipment_id: int, loads: Sequence[LotChoice]) -> None:
    if not loads:
        return
    db.session.execute(
        insert(ShipmentLoad),
        [
            {
                "shipment_id": shipment_id,
                "line_id": load.line_id,
                "lot_id": load.lot_id,
                "place_id": load.place_id,
                "quantity": load.quantity,
                "delivered": 0,
                "returned": 0,
                "lost": 0,
            }
            for load in loads
        ],
    )
