"""One cell to one typed value, by a decision made once for its whole column.

A reader is a function from a cell to a value; it gives None for a blank and raises BadCell,
with a reason a person can act on, for what it cannot mean.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from aidtrack.core.i18n import _
from aidtrack.imports.spreadsheets import Cell

Reader = Callable[[Cell], Any]

MAX_TEXT = 200
MAX_QUANTITY = 10**12
MAX_MEASURE = 10**15  # A million tonnes in milligrams, a million cubic metres in cubic mm.

_BLANKS = frozenset(
    {"", "-", "–", "—", "--", "n/a", "na", "n.a.", "#n/a", "none", "null", "nil", "н/д", "б/н"}
    | {"unknown", "tbd", "?"}
)
_ERRORS = frozenset({"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_TRUE = frozenset(
    {"true", "yes", "y", "1", "x", "t", "✓", "oui", "o", "vrai", "si", "sí", "sim", "verdadero"}
    | {"да", "истина", "так", "ооба", "ҳа", "evet", "ja", "نعم"}
)
_FALSE = frozenset(
    {"false", "no", "n", "0", "f", "non", "faux", "falso", "não", "нет", "ложь", "ні", "жок"}
    | {"не", "hayır", "nein", "لا"}
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACE_IN_NUMBER = re.compile(r"(?<=\d)[\s'’_٬](?=\d)")
_NUMBER = re.compile(r"[+-]?(?:\d[\d.,]*|[.,]\d+)(?:e[+-]?\d{1,6})?", re.IGNORECASE)
_GROUPED = {
    sign: re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+") for sign in (".", ",")
}

WEIGHT_UNITS = {
    "mg": Decimal(1), "g": Decimal(1000), "gr": Decimal(1000), "gram": Decimal(1000),
    "grams": Decimal(1000), "г": Decimal(1000), "гр": Decimal(1000), "kg": Decimal(10**6),
    "kgs": Decimal(10**6), "kilogram": Decimal(10**6), "kilograms": Decimal(10**6),
    "кг": Decimal(10**6), "t": Decimal(10**9), "mt": Decimal(10**9), "т": Decimal(10**9),
    "lb": Decimal("453592.37"), "lbs": Decimal("453592.37"), "oz": Decimal("28349.523125"),
}  # fmt: skip
VOLUME_UNITS = {
    "mm3": Decimal(1), "ml": Decimal(1000), "мл": Decimal(1000), "cm3": Decimal(1000),
    "cc": Decimal(1000), "l": Decimal(10**6), "litre": Decimal(10**6), "litres": Decimal(10**6),
    "liter": Decimal(10**6), "liters": Decimal(10**6), "л": Decimal(10**6), "dm3": Decimal(10**6),
    "m3": Decimal(10**9), "cbm": Decimal(10**9), "м3": Decimal(10**9),
    "ft3": Decimal("28316846.592"), "cft": Decimal("28316846.592"),
}  # fmt: skip


class BadCell(Exception):
    """A cell that cannot be what its column holds."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def tidy(cell: Cell) -> str:
    """The text of a cell with spaces of every kind made single and the ends cut."""
    return " ".join(cell.split()) if isinstance(cell, str) else cell.isoformat()


def filled(cell: Cell) -> str:
    """As `tidy`, but empty for the many ways people write "nothing"."""
    text = tidy(cell)
    return "" if text.casefold() in _BLANKS else text


