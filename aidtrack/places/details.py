"""What people say of a site or an area: the shape between forms and services."""

from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class AreaDetails:
    """What a form says of an administrative unit; level 0 is a country."""

    pcode: str
    name: str
    level: int
    country: str
    parent_id: int | None = None
    names: dict[str, str] = field(default_factory=dict)
