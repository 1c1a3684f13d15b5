"""Everywhere goods can be: ours, on the road, or out of our hands; and the areas."""

from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Key, Model
from aidtrack.core.i18n import name_in
from aidtrack.identity.models import Organisation


class PlaceKind(StrEnum):
    WAREHOUSE = "warehouse"
    BIN = "bin"
    DISTRIBUTION_POINT = "distribution_point"
    IN_TRANSIT = "in_transit"
    DONOR = "donor"
    SUPPLIER = "supplier"
    OPENING = "opening"
    FOUND = "found"
    PEOPLE = "people"
    LOST_IN_TRANSPORT = "lost_in_transport"
    LOST_IN_WAREHOUSE = "lost_in_warehouse"
    LOST_AT_DISTRIBUTION = "lost_at_distribution"
    RETURNED = "returned"
    MADE_INTO = "made_into"


class Purpose(StrEnum):
    """What a bin or zone is for."""

    STORAGE = "storage"
    PICKING = "picking"
    RECEIVING = "receiving"
    QUARANTINE = "quarantine"


class SiteState(StrEnum):
    """Whether a place takes goods: a full one takes no more, a closed one is not used."""

    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"


SITES = frozenset({PlaceKind.WAREHOUSE, PlaceKind.DISTRIBUTION_POINT})
IN_STOCK = SITES | {PlaceKind.BIN}
SOURCES = frozenset({PlaceKind.DONOR, PlaceKind.SUPPLIER, PlaceKind.OPENING, PlaceKind.FOUND})
LOSSES = frozenset(
    {
        PlaceKind.LOST_IN_TRANSPORT,
        PlaceKind.LOST_IN_WAREHOUSE,
        PlaceKind.LOST_AT_DISTRIBUTION,
    }
)
# Stock comes from and goes to these; what they hold is not ours to count.
OUTSIDE = SOURCES | LOSSES | {PlaceKind.PEOPLE, PlaceKind.RETURNED, PlaceKind.MADE_INTO}


class Area(Model):
    """An administrative unit. The P-code is text: Tajik codes are bare digits."""

    __tablename__ = "area"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 4", name="level_known"),
        Index("ix_area_name_id", "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pcode: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    level: Mapped[int]
    country: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))

    parent: Mapped["Area | None"] = relationship(remote_side=[id])

    def name_in(self, language: str | None = None) -> str:
        return name_in(self.name, self.names, language)


class Place(Model):
    """One place. A bin lies in its warehouse or in a zone, which is a bin too (`parent`); `site`
    is the warehouse. `path` is how a bin is called with the zones around it: A › A-01 › 3.

    For a warehouse or distribution point `site_id` is its own id. Outside places and the
    in-transit place of a shipment have no site. Position in millionths of a degree. What fits
    is in cubic millimetres and milligrams; None means that nobody said.
    """

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "parent_id", "name", name="uq_place_name"),
        CheckConstraint("(kind = 'bin') = (parent_id IS NOT NULL)", name="bin_in_warehouse"),
        CheckConstraint("(kind = 'people') = (organisation_id IS NULL)", name="people_are_shared"),
        CheckConstraint("capacity_mm3 > 0", name="capacity_mm3_positive"),
        CheckConstraint("capacity_mg > 0", name="capacity_mg_positive"),
        CheckConstraint("kind <> 'people' OR area_id IS NOT NULL", name="people_live_somewhere"),
        Index("ix_place_organisation_id_kind", "organisation_id", "kind"),
        Index("ix_place_site_id", "site_id"),
        Index(
            "ix_place_site_name",
            "name",
            "id",
            sqlite_where=text("site_id = id"),
            postgresql_where=text("site_id = id"),
        ),
        Index("ix_place_area_id", "area_id"),
        Index("ix_place_partner_id_kind", "partner_id", "kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[PlaceKind]
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    code: Mapped[str] = mapped_column(default="")
    is_outside: Mapped[bool]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    address: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    dock_instructions: Mapped[str] = mapped_column(default="")
    latitude_e6: Mapped[int | None]
    longitude_e6: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    path: Mapped[str] = mapped_column(default="", server_default="")
    purpose: Mapped[Purpose] = mapped_column(
        default=Purpose.STORAGE, server_default=Purpose.STORAGE.value
    )
    is_cold_chain: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_full: Mapped[bool] = mapped_column(default=False, server_default=false())
    capacity_mm3: Mapped[int | None] = mapped_column(BigInteger)
    capacity_mg: Mapped[int | None] = mapped_column(BigInteger)

    organisation: Mapped[Organisation | None] = relationship()
    parent: Mapped["Place | None"] = relationship(remote_side=[id], foreign_keys=[parent_id])
    area: Mapped[Area | None] = relationship()

    def name_in(self, language: str | None = None) -> str:
        """A site by its name in the language, a bin by its path."""
        return self.path or name_in(self.name, self.names, language)

    @property
    def label(self) -> str:
        """How it is called among the bins of its warehouse: by its path, or a site by its name."""
        return self.name_in()

    @property
    def state(self) -> SiteState:
        if not self.is_active:
            return SiteState.CLOSED
        return SiteState.FULL if self.is_full else SiteState.OPEN


def called(place: type[Place]) -> ColumnElement[str]:
    """How a place is called, for lists of rows: a bin by its path."""
    return func.coalesce(func.nullif(place.path, ""), place.name)
