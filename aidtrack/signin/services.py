"""What can happen when people sign in, and to their passwords and sessions."""

import logging

from aidtrack.core import audit
from aidtrack.core.db import transaction
from aidtrack.core.i18n import _
from aidtrack.core.mail import PostOffice
from aidtrack.identity import queries, sessions
from aidtrack.identity.models import Method, User
from aidtrack.identity.passwords import hash_password, is_right
from aidtrack.identity.permissions import Actor
from aidtrack.identity.services import WrongCredentials, check_password
from aidtrack.signin import letters
from aidtrack.signin.guessing import Guess, guessing

log = logging.getLogger(__name__)


def prove_password(
    email: str, password: str, *, address: str, office: PostOffice, browser: str = ""
) -> User:
    """The person whose password it is. Raises WrongCredentials, or TooManyGuesses unlooked."""
    who = email.strip().lower()
    with guessing(who, address=address, browser=browser) as guess:
        try:
            return check_password(who, password)
        except WrongCredentials:
            _note_wrong(guess, who, address, office)
            raise


def note_arrival(actor: Actor, method: Method) -> None:
    """Keep that someone signed in, and how."""
    with transaction():
        audit.record(
            actor,
            "user.signed_in",
            kind="user",
            record_id=actor.user_id,
            facts={"method": str(method)},
        )


def prove_again(
    password: str, *, session_id: int, address: str, office: PostOffice, actor: Actor
) -> None:
    """Someone who is signed in proves once more that it is they."""
    wrong = WrongCredentials(_("The password is not right."), field="again_password")
    _expect_own(password, wrong, address=address, office=office, actor=actor)
    sessions.prove_again(session_id)


def has_password(actor: Actor) -> bool:
    """Not those who only ever come by a passkey, a provider or a link."""
    return queries.user(actor.user_id).password_hash is not None


def change_password(*, old: str, new: str, address: str, office: PostOffice, actor: Actor) -> None:
    """Set a new password and end every session; the caller begins a new one here."""
    wrong = WrongCredentials(_("Your present password is not right."), field="old")
    _expect_own(old, wrong, address=address, office=office, actor=actor)
    about = queries.names_of(actor.user_id)
    password_hash = hash_password(new, about=about, field="new")
    with transaction() as session:
        user = session.get_one(User, actor.user_id, with_for_update=True)
        user.password_hash = password_hash
        sessions.revoke_all(user.id)
        audit.record(actor, "user.password_changed", kind="user", record_id=user.id)
        letters.tell_of_change(user, office)


def sign_out_elsewhere(*, actor: Actor, here: str) -> None:
    """End every session of the actor but the one of this browser, whose secret is `here`."""
    with transaction():
        sessions.revoke_all(actor.user_id, except_secret=here)
        audit.record(actor, "user.signed_out_elsewhere", kind="user", record_id=actor.user_id)


def _expect_own(
    password: str, wrong: WrongCredentials, *, address: str, office: PostOffice, actor: Actor
) -> None:
    """Raise `wrong` for a password that is not the actor's; it counts as a guess."""
    with guessing(f"again:{actor.user_id}", address=address) as guess:
        user = queries.user(actor.user_id)
        if not is_right(password, user.password_hash):
            _note_wrong(guess, user.email or "", address, office)
            raise wrong


def _note_wrong(guess: Guess, email: str, address: str, office: PostOffice) -> None:
    """Of many wrong guesses the person is told, once in the hour, and the record keeps it."""
    log.warning("a wrong password from %s", address)
    user = queries.user_by_email(email) if guess.is_alarming else None
    if user is None or not user.is_enabled:
        return
    with transaction():
        audit.record(queries.actor_of(user), "user.guessed_at", kind="user", record_id=user.id)
        letters.tell_of_guessing(user, guess.number, office)
