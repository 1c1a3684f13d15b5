"""What can happen to people, their roles and their keys."""

from dataclasses import dataclass

from sqlalchemy import func, select

from aidtrack.core import audit, clock
from aidtrack.core.db import db, refusing, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import LANGUAGES, _
from aidtrack.identity import queries, sessions
from aidtrack.identity.history import changes
from aidtrack.identity.models import Organisation, RoleAssignment, User
from aidtrack.identity.passwords import hash_password, is_right
from aidtrack.identity.permissions import Actor, Grant, Permission, Role, require_everywhere
from aidtrack.identity.roles import RoleAt as RoleAt
from aidtrack.identity.roles import assign, expect_manager, expect_other_administrator, facts_of
from aidtrack.identity.tokens import create_token as create_token

SYSTEM_USER_ID = 0
PAGE_SIZES = ("A4", "Letter")


class WrongCredentials(RuleBroken):
    code = "wrong_credentials"
    status = 422


class AlreadyExists(RuleBroken):
    code = "already_exists"


class LastRole(RuleBroken):
    """Without a role a person would belong to nobody; lock them out instead."""

    code = "last_role"


@dataclass(frozen=True, slots=True)
class OrganisationDetails:
    """What a form says of an organisation; codes as in `models.Organisation`."""

    name: str
    short_name: str
    country: str
    address: str = ""
    contact: str = ""
    currency: str = "USD"
    time_zone: str = "UTC"
    language: str = "en"
    second_language: str | None = None
    page_size: str = "A4"