@lru_cache(maxsize=16_384)
def same_name(text: str) -> str:
    """What two names are compared by: letters' case, width and spacing do not matter."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def text(limit: int = MAX_TEXT) -> Reader:
    """Words up to `limit` letters."""

    def read(cell: Cell) -> str | None:
        words = _sound(cell)
        if len(words) > limit:
            raise BadCell(_("is longer than %(limit)d letters", limit=limit))
        return words or None

    return read


def reference(limit: int = MAX_TEXT) -> Reader:
    """As `text`, for codes and batch numbers: “n/a” and “-” are no batch number."""
    words = text(limit)
    return lambda cell: words(cell) if filled(cell) else None


def boolean(cell: Cell) -> bool | None:
    """Yes or no in the languages we meet."""
    word = filled(_sound(cell)).casefold()
    if not word:
        return None
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadCell(_("is neither yes nor no"))


def numbers(cells: Iterable[Cell]) -> Callable[[Cell], Decimal | None]:
    """Decimal numbers of a column. 1.234,5 anywhere in it makes its comma a decimal comma."""
    sign = _decimal_sign(cells)

    def read(cell: Cell) -> Decimal | None:
        return _parse(_sound(cell), sign)

    return read


def quantities(cells: Iterable[Cell], most: int = MAX_QUANTITY) -> Reader:
    """Whole numbers from 0 to `most`. Things are counted: 1,234 is a thousand and more."""
    sign = _decimal_sign(cells)

    def read(cell: Cell) -> int | None:
        value = _parse(_sound(cell), sign, counting=True)
        if value is None:
            return None
        _expect_between(value, 0, most)
        if value != value.to_integral_value():
            raise BadCell(_("is not a whole number"))
        return int(value)

    return read


def measures(cells: Iterable[Cell], units: dict[str, Decimal], unit: str) -> Reader:
    """Weights or volumes as whole milligrams or cubic millimetres; 0 means unknown: None.

    `unit` is that of the heading; a cell may name its own: "500 g".
    """
    sign = _decimal_sign(_without_unit(tidy(cell), units)[0] for cell in cells)

    def read(cell: Cell) -> int | None:
        words, own_unit = _without_unit(_sound(cell), units)
        value = _parse(words, sign)
        if not value:
            return None
        smallest = value * units[own_unit or unit]
        _expect_between(smallest, 0, MAX_MEASURE)
        rounded = int(smallest.to_integral_value(ROUND_HALF_UP))
        if rounded == 0:
            raise BadCell(_("is too small to be a weight or volume"))
        return rounded

    return read


def degrees(cells: Iterable[Cell], most: int) -> Reader:
    """A latitude (`most` 90) or longitude (180) in millionths of a degree."""
    number = numbers(cells)

    def read(cell: Cell) -> int | None:
        value = number(cell)
        if value is None:
            return None
        if abs(value) > most:
            raise BadCell(_("is not between -%(most)d and %(most)d degrees", most=most))
        return int((value * 10**6).to_integral_value(ROUND_HALF_UP))

    return read


def minor_units(value: Decimal, digits: int) -> int:
    """An amount of money in its smallest unit, such as cents when `digits` is 2."""
    return int((value * 10**digits).to_integral_value(ROUND_HALF_UP))


def _sound(cell: Cell) -> str:
    """The text of a cell, unless something in it shows that it is damaged."""
    if isinstance(cell, str):
        if _CONTROL.search(cell):
            raise BadCell(_("holds a character that is not text"))
        if "\ufffd" in cell:
            raise BadCell(_("holds a letter that the chosen encoding does not know"))
    words = tidy(cell)
    if words == "#FORMULA!":
        raise BadCell(_("is a formula without a result: open the file in Excel and save it"))
    if words in _ERRORS:
        raise BadCell(_("is an error of the spreadsheet"))
    if words.startswith("=") and len(words) > 1:
        raise BadCell(_("is a formula, not a value"))
    return words


def _expect_between(value: Decimal, least: int, most: int) -> None:
    if value < least:
        raise BadCell(_("is less than %(least)d", least=least))
    if value > most:
        raise BadCell(_("is more than %(most)s", most=f"{most:,}"))


def _plain(words: str) -> str:
    """ASCII digits without spaces between them: ٣ ٠٠٠ is 3000."""
    words = unicodedata.normalize("NFKC", words).replace("−", "-").replace("٫", ".")
    digits = "".join(str(unicodedata.digit(sign, "")) or sign for sign in words)
    return _SPACE_IN_NUMBER.sub("", digits)


def _parse(words: str, sign: str, *, counting: bool = False) -> Decimal | None:
    if words.casefold() in _BLANKS:
        return None
    plain = _plain(words)
    if not _NUMBER.fullmatch(plain):
        raise BadCell(_("is not a number"))
    if not sign and _is_ambiguous(plain) and not (counting and "," in plain):
        whole = plain.replace(",", "").replace(".", "")
        raise BadCell(
            _(
                "may mean %(small)s or %(large)s: write it without a thousands separator",
                small=plain.replace(",", "."),
                large=whole,
            )
        )
    decimal_sign = sign or _sign_of(plain) or "."
    grouping = "," if decimal_sign == "." else "."
    whole, _sign, fraction = plain.partition(decimal_sign)
    if (grouping in whole and not _GROUPED[grouping].fullmatch(whole)) or grouping in fraction:
        raise BadCell(_("is not written like the other numbers of its column"))
    try:
        return Decimal(
            f"{whole.replace(grouping, '')}.{fraction}" if fraction else whole.replace(grouping, "")
        )
    except InvalidOperation as error:
        raise BadCell(_("is not a number")) from error


def _decimal_sign(cells: Iterable[Cell]) -> str:
    """ "." or "," when one number of the column at least shows which; else empty."""
    votes = {".": 0, ",": 0}
    for cell in cells:
        if isinstance(cell, str) and ("." in cell or "," in cell):
            plain = _plain(tidy(cell))
            if _NUMBER.fullmatch(plain) and (sign := _sign_of(plain)):
                votes[sign] += 1
    if votes["."] == votes[","]:
        return ""
    return "." if votes["."] > votes[","] else ","


def _sign_of(plain: str) -> str:
    """What one number alone shows about the decimal sign."""
    dots, commas = plain.count("."), plain.count(",")
    if dots and commas:
        return "." if plain.rfind(".") > plain.rfind(",") else ","
    if dots > 1 or commas > 1:
        return "," if dots else "."
    if (not dots and not commas) or _is_ambiguous(plain):
        return ""
    return "." if dots else ","


def _is_ambiguous(plain: str) -> bool:
    """1,234 and 1.234 can be a thousand or a little more than one; 0,234 and 1,23 cannot."""
    return bool(re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", plain))


def _without_unit(words: str, units: dict[str, Decimal]) -> tuple[str, str]:
    match = re.fullmatch(r"(.*\d[.,]?)\s*([^\W\d_]+\.?[23³]?)", words.strip())
    if match:
        unit = match.group(2).casefold().rstrip(".").replace("³", "3")
        if unit in units:
            return match.group(1), unit
    return words, ""
