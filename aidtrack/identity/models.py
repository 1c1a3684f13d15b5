"""People, the organisations they work for, their roles and their tokens."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.identity.permissions import Role


class Organisation(Model):
    """Who keeps goods and signs papers. `country` is ISO 3166-1 alpha-2."""

    __tablename__ = "organisation"

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


class User(UserMixin, Model):
    """A person who signs in. The e-mail address is kept in lower case."""

    __tablename__ = "user_account"
    __table_args__ = (Index("ix_user_account_name", "name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    is_enabled: Mapped[bool] = mapped_column(default=True)
    # Part of the session cookie: changing it signs the person out everywhere.
    session_stamp: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    roles: Mapped[list["RoleAssignment"]] = relationship(
        back_populates="user", order_by="RoleAssignment.id"
    )

    def get_id(self) -> str:
        return f"{self.id}.{self.session_stamp}"

    @property
    def is_active(self) -> bool:
        return self.is_enabled


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
    """A key for programs. Only its SHA-256 is kept; the token itself is shown once."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
