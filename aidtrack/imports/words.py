"""Words of lists that stand for words of ours: units, countries, currencies, organisations."""

import hashlib
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision

from aidtrack.core.codes import ALPHABET
from aidtrack.imports.cells import same_name

_UNITS = {
    "piece": "each ea piece pieces pc pcs unit units number no nr stück шт штука штук шт. pièce"
    " pieza unidad unité дона даана",
    "set": "set sets jeu комплект",
    "kit": "kit kits набор",
    "pair": "pair pairs pr paire пара",
    "tablet": "tablet tablets tab tabs comprimé таблетка табл",
    "sachet": "sachet sachets пакетик",
    "ampoule": "ampoule ampoules amp ампула",
    "bottle": "bottle bottles btl bouteille бутылка",
    "bag": "bag bags мешок sac",
    "can": "can cans tin банка",
    "ration": "ration rations рацион",
    "litre": "l litre litres liter liters ltr л литр",
    "metre": "m metre metres meter meters м метр",
    "square_metre": "m2 m² sqm м2 м²",
    "gram": "g gr gram grams г грамм",
    "kilogram": "kg kgs kilogram kilograms kilo кг килограмм",
    "millilitre": "ml millilitre мл",
    "roll": "roll rolls рулон rouleau",
    "dose": "dose doses доза",
}
_UNIT_OF_WORD = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_COUNTRY_NAMES_IN = ("en", "fr", "es", "ru")
_NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "XX", "ZZ"}
_OTHER_COUNTRY_NAMES = {
    "кыргызстан": "KG", "kyrgyz republic": "KG", "turkey": "TR", "syrian arab republic": "SY",
    "russian federation": "RU", "republic of moldova": "MD", "democratic republic of congo": "CD",
    "drc": "CD", "uk": "GB", "east timor": "TL",
}  # fmt: skip

# The language of "local name" columns, by country.
NATIONAL_LANGUAGES = {
    "KG": "ky", "TJ": "tg", "UZ": "uz", "KZ": "kk", "TM": "tk", "UA": "uk", "RU": "ru",
    "TR": "tr", "SY": "ar", "IQ": "ar", "YE": "ar", "AM": "hy", "AZ": "az", "GE": "ka",
    "MD": "ro", "HT": "fr", "TL": "pt", "HN": "es",
}  # fmt: skip


def base_unit(word: str) -> str:
    """Our word for a unit of a list; one that we do not know is kept, in lower case."""
    plain = same_name(word).rstrip(".")
    return _UNIT_OF_WORD.get(plain, plain)


def country_code(word: str) -> str | None:
    """ISO 3166-1 alpha-2 for a code of two or three letters or a name; None when unknown."""
    return _countries().get(same_name(word))


@lru_cache(maxsize=512)
def currency_digits(code: str) -> int | None:
    """How many digits an ISO 4217 currency has after the point; None for no currency."""
    return get_currency_precision(code) if code in Locale("en").currencies else None


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    known = dict(_OTHER_COUNTRY_NAMES)
    codes = {str(code) for code in Locale("en").territories if len(str(code)) == 2} - _NO_COUNTRIES
    for language in _COUNTRY_NAMES_IN:
        for code, name in Locale(language).territories.items():
            if code in codes:
                known[same_name(str(name))] = str(code)
    for alias, now in get_global("territory_aliases").items():
        if len(alias) == 3 and len(now) == 1 and now[0] in codes:
            known[alias.casefold()] = now[0]
    return known | {code.casefold(): code for code in codes}


def derived_code(prefix: str, name: str, letters: int = 8) -> str:
    """A code for something that a list only names: the same name gives the same code."""
    number = int.from_bytes(hashlib.sha256(same_name(name).encode()).digest(), "big")
    code = ""
    for _position in range(letters):
        number, letter = divmod(number, len(ALPHABET))
        code += ALPHABET[letter]
    return f"{prefix}-{code}"
