"""What was lost and turned up: it goes back into a bin, and the loss says how much came back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from aidtrack.core import audit, clock, idempotency, numbering
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, RuleBroken, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places import services as places
from aidtrack.places.models import IN_STOCK, Place
from aidtrack.stock import ledger, loss_reports, loss_values, write_offs
from aidtrack.stock.found import Found, lines_of_all_found
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.loss_models import (
    LossAct,
    StockFind,
    StockFindLine,
    WriteOff,
    WriteOffLine,
    WriteOffStatus,
)
from aidtrack.stock.loss_values import Lost
from aidtrack.stock.models import MovementKind, Reason, StockMovement

KIND = "stock_find"
NUMBER_KIND = "FND"
# What was given back or destroyed does not turn up; what was recorded wrongly is undone.
FOUND_AGAIN = frozenset({LossAct.LOSS, LossAct.ADJUSTMENT})


class FoundSince(RuleBroken):
    """Some of the goods came back already: undoing the loss would count them twice."""

    code = "found_since"


class TakesACount(RuleBroken):
    """So much more than the books say is not for one person to put right."""

    code = "takes_a_count"


@dataclass(frozen=True, slots=True)
class CameBack:
    """How much of a line of a write-off turned up, and the bin that it lies in now."""

    line_id: int
    place_id: int
    quantity: int


def find(
    write_off_id: int,
    lines: Sequence[CameBack],
    *,
    note: str,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Goods of a write-off turned up, all or some. Returns the id of the find.

    They are in stock again under the lot they always were, so that donors see them again; the
    loss report gets a new edition. Raises Invalid for more than is still lost.
    """
    request: dict[str, object] = {
        "write_off": write_off_id,
        "lines": [list(asdict(each).values()) for each in lines],
        "note": note,
    }
    with transaction():
        kept = write_offs.locked(write_off_id, actor)
        require(
            actor, Permission.WRITE_OFF_STOCK,
            organisation_id=kept.organisation_id, site_id=kept.site_id,
        )  # fmt: skip
        earlier = idempotency.earlier_result(key, "stock.find", request)
        if earlier is not None:
            return earlier
        _expect_lost(kept)
        if not note.strip():
            raise Invalid(_("Say where and how it was found."), field="note")
        lost = {line.id: line for line in write_offs.lines_of(kept)}
        _check(lines, lost)
        bins = _bins(lines, kept, actor)
        for each in lines:
            lost[each.line_id].found += each.quantity
        number = _number(kept.organisation_id)
        if kept.paper_id is not None:
            loss_reports.issue(kept, list(lost.values()), actor=actor)
        transfers = _transfers(kept, lines, lost)
        found = _record(
            number,
            transfers,
            [(each.line_id, lost[each.line_id].lot_id, each) for each in lines],
            site_id=bins[lines[0].place_id].site_id or kept.site_id,
            organisation_id=kept.organisation_id,
            write_off_id=kept.id,
            note=note,
            key=key,
            actor=actor,
            at=at,
        )
        audit.record(
            actor, "write_off.found", kind="write_off", record_id=kept.id,
            facts={"number": number, "quantity": sum(x.quantity for x in lines), "note": note},
        )  # fmt: skip
        idempotency.remember(key, "stock.find", request, found)
        return found


