"""What of accounts is past its time: people locked out, drivers by link, tokens that ended."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select

from aidtrack.core import clock, redaction
from aidtrack.core.audit import SAYS_WHERE, AuditEntry
from aidtrack.core.db import transaction
from aidtrack.core.redaction import Part
from aidtrack.identity.models import ApiToken, RoleAssignment, User
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import system_actor
from aidtrack.privacy import erasure
from aidtrack.privacy.periods import ACCESS_KEPT
from aidtrack.privacy.removal import BATCH_ROWS, ENDED, KEPT_LONG_ENOUGH
from aidtrack.shipments.models import Shipment


def locked_out(organisation_id: int, before: datetime) -> int:
    """Erase people of this organisation alone whom nobody let in again since."""
    last_act = (
        select(func.max(AuditEntry.recorded_at))
        .where(AuditEntry.record_kind == "user", AuditEntry.record_id == User.id)
        .scalar_subquery()
    )
    return _erase(
        organisation_id, ~User.is_enabled, func.coalesce(last_act, User.created_at) < before
    )


def drivers_by_link(organisation_id: int, before: datetime) -> int:
    """Erase drivers whom the office knows by name only, once their last journey is long over."""
    other_roles = select(RoleAssignment.user_id).where(RoleAssignment.role != Role.DRIVER)
    lately = select(Shipment.driver_id).where(
        Shipment.driver_id == User.id,
        or_(
            Shipment.status.not_in(ENDED),
            func.coalesce(Shipment.delivered_at, Shipment.created_at) >= before,
        ),
    )
    return _erase(
        organisation_id,
        User.is_enabled.is_(True),
        User.email.is_(None),
        User.password_hash.is_(None),
        User.created_at < before,
        User.id.not_in(other_roles),
        ~lately.exists(),
    )


def _erase(organisation_id: int, *which: ColumnElement[bool]) -> int:
    """Erase such people of this organisation alone, a batch of them; how many."""
    elsewhere = select(RoleAssignment.user_id).where(
        RoleAssignment.organisation_id != organisation_id
    )
    wanted = (
        select(User)
        .where(
            *which,
            User.id.in_(select(RoleAssignment.user_id).filter_by(organisation_id=organisation_id)),
            User.id.not_in(elsewhere),
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
    with transaction() as session:
        gone = session.connection().execute(
            delete(ApiToken).where(or_(ApiToken.revoked_at < before, ApiToken.expires_at < before))
        )
        return gone.rowcount


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
            reason=KEPT_LONG_ENOUGH,
            actor=system_actor(organisation_id),
            parts=frozenset({Part.WHERE}),
        )
