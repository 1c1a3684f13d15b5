"""People as an OpenID Connect provider knows them: linked, recognised, or refused."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from aidtrack.core import audit, clock
from aidtrack.core.db import db, refusing, transaction
from aidtrack.core.errors import NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.core.mail import PostOffice
from aidtrack.identity import queries
from aidtrack.identity.models import RoleAssignment, User
from aidtrack.identity.permissions import Actor
from aidtrack.identity.services import system_actor
from aidtrack.signin.factor_models import ProviderLink
from aidtrack.signin.openid import Claims
from aidtrack.signin.provider_settings import Provider
from aidtrack.signin.telling import Change, tell


class NobodyHere(RuleBroken):
    """Nobody of ours is known under this. In the same words for every reason."""

    code = "nobody_here"
    status = 422


class LinkedAlready(RuleBroken):
    code = "linked_already"


@dataclass(frozen=True, slots=True)
class Way:
    """A provider as a person's own page shows it."""

    key: str
    name: str
    linked_at: datetime | None


def person_of(claims: Claims, provider: Provider, *, office: PostOffice) -> int:
    """Whoever the provider says is there: linked, or recognised by a verified e-mail address.

    Nobody is made: they were invited before. Raises NobodyHere.
    """
    with transaction() as session:
        link = _link(claims)
        if link is not None:
            person = session.get_one(User, link.user_id, with_for_update=True)
            if not person.is_enabled:
                raise _nobody()
            link.last_used_at = clock.now()
            return person.id
        person = _recognised(claims, provider)
        _connect(person, claims, queries.actor_of(person), office)
        return person.id


def connect(claims: Claims, *, office: PostOffice, actor: Actor) -> None:
    """The person who is signed in is the one that the provider knows, by their own word."""
    with transaction() as session:
        person = session.get_one(User, actor.user_id, with_for_update=True)
        link = _link(claims)
        if link is not None and link.user_id == actor.user_id:
            return
        if link is not None:
            raise LinkedAlready(_("Somebody else here signs in with this already."))
        _connect(person, claims, actor, office)


def disconnect(issuer: str, *, office: PostOffice, actor: Actor) -> None:
    with transaction() as session:
        person = session.get_one(User, actor.user_id, with_for_update=True)
        link = session.scalar(
            select(ProviderLink).where(
                ProviderLink.user_id == actor.user_id, ProviderLink.issuer == issuer
            )
        )
        if link is None:
            raise NotFound(_("There is no such way to sign in."))
        session.delete(link)
        _note(actor, "user.provider_unlinked", issuer)
        tell(person, Change.PROVIDER_UNLINKED, office)


def note_setting(provider: Provider, *, is_added: bool) -> None:
    """A trace that whoever owns the machine let people sign in by a provider, or no more."""
    action = "organisation.provider_added" if is_added else "organisation.provider_removed"
    facts: dict[str, object] = {"issuer": provider.issuer, "note": provider.name}
    with transaction():
        audit.record(
            system_actor(provider.organisation_id), action, kind="organisation",
            record_id=provider.organisation_id, facts=facts,
        )  # fmt: skip


def ways(providers: list[Provider], actor: Actor) -> list[Way]:
    """The providers of the actor's organisations, and whether they are connected."""
    linked = {
        link.issuer: link.linked_at
        for link in db.session.scalars(
            select(ProviderLink).where(ProviderLink.user_id == actor.user_id)
        )
    }
    own = {grant.organisation_id for grant in actor.grants}
    return [
        Way(x.key, x.name, linked.get(x.issuer))
        for x in providers
        if x.organisation_id in own or x.issuer in linked
    ]


def _link(claims: Claims) -> ProviderLink | None:
    return db.session.scalar(
        select(ProviderLink).where(
            ProviderLink.issuer == claims.issuer, ProviderLink.subject == claims.subject
        )
    )


def _recognised(claims: Claims, provider: Provider) -> User:
    """By an address that the provider verified, of somebody of the provider's organisation.

    Only the first time: whoever is linked to another account of the provider is not this one.
    """
    if not claims.email or not claims.email_is_verified:
        raise _nobody()
    known = exists().where(ProviderLink.user_id == User.id, ProviderLink.issuer == claims.issuer)
    of_theirs = exists().where(
        RoleAssignment.user_id == User.id,
        RoleAssignment.organisation_id == provider.organisation_id,
    )
    others = exists().where(
        RoleAssignment.user_id == User.id,
        RoleAssignment.organisation_id != provider.organisation_id,
    )
    person = db.session.scalar(
        select(User)
        .where(
            User.email == claims.email.strip().lower(),
            User.is_enabled,
            of_theirs,
            # One organisation's provider has no word on who works for another.
            ~others,
            ~known,
        )
        .with_for_update()
    )
    if person is None:
        raise _nobody()
    return person


def _connect(person: User, claims: Claims, actor: Actor, office: PostOffice) -> None:
    now = clock.now()
    with refusing(LinkedAlready(_("You are connected to another account there already."))):
        db.session.add(
            ProviderLink(
                user_id=person.id,
                issuer=claims.issuer,
                subject=claims.subject,
                linked_at=now,
                last_used_at=now,
            )
        )
    _note(actor, "user.provider_linked", claims.issuer)
    tell(person, Change.PROVIDER_LINKED, office)


def _note(actor: Actor, action: str, issuer: str) -> None:
    facts: dict[str, object] = {"issuer": issuer, "note": issuer}
    audit.record(actor, action, kind="user", record_id=actor.user_id, facts=facts)


def _nobody() -> NobodyHere:
    return NobodyHere(
        _("Nobody here is known by this. Sign in with your password, then connect it.")
    )
