"""Recalls: lots that must reach nobody, wherever they lie, and the end of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select

from aidtrack.core import audit, idempotency, numbering
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.holds.models import Recall, RecallLot, RecallStatus
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.stock import batch_turns, into_recalls, ledger, with_made
from aidtrack.stock import queries as stock
from aidtrack.stock.models import Lot, lot_number

KIND = "recall"
NUMBER_KIND = "RC"
LOTS_MAX = 2_000


class AlreadyRecalled(RuleBroken):
    code = "already_recalled"


def recall(
    lot_id: int,
    *,
    reason: str,
    whole_batch: bool = False,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> int:
    """Recall a lot and all that was made of it. Returns the recall's id.

    `whole_batch` takes every lot of the organisation with the same item and batch number,
    whoever gave it. From then on they are neither offered nor sent nor handed out.
    """
    request: dict[str, object] = {"lot": lot_id, "reason": reason, "whole_batch": whole_batch}
    with transaction() as session:
        lot = stock.lot(lot_id, actor)
        require(actor, Permission.RECALL_LOTS, organisation_id=lot.organisation_id)
        if not reason.strip():
            raise Invalid(_("Say why, for whoever has these goods."), field="reason")
        batch_number = _batch_in_turn(lot) if whole_batch else ""
        # One recall at a time takes a number anyway: a second tap waits here for the first.
        organisation = session.get_one(
            Organisation, lot.organisation_id, with_for_update={"key_share": True},
            populate_existing=True,
        )  # fmt: skip
        earlier = idempotency.earlier_result(key, "stock.recall", request)
        if earlier is not None:
            return earlier
        session.refresh(lot)
        if whole_batch and lot.batch_number != batch_number:
            raise WrongStatus(_("This lot was just corrected. Look at it again."))
        lots = _locked(_same_batch(lot) if whole_batch else {lot.id})
        session.refresh(lot)
        if lot.recall_id is not None:
            raise AlreadyRecalled(_("Lot %(lot)s is recalled already.", lot=lot.number))
        kept = Recall(
            organisation_id=organisation.id,
            number=numbering.next_number(
                NUMBER_KIND, organisation_id=organisation.id, country=organisation.country
            ),
            status=RecallStatus.OPEN,
            item_id=lot.item_id,
            batch_number=batch_number,
            reason=reason.strip(),
            started_at=at,
            started_by_id=actor.user_id,
        )
        session.add(kept)
        session.flush()
        _keep(kept, lots)
        _note(actor, "recall.started", kept, reason, lots=[lot_number(each) for each in lots])
        idempotency.remember(key, "stock.recall", request, kept.id)
        return kept.id


def close(recall_id: int, *, note: str, actor: Actor, at: datetime) -> None:
    """All of it was dealt with. Its lots stay closed: they are never offered again."""
    with transaction():
        kept = _own(recall_id, actor)
        if kept.status != RecallStatus.OPEN:
            raise WrongStatus(_("This recall has ended already."), status=str(kept.status))
        _end(kept, RecallStatus.CLOSED, note, actor, at)
        _note(actor, "recall.closed", kept, note)


def lift(recall_id: int, *, note: str, actor: Actor, at: datetime) -> None:
    """Its lots are good after all: they are offered again, unless another recall has them."""
    with transaction() as session:
        kept = _own(recall_id, actor)
        if kept.status == RecallStatus.LIFTED:
            raise WrongStatus(_("This recall is lifted already."), status=str(kept.status))
        _end(kept, RecallStatus.LIFTED, note, actor, at)
        session.flush()
        # Another recall may have them too.
        into_recalls.settle(session.scalars(select(Lot.id).where(Lot.recall_id == kept.id)).all())
        _note(actor, "recall.lifted", kept, note)


def _batch_in_turn(lot: Lot) -> str:
    """Its batch number; whoever makes lots of that batch has done so, or is refused."""
    if not lot.batch_number:
        raise Invalid(_("This lot has no batch number."), field="whole_batch")
    batch_turns.take(db.session(), (lot.organisation_id, lot.item_id, lot.batch_number))
    return lot.batch_number


def _same_batch(lot: Lot) -> set[int]:
    found = db.session.scalars(
        select(Lot.id).where(
            Lot.item_id == lot.item_id,
            Lot.batch_number == lot.batch_number,
            Lot.organisation_id == lot.organisation_id,
        )
    )
    return set(found)


def _locked(chosen: set[int]) -> dict[int, bool]:
    """The lots to recall, each with whether it was made of another of them.

    Nothing is sent or made of them meanwhile: whoever was about to has done so or is refused.
    """
    lots = with_made.with_made(chosen)
    if len(lots) > LOTS_MAX:
        raise Invalid(_("At most %(most)d lots can be recalled at once.", most=LOTS_MAX))
    with_made.hold_still(chosen, lots)
    return lots


def _keep(kept: Recall, lots: dict[int, bool]) -> None:
    db.session.execute(
        insert(RecallLot),
        [
            {"recall_id": kept.id, "lot_id": lot_id, "is_made": is_made}
            for lot_id, is_made in lots.items()
        ],
    )
    # What an earlier recall has closed stays its own.
    free = db.session.scalars(
        select(Lot.id).where(Lot.id.in_(list(lots)), Lot.recall_id.is_(None))
    ).all()
    ledger.mark_recalled(free, kept.id)


def _own(recall_id: int, actor: Actor) -> Recall:
    found = db.session.get(Recall, recall_id, with_for_update=True, populate_existing=True)
    if found is None or found.organisation_id not in actor.organisations(Permission.VIEW_STOCK):
        raise NotFound(_("There is no such recall."))
    require(actor, Permission.RECALL_LOTS, organisation_id=found.organisation_id)
    return found


def _end(kept: Recall, status: RecallStatus, note: str, actor: Actor, at: datetime) -> None:
    if not note.strip():
        raise Invalid(_("Say why it ends."), field="note")
    kept.status = status
    kept.ended_at = at
    kept.ended_by_id = actor.user_id
    kept.ended_note = note.strip()


def _note(actor: Actor, action: str, kept: Recall, note: str, **facts: object) -> None:
    audit.record(
        actor,
        action,
        kind=KIND,
        record_id=kept.id,
        facts={"number": kept.number, "note": note.strip(), **facts},
        organisation_id=kept.organisation_id,
    )
