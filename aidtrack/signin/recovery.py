"""Recovery codes: ten on paper, each of which stands once for a second factor that is lost."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from aidtrack.core import audit, clock
from aidtrack.core.codes import cleaned, new_code, spoken
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _
from aidtrack.core.mail import PostOffice
from aidtrack.identity.models import User
from aidtrack.identity.passwords import hashed, is_right
from aidtrack.identity.permissions import Actor
from aidtrack.signin.factor_models import RecoveryCode
from aidtrack.signin.telling import Change, tell

CODES = 10
# Kept readable, to find the code by: a hash that is slow to check is checked once.
START_LETTERS = 2
LETTERS = 12


class WrongRecoveryCode(RuleBroken):
    code = "wrong_recovery_code"
    status = 422


@dataclass(frozen=True, slots=True)
class Left:
    """How many codes a person still has, of those made then."""

    count: int
    made_at: datetime | None


def make(*, office: PostOffice, actor: Actor) -> list[str]:
    """New codes as people read them, shown this once. The old ones count no more."""
    starts: set[str] = set()
    while len(starts) < CODES:
        starts.add(new_code(START_LETTERS))
    codes = [start + new_code(LETTERS - START_LETTERS) for start in sorted(starts)]
    now = clock.now()
    rows = [
        RecoveryCode(
            user_id=actor.user_id,
            start=code[:START_LETTERS],
            code_hash=hashed(code),
            created_at=now,
        )
        for code in codes
    ]
    with transaction() as session:
        person = session.get_one(User, actor.user_id, with_for_update=True)
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == actor.user_id))
        session.add_all(rows)
        audit.record(actor, "user.recovery_codes_made", kind="user", record_id=actor.user_id)
        tell(person, Change.RECOVERY_MADE, office)
    return [spoken(code) for code in codes]


def use(user_id: int, text: str, *, office: PostOffice, actor: Actor) -> None:
    """Take a code, for good. Raises WrongRecoveryCode. Call it inside a transaction."""
    session = db.session
    code = cleaned(text, LETTERS)
    person = session.get_one(User, user_id, with_for_update=True, populate_existing=True)
    row = session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.start == code[:START_LETTERS],
            RecoveryCode.used_at.is_(None),
        )
    )
    if not is_right(code, row.code_hash if row else None) or row is None:
        raise WrongRecoveryCode(
            _("This recovery code is not right, or was used before."), field="recovery_code"
        )
    row.used_at = clock.now()
    session.flush()
    audit.record(actor, "user.recovery_code_used", kind="user", record_id=user_id)
    tell(person, Change.RECOVERY_USED, office)


def left(user_id: int) -> Left:
    count, made_at = db.session.execute(
        select(func.count(), func.max(RecoveryCode.created_at)).where(
            RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
        )
    ).one()
    return Left(count=count, made_at=made_at)
