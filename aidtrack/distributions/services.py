"""What can happen at a distribution point: it is planned, it is recorded, it is undone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert

from aidtrack.core import audit, idempotency
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.distributions import counts, holdings, losses, papers, records, told_late
from aidtrack.distributions.counts import HandOut, People, PlannedLine
from aidtrack.distributions.holdings import Holding, Key
from aidtrack.distributions.models import Distribution, DistributionLine, DistributionStatus
from aidtrack.documents import services as documents
from aidtrack.documents.models import PaperKind
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.places import services as places
from aidtrack.places.models import Place
from aidtrack.stock import ledger, taken_back
from aidtrack.stock import told_late as recalls
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.models import MovementKind


def plan(
    *,
    site_id: int,
    planned_on: date,
    households_planned: int,
    lines: Sequence[PlannedLine],
    note: str = "",
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Plan a hand-out at a distribution point; the distribution's id.

    Nothing is promised: the plan only says what shall be brought. Raises
    InsufficientStock naming every lot of which the point has less.
    """
    request: dict[str, object] = {
        "site_id": site_id,
        "planned_on": planned_on,
        "households_planned": households_planned,
        "lines": [asdict(line) for line in lines],
        "note": note,
    }
    with transaction() as session:
        site = records.point(site_id, actor)
        earlier = idempotency.earlier_result(key, "distribution.plan", request)
        if earlier is not None:
            return earlier
        _expect_lines([(line.place_id, line.lot_id) for line in lines])
        if any(line.quantity <= 0 for line in lines):
            raise Invalid(_("Write how much will be brought."), field="lines")
        held = holdings.of_site(site_id, [line.lot_id for line in lines])
        wanted = [((line.place_id, line.lot_id), line.quantity) for line in lines]
        holdings.refuse_recalled(held, [key for key, _quantity in wanted], "quantity")
        holdings.refuse_shortages(site, held, wanted, "quantity")
        distribution = records.new(
            site,
            status=DistributionStatus.PLANNED,
            distributed_on=planned_on,
            households_planned=households_planned,
            note=note,
        )
        session.execute(
            insert(DistributionLine),
            [
                {
                    "distribution_id": distribution.id,
                    "place_id": line.place_id,
                    "lot_id": line.lot_id,
                    "planned": line.quantity,
                }
                for line in lines
            ],
        )
        _leave_trace(actor, "distribution.planned", distribution, at)
        idempotency.remember(key, "distribution.plan", request, distribution.id)
        return distribution.id


