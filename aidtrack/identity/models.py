"""People, the organisations they work for, their roles, sessions and tokens."""

from datetime import datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.identity.permissions import Role

# 500.00 of most currencies: a wet carton must not stop the day's work, a pallet must.
WRITE_OFF_LIMIT_MINOR = 500_00


class Organisation(Model):
    """Who keeps goods and signs papers. `country` is ISO 3166-1 alpha-2.

    `keeps_duties_apart`: what one person prepares another approves, see `duties`. A write-off
    worth more than the limit, in minor units of the organisation's currency, is approved.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("write_off_limit_minor >= 0", name="write_off_limit_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    short_name: Mapped[str]
    country: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(default="USD")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    language: Mapped[str] = mapped_column(default="en")
    second_language: Mapped[str | None]
    page_size: Mapped[str] = mapped_column(default="A4")
    keeps_duties_apart: Mapped[bool] = mapped_column(default=True)
    write_off_limit_minor: Mapped[int] = mapped_column(BigInteger, default=WRITE_OFF_LIMIT_MINOR)


class User(UserMixin, Model):
    """A person who signs in. The e-mail address is kept in lower case; drivers may have none."""

    __tablename__ = "user_account"
    __table_args__ = (Index("ix_user_account_name", "name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    is_enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    roles: Mapped[list["RoleAssignment"]] = relationship(
        back_populates="user", order_by="RoleAssignment.id"
    )

    # Not kept: what the cookie holds while a session begins.
    session_secret = ""

    def get_id(self) -> str:
        return self.session_secret

    @property
    def is_active(self) -> bool:
        return self.is_enabled


class Method(StrEnum):
    """How someone proved who they are when their session began."""

    PASSWORD = "password"  # noqa: S105 - the word, not one
    PASSKEY = "passkey"
    PROVIDER = "provider"
    LINK = "link"


class UserSession(Model):
    """One browser that someone signed in. Its cookie holds a secret of which this is the hash.

    It ends at `expires_at`, and before when unused for `idle_minutes`. `proved_at` is when the
    person last proved who they are; `journey_id` is the one shipment of a driver's link.
    """

    __tablename__ = "user_session"
    __table_args__ = (
        Index("ix_user_session_user_id", "user_id", "id"),
        Index("ix_user_session_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    method: Mapped[Method]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    idle_minutes: Mapped[int]
    proved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(45), default="")
    device: Mapped[str] = mapped_column(String(80), default="")
    journey_id: Mapped[int | None] = mapped_column(Key, ForeignKey("shipment.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoleAssignment(Model):
    """One role of one person at an organisation, at one site of it, or for one donor."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        UniqueConstraint(
            "user_id", "role", "organisation_id", "site_id", "donor_id",
            name="uq_role_assignment_once",
        ),
        CheckConstraint(
            "(role = 'donor') = (donor_id IS NOT NULL)", name="donor_role_names_its_donor"
        ),
        Index("ix_role_assignment_user_id", "user_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[Role]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    donor_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))

    user: Mapped[User] = relationship(back_populates="roles")
    organisation: Mapped[Organisation] = relationship()


class PutAway(Model):
    """A card of a page that a person has read and put away, named by the page that has it."""

    __tablename__ = "put_away"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    card: Mapped[str] = mapped_column(primary_key=True)
    put_away_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiToken(Model):
    """A key for programs. Only its SHA-256 is kept, and how it begins, to know it again.

    `scopes` are words of `scopes.Scope` with spaces between.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("scopes <> ''", name="has_scopes"),
        Index("ix_api_token_user_id", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    prefix: Mapped[str] = mapped_column(default="")
    scopes: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_address: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
