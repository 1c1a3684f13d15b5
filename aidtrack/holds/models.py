"""What is kept apart: held parts of a lot, recalls of lots, and how long goods must still be good.

The stock below reads these tables by name; see `stock.apart`.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.catalogue.models import Item
from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot

IS_OPEN = text("ended_at IS NULL")
# To the letter as in the migration; a limit of a place stands beside the organisation's own.
AT_SITE, OF_ORGANISATION = text("site_id IS NOT NULL"), text("site_id IS NULL")


class HoldKind(StrEnum):
    QUARANTINE = "quarantine"
    DAMAGED = "damaged"
    EXPIRED = "expired"
    INSPECTION = "inspection"
    OTHER = "other"


class HoldStatus(StrEnum):
    HELD = "held"
    RELEASED = "released"
    GONE = "gone"


class StockHold(Model):
    """A quantity of one lot in one bin that nobody may send, with who says so and why.

    While it is held it is reserved in its balance. `write_off_id`: the write-off into which it
    went; when that is refused or undone it is held again.
    """

    __tablename__ = "stock_hold"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("(status = 'held') = (ended_at IS NULL)", name="held_or_ended"),
        CheckConstraint("status <> 'gone' OR write_off_id IS NOT NULL", name="gone_somewhere"),
        Index("ix_stock_hold_site_id", "site_id", "id"),
        Index("ix_stock_hold_write_off_id", "write_off_id"),
        Index("ix_stock_hold_lot_id", "lot_id", "place_id"),
        Index("ix_stock_hold_open", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[HoldKind]
    why: Mapped[str]
    status: Mapped[HoldStatus]
    held_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_note: Mapped[str] = mapped_column(default="")
    write_off_id: Mapped[int | None] = mapped_column(ForeignKey("write_off.id"))

    site: Mapped[Place] = relationship(foreign_keys=[site_id], viewonly=True)
    lot: Mapped[Lot] = relationship(viewonly=True)


class RecallStatus(StrEnum):
    """Closed: all was dealt with, its lots stay locked. Lifted: its lots are good again."""

    OPEN = "open"
    CLOSED = "closed"
    LIFTED = "lifted"


class Recall(Model):
    """Lots that must not reach anybody, wherever they lie, with who says so and why."""

    __tablename__ = "recall"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number", name="uq_recall_number"),
        CheckConstraint("(status = 'open') = (ended_at IS NULL)", name="open_or_ended"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str]
    status: Mapped[RecallStatus]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    batch_number: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_note: Mapped[str] = mapped_column(default="")

    item: Mapped[Item] = relationship(viewonly=True)


class RecallLot(Model):
    """A lot of a recall; `is_made`: it was made of one, such as a kit."""

    __tablename__ = "recall_lot"
    __table_args__ = (Index("ix_recall_lot_lot_id", "lot_id"),)

    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    is_made: Mapped[bool]


class ShelfLife(Model):
    """How many days goods must still be good when they are sent to a site.

    Without a site it holds for every site of the organisation that has none of its own.
    """

    __tablename__ = "shelf_life"
    __table_args__ = (
        CheckConstraint("days > 0", name="days_positive"),
        Index(
            "uq_shelf_life_at_site",
            "site_id",
            unique=True,
            sqlite_where=AT_SITE,
            postgresql_where=AT_SITE,
        ),
        Index(
            "uq_shelf_life_of_organisation",
            "organisation_id",
            unique=True,
            sqlite_where=OF_ORGANISATION,
            postgresql_where=OF_ORGANISATION,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    days: Mapped[int]
