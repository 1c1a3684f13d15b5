"""What was handed to people at a distribution point: quantities and counts, no names."""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Key, Model
from aidtrack.identity.models import Organisation
from aidtrack.places.models import Area, Place
from aidtrack.stock.models import Lot, Reason


class DistributionStatus(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class Distribution(Model):
    """One hand-out at one point. Counts of people are aggregates, never persons."""

    __tablename__ = "distribution"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number", name="uq_distribution_number"),
        CheckConstraint(
            "households >= 0 AND women >= 0 AND men >= 0 AND girls >= 0 AND boys >= 0",
            name="counts_not_negative",
        ),
        Index("ix_distribution_organisation_id_status", "organisation_id", "status", "id"),
        Index("ix_distribution_day", "distributed_on", "id"),
        Index("ix_distribution_site_day", "site_id", "distributed_on", "id"),
        Index("ix_distribution_status_day", "status", "distributed_on", "id"),
        Index("ix_distribution_reached", "organisation_id", "status", "area_id", "households"),
        Index("ix_distribution_site_id", "site_id"),
        Index("ix_distribution_area_id", "area_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str]
    status: Mapped[DistributionStatus]
    site_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    distributed_on: Mapped[date]
    households_planned: Mapped[int | None]
    households: Mapped[int] = mapped_column(default=0)
    women: Mapped[int] = mapped_column(default=0)
    men: Mapped[int] = mapped_column(default=0)
    girls: Mapped[int] = mapped_column(default=0)
    boys: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("stock_movement.id"))
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))

    organisation: Mapped[Organisation] = relationship()
    site: Mapped[Place] = relationship()
    area: Mapped[Area] = relationship()
    lines: Mapped[list["DistributionLine"]] = relationship(
        back_populates="distribution", order_by="DistributionLine.id"
    )


class DistributionLine(Model):
    """Of one lot: brought = handed out + returned to the store + lost.

    `planned` is what the plan said would be brought; 0 for a lot that was in no plan.
    """

    __tablename__ = "distribution_line"
    __table_args__ = (
        CheckConstraint("handed_out >= 0 AND returned >= 0 AND lost >= 0", name="not_negative"),
        CheckConstraint("planned >= 0 AND brought >= 0", name="amounts_not_negative"),
        CheckConstraint("handed_out + returned + lost = brought", name="accounted_for"),
        UniqueConstraint("distribution_id", "lot_id", "place_id", name="uq_distribution_line"),
        Index("ix_distribution_line_lot_id", "lot_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    distribution_id: Mapped[int] = mapped_column(ForeignKey("distribution.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    planned: Mapped[int] = mapped_column(BigInteger, default=0)
    brought: Mapped[int] = mapped_column(BigInteger, default=0)
    handed_out: Mapped[int] = mapped_column(BigInteger, default=0)
    returned: Mapped[int] = mapped_column(BigInteger, default=0)
    lost: Mapped[int] = mapped_column(BigInteger, default=0)
    loss_reason: Mapped[Reason | None]
    note: Mapped[str] = mapped_column(default="")

    distribution: Mapped[Distribution] = relationship(back_populates="lines")
    lot: Mapped[Lot] = relationship()
    place: Mapped[Place] = relationship()
