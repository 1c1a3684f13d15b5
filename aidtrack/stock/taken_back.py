"""Losses that belong to a record which is undone: they never happened."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select

from aidtrack.core.db import db
from aidtrack.identity.permissions import Actor
from aidtrack.places import services as places
from aidtrack.stock import finds, given_back, ledger, write_offs
from aidtrack.stock.ledger_sql import BalanceKey
from aidtrack.stock.loss_models import WriteOff, WriteOffStatus
from aidtrack.stock.models import StockMovement


def take_back(*, distribution_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """What a distribution lost is in stock again, or no longer held.

    In the transaction of the service that undoes the distribution and checked who may, before
    it locks any balance. Raises FoundSince when some of it was found already.
    """
    _take_back(WriteOff.distribution_id == distribution_id, (), reason, actor, at)


def take_back_of_receipt(
    receipt_id: int, *, also: Iterable[BalanceKey], reason: str, actor: Actor, at: datetime
) -> None:
    """The same for what came damaged with a receipt. `also`: the balances that the caller
    changes next, to be locked with ours.
    """
    _take_back(WriteOff.receipt_id == receipt_id, also, reason, actor, at)


def _take_back(
    which: ColumnElement[bool],
    also: Iterable[BalanceKey],
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    rows = db.session.scalars(
        select(WriteOff)
        .where(which)
        .order_by(WriteOff.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    others = set(also)
    if rows and others:
        ledger.hold_still(others | _balances(rows))
    for kept in rows:
        if kept.status == WriteOffStatus.WAITING:
            write_offs.let_go(kept, WriteOffStatus.WITHDRAWN, reason, actor, at)
        elif kept.status == WriteOffStatus.POSTED:
            assert kept.movement_id is not None
            finds.before_undo(db.session.get_one(StockMovement, kept.movement_id), actor)
            ledger.reverse(kept.movement_id, reason=reason, recorded_by_id=actor.user_id)
            given_back.tell(kept.id, actor)


def _balances(rows: Iterable[WriteOff]) -> set[BalanceKey]:
    return {
        (place_id, line.lot_id)
        for kept in rows
        for line in write_offs.lines_of(kept)
        for place_id in (line.place_id, places.outside_place(kept.stage, kept.organisation_id))
    }
