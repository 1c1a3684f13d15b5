"""Bar codes by which an organisation knows an item, or one of its packs."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core.db import Model, UtcDateTime


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
