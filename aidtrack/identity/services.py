"""What can happen to people, their roles and their keys."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select, update

from aidtrack.core import audit, clock
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import LANGUAGES, _
from aidtrack.identity import queries
from aidtrack.identity.models import ApiToken, Organisation, RoleAssignment, User
from aidtrack.identity.passwords import hash_password, hash_token, is_right, new_token
from aidtrack.identity.permissions import Actor, Grant, Permission, Role, require


class WrongCredentials(RuleBroken):
    code = "wrong_credentials"
    status = 422


class AlreadyExists(RuleBroken):
    code = "already_exists"


@dataclass(frozen=True, slots=True)
class RoleAt:
    """A role to give: at the organisation, at one site of it, or for one donor."""

    role: Role
    organisation_id: int
    site_id: int | None = None
    donor_id: int | None = None


def system_actor(organisation_id: int) -> Actor:
    """The command line, run by whoever owns the machine: an administrator without a name."""
    return Actor(
        user_id=0,
        name="aidtrack",
        organisation_id=organisation_id,
        grants=(Grant(Role.ADMINISTRATOR, organisation_id),),
    )


def add_organisation(
    *,
    name: str,
    short_name: str,
    country: str,
    currency: str = "USD",
    time_zone: str = "UTC",
    language: str = "en",
    second_language: str | None = None,
    address: str = "",
    contact: str = "",
) -> int:
    """Only the command line founds an organisation. `country` is ISO 3166-1 alpha-2."""
    with transaction() as session:
        if session.scalar(select(Organisation.id).filter_by(name=name)):
            raise AlreadyExists(_("There is already an organisation of this name."), field="name")
        organisation = Organisation(
            name=name,
            short_name=short_name,
            country=country,
            currency=currency,
            time_zone=time_zone,
            language=language,
            second_language=second_language,
            address=address,
            contact=contact,
        )
        session.add(organisation)
        session.flush()
        audit.record(
            system_actor(organisation.id),
            "organisation.added",
            kind="organisation",
            record_id=organisation.id,
        )
        return organisation.id


def add_user(
    *,
    email: str,
    name: str,
    password: str,
    roles: list[RoleAt],
    actor: Actor,
    language: str = "en",
    phone: str = "",
) -> int:
    """Someone new, with at least one role; the actor must manage people at each."""
    email = email.strip().lower()
    if "@" not in email:
        raise Invalid(_("Enter a full e-mail address."), field="email")
    if not roles:
        raise Invalid(_("Choose at least one role."), field="role")
    with transaction() as session:
        if queries.user_by_email(email):
            raise AlreadyExists(_("Someone already signs in with this address."), field="email")
        user = User(
            email=email,
            name=name,
            password_hash=hash_password(password),
            phone=phone,
            language=language,
            session_stamp=secrets.token_hex(8),
            created_at=clock.now(),
        )
        session.add(user)
        session.flush()
        for role in roles:
            _assign(user.id, role, actor)
        audit.record(actor, "user.added", kind="user", record_id=user.id, facts={"email": email})
        return user.id


def assign_role(user_id: int, role: RoleAt, *, actor: Actor) -> None:
    """Give one more role; giving it twice changes nothing."""
    with transaction() as session:
        if session.get(User, user_id) is None:
            raise NotFound(_("There is no such person."))
        _assign(user_id, role, actor)


def disable_user(user_id: int, *, actor: Actor) -> None:
    """Lock someone out at once, everywhere. What they did stays."""
    with transaction():
        user = queries.person(user_id, actor)
        if user.id == actor.user_id:
            raise Invalid(_("You cannot disable yourself."))
        user.is_enabled = False
        user.session_stamp = secrets.token_hex(8)
        audit.record(actor, "user.disabled", kind="user", record_id=user.id)


def check_password(email: str, password: str) -> User:
    """The person, or WrongCredentials in the same words and time for every reason."""
    user = queries.user_by_email(email)
    if not is_right(password, user.password_hash if user else None) or not (
        user and user.is_enabled
    ):
        raise WrongCredentials(
            _("The e-mail address or the password is not right."), field="password"
        )
    return user


def change_password(*, old: str, new: str, actor: Actor) -> str:
    """Set a new password and sign out everywhere else; the new session stamp."""
    with transaction() as session:
        user = session.get_one(User, actor.user_id)
        if not is_right(old, user.password_hash):
            raise WrongCredentials(_("Your present password is not right."), field="old")
        user.password_hash = hash_password(new)
        user.session_stamp = secrets.token_hex(8)
        audit.record(actor, "user.password_changed", kind="user", record_id=user.id)
        return user.session_stamp


def choose_language(language: str, *, actor: Actor) -> None:
    if language not in LANGUAGES:
        raise Invalid(_("This language is not available."), field="language")
    with transaction() as session:
        session.execute(update(User).where(User.id == actor.user_id).values(language=language))


def create_token(*, name: str, actor: Actor) -> str:
    """A key for programs that acts as the actor. It is shown once and kept as a hash."""
    token = new_token()
    with transaction() as session:
        row = ApiToken(
            user_id=actor.user_id,
            name=name,
            token_hash=hash_token(token),
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        audit.record(actor, "token.created", kind="token", record_id=row.id, facts={"name": name})
    return token


def revoke_token(token_id: int, *, actor: Actor) -> None:
    with transaction() as session:
        token = session.get(ApiToken, token_id)
        if token is None or token.user_id != actor.user_id:
            raise NotFound(_("There is no such token."))
        if token.revoked_at is None:
            token.revoked_at = clock.now()
            audit.record(actor, "token.revoked", kind="token", record_id=token.id)


def _assign(user_id: int, role: RoleAt, actor: Actor) -> None:
    require(actor, Permission.MANAGE_PEOPLE, organisation_id=role.organisation_id)
    if (role.role == Role.DONOR) != (role.donor_id is not None):
        raise Invalid(_("Choose the donor whose donations they may see."), field="donor_id")
    known = RoleAssignment.__table__.select().where(
        RoleAssignment.user_id == user_id,
        RoleAssignment.role == role.role,
        RoleAssignment.organisation_id == role.organisation_id,
        RoleAssignment.site_id.is_not_distinct_from(role.site_id),
        RoleAssignment.donor_id.is_not_distinct_from(role.donor_id),
    )
    if db.session.execute(known).first():
        return
    db.session.add(
        RoleAssignment(
            user_id=user_id,
            role=role.role,
            organisation_id=role.organisation_id,
            site_id=role.site_id,
            donor_id=role.donor_id,
        )
    )
    audit.record(
        actor,
        "user.role_given",
        kind="user",
        record_id=user_id,
        facts={
            "role": str(role.role),
            "organisation": role.organisation_id,
            "site": role.site_id,
            "donor": role.donor_id,
        },
    )
