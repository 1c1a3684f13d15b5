"""Reads the proof: seals with who signed them, and the keys."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, true

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.models import Organisation
from aidtrack.sealing import signatures
from aidtrack.sealing.models import Seal, SealSignature, SigningKey

# What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410).
KEY_HEADER = bytes.fromhex("302a300506032b6570032100")


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature, with all that is needed to check it elsewhere.

    `public_key` is PEM, `signed` the text that was signed, `signature` base64 of 64 bytes.
    """

    organisation: str
    fingerprint: str
    public_key: str
    signed: str
    signature: str

    @property
    def spoken(self) -> str:
        return signatures.in_fours(self.fingerprint)


@dataclass(frozen=True, slots=True)
class SealProof:
    """A seal as anyone may see it: its hash, and who signed it."""

    number: int
    hash: str
    sealed_at: datetime
    signatures: list[Signed]


@dataclass(frozen=True, slots=True)
class SealRow:
    """A seal as an office sees it: what it covers, which of its own signed it, how many others."""

    number: int
    hash: str
    sealed_at: datetime
    movements: int
    acts: int
    signers: tuple[str, ...]
    others: int


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A public key: whose it is, from when, and until when if it is used no more."""

    organisation: str
    fingerprint: str
    made_at: datetime
    retired_at: datetime | None

    @property
    def spoken(self) -> str:
        return signatures.in_fours(self.fingerprint)


def newest(limit: int, own: frozenset[int]) -> list[SealRow]:
    """The newest seals first, as an office of these organisations sees them."""
    found = list(db.session.scalars(select(Seal).order_by(Seal.id.desc()).limit(limit)))
    signers = _signers([seal.id for seal in found])
    return [
        SealRow(
            number=seal.id,
            hash=seal.hash,
            sealed_at=seal.sealed_at,
            movements=max(0, seal.last_movement_id - seal.first_movement_id + 1),
            acts=max(0, seal.last_entry_id - seal.first_entry_id + 1),
            signers=tuple(name for each, name in signers.get(seal.id, ()) if each in own),
            others=sum(each not in own for each, _name in signers.get(seal.id, ())),
        )
        for seal in found
    ]


def proof(number: int) -> SealProof:
    """One seal with its signatures. Raises NotFound."""
    seal = db.session.get(Seal, number)
    if seal is None:
        raise NotFound(_("There is no such seal."))
    rows = db.session.execute(
        select(SealSignature.signature, SigningKey, Organisation.name)
        .join(SigningKey, SigningKey.id == SealSignature.key_id)
        .join(Organisation, Organisation.id == SigningKey.organisation_id)
        .where(SealSignature.seal_id == number)
        .order_by(SigningKey.id)
    )
    return SealProof(
        number=seal.id,
        hash=seal.hash,
        sealed_at=seal.sealed_at,
        signatures=[
            Signed(
                organisation=name,
                fingerprint=key.fingerprint,
                public_key=pem(key.public_key),
                signed=signatures.message(seal, key.fingerprint).decode(),
                signature=base64.b64encode(signature).decode(),
            )
            for signature, key, name in rows
        ],
    )


def keys(organisation_id: int | None = None) -> list[KeyRow]:
    """Every key that ever signed, or those of one organisation, the newest first."""
    rows = db.session.execute(
        select(Organisation.name, SigningKey)
        .join(SigningKey, SigningKey.organisation_id == Organisation.id)
        .where(SigningKey.organisation_id == organisation_id if organisation_id else true())
        .order_by(Organisation.name, SigningKey.id.desc())
    )
    return [KeyRow(name, key.fingerprint, key.made_at, key.retired_at) for name, key in rows]


def pem(public_key: bytes) -> str:
    """The key as tools such as OpenSSL read it (RFC 7468, RFC 8410)."""
    body = base64.b64encode(KEY_HEADER + public_key).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


def _signers(seal_ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    """The id and name of each organisation that signed a seal."""
    found: dict[int, list[tuple[int, str]]] = {}
    rows = db.session.execute(
        select(SealSignature.seal_id, Organisation.id, Organisation.name)
        .join(SigningKey, SigningKey.id == SealSignature.key_id)
        .join(Organisation, Organisation.id == SigningKey.organisation_id)
        .where(SealSignature.seal_id.in_(seal_ids))
        .order_by(SigningKey.id)
    )
    for seal_id, organisation_id, name in rows:
        found.setdefault(seal_id, []).append((organisation_id, name))
    return found
