"""What people say of an item: the shape between forms or lists and services."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PackDetails:
    """A pack: its name and how many base units it holds (two or more)."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class ListedBarcode:
    """A bar code as it is kept, and the pack that it stands on; None for a single one."""

    code: str
    pack: PackDetails | None = None


@dataclass(frozen=True, slots=True)
class ItemDetails:
    """What a form or a list says of an item; units as in `models.Item`. Only lists name bar
    codes, which are kept apart from the item.
    """

    code: str
    name: str
    names: dict[str, str] = field(default_factory=dict)
    category: str = ""
    base_unit: str = "piece"
    weight_mg: int | None = None
    volume_mm3: int | None = None
    has_expiry: bool = False
    is_cold_chain: bool = False
    unit_value_minor: int | None = None
    currency: str | None = None
    packs: tuple[PackDetails, ...] = ()
    barcodes: tuple[ListedBarcode, ...] = ()
