"""The tables of the proof: seals, keys and signatures, and when the ledger was checked."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.identity.models import Organisation
from aidtrack.stock.models import refuse_to_rewrite_history


class Seal(Model):
    """A link of the chain over every movement and every act since the seal before it.

    The chain has one hash a movement, then one an entry of the audit; `hash` is its last. Both
    kinds of marks keep the first eight bytes of each, so that a break can be named. Where there
    were none of a kind, its first number is one more than its last.
    """

    __tablename__ = "seal"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    first_movement_id: Mapped[int] = mapped_column(Key)
    last_movement_id: Mapped[int] = mapped_column(Key)
    first_entry_id: Mapped[int] = mapped_column(Key)
    last_entry_id: Mapped[int] = mapped_column(Key)
    hash: Mapped[str]
    marks: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    entry_marks: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SigningKey(Model):
    """A key with which an organisation signs seals (Ed25519, RFC 8032).

    `public_key` is its 32 bytes; `fingerprint` the first 32 hexadecimal digits of their SHA-256.
    The secret is locked with the installation's own, and gone once the key is retired.
    """

    __tablename__ = "signing_key"
    __table_args__ = (
        Index(
            "uq_signing_key_in_use",
            "organisation_id",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    secret: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship(viewonly=True)


class SealSignature(Model):
    """What one organisation signed of one seal: 64 bytes. Written once, never changed."""

    __tablename__ = "seal_signature"

    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"), primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("signing_key.id"), primary_key=True)
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerCheck(Model):
    """One time that the whole ledger was computed again, and what came out.

    `disagreements` names the rows, [table, key, sentence] each; none when all agreed.
    """

    __tablename__ = "ledger_check"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    movements: Mapped[int] = mapped_column(Key)
    lines: Mapped[int] = mapped_column(Key)
    acts: Mapped[int] = mapped_column(Key)
    seals: Mapped[int] = mapped_column(Key)
    signatures: Mapped[int] = mapped_column(Key)
    disagreements: Mapped[list[list[str]]] = mapped_column(JSON)

    @property
    def holds(self) -> bool:
        return not self.disagreements


for _table in (Seal, SealSignature):
    event.listen(_table, "before_update", refuse_to_rewrite_history)
    event.listen(_table, "before_delete", refuse_to_rewrite_history)
