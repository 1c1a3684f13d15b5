"""Signs seals with the key of each organisation whose work they cover (Ed25519, RFC 8032).

The keys lie in the database, locked with the installation's secret key: whoever steals the
database, or writes into it, signs nothing. Public keys and signatures are there for everyone,
so that anybody can check a seal without asking us.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import Select, select

from aidtrack.core import clock
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.core.vault import SIGNING_KEYS, Unreadable, Vault
from aidtrack.sealing.models import Seal, SealSignature, SigningKey
from aidtrack.stock.models import StockMovement

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FINGERPRINT_DIGITS = 32


def sign(seal: Seal) -> None:
    """Sign a new seal for every organisation whose movements or acts it covers."""
    vault = Vault(current_app.config["SECRET_KEY"], SIGNING_KEYS)
    for organisation_id in sorted(_organisations(seal)):
        key, secret = _key(organisation_id, vault)
        signature = secret.sign(message(seal, key.fingerprint))
        db.session.add(SealSignature(seal_id=seal.id, key_id=key.id, signature=signature))


def retire(organisation_id: int) -> SigningKey | None:
    """Sign with another key from now on; what the old one signed stays good. The old one."""
    key = db.session.scalar(_in_use(organisation_id))
    if key is not None:
        key.secret = None
        key.retired_at = clock.now()
        db.session.flush()
    return key


def message(seal: Seal, fingerprint: str) -> bytes:
    """What is signed: five lines of ASCII, each ended by a line feed."""
    return lines_signed(seal.id, seal.hash, seal.sealed_at, fingerprint)


def lines_signed(number: int, seal_hash: str, sealed_at: datetime, fingerprint: str) -> bytes:
    moment = sealed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"AidTrack seal 1\n{number}\n{seal_hash}\n{moment}\n{fingerprint}\n".encode("ascii")


def fingerprint_of(public_key: bytes) -> str:
    return hashlib.sha256(public_key).hexdigest()[:FINGERPRINT_DIGITS]


def in_fours(digits: str) -> str:
    """As people compare long numbers: "3f9a c21e 77b0 d5e4"."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def holds(signature: bytes, signed: bytes, public_key: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def wrong_signatures() -> Iterator[tuple[int, str]]:
    """(seal, what is wrong) for each signature that does not hold, or that is missing."""
    keys = {key.id: key for key in db.session.scalars(select(SigningKey))}
    asked = (
        select(Seal.id, Seal.hash, Seal.sealed_at, SealSignature.key_id, SealSignature.signature)
        .join(SealSignature, SealSignature.seal_id == Seal.id)
        .order_by(Seal.id)
    )
    for row in db.session.execute(asked).yield_per(1_000):
        key = keys[row.key_id]
        signed = lines_signed(row.id, row.hash, row.sealed_at, key.fingerprint)
        if fingerprint_of(key.public_key) != key.fingerprint:
            yield row.id, f"key {key.fingerprint} is not what its fingerprint says"
        elif not holds(row.signature, signed, key.public_key):
            yield row.id, f"its signature by key {key.fingerprint} does not hold"
    yield from ((seal_id, "a signature of it is gone") for seal_id in _unsigned())


def _unsigned() -> Iterable[int]:
    """Seals after the first signed one that nobody signed."""
    first = select(SealSignature.seal_id).order_by(SealSignature.seal_id).limit(1)
    return db.session.scalars(
        select(Seal.id)
        .outerjoin(SealSignature, SealSignature.seal_id == Seal.id)
        .where(Seal.id > first.scalar_subquery(), SealSignature.seal_id.is_(None))
        .order_by(Seal.id)
    )


def _organisations(seal: Seal) -> set[int]:
    moved = select(StockMovement.organisation_id).where(
        StockMovement.id.between(seal.first_movement_id, seal.last_movement_id)
    )
    acted = select(AuditEntry.organisation_id).where(
        AuditEntry.id.between(seal.first_entry_id, seal.last_entry_id),
        AuditEntry.organisation_id.is_not(None),
    )
    return {each for each in db.session.scalars(moved.union(acted)) if each is not None}


def _key(organisation_id: int, vault: Vault) -> tuple[SigningKey, "Ed25519PrivateKey"]:
    """The key in use; a new one where there is none, or where nobody can open it any more."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = db.session.scalar(_in_use(organisation_id))
    if key is not None and key.secret is not None:
        try:
            opened = bytes.fromhex(vault.open(key.secret))
            return key, Ed25519PrivateKey.from_private_bytes(opened)
        except Unreadable:
            retire(organisation_id)
    secret = Ed25519PrivateKey.generate()
    public = secret.public_key().public_bytes_raw()
    key = SigningKey(
        organisation_id=organisation_id,
        public_key=public,
        fingerprint=fingerprint_of(public),
        secret=vault.lock(secret.private_bytes_raw().hex()),
        made_at=clock.now(),
    )
    db.session.add(key)
    db.session.flush()
    return key, secret


def _in_use(organisation_id: int) -> Select[SigningKey]:
    return select(SigningKey).filter_by(organisation_id=organisation_id, retired_at=None)