def record(
    *,
    site_id: int,
    distributed_on: date,
    people: People,
    lines: Sequence[HandOut],
    note: str = "",
    languages: tuple[str, ...] = (),
    before_recall: bool = False,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Record a hand-out that nobody planned; the distribution's id. See `record_plan`."""
    request = _request(distributed_on, people, lines, note, before_recall) | {
        "site_id": site_id,
        "languages": languages,
    }
    with transaction():
        site = records.point(site_id, actor)
        earlier = idempotency.earlier_result(key, "distribution.record", request)
        if earlier is not None:
            return earlier
        held = _checked(site, distributed_on, people, lines, at)
        told_late.refuse_unless_said(held, lines, before_recall=before_recall)
        distribution = records.new(
            site,
            status=DistributionStatus.DONE,
            distributed_on=distributed_on,
            households_planned=None,
            note=note,
        )
        _hand_out(
            distribution, people, lines,
            planned={}, held=held, languages=languages, actor=actor, at=at,
        )  # fmt: skip
        idempotency.remember(key, "distribution.record", request, distribution.id)
        return distribution.id


def record_plan(
    distribution_id: int,
    *,
    distributed_on: date,
    people: People,
    lines: Sequence[HandOut],
    note: str = "",
    languages: tuple[str, ...] = (),
    before_recall: bool = False,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Record what became of a plan; the lines may differ from those planned.

    What was handed out goes to the people of the area, what was lost is written off (and held
    until somebody else approves, when it is worth too much), the rest stays at the point.
    Issues the report of the distribution.
    The report speaks the `languages`, the organisation's when empty.
    `before_recall`: whatever is recalled went before that, by the word of whoever records it;
    each recall keeps who.
    Raises DoesNotAddUp, InsufficientStock naming every lot of which too little is free, or
    LotRecalled naming every line that cannot have been before the recall.
    """
    request = _request(distributed_on, people, lines, note, before_recall) | {
        "id": distribution_id,
        "languages": languages,
    }
    with transaction() as session:
        distribution = records.distribution(distribution_id, actor)
        earlier = idempotency.earlier_result(key, "distribution.record_plan", request)
        if earlier is not None:
            return earlier
        if distribution.status != DistributionStatus.PLANNED:
            raise WrongStatus(_("Only a planned distribution can be recorded."))
        held = _checked(distribution.site, distributed_on, people, lines, at)
        told_late.refuse_unless_said(held, lines, before_recall=before_recall)
        planned = records.planned(distribution_id)
        session.execute(
            delete(DistributionLine).where(DistributionLine.distribution_id == distribution_id)
        )
        distribution.status = DistributionStatus.DONE
        distribution.distributed_on = distributed_on
        distribution.note = note
        _hand_out(
            distribution, people, lines,
            planned=planned, held=held, languages=languages, actor=actor, at=at,
        )  # fmt: skip
        idempotency.remember(key, "distribution.record_plan", request, distribution.id)
        return distribution.id


def cancel(distribution_id: int, *, reason: str, key: UUID, actor: Actor, at: datetime) -> int:
    """Call off a plan, or undo a distribution: its goods are back, its paper is void.

    Undoing needs REVERSE_MOVEMENTS. The number stays taken; what was written stays readable.
    """
    request: dict[str, object] = {"id": distribution_id, "reason": reason}
    with transaction():
        distribution = records.distribution(distribution_id, actor)
        earlier = idempotency.earlier_result(key, "distribution.cancel", request)
        if earlier is not None:
            return earlier
        if distribution.status == DistributionStatus.CANCELLED:
            raise WrongStatus(_("This distribution is cancelled already."))
        if distribution.status == DistributionStatus.DONE:
            _undo(distribution, reason, actor, at)
        distribution.status = DistributionStatus.CANCELLED
        _leave_trace(actor, "distribution.cancelled", distribution, at, note=reason)
        idempotency.remember(key, "distribution.cancel", request, distribution.id)
        return distribution.id


def _undo(distribution: Distribution, reason: str, actor: Actor, at: datetime) -> None:
    require(
        actor,
        Permission.REVERSE_MOVEMENTS,
        organisation_id=distribution.organisation_id,
        site_id=distribution.site_id,
    )
    taken_back.take_back(distribution_id=distribution.id, reason=reason, actor=actor, at=at)
    if distribution.movement_id is not None:
        ledger.reverse(distribution.movement_id, reason=reason, recorded_by_id=actor.user_id)
    if distribution.paper_id is not None:
        documents.withdraw(distribution.paper_id, reason=reason, actor=actor)


def _hand_out(
    distribution: Distribution,
    people: People,
    lines: Sequence[HandOut],
    *,
    planned: Mapping[Key, int],
    held: Mapping[Key, Holding],
    languages: tuple[str, ...],
    actor: Actor,
    at: datetime,
) -> None:
    """Write the lines, post the goods, issue the paper."""
    for name, count in asdict(people).items():
        setattr(distribution, name, count)
    db.session.execute(insert(DistributionLine), _rows(distribution.id, lines, planned))
    recalled = told_late.recalled_lots(held, lines)
    distribution.movement_id = _post(distribution, lines, recalled, actor=actor, at=at)
    paper = documents.issue(
        PaperKind.DISTRIBUTION_REPORT,
        papers.facts_of(
            distribution, people=people, lines=lines, planned=planned, held=held, asked=languages
        ),
        source=("distribution", distribution.id),
        organisation=distribution.organisation,
        actor=actor,
    )
    distribution.paper_id = paper.id
    handed_out = sum(line.handed_out for line in lines)
    _leave_trace(
        actor,
        "distribution.recorded",
        distribution,
        at,
        households=people.households,
        handed_out=handed_out,
        lost=sum(line.lost for line in lines),
    )


def _rows(
    distribution_id: int, lines: Sequence[HandOut], planned: Mapping[Key, int]
) -> list[dict[str, object]]:
    """The lines as they went, and those of the plan that were not brought at all."""
    went = {(line.place_id, line.lot_id): line for line in lines}
    return [
        {
            "distribution_id": distribution_id,
            "place_id": place_id,
            "lot_id": lot_id,
            "planned": planned.get((place_id, lot_id), 0),
            "brought": line.brought if line else 0,
            "handed_out": line.handed_out if line else 0,
            "returned": line.returned if line else 0,
            "lost": line.lost if line else 0,
            "loss_reason": line.loss_reason if line and line.lost else None,
            "note": line.note if line else "",
        }
        for place_id, lot_id in [*went, *(key for key in planned if key not in went)]
        for line in [went.get((place_id, lot_id))]
    ]


def _post(
    distribution: Distribution,
    lines: Sequence[HandOut],
    recalled: Sequence[int],
    *,
    actor: Actor,
    at: datetime,
) -> int | None:
    """Post what was handed out; None when nothing was. What was lost is a write-off's."""
    people = places.people_of(distribution.area_id)
    happened_at = _noon(distribution, at)
    if recalled:
        on, zone = distribution.distributed_on, _zone(distribution.site)
        happened_at = told_late.moment(happened_at, on, zone, recalled)
        recalls.note(recalled, number=distribution.number, moment=happened_at, actor=actor)
    losses.record(
        distribution,
        lines,
        also=[(place, x.lot_id) for x in lines for place in (people, x.place_id)],
        happened_at=happened_at,
        actor=actor,
        at=at,
    )
    transfers = [
        Transfer(line.lot_id, line.place_id, people, line.handed_out)
        for line in lines
        if line.handed_out
    ]
    if not transfers:
        return None
    return ledger.post(
        transfers,
        kind=MovementKind.DISTRIBUTION,
        source=Source("distribution", distribution.id),
        organisation_id=distribution.organisation_id,
        recorded_by_id=actor.user_id,
        occurred_at=happened_at,
        note=distribution.number,
        is_told_late=bool(recalled),
    )


def _checked(
    site: Place, on: date, people: People, lines: Sequence[HandOut], at: datetime
) -> dict[Key, Holding]:
    """What the point holds of each lot, once everything that was written can be true."""
    if on > _local_day(site, at):
        raise Invalid(_("This day has not come yet."), field="distributed_on")
    _expect_lines([(line.place_id, line.lot_id) for line in lines])
    handed_out = sum(line.handed_out for line in lines)
    counts.refuse(counts.of_lines(lines) + counts.of_people(people, handed_out))
    held = holdings.of_site(site.id, [line.lot_id for line in lines])
    wanted = [((line.place_id, line.lot_id), line.brought) for line in lines]
    holdings.refuse_shortages(site, held, wanted, "brought")
    return held


def _expect_lines(keys: Sequence[Key]) -> None:
    if not keys:
        raise Invalid(_("Add at least one line."), field="lines")
    counts.refuse(counts.named_twice(keys))


def _request(
    on: date, people: People, lines: Sequence[HandOut], note: str, before_recall: bool
) -> dict[str, object]:
    said: dict[str, object] = {
        "distributed_on": on,
        "people": asdict(people),
        "lines": [asdict(line) for line in lines],
        "note": note,
    }
    return said | ({"before_recall": True} if before_recall else {})


def _zone(site: Place) -> ZoneInfo:
    assert site.organisation is not None
    return ZoneInfo(site.organisation.time_zone)


def _local_day(site: Place, at: datetime) -> date:
    return at.astimezone(_zone(site)).date()


def _noon(distribution: Distribution, at: datetime) -> datetime:
    """When it happened: noon of its day where the point is, or now if that is still to come."""
    noon = datetime.combine(distribution.distributed_on, time(12), _zone(distribution.site))
    return min(noon.astimezone(UTC), at)


def _leave_trace(
    actor: Actor, action: str, distribution: Distribution, at: datetime, **facts: object
) -> None:
    audit.record(
        actor,
        action,
        kind="distribution",
        record_id=distribution.id,
        facts={"number": distribution.number, "at": at.isoformat(), **facts},
    )
