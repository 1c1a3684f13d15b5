"""Goods on the move: what was asked, what was loaded, what arrived, what the phone said."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.identity.models import Organisation, User
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot, Reason

# What names somebody still, and is looked for when it has been kept long enough.
NAMES_A_DRIVER = text("(driver_name <> '' OR driver_phone <> '')")
NAMES_A_RECEIVER = text("receiver_name <> ''")
IS_FULL = text("emptied_at IS NULL")


class ShipmentStatus(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    ON_THE_ROAD = "on_the_road"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class TransportMode(StrEnum):
    ROAD = "road"
    AIR = "air"
    SEA = "sea"
    RAIL = "rail"
    HAND = "hand"


class Shipment(Model):
    """One load from one site to another. `code` opens its public page.

    From dispatch on its goods stand at its own in-transit place.
    """

    __tablename__ = "shipment"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number", name="uq_shipment_number"),
        CheckConstraint("origin_id <> destination_id", name="goes_somewhere"),
        Index("ix_shipment_organisation_id_status", "organisation_id", "status", "id"),
        Index("ix_shipment_origin_id", "origin_id"),
        Index("ix_shipment_destination_id", "destination_id"),
        Index("ix_shipment_driver_id", "driver_id"),
        Index("ix_shipment_dispatched_at", "dispatched_at"),
        Index(
            "ix_shipment_named",
            "organisation_id",
            "created_at",
            "id",
            sqlite_where=NAMES_A_DRIVER,
            postgresql_where=NAMES_A_DRIVER,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    status: Mapped[ShipmentStatus]
    origin_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    destination_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    in_transit_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    transport: Mapped[TransportMode] = mapped_column(default=TransportMode.ROAD)
    transport_reference: Mapped[str] = mapped_column(default="")
    carrier: Mapped[str] = mapped_column(default="")
    vehicle_plate: Mapped[str] = mapped_column(default="")
    trailer_plate: Mapped[str] = mapped_column(default="")
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    driver_name: Mapped[str] = mapped_column(default="")
    driver_phone: Mapped[str] = mapped_column(default="")
    seal_number: Mapped[str] = mapped_column(default="")
    requisition_reference: Mapped[str] = mapped_column(default="")
    departs_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dispatched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    origin: Mapped[Place] = relationship(foreign_keys=[origin_id])
    destination: Mapped[Place] = relationship(foreign_keys=[destination_id])
    driver: Mapped[User | None] = relationship()
    lines: Mapped[list["ShipmentLine"]] = relationship(
        back_populates="shipment", order_by="ShipmentLine.line_number"
    )
    loads: Mapped[list["ShipmentLoad"]] = relationship(
        back_populates="shipment", order_by="ShipmentLoad.id"
    )


class ShipmentLine(Model):
    """What was asked for: an item and a quantity in base units.

    `why_taken`: why it takes lots that are usually left, such as short-dated ones.
    """

    __tablename__ = "shipment_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        UniqueConstraint("shipment_id", "line_number", name="uq_shipment_line_number"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    line_number: Mapped[int]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("item_pack.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(default="")
    why_taken: Mapped[str] = mapped_column(default="")

    shipment: Mapped[Shipment] = relationship(back_populates="lines")
    item: Mapped[Item] = relationship()
    pack: Mapped[ItemPack | None] = relationship()


class ShipmentLoad(Model):
    """A quantity of one lot from one bin, chosen for a line: what the waybill lists.

    quantity = delivered + returned + lost + still on the road.
    """

    __tablename__ = "shipment_load"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint(
            "delivered >= 0 AND returned >= 0 AND lost >= 0"
            " AND delivered + returned + lost <= quantity",
            name="accounted_for",
        ),
        UniqueConstraint("line_id", "lot_id", "place_id", name="uq_shipment_load_once"),
        Index("ix_shipment_load_shipment_id", "shipment_id"),
        Index("ix_shipment_load_lot_id", "lot_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("shipment_line.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    delivered: Mapped[int] = mapped_column(BigInteger, default=0)
    returned: Mapped[int] = mapped_column(BigInteger, default=0)
    lost: Mapped[int] = mapped_column(BigInteger, default=0)

    shipment: Mapped[Shipment] = relationship(back_populates="loads")
    line: Mapped[ShipmentLine] = relationship()
    lot: Mapped[Lot] = relationship()
    place: Mapped[Place] = relationship()

    @property
    def on_the_road(self) -> int:
        return self.quantity - self.delivered - self.returned - self.lost


class FieldReportState(StrEnum):
    WAITING = "waiting"
    APPLIED = "applied"
    NEEDS_ATTENTION = "needs_attention"
    DISMISSED = "dismissed"


# States in which a report waits for a person.
WAITING = (FieldReportState.WAITING, FieldReportState.NEEDS_ATTENTION)


class FieldReport(Model):
    """What a phone said, kept before anything is done with it, and never thrown away unread.

    Once it was dealt with and kept long enough its content is emptied, at `emptied_at`.
    `content` is the body as received. `occurred_at` is the phone's clock. `shipment_id` is
    None when the person who reports may not see the shipment they name.
    """

    __tablename__ = "field_report"
    __table_args__ = (
        Index("ix_field_report_shipment_id", "shipment_id"),
        Index("ix_field_report_state", "state", "id"),
        Index(
            "ix_field_report_full",
            "received_at",
            "id",
            sqlite_where=IS_FULL,
            postgresql_where=IS_FULL,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[UUID] = mapped_column(unique=True)
    fingerprint: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"))
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[FieldReportState]
    refusal_code: Mapped[str] = mapped_column(default="")
    refusal: Mapped[str] = mapped_column(default="")
    dismissal: Mapped[str] = mapped_column(default="")
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    emptied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Delivery(Model):
    """A hand-over at the destination, applied from a field report or typed in the office.

    Good goods without a name were received by somebody whose name was kept long enough.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_shipment_id", "shipment_id"),
        Index(
            "ix_delivery_named",
            "delivered_at",
            "id",
            sqlite_where=NAMES_A_RECEIVER,
            postgresql_where=NAMES_A_RECEIVER,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    field_report_id: Mapped[int | None] = mapped_column(ForeignKey("field_report.id"))
    delivered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    receiver_name: Mapped[str]
    receiver_function: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("stock_movement.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_reason: Mapped[str] = mapped_column(default="")

    shipment: Mapped[Shipment] = relationship()
    lines: Mapped[list["DeliveryLine"]] = relationship(
        back_populates="delivery", order_by="DeliveryLine.id"
    )


class DeliveryLine(Model):
    """Of one load: handed over good; damaged or missing, with the reason."""

    __tablename__ = "delivery_line"
    __table_args__ = (
        CheckConstraint("good >= 0 AND damaged >= 0 AND missing >= 0", name="not_negative"),
        UniqueConstraint("delivery_id", "load_id", name="uq_delivery_line_once"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    load_id: Mapped[int] = mapped_column(ForeignKey("shipment_load.id"))
    good: Mapped[int] = mapped_column(BigInteger)
    damaged: Mapped[int] = mapped_column(BigInteger)
    missing: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[Reason | None]
    note: Mapped[str] = mapped_column(default="")

    delivery: Mapped[Delivery] = relationship(back_populates="lines")
    load: Mapped[ShipmentLoad] = relationship()
