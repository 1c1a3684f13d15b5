"""What of accounts is past its time: people locked out for long, tokens that ended."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select

from aidtrack.core import clock, redaction
from aidtrack.core.audit import SAYS_WHERE, AuditEntry
from aidtrack.core.db import db, transaction
from aidtrack.core.redaction import Part
from aidtrack.identity.models import ApiToken, RoleAssignment, User
from aidtrack.identity.services import system_actor
from aidtrack.privacy import erasure
from aidtrack.privacy.periods import ACCESS_KEPT
from aidtrack.privacy.removal import BATCH_ROWS, Removal


def locked_out(organisation_id: int, before: datetime) -> int:
    """Erase people of this organisation alone whom nobody let in again since."""
    last_act = (
        select(func.max(AuditEntry.recorded_at))
        .where(AuditEntry.record_kind == "user", AuditEntry.record_id == User.id)
        .scalar_subquery()
    )
    elsewhere = select(RoleAssignment.user_id).where(
        RoleAssignment.organisation_id != organisation_id
    )
    wanted = (
        select(User)
        .where(
            ~User.is_enabled,
            User.id.in_(select(RoleAssignment.user_id).filter_by(organisation_id=organisation_id)),
            User.id.not_in(elsewhere),
            func.coalesce(last_act, User.created_at) < before,
        )
        .order_by(User.id)
        .limit(BATCH_ROWS)
        .with_for_update(of=User)
    )
    with transaction() as session:
        found = session.scalars(wanted).all()
        for person in found:
            erasure.erase_account(person, system_actor(organisation_id))
        return len(found)


def end_tokens() -> int:
    """Forget tokens that open nothing any more; how many."""
    before = clock.now() - ACCESS_KEPT
    with transaction():
        gone = db.session.execute(
            delete(ApiToken).where(or_(ApiToken.revoked_at < before, ApiToken.expires_at < before))
        )
        return int(gone.rowcount)  # type: ignore[attr-defined]


def addresses(organisation_id: int, before: datetime) -> int:
    """From where people acted. Who did what, and when, stays."""
    wanted = (
        select(AuditEntry.id)
        .where(
            SAYS_WHERE,
            AuditEntry.organisation_id == organisation_id,
            AuditEntry.recorded_at < before,
        )
        .order_by(AuditEntry.recorded_at)
        .limit(BATCH_ROWS)
    )
    with transaction() as session:
        return redaction.redact(
            session.scalars(wanted).all(),
            reason="kept long enough",
            actor=system_actor(organisation_id),
            parts=frozenset({Part.WHERE}),
        )


REMOVALS: dict[str, Removal] = {"addresses": addresses, "accounts": locked_out}
