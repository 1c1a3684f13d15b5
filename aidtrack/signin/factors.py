"""Which second factors somebody has, and whether their organisation waits for one."""

from dataclasses import dataclass

from sqlalchemy import delete, exists, select

from aidtrack.core import audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotAllowed, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.core.mail import PostOffice
from aidtrack.identity import queries, sessions
from aidtrack.identity.history import changes
from aidtrack.identity.models import Organisation, RoleAssignment, User
from aidtrack.identity.permissions import Actor, Permission, Role, require_everywhere
from aidtrack.identity.services import wholly_managed
from aidtrack.signin.factor_models import (
    CodeApp,
    Passkey,
    ProviderLink,
    RecoveryCode,
    SignInRule,
)
from aidtrack.signin.telling import Change, tell

NAMES_MAX = 100
# Whom an organisation can ask for a second factor.
STRONG_ROLES = frozenset({Role.ADMINISTRATOR, Role.LOGISTICIAN})


class SecondFactorDue(NotAllowed):
    """Their organisation asks for a second factor, and they have not set one up."""

    code = "second_factor_due"


class LastFactor(RuleBroken):
    """The organisation asks for one: the last cannot go."""

    code = "last_factor"


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can prove themselves with after their password."""

    codes: bool
    passkeys: bool
    recovery: bool

    @property
    def any(self) -> bool:
        """Recovery codes alone are none: they stand in for one that is lost."""
        return self.codes or self.passkeys


@dataclass(frozen=True, slots=True)
class Rule:
    """What an organisation asks for, and who would have to set one up, by name."""

    organisation: str
    requires_second_factor: bool
    without: list[str]


def factors_of(user_id: int) -> Factors:
    app = exists().where(CodeApp.user_id == user_id, CodeApp.confirmed_at.is_not(None))
    passkey = exists().where(Passkey.user_id == user_id)
    code = exists().where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return Factors(*db.session.execute(select(app, passkey, code)).one())


def is_due(actor: Actor) -> bool:
    """Whether an organisation waits for the actor to set up a second factor."""
    return is_asked_of(actor) and not factors_of(actor.user_id).any


def is_asked_of(actor: Actor) -> bool:
    """Whether an organisation asks the actor for a second factor, set up or not."""
    wanted = {grant.organisation_id for grant in actor.grants if grant.role in STRONG_ROLES}
    return bool(wanted) and actor.journey_id is None and _is_asked(wanted)


def expect_enough_left(actor: Actor) -> None:
    """Raise LastFactor when an organisation waits for one again, after one was taken away."""
    if is_due(actor):
        raise LastFactor(_("Your organisation asks for a second factor. Set up another one first."))


def rule_of(organisation_id: int, actor: Actor) -> Rule:
    """Raises NotFound for an organisation of others, NotAllowed for who may not change it."""
    organisation = _managed(organisation_id, actor)
    return Rule(organisation, _is_asked({organisation_id}), _without_factor(organisation_id))


def require_second_factor(organisation_id: int, *, required: bool, actor: Actor) -> None:
    """Ask every administrator and logistician of the organisation for one, or no more."""
    with transaction() as session:
        _managed(organisation_id, actor)
        session.get_one(Organisation, organisation_id, with_for_update=True)
        rule = session.get(SignInRule, organisation_id)
        if rule is None:
            rule = SignInRule(organisation_id=organisation_id, requires_second_factor=False)
            session.add(rule)
        before = {"requires_second_factor": rule.requires_second_factor}
        rule.requires_second_factor = required
        facts = changes(before, {"requires_second_factor": required})
        if facts["changes"]:
            audit.record(
                actor, "organisation.sign_in_changed", kind="organisation",
                record_id=organisation_id, facts=facts, organisation_id=organisation_id,
            )  # fmt: skip


def reset(user_id: int, *, office: PostOffice, actor: Actor) -> None:
    """Take every second factor from somebody who lost theirs, and sign them out everywhere."""
    with transaction() as session:
        person = wholly_managed(user_id, actor)
        if user_id == actor.user_id:
            raise Invalid(_("Change your own under your account."))
        for kind in (CodeApp, Passkey, RecoveryCode, ProviderLink):
            session.execute(delete(kind).where(kind.user_id == user_id))
        sessions.revoke_all(user_id)
        audit.record(actor, "user.factors_reset", kind="user", record_id=user_id)
        tell(person, Change.RESET, office)


def _is_asked(organisation_ids: set[int]) -> bool:
    asked = exists().where(
        SignInRule.organisation_id.in_(organisation_ids), SignInRule.requires_second_factor
    )
    return bool(db.session.scalar(select(asked)))


def _managed(organisation_id: int, actor: Actor) -> str:
    """The name of an organisation that is the actor's to change."""
    organisation = queries.own_organisation(organisation_id, actor)
    require_everywhere(actor, Permission.MANAGE_ORGANISATION, organisation_id=organisation_id)
    return organisation.name


def _without_factor(organisation_id: int) -> list[str]:
    has_one = exists().where(
        CodeApp.user_id == User.id, CodeApp.confirmed_at.is_not(None)
    ) | exists().where(Passkey.user_id == User.id)
    return list(
        db.session.scalars(
            select(User.name)
            .join(RoleAssignment, RoleAssignment.user_id == User.id)
            .where(
                RoleAssignment.organisation_id == organisation_id,
                RoleAssignment.role.in_(STRONG_ROLES),
                User.is_enabled,
                ~has_one,
            )
            .group_by(User.id, User.name)
            .order_by(User.name, User.id)
            .limit(NAMES_MAX)
        )
    )
