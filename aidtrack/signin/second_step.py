"""Between the password and the pages: the second factor, guessed at seldom and kept on record."""

from dataclasses import dataclass

from aidtrack.core import audit, guesses
from aidtrack.core.db import transaction
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _
from aidtrack.core.mail import PostOffice
from aidtrack.core.vault import Vault
from aidtrack.identity import queries, sessions
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor
from aidtrack.signin import codes, factors, passkeys, recovery
from aidtrack.signin.codes import WrongCode
from aidtrack.signin.guessing import guessing
from aidtrack.signin.passkeys import Cloned, Question, Site, WrongPasskey
from aidtrack.signin.recovery import WrongRecoveryCode
from aidtrack.signin.telling import Change, tell

PATH = "/sign-in/second"
WRONG = (WrongCode, WrongRecoveryCode, WrongPasskey)


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody shows: one of a code, a recovery code, or a passkey's answer."""

    code: str = ""
    recovery_code: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What checking a proof needs of this installation and of the request."""

    vault: Vault
    site: Site
    office: PostOffice
    address: str


def path_for(user: User) -> str:
    """Where the person must go after their password; empty without a second factor."""
    return PATH if factors.factors_of(user.id).any else ""


def prove(user_id: int, proof: Proof, question: Question | None, *, desk: Desk) -> None:
    """Take the proof, once. Raises WrongCode, WrongRecoveryCode, WrongPasskey, TooManyGuesses."""
    person = queries.user(user_id)
    actor = queries.actor_of(person)
    with guessing(f"second:{user_id}", address=desk.address) as guess:
        try:
            if not person.is_enabled:
                raise _refused()
            with transaction():
                _take(actor, proof, question, desk)
        except WRONG as wrong:
            if isinstance(wrong, Cloned):
                passkeys.note_clone(wrong)
            _note_failure(actor, desk, tells=guess.is_alarming)
            raise


def passkey_alone(proof: Proof, question: Question | None, *, desk: Desk) -> int:
    """Who signs in by a passkey, without a password: it has checked its person itself."""
    try:
        who = f"passkey:{guesses.place_of(desk.address)}"
        with guessing(who, address=desk.address), transaction():
            user_id = passkeys.use(proof.answer, question=_asked(question), site=desk.site)
            if not queries.user(user_id).is_enabled:
                raise _refused()
    except Cloned as clone:
        passkeys.note_clone(clone)
        raise
    return user_id


def prove_again(session_id: int, proof: Proof, question: Question | None, *, desk: Desk,
                actor: Actor) -> None:  # fmt: skip
    """Somebody who is signed in shows their passkey once more."""
    prove(actor.user_id, Proof(answer=proof.answer), question, desk=desk)
    sessions.prove_again(session_id)


def _take(actor: Actor, proof: Proof, question: Question | None, desk: Desk) -> None:
    if proof.answer:
        asked = _asked(question)
        passkeys.use(proof.answer, question=asked, site=desk.site, user_id=actor.user_id)
    elif proof.recovery_code:
        recovery.use(actor.user_id, proof.recovery_code, office=desk.office, actor=actor)
    else:
        codes.use(actor.user_id, proof.code, vault=desk.vault)


def _asked(question: Question | None) -> Question:
    if question is None:
        raise WrongPasskey(_("That took too long. Try again."))
    return question


def _note_failure(actor: Actor, desk: Desk, *, tells: bool) -> None:
    """Whoever came so far knows the password: each try is kept, of many the person is told."""
    with transaction() as session:
        audit.record(actor, "user.second_step_failed", kind="user", record_id=actor.user_id)
        if tells:
            tell(session.get_one(User, actor.user_id), Change.GUESSED, desk.office)


def _refused() -> RuleBroken:
    return WrongPasskey(_("This passkey was not accepted. Try again, or sign in another way."))
