"""What people ask of the proof: a check now, a new key."""

from uuid import UUID

from aidtrack.core import audit
from aidtrack.core.db import transaction
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission, require, require_somewhere
from aidtrack.jobs import services as jobs
from aidtrack.sealing import signatures

CHECK = "ledger.check_now"


def check_now(*, key: UUID, actor: Actor) -> int:
    """Have the whole ledger computed again. Returns the id of the job that does it."""
    require_somewhere(actor, Permission.VIEW_AUDIT)
    return jobs.enqueue(CHECK, {}, actor=actor, key=str(key))


def begin_new_key(organisation_id: int, *, actor: Actor) -> None:
    """Retire the key of an organisation: the next seal makes and uses another.

    Raises NotFound where there is none in use. What the old key signed stays good.
    """
    with transaction():
        require(actor, Permission.MANAGE_ORGANISATION, organisation_id=organisation_id)
        old = signatures.retire(organisation_id)
        if old is None:
            raise NotFound(_("There is no signing key yet: the next seal makes one."))
        audit.record(
            actor,
            "signing_key.retired",
            kind="organisation",
            record_id=organisation_id,
            facts={"fingerprint": old.fingerprint},
        )