def record_surplus(
    more: Sequence[Found],
    *,
    site: Place,
    note: str,
    reason_id: int | None,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """More lies there than the books say, in the caller's transaction, which checked who may.

    Returns the id of the find. Raises TakesACount above the limit, alone or with
    what the same person put right here within a day.
    """
    organisation = db.session.get_one(Organisation, site.organisation_id)
    worth = loss_values.valued([Lost(x.lot_id, x.place_id, x.quantity, Reason.OTHER) for x in more])
    value = loss_values.value_in(organisation.currency, worth)
    too_much = loss_values.why_counted(value, organisation, site, actor, at)
    if too_much and not write_offs.may_alone(organisation.id, site.id, actor):
        raise TakesACount(
            _("So much more than the books say is put right by a count, which someone else"
              " approves."),
            field="lines",
        )  # fmt: skip
    number = _number(organisation.id)
    transfers = lines_of_all_found(more, organisation.id)
    found = _record(
        number,
        transfers,
        [(None, each.lot_id, each) for each in transfers],
        site_id=site.id,
        organisation_id=organisation.id,
        reason_id=reason_id,
        note=note,
        key=key,
        actor=actor,
        at=at,
    )
    audit.record(
        actor, "stock.found", kind="site", record_id=site.id,
        facts={"number": number, "quantity": sum(x.quantity for x in more), "note": note},
    )  # fmt: skip
    return found


def movement_of(find_id: int) -> int:
    """The movement that brought it back."""
    movement_id = db.session.get_one(StockFind, find_id).movement_id
    assert movement_id is not None
    return movement_id


def before_undo(movement: StockMovement, actor: Actor) -> None:
    """Take back what the records say of a movement that is about to be undone.

    In the caller's transaction, before any balance is locked. Raises FoundSince for a loss of
    which something was found.
    """
    if movement.source_kind == "write_off":
        kept = db.session.get_one(
            WriteOff, movement.source_id, with_for_update=True, populate_existing=True
        )
        _expect_all_lost(kept)
        kept.status = WriteOffStatus.UNDONE
        loss_reports.withdraw(kept, actor=actor)
    elif movement.source_kind == KIND:
        _lose_again(db.session.get_one(StockFind, movement.source_id), actor)


def _expect_all_lost(kept: WriteOff) -> None:
    """Raise FoundSince when some of a loss came back, by its own page or by a count."""
    lines = write_offs.lines_of(kept)
    stage_id = places.outside_place(kept.stage, kept.organisation_id)
    held = ledger.hold_still(
        key for x in lines for key in ((stage_id, x.lot_id), (x.place_id, x.lot_id))
    )
    gone: Counter[int] = Counter()
    for line in lines:
        gone[line.lot_id] += line.quantity
    if any(x.found for x in lines) or any(held[stage_id, x] < gone[x] for x in gone):
        raise FoundSince(_("Some of it was found already. Say what else was found instead."))


def _lose_again(found: StockFind, actor: Actor) -> None:
    found.undone_at = clock.now()
    if found.write_off_id is None:
        return
    kept = db.session.get_one(
        WriteOff, found.write_off_id, with_for_update=True, populate_existing=True
    )
    lost = {line.id: line for line in write_offs.lines_of(kept)}
    for line in found.lines:
        if line.write_off_line_id is not None:
            lost[line.write_off_line_id].found -= line.quantity
    if kept.paper_id is not None:
        loss_reports.issue(kept, list(lost.values()), actor=actor)


def _expect_lost(kept: WriteOff) -> None:
    if kept.act not in FOUND_AGAIN:
        raise WrongStatus(_("These goods were not lost. Undo it where it was recorded wrongly."))
    if kept.status != WriteOffStatus.POSTED:
        raise WrongStatus(_("Only what was written off can be found."), status=str(kept.status))


def _check(lines: Sequence[CameBack], lost: Mapping[int, WriteOffLine]) -> None:
    named = [each.line_id for each in lines]
    if not lines or len(set(named)) != len(named) or not set(named) <= set(lost):
        raise Invalid(_("Say how much of which line was found."), field="lines")
    for index, each in enumerate(lines):
        left = lost[each.line_id].quantity - lost[each.line_id].found
        if not 0 < each.quantity <= left:
            raise Invalid(
                _("Only %(left)s of it are still lost.", left=left),
                field=f"lines-{index}-quantity",
            )


def _bins(lines: Sequence[CameBack], kept: WriteOff, actor: Actor) -> dict[int, Place]:
    """Where the goods lie now: bins of one site of the same organisation, where one may store."""
    wanted = {each.place_id for each in lines}
    rows = db.session.scalars(select(Place).where(Place.id.in_(wanted)))
    found = {place.id: place for place in rows}
    for index, each in enumerate(lines):
        place = found.get(each.place_id)
        if (
            place is None
            or place.kind not in IN_STOCK
            or place.organisation_id != kept.organisation_id
            or not actor.may(
                Permission.WRITE_OFF_STOCK,
                organisation_id=kept.organisation_id,
                site_id=place.site_id,
            )
        ):
            raise Invalid(_("Choose where the goods lie now."), field=f"lines-{index}-place_id")
    return found


def _transfers(
    kept: WriteOff, lines: Sequence[CameBack], lost: Mapping[int, WriteOffLine]
) -> list[Transfer]:
    """Out of what counts as lost. A count may have found some of it before."""
    lost_id = places.outside_place(kept.stage, kept.organisation_id)
    keys = {(lost_id, lost[each.line_id].lot_id) for each in lines}
    bins = {(each.place_id, lost[each.line_id].lot_id) for each in lines}
    held = ledger.hold_still(keys | bins)
    wanted: Counter[int] = Counter()
    for index, each in enumerate(lines):
        lot_id = lost[each.line_id].lot_id
        wanted[lot_id] += each.quantity
        if wanted[lot_id] > held[lost_id, lot_id]:
            raise Invalid(
                _("Only %(left)s of this lot still count as lost: a count found the rest.",
                  left=held[lost_id, lot_id]),
                field=f"lines-{index}-quantity",
            )  # fmt: skip
    return [
        Transfer(line.lot_id, lost_id, each.place_id, each.quantity, line.reason)
        for each in lines
        for line in [lost[each.line_id]]
    ]


def _number(organisation_id: int) -> str:
    organisation = db.session.get_one(Organisation, organisation_id)
    return numbering.next_number(
        NUMBER_KIND, organisation_id=organisation_id, country=organisation.country
    )


def _record(
    number: str,
    transfers: Sequence[Transfer],
    lines: Sequence[tuple[int | None, int, CameBack | Transfer]],
    *,
    site_id: int,
    organisation_id: int,
    note: str,
    key: UUID,
    actor: Actor,
    at: datetime,
    write_off_id: int | None = None,
    reason_id: int | None = None,
) -> int:
    """Keep the record of what was found, and post it."""
    kept = StockFind(
        organisation_id=organisation_id,
        number=number,
        write_off_id=write_off_id,
        site_id=site_id,
        note=note.strip(),
        found_at=at,
        found_by_id=actor.user_id,
        reason_id=reason_id,
    )
    db.session.add(kept)
    db.session.flush()
    db.session.add_all(
        StockFindLine(
            find_id=kept.id,
            write_off_line_id=line_id,
            lot_id=lot_id,
            place_id=each.place_id if isinstance(each, CameBack) else each.to_place_id,
            quantity=each.quantity,
        )
        for line_id, lot_id, each in lines
    )
    kept.movement_id = ledger.post(
        transfers,
        kind=MovementKind.FOUND,
        source=Source(KIND, kept.id),
        organisation_id=organisation_id,
        recorded_by_id=actor.user_id,
        occurred_at=at,
        note=note.strip(),
        key=key,
    )
    db.session.flush()
    return kept.id
