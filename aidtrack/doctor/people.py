"""What the doctor looks at of people: who administers, how they sign in, what tokens open."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import ColumnExpressionArgument, exists, func, select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.doctor.findings import Finding, Health, good, weak, wrong
from aidtrack.identity.models import ApiToken, Organisation, RoleAssignment, User
from aidtrack.identity.permissions import Role
from aidtrack.signin.factor_models import CodeApp, Passkey

DEMO_ADDRESSES = "%@demo.aidtrack.example"
UNUSED = timedelta(days=180)
NAMES_MAX = 5
ADMINISTERS = (
    exists()
    .where(RoleAssignment.user_id == User.id, RoleAssignment.role == Role.ADMINISTRATOR)
    .correlate(User)
)


def look_over(*, is_production: bool) -> Iterator[Finding]:
    yield from _administrators()
    yield from _demo(is_production=is_production)
    yield from _second_factors()
    yield from _duties()
    yield from _tokens()


def _administrators() -> Iterator[Finding]:
    count = _count(User.is_enabled, ADMINISTERS)
    if not count:
        yield wrong(
            "administrators",
            "Nobody is an administrator. Run: aidtrack user add --role administrator",
        )
    elif count == 1:
        yield weak(
            "administrators",
            "There is one administrator. Make a second, or nobody can help when they are away.",
        )
    else:
        yield good("administrators", f"{count} administrators.")


def _demo(*, is_production: bool) -> Iterator[Finding]:
    if demo := _count(User.email.like(DEMO_ADDRESSES), User.is_enabled):
        yield Finding(
            "demo",
            Health.WRONG if is_production else Health.WEAK,
            f"{demo} demo people can sign in with a password that everyone knows."
            " Start real work on a new database.",
        )


def _second_factors() -> Iterator[Finding]:
    has_code = exists().where(CodeApp.user_id == User.id, CodeApp.confirmed_at.is_not(None))
    has_passkey = exists().where(Passkey.user_id == User.id)
    if bare := _count(User.is_enabled, ADMINISTERS, ~has_code, ~has_passkey):
        yield weak(
            "second_factors",
            f"{bare} administrator(s) sign in by a password alone. Ask them to add a code app or"
            " a passkey on their account's page, and require it on the organisation's page.",
        )


def _duties() -> Iterator[Finding]:
    names = db.session.scalars(
        select(Organisation.name)
        .where(~Organisation.keeps_duties_apart)
        .order_by(Organisation.name)
        .limit(NAMES_MAX)
    ).all()
    if names:
        yield weak(
            "duties",
            f"One person may do everything at {', '.join(names)}: duties are not kept apart."
            " Switch it on there once there are two people.",
        )


def _tokens() -> Iterator[Finding]:
    before = clock.now() - UNUSED
    idle = _count(
        ApiToken.revoked_at.is_(None),
        func.coalesce(ApiToken.last_used_at, ApiToken.created_at) < before,
        source=ApiToken,
    )
    if idle:
        yield weak(
            "tokens",
            f"{idle} token(s) were not used for half a year and still open the data. Ask their"
            " owners to revoke them on their account's page.",
        )


def _count(
    *conditions: ColumnExpressionArgument[bool], source: type[User | ApiToken] = User
) -> int:
    return db.session.scalar(select(func.count(source.id)).where(*conditions)) or 0
