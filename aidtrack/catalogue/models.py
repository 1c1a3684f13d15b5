"""What can be given: items in categories, counted in a base unit, packed in packs."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Model
from aidtrack.core.i18n import name_in
from aidtrack.identity.models import Organisation


class Category(Model):
    """Everyone reads it; only the organisation whose item it came with names it anew."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    def name_in(self, language: str | None = None) -> str:
        return name_in(self.name, self.names, language)


class Item(Model):
    """One kind of goods, known to every organisation of the installation.

    Only the organisation that added it changes it; what none is known to have added is the
    common catalogue, kept by whoever owns the machine. Weight (milligrams) and volume (cubic
    millimetres) are those of one base unit; None means unknown, never zero. The unit value is
    in minor units of `currency`.
    """

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("weight_mg > 0", name="weight_positive"),
        CheckConstraint("volume_mm3 > 0", name="volume_positive"),
        CheckConstraint("unit_value_minor >= 0", name="value_not_negative"),
        Index("ix_item_name_id", "name", "id"),
        Index("ix_item_category_id", "category_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    base_unit: Mapped[str] = mapped_column(default="piece")
    weight_mg: Mapped[int | None] = mapped_column(BigInteger)
    volume_mm3: Mapped[int | None] = mapped_column(BigInteger)
    has_expiry: Mapped[bool] = mapped_column(default=False)
    is_cold_chain: Mapped[bool] = mapped_column(default=False)
    unit_value_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    # Code and every name in lower case: what search reads.
    search_text: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    organisation: Mapped[Organisation | None] = relationship()
    category: Mapped[Category | None] = relationship()
    packs: Mapped[list["ItemPack"]] = relationship(
        back_populates="item", order_by="ItemPack.size.desc()"
    )

    def name_in(self, language: str | None = None) -> str:
        return name_in(self.name, self.names, language)


class ItemPack(Model):
    """A pack of an item: `size` base units, such as a carton of 24.

    A pallet of 40 such cartons names the carton as `inside`. Weight and volume are those of
    the whole pack as measured; None means that of what is in it. What anything speaks of never
    changes its size: it is put out of use, and another pack takes its place.
    """

    __tablename__ = "item_pack"
    __table_args__ = (
        UniqueConstraint("item_id", "name", "size", name="uq_item_pack_once"),
        CheckConstraint("size > 1", name="holds_several"),
        CheckConstraint("inside_id IS NULL OR inside_count > 0", name="inside_counted"),
        CheckConstraint("weight_mg > 0", name="weight_positive"),
        CheckConstraint("volume_mm3 > 0", name="volume_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    inside_id: Mapped[int | None] = mapped_column(ForeignKey("item_pack.id"))
    inside_count: Mapped[int | None] = mapped_column(BigInteger)
    weight_mg: Mapped[int | None] = mapped_column(BigInteger)
    volume_mm3: Mapped[int | None] = mapped_column(BigInteger)

    item: Mapped[Item] = relationship(back_populates="packs")
    inside: Mapped["ItemPack | None"] = relationship(remote_side=[id])
