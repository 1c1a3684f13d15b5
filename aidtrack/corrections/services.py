"""Putting right what was recorded wrongly of a lot: history stays, and a correction can go back."""

from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from aidtrack.core import audit, idempotency, numbering
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.corrections import followers, plans, relabelling, second_person, words
from aidtrack.corrections.models import ALSO, Correction, CorrectionKind
from aidtrack.corrections.plans import OUTSIDE_OF, Change, Plan
from aidtrack.donations import corrected, reissued
from aidtrack.donations.models import DonationCorrection
from aidtrack.identity.history import changes
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.partners.models import Partner
from aidtrack.places import services as places
from aidtrack.places.models import IN_STOCK, Place
from aidtrack.stock import into_recalls, ledger, making, queries, with_made
from aidtrack.stock.into_recalls import Lots
from aidtrack.stock.ledger import Source, Transfer
from aidtrack.stock.making import Made
from aidtrack.stock.models import Lot, MovementKind, StockBalance, StockLine

KIND = "correction"
NUMBER_KIND = "CO"
K = CorrectionKind


def correct(
    lot_id: int, change: Change, *, reason: str, key: UUID, actor: Actor, at: datetime
) -> int:
    """Put a lot right, with a reason. Returns the correction's id.

    Facts change wherever the lot is; for everything else what is free in stock becomes another
    lot, or goes back to whoever gave it. Raises InsufficientStock for what is not free, and
    LotRecalled when a recalled lot would hide behind another number.
    """
    request = _request(lot_id, change, reason)
    with transaction() as session:
        lot = queries.lot(lot_id, actor)
        _require(lot, change, actor)
        if not reason.strip():
            raise Invalid(_("Say why, for whoever reads this in a year."), field="reason")
        earlier = idempotency.earlier_result(key, "corrections.correct", request)
        if earlier is not None:
            return earlier
        # As receipts lock: the gifts first, then what is counted and moved.
        lines = {lot.donation_line_id, *plans.plan(lot, change).deltas} - {None}
        donations = corrected.lock(line for line in lines if line is not None)
        organisation = _locked_organisation(lot.organisation_id)
        earlier = idempotency.earlier_result(key, "corrections.correct", request)
        if earlier is not None:
            return earlier
        if change.kind == K.FACTS:
            with_made.hold_all_still(lot.id)
        session.refresh(lot)
        plan = plans.plan(lot, change)
        second_person.expect_another(lot, change.kind, change.quantity, actor=actor, at=at)
        _require_with_made(plan.dates, lot, actor)
        kept = _keep(plan, organisation, reason, actor, at)
        _keep_also(plan, kept, _do(plan, kept, key=key, actor=actor, at=at))
        corrected.count(
            kept.id, plan.deltas, donations, number=kept.number, reason=reason, actor=actor
        )
        if change.kind == K.QUANTITY:
            reissued.fewer(lot, change.quantity, number=kept.number, actor=actor)
        _note(actor, "correction.made", kept, reason)
        idempotency.remember(key, "corrections.correct", request, kept.id)
        return kept.id


def take_back(correction_id: int, *, reason: str, key: UUID, actor: Actor, at: datetime) -> None:
    """Undo a correction that was wrong itself. Raises WrongStatus when it went back already, or
    when the lot was corrected again since, and InsufficientStock when its goods have gone on.
    Freeing what it brought into a recall needs RECALL_LOTS.
    """
    request: dict[str, object] = {"correction": correction_id, "reason": reason}
    with transaction() as session:
        seen = _visible(correction_id, actor)
        if not reason.strip():
            raise Invalid(_("Say why it goes back."), field="reason")
        deltas = _counted(correction_id)
        donations = corrected.lock(deltas)
        _locked_organisation(seen.organisation_id)
        if idempotency.earlier_result(key, "corrections.take_back", request) is not None:
            return
        kept = session.get_one(Correction, correction_id, populate_existing=True)
        if kept.undone_at is not None:
            raise WrongStatus(_("This correction was taken back already."))
        second_person.expect_another(kept.lot, kept.kind, kept.quantity, actor=actor, at=at)
        _leave_recalls(kept, actor)
        if kept.movement_id is not None:
            ledger.reverse(kept.movement_id, reason=reason, recorded_by_id=actor.user_id, key=key)
        else:
            plan = relabelling.going_back(kept)
            _require_with_made(plan.dates, plan.lot, actor)
            relabelling.relabel(plan, kept, actor)
        kept.undone_at, kept.undone_by_id, kept.undone_why = at, actor.user_id, reason.strip()
        corrected.count(
            kept.id,
            {line_id: -quantity for line_id, quantity in deltas.items()},
            donations,
            number=kept.number,
            reason=reason,
            actor=actor,
        )
        if kept.kind == K.QUANTITY:
            reissued.as_many(session.get_one(Lot, kept.lot_id), number=kept.number, actor=actor)
        _note(actor, "correction.taken_back", kept, reason, is_back=True)
        idempotency.remember(key, "corrections.take_back", request, kept.id)


