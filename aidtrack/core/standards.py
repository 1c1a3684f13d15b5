"""Codes that others keep: countries, currencies, languages, time zones, with their names."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import get_territory_currencies

from aidtrack.core.i18n import current_language

# What CLDR lists beside the countries of ISO 3166-1. Kosovo (XK) is in everyday use and stays.
NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
# Languages in which records may carry a name, beside the one they were first written in.
NAME_LANGUAGES = (
    "ar", "az", "en", "es", "fa", "fr", "hi", "hy", "ka", "kk", "ky", "pl", "ps", "pt", "ro",
    "ru", "so", "sw", "tg", "tk", "tr", "uk", "ur", "uz", "zh",
)  # fmt: skip
OTHER_ZONES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def country_codes() -> frozenset[str]:
    """ISO 3166-1 alpha-2."""
    known = (str(code) for code in Locale("en").territories)
    return frozenset(x for x in known if len(x) == 2 and x.isalpha()) - NO_COUNTRIES


@cache
def currency_codes() -> frozenset[str]:
    """ISO 4217 codes that are money somewhere today."""
    return frozenset(
        currency for country in country_codes() for currency in get_territory_currencies(country)
    )


@cache
def time_zones() -> tuple[str, ...]:
    """Zones named by a region and a city, and UTC."""
    named = (x for x in available_timezones() if "/" in x and not x.startswith(OTHER_ZONES))
    return ("UTC", *sorted(named))


def countries() -> list[tuple[str, str]]:
    """(code, name) in the reader's language, by name."""
    return _countries_in(current_language())


def currencies() -> list[tuple[str, str]]:
    """(code, "USD · US Dollar") in the reader's language, by code."""
    return _currencies_in(current_language())


def languages() -> list[tuple[str, str]]:
    """(code, name) of the languages that names may be in, in the reader's language."""
    return _languages_in(current_language())


def zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in time_zones()]


def country_name(code: str) -> str:
    """The country in the reader's language; an unknown code stays as it is."""
    return dict(countries()).get(code, code)


def language_name(code: str) -> str:
    return dict(languages()).get(code, code)


@cache
def _countries_in(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language).territories
    found = [(code, str(names.get(code, code))) for code in country_codes()]
    return sorted(found, key=lambda pair: pair[1].casefold())


@cache
def _currencies_in(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language).currencies
    return [(code, f"{code} · {names.get(code, code)}") for code in sorted(currency_codes())]


@cache
def _languages_in(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language).languages
    found = [(code, str(names.get(code, code))) for code in NAME_LANGUAGES]
    return sorted(found, key=lambda pair: pair[1].casefold())
