"""Passkeys (W3C WebAuthn, level 3): kept by a phone, a computer or a key on a ring.

A passkey answers a question that we made for this browser and this purpose, once, and only on
the site that it was made for; so it cannot be asked for by another site, and needs no password.
"""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from aidtrack.core import audit, clock
from aidtrack.core.db import db, refusing, transaction
from aidtrack.core.errors import NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.core.mail import PostOffice
from aidtrack.identity import queries
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Actor
from aidtrack.signin import factors
from aidtrack.signin.factor_models import Passkey, SpentChallenge
from aidtrack.signin.telling import Change, tell

SITE_NAME = "AidTrack"
CHALLENGE_BYTES = 32
HANDLE_BYTES = 32
ANSWER_LETTERS_MAX = 20_000
NAME_LETTERS_MAX = 60
# Of 1023 bytes at most (W3C WebAuthn, 4), in the letters of base64url.
CREDENTIAL_ID = re.compile(r"[A-Za-z0-9_-]{1,1364}")
PASSKEYS_MAX = 10
# How long a person may take to find their phone.
PATIENCE = timedelta(minutes=5)


class WrongPasskey(RuleBroken):
    code = "wrong_passkey"
    status = 422


class TooManyPasskeys(RuleBroken):
    code = "too_many_passkeys"


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are for: the host name, and the address that pages come from."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a passkey must answer, and until when."""

    challenge: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey as its person sees it."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


def new_question() -> Question:
    return Question(secrets.token_bytes(CHALLENGE_BYTES), clock.now() + PATIENCE)


def mine(user_id: int) -> list[PasskeyRow]:
    rows = db.session.scalars(
        select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id.desc())
    )
    return [PasskeyRow(row.id, row.name, row.created_at, row.last_used_at) for row in rows]


