"""Keeps secrets that must be read again, locked with a key made from the installation's own.

Whoever steals the database alone, or a backup of it, reads none of them.
"""

import base64
from typing import TYPE_CHECKING

from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import _

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

# Each kind of secret is locked with a key of its own.
SECOND_FACTORS = b"aidtrack: secrets of second factors, 1"
SIGNING_KEYS = b"aidtrack: signing keys, 1"


class Unreadable(RuleBroken):
    """It was locked with another secret key: a database that moved without its own."""

    code = "unreadable_secret"


class Vault:
    """Locks and opens short texts (Fernet: AES-128-CBC and HMAC-SHA-256, with a random IV)."""

    def __init__(self, secret_key: str, purpose: bytes) -> None:
        self._secret_key = secret_key.encode()
        self._purpose = purpose

    def lock(self, text: str) -> str:
        return self._fernet().encrypt(text.encode()).decode()

    def open(self, locked: str) -> str:
        """Raises Unreadable for what another key locked, or nobody."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().decrypt(locked.encode()).decode()
        except InvalidToken as error:
            raise Unreadable(
                _("This cannot be read with the secret key of this installation.")
            ) from error

    def _fernet(self) -> "Fernet":
        from cryptography.fernet import Fernet
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        key = HKDF(hashes.SHA256(), 32, salt=None, info=self._purpose).derive(self._secret_key)
        return Fernet(base64.urlsafe_b64encode(key))
