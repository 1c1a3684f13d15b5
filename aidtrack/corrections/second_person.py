"""Another donor for goods worth much is not for whoever wrote down that they came."""

from datetime import datetime

from sqlalchemy import func, select

from aidtrack.core.db import db
from aidtrack.core.i18n import _
from aidtrack.corrections.models import Correction, CorrectionKind
from aidtrack.identity import duties
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.places.models import Place
from aidtrack.stock import loss_values
from aidtrack.stock.models import Lot, MovementKind, StockLine, StockMovement

# By these a lot comes from somebody: first, or from the right one after a correction.
CAME = (MovementKind.OPENING, MovementKind.RECEIPT, MovementKind.CORRECTION)


def expect_another(
    lot: Lot, kind: CorrectionKind, quantity: int, *, actor: Actor, at: datetime
) -> None:
    """Raise SameHands for whoever recorded that a lot came, when its donor is put right above
    the organisation's limit: alone, or with what the same person put right within a day. What has
    no known value counts as above.
    """
    if kind != CorrectionKind.DONOR or not _is_above_limit(lot, quantity, actor, at):
        return
    if actor.user_id not in _who_brought(lot.id):
        return
    duties.expect_another(
        actor,
        Permission.CORRECT_STOCK,
        prepared=_("You wrote down yourself that these goods came, and they are worth much."),
        prepared_by_id=actor.user_id,
        organisation_id=lot.organisation_id,
    )


def _is_above_limit(lot: Lot, quantity: int, actor: Actor, at: datetime) -> bool:
    organisation = db.session.get_one(Organisation, lot.organisation_id)
    worth = None
    if lot.unit_value_minor is not None and lot.currency == organisation.currency:
        worth = lot.unit_value_minor * quantity
    return bool(loss_values.why(worth, lambda: _put_right(organisation, actor, at), organisation))


def _put_right(organisation: Organisation, actor: Actor, at: datetime) -> int:
    """What the same person gave to other donors within a day."""
    worth = func.coalesce(func.sum(Correction.quantity * Lot.unit_value_minor), 0)
    asked = (
        select(worth)
        .join(Lot, Lot.id == Correction.lot_id)
        .where(
            Correction.organisation_id == organisation.id,
            Correction.kind == CorrectionKind.DONOR,
            Correction.recorded_by_id == actor.user_id,
            Correction.recorded_at > at - loss_values.TOGETHER,
            Correction.undone_at.is_(None),
            Lot.currency == organisation.currency,
        )
    )
    return int(db.session.scalar(asked) or 0)


def _who_brought(lot_id: int) -> set[int]:
    """Whoever recorded that some of a lot came from outside."""
    asked = (
        select(StockMovement.recorded_by_id)
        .join(StockLine, StockLine.movement_id == StockMovement.id)
        .join(Place, Place.id == StockLine.from_place_id)
        .where(StockLine.lot_id == lot_id, StockMovement.kind.in_(CAME), Place.is_outside)
        .distinct()
    )
    return set(db.session.scalars(asked))
