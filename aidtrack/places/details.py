"""What people say of a site or an area: the shape between forms and services."""

from dataclasses import dataclass, field
from decimal import Decimal

from aidtrack.places.models import Purpose

MM3_PER_M3 = 10**9
MG_PER_KG = 10**6


@dataclass(frozen=True, slots=True)
class SiteDetails:
    """What a form says of a warehouse or a distribution point."""

    name: str
    code: str = ""
    names: dict[str, str] | None = None
    area_id: int | None = None
    address: str = ""
    contact: str = ""
    phone: str = ""
    dock_instructions: str = ""
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    note: str = ""
    capacity_mm3: int | None = None
    capacity_mg: int | None = None


@dataclass(frozen=True, slots=True)
class BinDetails:
    """What a form says of a bin or zone; `parent_id` is what it lies in."""

    name: str
    parent_id: int
    code: str = ""
    purpose: Purpose = Purpose.STORAGE
    is_cold_chain: bool = False
    capacity_mm3: int | None = None
    capacity_mg: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AreaDetails:
    """What a form says of an administrative unit; level 0 is a country."""

    pcode: str
    name: str
    level: int
    country: str
    parent_id: int | None = None
    names: dict[str, str] = field(default_factory=dict)


def in_m3(volume_mm3: int | None) -> Decimal | None:
    return None if volume_mm3 is None else Decimal(volume_mm3) / MM3_PER_M3


def in_kg(weight_mg: int | None) -> Decimal | None:
    return None if weight_mg is None else Decimal(weight_mg) / MG_PER_KG


def measures_said(capacity_mm3: int | None, capacity_mg: int | None) -> dict[str, str | None]:
    """What fits, as its history tells it."""
    return {
        name: f"{value.normalize():f}" if value is not None else None
        for name, value in (("room_m3", in_m3(capacity_mm3)), ("room_kg", in_kg(capacity_mg)))
    }