def system_actor(organisation_id: int) -> Actor:
    """The command line, run by whoever owns the machine: an administrator without a name."""
    return Actor(
        user_id=SYSTEM_USER_ID,
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
    taken = AlreadyExists(_("There is already an organisation of this name."), field="name")
    with transaction() as session:
        if session.scalar(select(Organisation.id).filter_by(name=name)):
            raise taken
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
        with refusing(taken):
            session.add(organisation)
        audit.record(
            system_actor(organisation.id),
            "organisation.added",
            kind="organisation",
            record_id=organisation.id,
        )
        return organisation.id


def change_organisation(
    organisation_id: int, details: OrganisationDetails, *, actor: Actor
) -> None:
    """Change what papers and pages say of an organisation."""
    taken = AlreadyExists(_("There is already an organisation of this name."), field="name")
    with transaction() as session:
        queries.own_organisation(organisation_id, actor)
        require_everywhere(actor, Permission.MANAGE_ORGANISATION, organisation_id=organisation_id)
        organisation = session.get_one(Organisation, organisation_id, with_for_update=True)
        new = {name: getattr(details, name) for name in OrganisationDetails.__slots__}
        before = {name: getattr(organisation, name) for name in new}
        with refusing(taken):
            for name, value in new.items():
                setattr(organisation, name, value)
        audit.record(
            actor,
            "organisation.changed",
            kind="organisation",
            record_id=organisation_id,
            facts=changes(before, new),
            organisation_id=organisation_id,
        )


def add_user(
    *,
    email: str,
    name: str,
    roles: list[RoleAt],
    actor: Actor,
    password: str | None = None,
    language: str | None = None,
    phone: str = "",
) -> int:
    """Someone new, with at least one role; the actor must manage people at each.

    Their pages speak the `language`, else that of the organisation of their first role.
    Without a password they cannot sign in before they are given a link to choose one.
    """
    email = email.strip().lower()
    if "@" not in email:
        raise Invalid(_("Enter a full e-mail address."), field="email")
    if not roles:
        raise Invalid(_("Choose at least one role."), field="roles")
    about = [name, email, *queries.organisation_names({role.organisation_id for role in roles})]
    password_hash = hash_password(password, about=about) if password else None
    taken = AlreadyExists(_("Someone already signs in with this address."), field="email")
    with transaction() as session:
        for role in roles:
            expect_manager(role.organisation_id, actor)
        if queries.user_by_email(email):
            raise taken
        user = User(
            email=email,
            name=name,
            password_hash=password_hash,
            phone=phone,
            language=language or queries.language_of(roles[0].organisation_id),
            created_at=clock.now(),
        )
        with refusing(taken):
            session.add(user)
        for position, role in enumerate(roles):
            assign(user.id, role, actor, where=f"roles-{position}-")
        audit.record(actor, "user.added", kind="user", record_id=user.id, facts={"email": email})
        return user.id


def change_user(user_id: int, *, name: str, phone: str = "", actor: Actor) -> None:
    """Correct how someone is called and reached; their address of signing in stays."""
    with transaction():
        user = wholly_managed(user_id, actor)
        _describe(user, actor, name=name, phone=phone)


def change_account(*, name: str, phone: str, language: str, actor: Actor) -> None:
    """The same by oneself, with the language of one's pages."""
    if language not in LANGUAGES:
        raise Invalid(_("This language is not available."), field="language")
    with transaction() as session:
        user = session.get_one(User, actor.user_id, with_for_update=True)
        _describe(user, actor, name=name, phone=phone, language=language)


def choose_language(language: str, *, actor: Actor) -> None:
    if language not in LANGUAGES:
        raise Invalid(_("This language is not available."), field="language")
    with transaction() as session:
        user = session.get_one(User, actor.user_id, with_for_update=True)
        if user.language != language:
            _describe(user, actor, language=language)


def assign_role(user_id: int, role: RoleAt, *, actor: Actor) -> None:
    """Give one more role; giving it twice changes nothing."""
    with transaction() as session:
        if actor.user_id != SYSTEM_USER_ID:
            queries.person(user_id, actor)
        expect_manager(role.organisation_id, actor)
        if session.get(User, user_id, with_for_update=True) is None:
            raise NotFound(_("There is no such person."))
        assign(user_id, role, actor)


def take_role(user_id: int, assignment_id: int, *, actor: Actor) -> None:
    """Take a role away, at once. The last one stays: lock the person out instead."""
    with transaction() as session:
        queries.person(user_id, actor)
        session.get_one(User, user_id, with_for_update=True)
        assignment = session.get(RoleAssignment, assignment_id)
        if assignment is None or assignment.user_id != user_id:
            raise NotFound(_("There is no such role."))
        expect_manager(assignment.organisation_id, actor)
        count = select(func.count()).where(RoleAssignment.user_id == user_id)
        if session.scalar(count) == 1:
            raise LastRole(_("This is their only role. Lock the person out instead."))
        expect_other_administrator(assignment)
        session.delete(assignment)
        audit.record(
            actor,
            "user.role_taken",
            kind="user",
            record_id=user_id,
            facts=facts_of(assignment),
            organisation_id=assignment.organisation_id,
        )


def disable_user(user_id: int, *, actor: Actor) -> None:
    """Lock someone out at once, everywhere. What they did stays."""
    with transaction() as session:
        user = wholly_managed(user_id, actor)
        if user.id == actor.user_id:
            raise Invalid(_("You cannot lock yourself out."))
        roles = select(RoleAssignment).where(RoleAssignment.user_id == user_id)
        for assignment in session.scalars(roles):
            expect_other_administrator(assignment)
        user.is_enabled = False
        sessions.revoke_all(user_id)
        audit.record(actor, "user.disabled", kind="user", record_id=user.id)


def end_session(user_id: int, session_id: int, *, actor: Actor) -> None:
    """Sign someone out of one browser: one's own, or that of a person whom one manages."""
    with transaction():
        if user_id != actor.user_id:
            wholly_managed(user_id, actor)
        device = sessions.revoke_one(session_id, user_id)
        if device is None:
            raise NotFound(_("There is no such session."))
        audit.record(
            actor, "user.session_ended", kind="user", record_id=user_id, facts={"note": device}
        )


def end_sessions(user_id: int, *, actor: Actor) -> None:
    """Sign someone out everywhere; they may sign in again."""
    with transaction():
        wholly_managed(user_id, actor)
        sessions.revoke_all(user_id)
        audit.record(actor, "user.signed_out_everywhere", kind="user", record_id=user_id)


def enable_user(user_id: int, *, actor: Actor) -> None:
    """Let someone in again, with the password and roles they had."""
    with transaction():
        user = wholly_managed(user_id, actor)
        if not user.is_enabled:
            user.is_enabled = True
            audit.record(actor, "user.enabled", kind="user", record_id=user.id)


def check_password(email: str, password: str) -> User:
    """The person, or WrongCredentials in the same words and time for every reason."""
    user = queries.user_by_email(email)
    if not is_right(password, user.password_hash if user else None) or not (
        user and user.is_enabled
    ):
        raise WrongCredentials(_("The e-mail address or the password is not right."))
    return user


def wholly_managed(user_id: int, actor: Actor) -> User:
    """A person of whom every organisation is the actor's to manage, locked.

    Otherwise one organisation could take over someone who administers another.
    """
    queries.person(user_id, actor)
    # As weak as will do: what they do themselves meanwhile names them, and must not wait for us
    # while we wait for what it holds.
    user = db.session.get_one(User, user_id, with_for_update={"key_share": True})
    where = select(RoleAssignment.organisation_id).where(RoleAssignment.user_id == user_id)
    for organisation_id in set(db.session.scalars(where)):
        expect_manager(organisation_id, actor)
    return user


def _describe(user: User, actor: Actor, **new: str) -> None:
    before = {name: getattr(user, name) for name in new}
    for name, value in new.items():
        setattr(user, name, value)
    facts = changes(before, new)
    audit.record(actor, "user.changed", kind="user", record_id=user.id, facts=facts)
