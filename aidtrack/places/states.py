"""A site is open, full or closed, and somebody says why it becomes so."""

from aidtrack.core.db import transaction
from aidtrack.identity.permissions import Actor
from aidtrack.places import services
from aidtrack.places.models import SiteState


def set_state(place_id: int, state: SiteState, *, reason: str, actor: Actor) -> None:
    """Raises HoldsGoods when a site that is not empty shall close."""
    with transaction():
        if state == SiteState.CLOSED:
            services.close_place(place_id, reason=reason, actor=actor)
        else:
            services.reopen_place(place_id, reason=reason, actor=actor)
            services.set_full(place_id, state == SiteState.FULL, reason=reason, actor=actor)
