"""Those outside who give, sell, carry or hand out with us."""

from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aidtrack.core.db import Model
from aidtrack.core.i18n import name_in
from aidtrack.identity.models import Organisation


class PartnerKind(StrEnum):
    DONOR = "donor"
    SUPPLIER = "supplier"
    PARTNER = "partner"
    CARRIER = "carrier"


class Partner(Model):
    """A partner as one organisation knows it. `country` is ISO 3166-1 alpha-2 or empty."""

    __tablename__ = "partner"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "name", name="uq_partner_name"),
        Index("ix_partner_name", "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[PartnerKind]
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    country: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")  # Its own identifier, such as IATI's.
    # Of reports made for it, where that is not the language of the organisation's papers.
    language: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    organisation: Mapped[Organisation] = relationship()

    def name_in(self, language: str | None = None) -> str:
        return name_in(self.name, self.names, language)
