"""The one door to translation, so that services can speak without knowing the web."""

from flask_babel import force_locale as speaking
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext as ngettext

__all__ = ["LANGUAGES", "_", "current_language", "lazy", "name_in", "ngettext", "speaking"]

# What a person may choose. A language is listed once its catalogue is begun.
LANGUAGES = {"en": "English", "ru": "Русский", "ar": "العربية"}


def current_language() -> str:
    """The two-letter language of whoever is being spoken to."""
    locale = get_locale()
    return locale.language if locale else "en"


def name_in(name: str, names: dict[str, str] | None, language: str | None = None) -> str:
    """The name in a language, falling back to the record's first name."""
    return (names.get(language or current_language()) if names else None) or name
