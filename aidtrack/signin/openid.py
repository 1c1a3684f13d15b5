"""Talks to an OpenID Connect provider: the authorization code flow, with PKCE, state and nonce.

OpenID Connect Core 1.0 and Discovery 1.0, RFC 6749, RFC 7636, RFC 9700.
"""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from aidtrack.core import clock, outbox
from aidtrack.core.errors import Invalid, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.signin.provider_settings import Provider, expect_safe

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

TIMEOUT_S = (5, 10)
ANSWER_BYTES_MAX = 256 * 1024
SCOPE = "openid email profile"
# What a provider may sign with: never "none", and never a secret that both sides know.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
CLOCK_SKEW_S = 60
SUBJECT_LETTERS_MAX = 255
KEPT = timedelta(hours=1)
# However many tokens name a key that we do not know, the provider is asked this seldom.
ASKED_AGAIN = timedelta(minutes=1)
# One that did not answer is left alone for a while: each question holds a thread of ours.
LEFT_ALONE = timedelta(seconds=30)


class ProviderFailed(RuleBroken):
    """The provider did not answer, or not as the standard says. What it said is no page's."""

    code = "provider_failed"
    status = 502


class NotProved(RuleBroken):
    """The answer is not one to our question."""

    code = "not_proved"
    status = 422


@dataclass(frozen=True, slots=True)
class Question:
    """What this browser was sent away with; it comes back to us in its session."""

    provider: str
    state: str
    nonce: str
    verifier: str

    @classmethod
    def to(cls, provider: Provider) -> "Question":
        return cls(provider.key, *(secrets.token_urlsafe(32) for _each in range(3)))


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom the provider says that somebody is."""

    issuer: str
    subject: str
    email: str
    email_is_verified: bool


@dataclass(slots=True)
class Known:
    """What a provider says of itself, and its keys; asked for again after an hour."""

    facts: dict[str, Any]
    keys: "KeySet"
    asked_at: datetime = field(default_factory=clock.now)


_known: dict[str, Known] = {}
_left_alone_until: dict[str, datetime] = {}
_asking = Lock()


def address_to_go_to(provider: Provider, question: Question, back: str) -> str:
    """Where the browser is sent to."""
    with _client(provider, back) as client:
        url, _state = client.create_authorization_url(
            known(provider).facts["authorization_endpoint"],
            state=question.state,
            nonce=question.nonce,
            code_verifier=question.verifier,
        )
    return str(url)


def claims_of(provider: Provider, question: Question, *, code: str, back: str) -> Claims:
    """Exchange the code that the browser brought back. Raises ProviderFailed, NotProved."""
    from authlib.integrations.base_client.errors import OAuthError
    from requests import RequestException

    with _client(provider, back) as client:
        try:
            token = client.fetch_token(
                known(provider).facts["token_endpoint"],
                code=code,
                code_verifier=question.verifier,
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
        except OAuthError as error:
            raise _not_proved() from error
        except (RequestException, ValueError) as error:
            raise _failed() from error
    return read_id_token(str(token.get("id_token", "")), provider, nonce=question.nonce)


def read_id_token(id_token: str, provider: Provider, *, nonce: str) -> Claims:
    """What a signed token says, once everything about it is right. Raises NotProved."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError

    must_be = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
        "nonce": {"essential": True, "value": nonce},
    }
    try:
        token = jwt.decode(id_token, _keys_for(id_token, provider), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            token.claims, token.header, must_be, {"nonce": nonce, "client_id": provider.client_id}
        )
        claims.validate(now=int(clock.now().timestamp()), leeway=CLOCK_SKEW_S)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _not_proved() from error
    subject, email = str(claims["sub"]), str(claims.get("email") or "")
    # OpenID Connect Core, 2: a subject has at most 255 letters of ASCII.
    if not (
        0 < len(subject) <= SUBJECT_LETTERS_MAX and subject.isascii() and subject.isprintable()
    ):
        raise _not_proved()
    return Claims(
        issuer=provider.issuer,
        subject=subject,
        email=email if outbox.is_address(email) else "",
        email_is_verified=claims.get("email_verified") is True,
    )


def known(provider: Provider, *, again: bool = False) -> Known:
    """What the provider says of itself. Raises ProviderFailed."""
    issuer, now = provider.issuer, clock.now()
    with _asking:
        found = _known.get(issuer)
        age = now - found.asked_at if found else KEPT
        if found and age < (ASKED_AGAIN if again else KEPT):
            return found
        if now < _left_alone_until.get(issuer, now):
            raise _failed()
        try:
            _known[issuer] = _described(issuer)
        except ProviderFailed:
            _left_alone_until[issuer] = clock.now() + LEFT_ALONE
            raise
        return _known[issuer]


def _described(issuer: str) -> Known:
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    facts = _asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if facts.get("issuer") != issuer:
        raise _failed()
    try:
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            expect_safe(str(facts.get(name, "")))
        keys = KeySet.import_key_set(_asked(str(facts["jwks_uri"])))  # type: ignore[arg-type]
    except (Invalid, JoseError, ValueError, KeyError, TypeError) as error:
        raise _failed() from error
    return Known(facts, keys)


def _keys_for(id_token: str, provider: Provider) -> "KeySet":
    """The provider's keys; asked for again when the token names one that is new."""
    from joserfc import jws

    wanted = jws.extract_compact(id_token.encode()).headers().get("kid")
    keys = known(provider).keys
    if wanted is not None and all(key.kid != wanted for key in keys):
        keys = known(provider, again=True).keys
    return keys


def _asked(url: str) -> dict[str, Any]:
    """A JSON object from the provider: in time, of a sane size, from where we asked."""
    import requests

    try:
        with requests.get(
            url, timeout=TIMEOUT_S, allow_redirects=False, stream=True,
            headers={"Accept": "application/json"},
        ) as answer:  # fmt: skip
            body = answer.raw.read(ANSWER_BYTES_MAX + 1, decode_content=True)
            if answer.status_code != 200 or len(body) > ANSWER_BYTES_MAX:
                raise _failed()
        said = json.loads(body)
    except (requests.RequestException, OSError, ValueError) as error:
        raise _failed() from error
    if not isinstance(said, dict):
        raise _failed()
    return said


def _client(provider: Provider, back: str) -> Any:
    from authlib.integrations.requests_client import OAuth2Session

    return OAuth2Session(
        provider.client_id,
        provider.secret or None,
        scope=SCOPE,
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if provider.secret else "none",
    )


def _failed() -> ProviderFailed:
    return ProviderFailed(_("The other service did not answer. Sign in another way, or later."))


def _not_proved() -> NotProved:
    return NotProved(_("The other service's answer was not accepted. Try again."))
