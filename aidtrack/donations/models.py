"""What donors promised, and what of it arrived."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.partners.models import Partner
from aidtrack.places.models import Area, Place
from aidtrack.stock.models import Lot

NAMES_SOMEBODY = text("(delivered_by <> '' OR received_by <> '')")


class DonationStatus(StrEnum):
    PLEDGED = "pledged"
    RECEIVING = "receiving"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Donation(Model):
    """A gift of goods. `value_minor` is the donor's own figure for the whole, if given."""

    __tablename__ = "donation"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number", name="uq_donation_number"),
        Index("ix_donation_donor_id", "donor_id"),
        Index("ix_donation_organisation_id_status", "organisation_id", "status"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    donor_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    number: Mapped[str]
    status: Mapped[DonationStatus]
    pledged_on: Mapped[date]
    expected_on: Mapped[date | None]
    grant_reference: Mapped[str] = mapped_column(default="")
    earmark: Mapped[str] = mapped_column(default="")
    earmark_area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    eligible_until: Mapped[date | None]
    value_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str]
    note: Mapped[str] = mapped_column(default="")

    donor: Mapped[Partner] = relationship()
    earmark_area: Mapped[Area | None] = relationship()
    lines: Mapped[list["DonationLine"]] = relationship(
        back_populates="donation", order_by="DonationLine.line_number"
    )


class DonationLine(Model):
    """One item pledged, in base units; the pack is the one it was promised in."""

    __tablename__ = "donation_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        UniqueConstraint("donation_id", "line_number", name="uq_donation_line_number"),
        Index("ix_donation_line_item_id", "item_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    donation_id: Mapped[int] = mapped_column(ForeignKey("donation.id"))
    line_number: Mapped[int]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("item_pack.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    unit_value_minor: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(default="")

    donation: Mapped[Donation] = relationship(back_populates="lines")
    item: Mapped[Item] = relationship()
    pack: Mapped[ItemPack | None] = relationship()


class GoodsReceipt(Model):
    """Goods that arrived for a donation, as counted at one warehouse or point.

    One that was undone stays, with its void paper, and counts for nothing.
    """

    __tablename__ = "goods_receipt"
    __table_args__ = (
        Index("ix_goods_receipt_donation_id", "donation_id"),
        Index("ix_goods_receipt_site_id", "site_id"),
        Index(
            "ix_goods_receipt_named",
            "organisation_id",
            "arrived_at",
            "id",
            sqlite_where=NAMES_SOMEBODY,
            postgresql_where=NAMES_SOMEBODY,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    donation_id: Mapped[int] = mapped_column(ForeignKey("donation.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered_by: Mapped[str] = mapped_column(default="")
    received_by: Mapped[str] = mapped_column(default="")
    transport: Mapped[str] = mapped_column(default="road")
    transport_reference: Mapped[str] = mapped_column(default="")
    documents_complete: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(default="")
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("stock_movement.id"))
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    donation: Mapped[Donation] = relationship()
    site: Mapped[Place] = relationship()
    lines: Mapped[list["GoodsReceiptLine"]] = relationship(
        back_populates="receipt", order_by="GoodsReceiptLine.line_number"
    )


class GoodsReceiptLine(Model):
    """One lot as it came: stated on the donor's paper, counted good, counted damaged."""

    __tablename__ = "goods_receipt_line"
    __table_args__ = (
        CheckConstraint("stated >= 0 AND good >= 0 AND damaged >= 0", name="not_negative"),
        CheckConstraint("stated + good + damaged > 0", name="says_something"),
        Index("ix_goods_receipt_line_receipt_id", "receipt_id"),
        Index("ix_goods_receipt_line_donation_line_id", "donation_line_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("goods_receipt.id"))
    line_number: Mapped[int]
    donation_line_id: Mapped[int] = mapped_column(ForeignKey("donation_line.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    stated: Mapped[int] = mapped_column(BigInteger)
    good: Mapped[int] = mapped_column(BigInteger)
    damaged: Mapped[int] = mapped_column(BigInteger)
    is_claimed: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")

    receipt: Mapped[GoodsReceipt] = relationship(back_populates="lines")
    donation_line: Mapped[DonationLine] = relationship()
    lot: Mapped[Lot] = relationship()
    place: Mapped[Place] = relationship()


class DonationCorrection(Model):
    """What a correction took from a donation's line (below zero) or added to it.

    It counts beside the receipts. Where fewer came, their notes are issued anew.
    """

    __tablename__ = "donation_correction"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="says_something"),
        Index("ix_donation_correction_line", "donation_line_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    donation_line_id: Mapped[int] = mapped_column(ForeignKey("donation_line.id"))
    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
