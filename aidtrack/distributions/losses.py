"""What is lost at a hand-out: a write-off of its own, so that a second person looks at it."""

from collections.abc import Sequence
from datetime import datetime

from aidtrack.core.i18n import _
from aidtrack.distributions.counts import HandOut
from aidtrack.distributions.models import Distribution
from aidtrack.identity.permissions import Actor
from aidtrack.places.models import PlaceKind
from aidtrack.stock import write_offs
from aidtrack.stock.ledger_sql import BalanceKey
from aidtrack.stock.loss_values import Lost
from aidtrack.stock.models import Reason
from aidtrack.stock.write_offs import Loss


def record(
    distribution: Distribution,
    lines: Sequence[HandOut],
    *,
    also: Sequence[BalanceKey],
    happened_at: datetime,
    actor: Actor,
    at: datetime,
) -> None:
    """Write off what was lost. Worth too much, it is held at the point until someone approves.

    `also`: the balances that the hand-out itself changes, to be locked in the same breath.
    """
    lost = [line for line in lines if line.lost]
    if not lost:
        return
    notes = [line.note for line in lost if line.note]
    loss = Loss(
        site=distribution.site,
        stage=PlaceKind.LOST_AT_DISTRIBUTION,
        lines=tuple(
            Lost(line.lot_id, line.place_id, line.lost, line.loss_reason or Reason.OTHER)
            for line in lost
        ),
        note=". ".join([_("Lost at %(number)s", number=distribution.number), *notes]),
        happened_at=happened_at,
        distribution_id=distribution.id,
    )
    write_offs.record(loss, key=None, actor=actor, at=at, also=also)
