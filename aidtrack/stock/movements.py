"""One movement made in a store, for whoever works where it was made."""

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.stock.loss_models import WriteOff
from aidtrack.stock.models import StockMovement


def movement(movement_id: int, actor: Actor) -> StockMovement:
    found = db.session.get(StockMovement, movement_id)
    if found is None or not actor.may(
        Permission.VIEW_STOCK,
        organisation_id=found.organisation_id,
        site_id=site_of(found),
    ):
        raise NotFound(_("There is no such movement."))
    return found


def site_of(movement: StockMovement) -> int | None:
    """The store in which it was made; None where papers of other packages name the place."""
    written_off = write_off_of(movement)
    if written_off is not None:
        return written_off.site_id
    return movement.source_id if movement.source_kind == "site" else None


def write_off_of(movement: StockMovement) -> WriteOff | None:
    """The write-off that it posted, if one did."""
    if movement.source_kind != "write_off":
        return None
    return db.session.get(WriteOff, movement.source_id)
