"""Passwords and tokens: how they are kept, and how long they must be."""

import hashlib
import secrets
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _
from aidtrack.identity import breached, strength

PASSWORD_LETTERS_MIN = 10
PASSWORD_LETTERS_MAX = 200
TOKEN_PREFIX = "aidtrack_"  # noqa: S105 - what every token begins with

# OWASP's second choice of parameters: 19 MiB, two passes; fits a small server.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(password: str, *, about: Iterable[str] = (), field: str = "password") -> str:
    """Raises Invalid for a password that is too short, too long, easy to guess or stolen.

    `about` are names that belong to the person, which others would try first.
    """
    if not PASSWORD_LETTERS_MIN <= len(password) <= PASSWORD_LETTERS_MAX:
        raise Invalid(
            _("Use a password of at least %(least)s letters.", least=PASSWORD_LETTERS_MIN),
            field=field,
        )
    if weak := strength.weakness(password, about):
        raise Invalid(weak, field=field)
    if breached.is_breached(password):
        raise Invalid(
            _("This password was stolen somewhere before. Choose another one."), field=field
        )
    return hashed(password)


def hashed(secret: str) -> str:
    """What is kept of a secret that a person types: slow to try."""
    return _hasher.hash(secret)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether it is theirs. Without a hash it takes as long to say no."""
    kept = password_hash or _hash_of_nobody(_hasher)
    try:
        return _hasher.verify(kept, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hash_of_nobody(hasher: PasswordHasher) -> str:
    """Checked when there is no such person; made for the first, as costly as all others."""
    return hasher.hash(secrets.token_hex(16))


def new_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 is enough: a token has 256 random bits, a password has not."""
    return hashlib.sha256(token.encode()).hexdigest()
