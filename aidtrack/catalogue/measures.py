"""Weights and volumes as people write them, to whole milligrams and cubic millimetres."""

from decimal import Decimal

from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _

WEIGHT_UNITS = {"kg": 1_000_000, "g": 1_000, "mg": 1}
VOLUME_UNITS = {"l": 1_000_000, "m3": 1_000_000_000, "cm3": 1_000, "ml": 1_000}
# One hundred tonnes; a thousand cubic metres: more is a slip of the hand.
WEIGHT_MAX = 10**11
VOLUME_MAX = 10**12


def weight_mg(amount: Decimal | None, unit: str) -> int | None:
    """Milligrams; None when it is unknown, which is also what zero says."""
    return _whole(amount, WEIGHT_UNITS[unit], WEIGHT_MAX, "weight")


def volume_mm3(amount: Decimal | None, unit: str) -> int | None:
    """Cubic millimetres; None when it is unknown, which is also what zero says."""
    return _whole(amount, VOLUME_UNITS[unit], VOLUME_MAX, "volume")


def in_weight_unit(weight: int | None) -> tuple[Decimal | None, str]:
    """The amount and unit that a form shows: kilograms, or grams below one."""
    unit = "g" if weight is not None and weight < WEIGHT_UNITS["kg"] else "kg"
    return _split(weight, WEIGHT_UNITS[unit]), unit


def in_volume_unit(volume: int | None) -> tuple[Decimal | None, str]:
    """The amount and unit that a form shows: litres, or cubic metres from one upwards."""
    unit = "m3" if volume is not None and volume >= VOLUME_UNITS["m3"] else "l"
    return _split(volume, VOLUME_UNITS[unit]), unit


def _whole(amount: Decimal | None, per_unit: int, most: int, field: str) -> int | None:
    if not amount:
        return None
    whole = amount * per_unit
    if whole != whole.to_integral_value():
        raise Invalid(_("This is more exact than can be kept."), field=field)
    if whole > most:
        raise Invalid(_("This is too much for one."), field=field)
    return int(whole)


def _split(value: int | None, per_unit: int) -> Decimal | None:
    return None if value is None else Decimal(value) / per_unit
