"""Records that one world shows another."""

from datetime import date

from aidtrack.core import clock
from aidtrack.identity.permissions import Actor
from aidtrack.sharing import services
from aidtrack.sharing.models import Purpose
from aidtrack.sharing.services import Terms
from tests.factories.world import World


def make_share(
    world: World,
    kind: str,
    record_id: int,
    other: World,
    purpose: Purpose | None = None,
    *,
    note: str = "",
    ends_on: date | None = None,
    actor: Actor | None = None,
) -> int:
    """The logistician of `world` shares one record with the organisation of `other`, for what
    shows the least when nothing else is said.
    """
    least = Purpose.PLAN if kind == "place" else Purpose.FOLLOW
    return services.share(
        kind,
        record_id,
        Terms(other.organisation_id, purpose or least, note, ends_on),
        actor=actor or world.logistician,
        at=clock.now(),
    )
