"""Figures as the papers print them: whole numbers in, text out, no floats in between.

Thousands stand apart by a narrow no-break space and decimals after a point, which is read
alike in every language of the papers.
"""

from __future__ import annotations

from datetime import date

UNKNOWN = "–"
THOUSANDS = "\u202f"
MILLIGRAMS_IN_TENTH_KG = 100_000
CUBIC_MM_IN_HUNDREDTH_M3 = 10_000_000
# ISO 4217: minor units of currencies that do not have two.
MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def number(value: int) -> str:
    """12400 as "12 400"."""
    return f"{value:,}".replace(",", THOUSANDS)


def decimal(value: int, places: int) -> str:
    """A number of 10^-places: decimal(12345, 1) is "1 234.5"."""
    if not places:
        return number(value)
    whole, part = divmod(abs(value), 10**places)
    return f"{'−' if value < 0 else ''}{number(whole)}.{part:0{places}d}"


def signed(value: int) -> str:
    """A difference: "+3", "−3" or "0"."""
    if not value:
        return "0"
    return f"{'+' if value > 0 else '−'}{number(abs(value))}"


def kilograms(weight_mg: int | None) -> str:
    return _rounded(weight_mg, MILLIGRAMS_IN_TENTH_KG, 1)


def cubic_metres(volume_mm3: int | None) -> str:
    return _rounded(volume_mm3, CUBIC_MM_IN_HUNDREDTH_M3, 2)


def money(amount_minor: int, currency: str) -> str:
    """Minor units as an amount, without the currency's name."""
    return decimal(amount_minor, MINOR_DIGITS.get(currency, 2))


def percent(part: int, whole: int) -> str:
    """Share with one decimal; never rounds something to nothing, nor less than all to all."""
    if not whole or not part:
        return "0%"
    if part == whole:
        return "100%"
    thousandths = min(999, max(1, (2000 * part + whole) // (2 * whole)))
    return f"{decimal(thousandths, 1)}%"


def day(value: date | None) -> str:
    return value.isoformat() if value else UNKNOWN


def days(first: date | None, last: date | None) -> str:
    """A stretch of days, or one day."""
    if first is None and last is None:
        return UNKNOWN
    if first == last or last is None:
        return day(first)
    return f"{day(first)} – {day(last)}"


def _rounded(value: int | None, unit: int, places: int) -> str:
    if value is None:
        return UNKNOWN
    rounded = (2 * value + unit) // (2 * unit)
    if value > 0 and not rounded:
        return f"< {decimal(1, places)}"
    return decimal(rounded, places)