def _do(plan: Plan, kept: Correction, *, key: UUID, actor: Actor, at: datetime) -> Lots:
    """Change the lot, or move its goods to the right one, in the ledger.

    Returns the lots that came to each recall by it.
    """
    lot, change = plan.lot, plan.change
    if change.kind == K.FACTS:
        return relabelling.relabel(plan, kept, actor)
    source, note = Source(KIND, kept.id), f"{kept.number} · {kept.reason}"
    if change.kind == K.PART:
        made = making.make(
            [*_relabelled(plan)],
            source=source,
            organisation_id=lot.organisation_id,
            recorded_by_id=actor.user_id,
            occurred_at=at,
            note=note,
            key=key,
            fit_for_use=False,
        )
        kept.movement_id, kept.new_lot_id = made.movement_id, made.lot_ids[0]
        return into_recalls.of_lots([kept.new_lot_id])
    if plan.new_lot is not None:
        (kept.new_lot_id,) = ledger.create_lots([plan.new_lot])
    kept.movement_id = ledger.post(
        [*_transfers(plan, kept.new_lot_id)],
        kind=MovementKind.CORRECTION,
        source=source,
        organisation_id=lot.organisation_id,
        recorded_by_id=actor.user_id,
        occurred_at=at,
        note=note,
        key=key,
    )
    return into_recalls.of_lots([kept.new_lot_id]) if kept.new_lot_id else {}


def _relabelled(plan: Plan) -> Iterator[Made]:
    change = plan.change
    for part in change.parts:
        yield Made(
            item_id=plan.lot.item_id,
            place_id=part.place_id,
            quantity=part.quantity,
            parts=(making.Part(plan.lot.id, part.place_id, 1),),
            pack_id=change.pack_id,
            batch_number=change.batch_number,
            expires_on=change.expires_on,
        )


def _transfers(plan: Plan, new_lot_id: int | None) -> Iterator[Transfer]:
    """The old lot back to where it came from, bin by bin; the new one out of the right place."""
    sources = [list(each) for each in plan.taken]
    for part in plan.change.parts:
        left = part.quantity
        while left:
            some = min(left, sources[0][1])
            yield Transfer(plan.lot.id, part.place_id, sources[0][0], some)
            if new_lot_id is not None:
                yield Transfer(new_lot_id, _origin(plan, sources[0][0]), part.place_id, some)
            left -= some
            sources[0][1] -= some
            if not sources[0][1]:
                sources.pop(0)


def _origin(plan: Plan, old_source_id: int) -> int:
    """Where the right lot comes from: the right donor; of another item, the same one."""
    right = plan.new_lot
    assert right is not None
    if right.donor_id is None or right.donor_id == plan.lot.donor_id:
        return old_source_id
    donor = db.session.get_one(Partner, right.donor_id)
    return places.outside_place(OUTSIDE_OF[donor.kind], right.organisation_id, partner_id=donor.id)


def _leave_recalls(kept: Correction, actor: Actor) -> None:
    """What it brought into recalls is free again, unless others have it: as who recalls may."""
    joined = {int(recall_id): lots for recall_id, lots in kept.also("recalls").items()}
    if joined:
        require(actor, Permission.RECALL_LOTS, organisation_id=kept.organisation_id)
        into_recalls.leave(joined, number=kept.number, actor=actor)


