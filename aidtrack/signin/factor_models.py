"""What somebody proves that they are themselves with, beside the password."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core.db import Key, Model, UtcDateTime


class SignInRule(Model):
    """What an organisation asks of its administrators and logisticians. Without it: nothing."""

    __tablename__ = "sign_in_rule"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    requires_second_factor: Mapped[bool] = mapped_column(default=False)


class CodeApp(Model):
    """The app of a person that shows a new code every half minute (RFC 6238).

    `secret` is locked. It counts once `confirmed_at` says that a code of it was right.
    `last_step` is the half minute of the last code that was taken: none counts twice.
    """

    __tablename__ = "code_app"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    secret: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Model):
    """A passkey (W3C WebAuthn): its public half. All of a person's have one `user_handle`."""

    __tablename__ = "passkey"
    __table_args__ = (
        CheckConstraint("sign_count >= 0", name="sign_count_not_negative"),
        Index("ix_passkey_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    user_handle: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Model):
    """A code on paper for the day the phone is lost: found by its start, kept as a hash."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "start", name="uq_recovery_code_start"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    start: Mapped[str]
    code_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SpentChallenge(Model):
    """A question that a passkey has answered: the same answer opens nothing again."""

    __tablename__ = "spent_challenge"
    __table_args__ = (Index("ix_spent_challenge_expires_at", "expires_at"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProviderLink(Model):
    """A person as an OpenID Connect provider knows them.

    By issuer and subject, which never change hands; an e-mail address may.
    """

    __tablename__ = "provider_link"
    __table_args__ = (
        UniqueConstraint("issuer", "subject", name="uq_provider_link_subject"),
        UniqueConstraint("user_id", "issuer", name="uq_provider_link_user"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