def options_to_add(question: Question, site: Site, *, actor: Actor) -> str:
    """What the browser is told in order to make a passkey, as JSON. One for each device."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import structs

    person = db.session.get_one(User, actor.user_id)
    known = _of(actor.user_id)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=SITE_NAME,
        user_id=_handle(known, question),
        user_name=person.email or person.name,
        user_display_name=person.name,
        challenge=question.challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(row) for row in known],
    )
    return options_to_json(options)


def add(
    answer: str,
    *,
    name: str,
    question: Question | None,
    site: Site,
    office: PostOffice,
    actor: Actor,
) -> int:
    """Keep the passkey that the browser made. Raises WrongPasskey."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    if question is None:
        raise WrongPasskey(_("That took too long. Try again."))
    said = _read(answer)
    try:
        made = verify_registration_response(
            credential=said,
            expected_challenge=question.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _wrong() from error
    with transaction() as session:
        person = session.get_one(User, actor.user_id, with_for_update=True)
        spend(question)
        known = _of(actor.user_id)
        if len(known) >= PASSKEYS_MAX:
            raise TooManyPasskeys(
                _("You have %(most)d passkeys. Remove one first.", most=PASSKEYS_MAX)
            )
        row = Passkey(
            user_id=actor.user_id,
            name=name,
            credential_id=bytes_to_base64url(made.credential_id),
            public_key=made.credential_public_key,
            user_handle=_handle(known, question),
            sign_count=made.sign_count,
            transports=_transports(said),
            created_at=clock.now(),
        )
        with refusing(WrongPasskey(_("This passkey is known already."))):
            session.add(row)
        facts: dict[str, object] = {"passkey": row.id, "note": name}
        audit.record(actor, "user.passkey_added", kind="user", record_id=actor.user_id, facts=facts)
        tell(person, Change.PASSKEY_ADDED, office)
        return row.id


def remove(passkey_id: int, *, office: PostOffice, actor: Actor) -> None:
    """It opens nothing any more."""
    with transaction() as session:
        person = session.get_one(User, actor.user_id, with_for_update=True)
        row = session.get(Passkey, passkey_id)
        if row is None or row.user_id != actor.user_id:
            raise NotFound(_("There is no such passkey."))
        session.delete(row)
        session.flush()
        factors.expect_enough_left(actor)
        facts: dict[str, object] = {"passkey": passkey_id, "note": row.name}
        audit.record(
            actor, "user.passkey_removed", kind="user", record_id=actor.user_id, facts=facts
        )
        tell(person, Change.PASSKEY_REMOVED, office)


def options_to_ask(question: Question, site: Site, *, user_id: int | None = None) -> str:
    """What the browser is told in order to ask for a passkey, as JSON.

    Without a person it offers those that it keeps for this site, and so names nobody.
    """
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=site.host,
        challenge=question.challenge,
        allow_credentials=[_descriptor(row) for row in _of(user_id)] if user_id else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def use(answer: str, *, question: Question, site: Site, user_id: int | None = None) -> int:
    """Whose passkey answered, once. Raises WrongPasskey in the same words for every reason.

    With `user_id` it must be theirs. Call it inside a transaction.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    said = _read(answer)
    row = _that_answered(said, user_id)
    try:
        proved = verify_authentication_response(
            credential=said,
            expected_challenge=question.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            # The counter is looked at below: one that ran backwards is worth a trace.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _wrong() from error
    spend(question)
    if proved.new_sign_count <= row.sign_count and (proved.new_sign_count or row.sign_count):
        raise Cloned(row.user_id, row.id)
    row.sign_count = proved.new_sign_count
    row.last_used_at = clock.now()
    db.session.flush()
    return row.user_id


class Cloned(WrongPasskey):
    """Its counter ran backwards: somebody may hold a copy (W3C WebAuthn, 6.1.1)."""

    code = "cloned_passkey"

    def __init__(self, user_id: int, passkey_id: int) -> None:
        super().__init__(str(_wrong()))
        self.user_id = user_id
        self.passkey_id = passkey_id


def note_clone(clone: Cloned) -> None:
    """A trace of a passkey that may have a copy. In a transaction of its own."""
    person = db.session.get_one(User, clone.user_id)
    with transaction():
        audit.record(
            queries.actor_of(person), "user.passkey_cloned", kind="user", record_id=clone.user_id,
            facts={"passkey": clone.passkey_id},
        )  # fmt: skip


def _that_answered(said: dict[str, Any], user_id: int | None) -> Passkey:
    from webauthn.helpers import base64url_to_bytes

    credential_id = str(said.get("id", ""))
    if not CREDENTIAL_ID.fullmatch(credential_id):
        raise _wrong()
    row = db.session.scalar(
        select(Passkey)
        .where(Passkey.credential_id == credential_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or (user_id is not None and row.user_id != user_id):
        raise _wrong()
    response = said.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    try:
        same = not handle or base64url_to_bytes(str(handle)) == row.user_handle
    except ValueError:
        same = False
    if not same or (user_id is None and not handle):
        raise _wrong()
    return row


def spend(question: Question) -> None:
    """Take the question out of use. Raises WrongPasskey when it was used or is too old."""
    now = clock.now()
    if question.expires_at <= now:
        raise WrongPasskey(_("That took too long. Try again."))
    session = db.session
    session.execute(delete(SpentChallenge).where(SpentChallenge.expires_at < now))
    digest = hashlib.sha256(question.challenge).hexdigest()
    with refusing(_wrong()):
        session.add(SpentChallenge(digest=digest, expires_at=question.expires_at))


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > ANSWER_LETTERS_MAX:
        raise _wrong()
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise _wrong() from error
    if not isinstance(said, dict):
        raise _wrong()
    return said


def _transports(said: dict[str, Any]) -> list[str]:
    """How the browser may reach it again, of those that we know."""
    from webauthn.helpers.structs import AuthenticatorTransport

    response = said.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    known = {transport.value for transport in AuthenticatorTransport}
    return sorted({x for x in told if isinstance(x, str)} & known) if isinstance(told, list) else []


def _of(user_id: int) -> list[Passkey]:
    return list(db.session.scalars(select(Passkey).where(Passkey.user_id == user_id)))


def _descriptor(row: Passkey) -> Any:
    from webauthn.helpers import base64url_to_bytes, structs

    transports = [structs.AuthenticatorTransport(name) for name in row.transports]
    return structs.PublicKeyCredentialDescriptor(
        id=base64url_to_bytes(row.credential_id), transports=transports or None
    )


def _handle(known: list[Passkey], question: Question) -> bytes:
    """What passkeys know the person by: nothing of theirs, and the same for each of them."""
    if known:
        return known[0].user_handle
    return hashlib.sha256(b"handle:" + question.challenge).digest()[:HANDLE_BYTES]


def _wrong() -> WrongPasskey:
    return WrongPasskey(_("This passkey was not accepted. Try again, or sign in another way."))
