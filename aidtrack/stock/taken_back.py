"""Losses that belong to a record which is undone: they never happened."""

from datetime import datetime

from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.identity.permissions import Actor
from aidtrack.stock import finds, given_back, ledger, write_offs
from aidtrack.stock.loss_models import WriteOff, WriteOffStatus
from aidtrack.stock.models import StockMovement


def take_back(*, distribution_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """What a distribution lost is in stock again, or no longer held.

    In the transaction of the service that undoes the distribution and checked who may, before
    it locks any balance. Raises FoundSince when some of it was found already.
    """
    rows = db.session.scalars(
        select(WriteOff)
        .filter_by(distribution_id=distribution_id)
        .order_by(WriteOff.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for kept in rows:
        if kept.status == WriteOffStatus.WAITING:
            write_offs.let_go(kept, WriteOffStatus.WITHDRAWN, reason, actor, at)
        elif kept.status == WriteOffStatus.POSTED:
            assert kept.movement_id is not None
            finds.before_undo(db.session.get_one(StockMovement, kept.movement_id), actor)
            ledger.reverse(kept.movement_id, reason=reason, recorded_by_id=actor.user_id)
            given_back.tell(kept.id, actor)
