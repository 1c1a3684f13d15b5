"""The ledger's tables: lots, movements with their lines, and balances."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place


class MovementKind(StrEnum):
    OPENING = "opening"
    RECEIPT = "receipt"
    MOVE = "move"
    DISPATCH = "dispatch"
    DELIVERY = "delivery"
    RETURN_TO_SENDER = "return_to_sender"
    DISTRIBUTION = "distribution"
    LOSS = "loss"
    RETURN_TO_DONOR = "return_to_donor"
    REVERSAL = "reversal"
    FOUND = "found"
    COUNT = "count"
    MAKE = "make"
    UNMAKE = "unmake"
    CORRECTION = "correction"


class Reason(StrEnum):
    """Why goods did not go where they should; the detail that a status must not carry."""

    DAMAGED = "damaged"
    MISSING = "missing"
    EXPIRED = "expired"
    STOLEN = "stolen"
    WET = "wet"
    REFUSED = "refused"
    NOT_NEEDED = "not_needed"
    WRONG_GOODS = "wrong_goods"
    UNSAFE = "unsafe"
    OTHER = "other"


def lot_number(lot_id: int) -> str:
    """L000123, as printed on labels and papers."""
    return f"L{lot_id:06d}"


class Lot(Model):
    """Units of one item that share their donation line, batch number and expiry.

    `donor_id` names who gave or sold it (None: stock from before AidTrack).
    `organisation_id` owns it, whoever keeps it. The pack is how it arrived.
    """

    __tablename__ = "lot"
    __table_args__ = (
        Index("ix_lot_item_id", "item_id"),
        Index("ix_lot_item_id_expires_on", "item_id", "expires_on", "id"),
        Index("ix_lot_donation_line_id", "donation_line_id"),
        Index("ix_lot_donor_id", "donor_id"),
        # Serves LIKE 'x%' too, whatever the language of the database.
        Index(
            "ix_lot_batch_number",
            "batch_number",
            postgresql_ops={"batch_number": "text_pattern_ops"},
        ),
        Index(
            "ix_lot_recalled",
            "recall_id",
            sqlite_where=text("recall_id IS NOT NULL"),
            postgresql_where=text("recall_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    donor_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    donation_line_id: Mapped[int | None] = mapped_column(ForeignKey("donation_line.id"))
    batch_number: Mapped[str] = mapped_column(default="")
    expires_on: Mapped[date | None]
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("item_pack.id"))
    unit_value_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    recall_id: Mapped[int | None] = mapped_column(ForeignKey("recall.id"))

    item: Mapped[Item] = relationship()
    pack: Mapped[ItemPack | None] = relationship()
    donor: Mapped[Partner | None] = relationship()

    @property
    def number(self) -> str:
        """How people name the lot: L000123."""
        return lot_number(self.id)


class LotPart(Model):
    """What one unit of a made lot holds: so many units of another lot.

    There is a row for each lot inside it, however deep. `is_direct`: it was put in itself, and
    the quantity is what was put in. `is_root`: it is made of nothing itself, and this row's
    quantity is all that one unit holds of it. A lot put in both by itself and inside another
    part has two rows, of which only the one with all of it may be `is_root`.
    """

    __tablename__ = "lot_part"
    __table_args__ = (
        UniqueConstraint("lot_id", "part_lot_id", "is_direct", name="uq_lot_part_once"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("lot_id <> part_lot_id", name="lots_differ"),
        Index("ix_lot_part_part_lot_id", "part_lot_id", "is_root", "lot_id", "quantity"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    part_lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    is_direct: Mapped[bool]
    is_root: Mapped[bool]

    part: Mapped[Lot] = relationship(foreign_keys=[part_lot_id], viewonly=True)


class StockMovement(Model):
    """One thing that happened to stock. Written once, never changed.

    `occurred_at` is when it happened, `recorded_at` when we were told. The source is
    the record that caused it, such as ("shipment", 12).
    """

    __tablename__ = "stock_movement"
    __table_args__ = (
        Index("ix_stock_movement_source", "source_kind", "source_id"),
        Index("ix_stock_movement_occurred_at", "occurred_at", "id"),
        Index("ix_stock_movement_recorded_at", "recorded_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[MovementKind]
    source_kind: Mapped[str]
    source_id: Mapped[int] = mapped_column(Key)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(default="")
    key: Mapped[UUID | None] = mapped_column(unique=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("stock_movement.id"), unique=True)

    lines: Mapped[list["StockLine"]] = relationship(
        back_populates="movement", order_by="StockLine.id", viewonly=True
    )


class StockLine(Model):
    """A quantity of one lot leaving one place and entering another.

    Both ends are on one row, so a movement cannot be out of balance.
    """

    __tablename__ = "stock_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("from_place_id <> to_place_id", name="places_differ"),
        Index("ix_stock_line_movement_id", "movement_id"),
        Index("ix_stock_line_lot_id", "lot_id", "id"),
        Index("ix_stock_line_lot_id_movement_id", "lot_id", "movement_id"),
        Index("ix_stock_line_from_place_id", "from_place_id", "lot_id", "quantity"),
        Index("ix_stock_line_to_place_id", "to_place_id", "lot_id", "quantity"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    movement_id: Mapped[int] = mapped_column(ForeignKey("stock_movement.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    from_place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    to_place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[Reason | None]

    movement: Mapped[StockMovement] = relationship(back_populates="lines", viewonly=True)
    lot: Mapped[Lot] = relationship(viewonly=True)


class StockBalance(Model):
    """How much of a lot a place holds, and how much of that is promised to shipments."""

    __tablename__ = "stock_balance"
    __table_args__ = (
        CheckConstraint(
            "reserved >= 0 AND (quantity >= reserved OR is_outside)", name="never_below_reserved"
        ),
        Index(
            "ix_stock_balance_in_stock",
            "lot_id",
            "place_id",
            # Sums are read from the index alone.
            "quantity",
            "reserved",
            sqlite_where=text("quantity > 0 AND NOT is_outside"),
            postgresql_where=text("quantity > 0 AND NOT is_outside"),
        ),
        Index("ix_stock_balance_lot_id", "lot_id"),
    )

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    is_outside: Mapped[bool]
    quantity: Mapped[int] = mapped_column(BigInteger)
    reserved: Mapped[int] = mapped_column(BigInteger)

    place: Mapped[Place] = relationship(viewonly=True)
    lot: Mapped[Lot] = relationship(viewonly=True)


class MinimumLevel(Model):
    """Below how much of an item a site is short; without a site the whole organisation.

    What counts is free: in stock, not promised, not expired. Once free and coming together are
    down to `reorder_at`, more is ordered, up to `order_up_to`; either may be unsaid.
    """

    __tablename__ = "minimum_level"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("reorder_at >= quantity", name="reordered_in_time"),
        CheckConstraint("order_up_to > reorder_at", name="ordered_upwards"),
        Index(
            "uq_minimum_level_at_site",
            "site_id",
            "item_id",
            unique=True,
            sqlite_where=text("site_id IS NOT NULL"),
            postgresql_where=text("site_id IS NOT NULL"),
        ),
        Index(
            "uq_minimum_level_of_organisation",
            "organisation_id",
            "item_id",
            unique=True,
            sqlite_where=text("site_id IS NULL"),
            postgresql_where=text("site_id IS NULL"),
        ),
        Index("ix_minimum_level_item_id", "item_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    reorder_at: Mapped[int | None] = mapped_column(BigInteger)
    order_up_to: Mapped[int | None] = mapped_column(BigInteger)

    item: Mapped[Item] = relationship()
    site: Mapped[Place | None] = relationship()


def refuse_to_rewrite_history(_mapper: Mapper, _connection: Connection, _row: object) -> None:
    raise AssertionError("The stock ledger is append-only. Post a reversal.")


for _table in (LotPart, StockMovement, StockLine):
    event.listen(_table, "before_update", refuse_to_rewrite_history)
    event.listen(_table, "before_delete", refuse_to_rewrite_history)
