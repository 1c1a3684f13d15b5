"""Figures in words as pictures and their tables say them, in the reader's language."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache, partial

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_precision

from aidtrack.catalogue.models import ItemPack
from aidtrack.core.clock import first_of_month as first_of_month
from aidtrack.core.counted import MANY, unit_name
from aidtrack.core.i18n import _, current_language, ngettext
from aidtrack.pictures.picture import Cell

THIN_SPACE = "\u202f"
RIGHT_MARK, LEFT_MARK = "\u200f", "\u200e"
MG_IN_KG = 1_000_000
MG_IN_TONNE = 1_000_000_000


def number(value: int | Decimal) -> str:
    """1288 as the language writes it; spaces never break the line."""
    return _number_in(value, current_language())


@lru_cache(maxsize=20_000)
def _number_in(value: int | Decimal, language: str) -> str:
    """Babel takes its time."""
    return format_decimal(value, locale=language).replace("\u00a0", THIN_SPACE)


def signed(value: int | Decimal) -> str:
    """A number whose minus is as long as its digits are wide."""
    return number(value).replace("-", "−")


def short(value: int) -> str:
    """A number for a narrow place: whole below ten thousand, then 12.4k or 3.1M.

    The signs are those of the metric system, alike in every language.
    """
    for unit, least, sign in ((1_000_000, 1_000_000, "M"), (1_000, 10_000, "k")):
        if abs(value) >= least:
            return signed((Decimal(value) / unit).quantize(Decimal("0.1")).normalize() + 0) + sign
    return signed(value)


def quantity(value: int, base_unit: str) -> str:
    """ "288 pieces"."""
    return f"{number(value)} {unit_name(base_unit, value)}"


def packed(value: int, base_unit: str, packs: Sequence[ItemPack]) -> str:
    """ "12 cartons × 24 = 288 pieces" in the largest pack of which there is a whole one."""
    pack = next((each for each in packs if 1 < each.size <= value), None)
    if pack is None:
        return quantity(value, base_unit)
    whole, rest = divmod(value, pack.size)
    more = f" + {number(rest)}" if rest else ""
    name = unit_name(pack.name, whole)
    size = number(pack.size)
    return f"{number(whole)} {name} × {size}{more} = {quantity(value, base_unit)}"


def weight(weight_mg: int) -> str:
    """Milligrams as kilograms, or as tonnes from one on."""
    if weight_mg >= MG_IN_TONNE:
        return _("%(weight)s t", weight=number(rounded(weight_mg, MG_IN_TONNE)))
    return _("%(weight)s kg", weight=number(rounded(weight_mg, MG_IN_KG)))


def rounded(value: int, per: int) -> Decimal:
    """A quotient with one decimal below a hundred, whole above."""
    amount = Decimal(value) / per
    step = Decimal(1) if amount >= 100 else Decimal("0.1")
    return amount.quantize(step).normalize() + 0


def money(minor: int, currency: str) -> str:
    """Minor units as an amount without cents, which a picture has no use for."""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency)).quantize(Decimal(1))
    language = current_language()
    whole = Locale.parse(language).currency_formats["standard"].pattern.replace(".00", "")
    text = format_currency(amount, currency, locale=language, currency_digits=False, format=whole)
    text = text.replace("\u00a0", THIN_SPACE)
    if RIGHT_MARK not in text:
        return text
    # Read from the right, the signs of "US$" would change places.
    return f"{LEFT_MARK}{text.replace(RIGHT_MARK, '')}{LEFT_MARK}"


def bare_money(minor: int, currency: str) -> str:
    """Minor units as an amount for spreadsheets: 123450, USD is 1234.50."""
    return str(Decimal(minor).scaleb(-get_currency_precision(currency)))


def tenths(value: int) -> str:
    """42 as 4.2, as the language writes it."""
    return number((Decimal(value) / 10).normalize() + 0)


def bare_tenths(value: int) -> str:
    """42 as 4.2 for spreadsheets."""
    return f"{value // 10}.{value % 10}"


def months(value: int) -> str:
    """Tenths of a month as "4.2 months"."""
    if value % 10:
        return _("%(count)s months", count=tenths(value))
    whole = value // 10
    return ngettext("%(count)s month", "%(count)s months", whole, count=number(whole))


def month(first: date) -> str:
    """ "Jan 2027"."""
    return format_date(first, "LLL y", locale=current_language())


def brief_month(first: date) -> str:
    """ "Jan", where there is no room for the year."""
    return format_date(first, "LLL", locale=current_language())


def day(value: date) -> str:
    return format_date(value, "d MMM y", locale=current_language())


def days_left_in_month(value: date) -> tuple[int, int]:
    """(days from this one to the end of its month, days of the month)."""
    following = first_of_month(value, 1)
    return (following - value).days, (following - timedelta(days=1)).day


def unit(base_unit: str) -> str:
    """The word for many of them, as the head of a column."""
    return unit_name(base_unit, MANY)


def counted(value: int) -> Cell:
    return Cell(value, partial(number, value))


def measured(value: int, base_unit: str) -> Cell:
    """Base units by their name; bare in spreadsheets."""
    return Cell(value, partial(quantity, value, base_unit))


def in_packs(value: int, base_unit: str, packs: Sequence[ItemPack]) -> Cell:
    """A quantity in packs and base units; bare in spreadsheets."""
    return Cell(value, partial(packed, value, base_unit, packs))
