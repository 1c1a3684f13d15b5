"""The links with which drivers sign in: one shipment, one person, one phone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.identity.models import User
from aidtrack.shipments.models import Shipment


class JourneyLink(Model):
    """A secret address that signs its driver in for one shipment. Only hashes are kept.

    The first phone that opens it is the only one (`phone_hash`, `device` in words). Its
    session is the driver's that names the shipment.
    """

    __tablename__ = "journey_link"
    __table_args__ = (
        CheckConstraint("(opened_at IS NULL) = (phone_hash IS NULL)", name="opened_by_a_phone"),
        Index("ix_journey_link_shipment_id", "shipment_id", "id"),
        Index(
            "uq_journey_link_in_force",
            "shipment_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    driver_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    phone_hash: Mapped[str | None]
    device: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    shipment: Mapped[Shipment] = relationship()
    driver: Mapped[User] = relationship(foreign_keys=[driver_id])
    made_by: Mapped[User | None] = relationship(foreign_keys=[made_by_id])
