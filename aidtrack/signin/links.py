"""Links by which people choose a password: they are invited, or have forgotten theirs.

A link opens once, until it ends, and a newer one ends it. Whoever may read the database cannot
use it: only a hash is kept. What is asked for an address that nobody has is answered alike.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select, update

from aidtrack.core import audit, clock, guesses, outbox
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, RuleBroken
from aidtrack.core.i18n import LANGUAGES, _
from aidtrack.core.mail import PostOffice
from aidtrack.identity import queries, sessions
from aidtrack.identity.models import User
from aidtrack.identity.passwords import hash_password, hash_token
from aidtrack.identity.permissions import Actor
from aidtrack.identity.services import wholly_managed
from aidtrack.signin import guessing, letters
from aidtrack.signin.models import Purpose, SignInLink

LASTS = {Purpose.INVITATION: timedelta(days=7), Purpose.RESET: timedelta(hours=1)}
PATH = "/sign-in/link"
KEPT = timedelta(days=30)
# How often a new password may be asked for one address, and from one place.
ASKED_FOR = (timedelta(hours=1), 3)
ASKED_FROM = (timedelta(hours=1), 20)


class LinkOver(RuleBroken):
    """Said of every link that does not open, whether it ever did or not."""

    code = "link_over"
    status = 410


class NoMail(RuleBroken):
    code = "no_mail"


@dataclass(frozen=True, slots=True)
class LinkState:
    """What an administrator sees before they give someone a link."""

    has_password: bool
    invited_until: datetime | None
    can_be_mailed: bool


@dataclass(frozen=True, slots=True)
class OpenLink:
    """Whom a link lets choose a password."""

    user_id: int
    name: str
    email: str
    language: str
    purpose: Purpose


def state_of(user_id: int, office: PostOffice, *, actor: Actor) -> LinkState:
    """What stands with someone whom the actor manages."""
    person = queries.person(user_id, actor)
    invited = db.session.scalar(
        select(SignInLink.expires_at)
        .where(_open(user_id), SignInLink.purpose == Purpose.INVITATION)
        .limit(1)
    )
    return LinkState(
        has_password=queries.user(user_id).password_hash is not None,
        invited_until=invited,
        can_be_mailed=office.server is not None and outbox.is_address(person.email),
    )


def give(user_id: int, *, by_mail: bool, office: PostOffice, actor: Actor) -> str:
    """Mail someone a link, or give it to the actor to pass on: then its address, else nothing.

    It invites whoever has no password yet; others choose a new one with it.
    """
    with transaction():
        user = wholly_managed(user_id, actor)
        if not user.is_enabled:
            raise Invalid(_("They are locked out. Let them in again first."))
        can_be_mailed = office.server is not None and outbox.is_address(user.email or "")
        if by_mail and not can_be_mailed:
            raise NoMail(_("Mail cannot be sent to them. Copy the link instead."))
        purpose = Purpose.RESET if user.password_hash else Purpose.INVITATION
        url = f"{office.public_url}{PATH}/{_new_secret(user.id, purpose)}"
        action = "user.invited" if purpose is Purpose.INVITATION else "user.reset_link_given"
        audit.record(actor, action, kind="user", record_id=user.id)
        if not by_mail:
            return url
        if purpose is Purpose.INVITATION:
            letters.invite(user, url, LASTS[purpose].days, actor.name, office)
        else:
            letters.send_reset(user, url, office)
        return ""


def cancel(user_id: int, *, actor: Actor) -> None:
    """The link that someone was given opens nothing any more."""
    with transaction():
        wholly_managed(user_id, actor)
        _cancel(user_id)
        audit.record(actor, "user.link_cancelled", kind="user", record_id=user_id)


def expect_patience(email: str, address: str) -> bool:
    """Count that a new password is asked for; whether one may be sent to this address now.

    Raises TooManyGuesses for a place from which very many are asked for. Asking for one person
    again and again sends nothing more, and is answered as before.
    """
    place, person = (
        guessing.count_key("asks", who, span)
        for who, span in (
            (guesses.place_of(address), ASKED_FROM[0]),
            (email.strip().lower(), ASKED_FOR[0]),
        )
    )
    counts = guesses.add({place: ASKED_FROM[0], person: ASKED_FOR[0]})
    if counts[place].number > ASKED_FROM[1]:
        raise guessing.too_many(counts[place].expires_at)
    return counts[person].number <= ASKED_FOR[1]


def send_reset(email: str, office: PostOffice) -> None:
    """Mail a link to whoever has this address and a password; nothing to anyone else."""
    found = queries.user_by_email(email)
    if found is None or not found.is_enabled or not found.password_hash or office.server is None:
        return
    with transaction() as session:
        user = session.get_one(User, found.id, with_for_update=True)
        url = f"{office.public_url}{PATH}/{_new_secret(user.id, Purpose.RESET)}"
        letters.send_reset(user, url, office)
        actor = queries.actor_of(user)
        audit.record(actor, "user.reset_link_asked", kind="user", record_id=user.id)


def opened(secret: str) -> OpenLink:
    """Whom the link is for. Raises LinkOver."""
    row = db.session.execute(
        select(SignInLink.purpose, User)
        .join(User, User.id == SignInLink.user_id)
        .where(_open(), SignInLink.secret_hash == hash_token(secret), User.is_enabled)
    ).first()
    if row is None:
        raise LinkOver(_("This link has ended. Ask for a new one."))
    user = row.User
    return OpenLink(user.id, user.name, user.email or "", user.language, row.purpose)


def choose(secret: str, password: str, *, language: str = "", office: PostOffice) -> int:
    """Keep the password that someone chose with their link, and end every session; their id."""
    link = opened(secret)
    password_hash = hash_password(password, about=queries.names_of(link.user_id))
    with transaction() as session:
        user = session.get_one(User, link.user_id, with_for_update=True)
        link = opened(secret)  # Another may have used it while this one waited.
        user.password_hash = password_hash
        if language in LANGUAGES:
            user.language = language
        session.execute(
            update(SignInLink)
            .where(SignInLink.secret_hash == hash_token(secret))
            .values(used_at=clock.now())
        )
        _cancel(user.id)
        sessions.revoke_all(user.id)
        is_new = link.purpose is Purpose.INVITATION
        action = "user.password_chosen" if is_new else "user.password_changed"
        audit.record(queries.actor_of(user), action, kind="user", record_id=user.id)
        if not is_new:
            letters.tell_of_change(user, office)
        return user.id


def forget_old() -> int:
    """Take out links that ended long ago; how many."""
    with transaction() as session:
        gone = session.connection().execute(
            delete(SignInLink).where(SignInLink.expires_at < clock.now() - KEPT)
        )
        return gone.rowcount


def _new_secret(user_id: int, purpose: Purpose) -> str:
    """The secret of a new link, in the caller's transaction; those of before are over."""
    secret, now = secrets.token_urlsafe(32), clock.now()
    _cancel(user_id)
    db.session.add(
        SignInLink(
            user_id=user_id,
            purpose=purpose,
            secret_hash=hash_token(secret),
            created_at=now,
            expires_at=now + LASTS[purpose],
        )
    )
    return secret


def _cancel(user_id: int) -> None:
    db.session.execute(update(SignInLink).where(_open(user_id)).values(cancelled_at=clock.now()))


def _open(user_id: int | None = None) -> ColumnElement[bool]:
    """Links that still open, of everyone or of one person."""
    return and_(
        SignInLink.used_at.is_(None),
        SignInLink.cancelled_at.is_(None),
        SignInLink.expires_at > clock.now(),
        *([SignInLink.user_id == user_id] if user_id is not None else []),
    )
