"""What a kit holds: its contents in versions, and which version a built lot followed."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.catalogue.models import Item
from aidtrack.core.db import Model, UtcDateTime
from aidtrack.stock.models import Lot


class KitVersion(Model):
    """The contents of one kit from a moment on; never changed, a newer one takes its place.

    Nobody made it where it came with the installation.
    """

    __tablename__ = "kit_version"
    __table_args__ = (UniqueConstraint("item_id", "number", name="uq_kit_version_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    number: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    item: Mapped[Item] = relationship()
    contents: Mapped[list["KitContent"]] = relationship(
        back_populates="version", order_by="KitContent.id"
    )


class KitContent(Model):
    """How much of one item a kit holds; a substitute may stand in for it, unit for unit."""

    __tablename__ = "kit_content"
    __table_args__ = (
        UniqueConstraint("version_id", "item_id", name="uq_kit_content_once"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("kit_version.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    quantity: Mapped[int] = mapped_column(BigInteger)

    version: Mapped[KitVersion] = relationship(back_populates="contents")
    item: Mapped[Item] = relationship()
    substitutes: Mapped[list["KitSubstitute"]] = relationship(order_by="KitSubstitute.item_id")


class KitSubstitute(Model):
    """An item that may stand in for the one that the contents name."""

    __tablename__ = "kit_substitute"

    content_id: Mapped[int] = mapped_column(ForeignKey("kit_content.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)

    item: Mapped[Item] = relationship()


class KitLot(Model):
    """Which version of the contents a lot of kits was built by."""

    __tablename__ = "kit_lot"

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("kit_version.id"))

    lot: Mapped[Lot] = relationship(viewonly=True)
    version: Mapped[KitVersion] = relationship(viewonly=True)
