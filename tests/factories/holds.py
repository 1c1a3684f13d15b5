"""Goods kept apart, as a logistician does it."""

from typing import Any
from uuid import UUID, uuid4

from aidtrack.core import clock
from aidtrack.holds import recalls, services
from aidtrack.holds.models import HoldKind
from aidtrack.holds.services import Wanted
from aidtrack.stock.services import Taking
from tests.factories.world import World


def hold(
    world: World,
    lot_id: int,
    quantity: int,
    *,
    place_id: int | None = None,
    to_place_id: int | None = None,
    key: UUID | None = None,
    actor: Any = None,
) -> int:
    """Hold some of a lot that lies in the bin; the hold's id."""
    return services.hold(
        [Taking(lot_id, place_id or world.bin_id, quantity)],
        Wanted(HoldKind.QUARANTINE, "Wet corner", to_place_id),
        key=key or uuid4(),
        actor=actor or world.logistician,
        at=clock.now(),
    )


def recall(world: World, lot_id: int, **more: Any) -> int:
    """Recall a lot; the recall's id."""
    return recalls.recall(
        lot_id,
        **{
            "reason": "The maker says so",
            "key": uuid4(),
            "actor": world.logistician,
            "at": clock.now(),
        }
        | more,
    )
