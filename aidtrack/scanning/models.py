"""Bar codes by which an organisation knows its goods, and the numbers of its boxes and pallets."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import Key, Model, UtcDateTime


class ItemBarcode(Model):
    """A code printed on goods. GTINs are kept with fourteen digits, so that an EAN-13 and the
    same number with a zero before it are one; a carton's GTIN is another than its piece's.
    """

    __tablename__ = "item_barcode"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code", name="uq_item_barcode_code"),
        CheckConstraint("code <> ''", name="has_code"),
        Index("ix_item_barcode_item_id", "item_id"),
        Index("ix_item_barcode_pack_id", "pack_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("item_pack.id"))
    code: Mapped[str]
    is_gtin: Mapped[bool]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    item: Mapped[Item] = relationship()
    pack: Mapped[ItemPack | None] = relationship()


class CompanyPrefix(Model):
    """The digits that GS1 gave to an organisation: all of its numbers begin with them."""

    __tablename__ = "company_prefix"
    __table_args__ = (
        CheckConstraint("length(digits) BETWEEN 4 AND 12", name="digits_of_gs1_length"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    digits: Mapped[str]


class SsccSeries(Model):
    """The next number under a company prefix, its extension digit first. It only ever rises, and
    stays when an organisation takes another prefix. Offices of one company share theirs.
    """

    __tablename__ = "sscc_series"
    __table_args__ = (CheckConstraint("next_number > 0", name="next_number_positive"),)

    prefix: Mapped[str] = mapped_column(primary_key=True)
    next_number: Mapped[int] = mapped_column(BigInteger)


class SsccRun(Model):
    """Numbers that were given together, and are printed together again."""

    __tablename__ = "sscc_run"
    __table_args__ = (Index("ix_sscc_run_organisation_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Sscc(Model):
    """The serial shipping container code of one box or pallet, given once and never again.

    It stands on so much of a lot, in base units, or on mixed goods of a shipment; a lot's box
    may be on a shipment too.
    """

    __tablename__ = "sscc"
    __table_args__ = (
        UniqueConstraint("number", name="uq_sscc_number"),
        CheckConstraint("length(number) = 18", name="eighteen_digits"),
        CheckConstraint("(lot_id IS NULL) = (quantity IS NULL)", name="lot_with_quantity"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("lot_id IS NOT NULL OR shipment_id IS NOT NULL", name="on_something"),
        Index("ix_sscc_run_id", "run_id"),
        Index("ix_sscc_lot_id", "lot_id"),
        Index("ix_sscc_shipment_id", "shipment_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[str]
    run_id: Mapped[int] = mapped_column(ForeignKey("sscc_run.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    quantity: Mapped[int | None] = mapped_column(BigInteger)
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"))
