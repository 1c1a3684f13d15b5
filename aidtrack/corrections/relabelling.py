"""What a whole lot says is put right: what was made of it follows, and recalls of its batch."""

from aidtrack.core.db import db
from aidtrack.core.errors import WrongStatus
from aidtrack.core.i18n import _
from aidtrack.corrections import followers, plans
from aidtrack.corrections.models import Correction
from aidtrack.corrections.plans import Plan
from aidtrack.identity.permissions import Actor
from aidtrack.stock import into_recalls, ledger, with_made
from aidtrack.stock.into_recalls import Lots
from aidtrack.stock.models import Lot


def relabel(plan: Plan, kept: Correction, actor: Actor) -> Lots:
    """Do what is planned, `with_made.hold_all_still`. The lots that came to each recall."""
    lot, change = plan.lot, plan.change
    ledger.relabel(
        lot,
        batch_number=change.batch_number,
        expires_on=change.expires_on,
        pack_id=change.pack_id,
    )
    followers.follow(plan.dates, kept.number, actor)
    if not plan.recalls:
        return {}
    return into_recalls.join(
        with_made.with_made([lot.id]),
        [note.id for note in plan.recalls],
        number=kept.number,
        actor=actor,
    )


def going_back(kept: Correction) -> Plan:
    """What gives the lot its old facts again; it is held still.

    Raises WrongStatus when somebody corrected them since.
    """
    with_made.hold_all_still(kept.lot_id)
    lot = db.session.get_one(Lot, kept.lot_id, with_for_update=True, populate_existing=True)
    if plans.facts_of(lot) != kept.right:
        raise WrongStatus(_("The lot was corrected again since: take that back first."))
    return plans.back(kept, lot)
