"""Links by which someone chooses a password: after an invitation, or when it is forgotten."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.signin import factor_models as factor_models


class Purpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    RESET = "reset"


class SignInLink(Model):
    """A link that opens once, until it expires. Only the SHA-256 of its secret is kept."""

    __tablename__ = "sign_in_link"
    __table_args__ = (
        Index("ix_sign_in_link_user_id", "user_id", "id"),
        Index("ix_sign_in_link_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    purpose: Mapped[Purpose]
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