def _keep_also(plan: Plan, kept: Correction, joined: Lots) -> None:
    """What changed with the lot, so that it can go back: days, and recalls with their lots."""
    also = {"dates": followers.kept(plan.dates), "recalls": {str(x): joined[x] for x in joined}}
    if any(also.values()):
        kept.after = kept.after | {ALSO: also}


def _keep(
    plan: Plan, organisation: Organisation, reason: str, actor: Actor, at: datetime
) -> Correction:
    kept = Correction(
        organisation_id=organisation.id,
        number=numbering.next_number(
            NUMBER_KIND, organisation_id=organisation.id, country=organisation.country
        ),
        kind=plan.change.kind,
        lot_id=plan.lot.id,
        quantity=plan.change.quantity,
        before=plan.before,
        after=plan.after,
        reason=reason.strip(),
        recorded_at=at,
        recorded_by_id=actor.user_id,
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def _require(lot: Lot, change: Change, actor: Actor) -> None:
    if change.kind == K.FACTS:
        touched = _places_of([lot.id])
    else:
        touched = select(Place.id).where(Place.id.in_({part.place_id for part in change.parts}))
    _require_at(touched, lot, actor)


def _require_with_made(made: Collection[int], lot: Lot, actor: Actor) -> None:
    """Where lies what was made of it and changes too."""
    if made:
        _require_at(_places_of(made), lot, actor)


def _require_at(touched: Select[int], lot: Lot, actor: Actor) -> None:
    """At every site where goods are touched; the whole organisation may do it anywhere."""
    may = Permission.CORRECT_STOCK
    if actor.may(may, organisation_id=lot.organisation_id, site_id=None):
        return
    sites = db.session.scalars(
        select(Place.site_id)
        .where(
            Place.id.in_(touched),
            Place.kind.in_(IN_STOCK),
            Place.organisation_id == lot.organisation_id,
        )
        .distinct()
    ).all()
    for site_id in sites or [None]:
        require(actor, may, organisation_id=lot.organisation_id, site_id=site_id)


def _places_of(lot_ids: Collection[int]) -> Select[int]:
    return select(StockBalance.place_id).where(
        StockBalance.lot_id.in_(lot_ids), StockBalance.quantity != 0
    )


def _visible(correction_id: int, actor: Actor) -> Correction:
    """One whose lot the actor may see and correct. Raises NotFound."""
    kept = db.session.get(Correction, correction_id)
    lot = db.session.get(Lot, kept.lot_id) if kept else None
    if kept is None or lot is None or not queries.may_with_lot(actor, Permission.VIEW_STOCK, lot):
        raise NotFound(_("There is no such correction."))
    moved = select(StockLine.to_place_id).filter_by(movement_id=kept.movement_id)
    _require_at(moved if kept.movement_id else _places_of([lot.id]), lot, actor)
    return kept


def _counted(correction_id: int) -> dict[int, int]:
    """What the correction counts on lines of gifts now."""
    rows = db.session.execute(
        select(DonationCorrection.donation_line_id, DonationCorrection.quantity).filter_by(
            correction_id=correction_id
        )
    )
    deltas: dict[int, int] = {}
    for line_id, quantity in rows:
        deltas[line_id] = deltas.get(line_id, 0) + quantity
    return {line_id: quantity for line_id, quantity in deltas.items() if quantity}


def _locked_organisation(organisation_id: int) -> Organisation:
    """One correction at a time, so that a second tap finds what the first did."""
    return db.session.get_one(
        Organisation, organisation_id, with_for_update={"key_share": True}, populate_existing=True
    )


def _request(lot_id: int, change: Change, reason: str) -> dict[str, object]:
    return {"lot": lot_id, "change": asdict(change), "reason": reason}


def _note(actor: Actor, act: str, kept: Correction, reason: str, *, is_back: bool = False) -> None:
    """On the correction, and on the story of each lot."""
    facts: dict[str, Any] = {"number": kept.number, "note": reason.strip()}
    if kept.right:
        names = words.names_in([kept.before, kept.right])
        before, after = names.named(kept.before), names.named(kept.right)
        facts |= changes(after, before) if is_back else changes(before, after)
    audit.record(actor, act, kind=KIND, record_id=kept.id, facts=facts)
    for lot_id in {kept.lot_id, kept.new_lot_id} - {None}:
        assert lot_id is not None
        audit.record(actor, act, kind="lot", record_id=lot_id, facts=facts)
