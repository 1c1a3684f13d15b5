"""The one door to translation, so that services can speak without knowing the web.

Text runs in two directions. A fact that is put into a sentence of the other direction would
turn its neighbours around, so it is isolated there (UAX #9, FSI … PDI): in Arabic every fact
but a plain number, elsewhere those that are written from right to left.

A number that a sentence names as text, %(…)s, has its thousands apart as the language has them;
one that it names as %(…)d is a code, a year or a limit, and stays as it is.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from typing import Any, NamedTuple

from babel.numbers import format_decimal
from flask import g
from flask_babel import force_locale, get_locale, get_translations
from flask_babel.speaklater import LazyString

__all__ = [
    "LANGUAGES",
    "RIGHT_TO_LEFT",
    "_",
    "apart",
    "catalogue",
    "comma",
    "counted",
    "current_language",
    "first_weekday",
    "is_borrowed",
    "lazy",
    "listed",
    "name_in",
    "ngettext",
    "of_many",
    "script_of",
    "speaking",
    "together",
]

# What a person may choose. A language is listed once its catalogue is begun.
LANGUAGES = {"en": "English", "ru": "Русский", "ar": "العربية"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ps", "ur", "he"})
COMMAS = dict.fromkeys(("ar", "fa", "ps", "ur"), "، ")
WEEKS_FROM_SATURDAY, SATURDAY = frozenset({"ar", "fa", "ps"}), 5
BETWEEN_FACTS = " · "
THOUSAND = 1_000
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
ISOLATES = frozenset("\u2066\u2067\u2068")
WITHOUT_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
# The scripts of the languages that names may be in, by how Unicode calls their letters. Those
# that are not named here are written in Latin letters.
SCRIPTS = {"ARABIC": "Arab", "CYRILLIC": "Cyrl", "LATIN": "Latn"}
SCRIPT_OF_LANGUAGE = {
    **dict.fromkeys(("ar", "fa", "ps", "ur"), "Arab"),
    **dict.fromkeys(("kk", "ky", "ru", "tg", "uk"), "Cyrl"),
}


class Voice(NamedTuple):
    """The two-letter language of whoever is being spoken to, and its messages."""

    language: str
    catalogue: NullTranslations


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """All that is said inside is said in that language."""
    with force_locale(language):
        kept = g.pop("voice", None) if g else None
        try:
            yield
        finally:
            if g:
                g.voice = kept


def current_language() -> str:
    """The two-letter language of whoever is being spoken to."""
    return _voice().language


def catalogue() -> NullTranslations:
    """The messages of that language."""
    return _voice().catalogue


def _voice() -> Voice:
    """Found once a request: a page says hundreds of things, and finding it takes longer."""
    if not g:
        return Voice("en", NullTranslations())
    voice: Voice | None = g.get("voice")
    if voice is None:
        locale = get_locale()
        voice = g.voice = Voice(locale.language if locale else "en", get_translations())
    return voice


def _(message: str, **facts: object) -> str:
    """The message in the reader's language, with the facts in their places."""
    said = catalogue().gettext(message)
    return said % isolated(facts) if facts else said


def ngettext(one: str, many: str, num: int, **facts: object) -> str:
    """The same for a number of things, which the message may name as %(num)s."""
    said = of_many(catalogue().ngettext(one, many, num))
    return said % isolated({"num": num, **facts})


def of_many(said: str) -> str:
    """A sentence of a number of things: whichever way it names the number, that one counts."""
    return said.replace("%(num)d", "%(num)s")


def lazy(message: str, **facts: object) -> LazyString:
    """Said when it is read, for labels that are written down before anybody asks."""
    return LazyString(_, message, **facts)


class Figure(int):
    """A number that is said with its thousands apart, and counts as ever."""

    def __str__(self) -> str:
        return counted(int(self))


def counted(number: int) -> str:
    """1288 as 1,288 or 1 288 in a sentence, as the language has it."""
    return format_decimal(number, locale=current_language())


def isolated(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a sentence, those apart that would turn it around."""
    rightward = current_language() in RIGHT_TO_LEFT
    return {name: _apart(fact, rightward) for name, fact in facts.items()}


def _apart(fact: Any, in_right_to_left: bool) -> Any:
    if isinstance(fact, int):
        return Figure(fact) if abs(fact) >= THOUSAND else fact
    text = str(fact)
    needed = not text.isdigit() if in_right_to_left else runs_right_to_left(text)
    if not text or not needed or text[0] in ISOLATES:
        return fact
    apart = f"{ISOLATE}{text}{END_ISOLATE}"
    return type(fact)(apart) if isinstance(fact, str) else apart  # Markup stays Markup.


def apart(text: Any, language: str | None = None) -> Any:
    """Short facts side by side ("Aizada · +996 555 010 203"), none turning its neighbour."""
    if not isinstance(text, str) or not text:
        return text
    rightward = (language or current_language()) in RIGHT_TO_LEFT
    if not rightward and text.isascii():
        return text
    parts = [_apart(part, rightward) for part in text.split(BETWEEN_FACTS)]
    return type(text)(BETWEEN_FACTS).join(parts)


def together(text: str) -> str:
    """The text without the signs that keep facts apart, for files that other programs read."""
    return text.translate(WITHOUT_ISOLATES)


def comma(language: str | None = None) -> str:
    """What stands between the things of a list, with its space."""
    return COMMAS.get(language or current_language(), ", ")


def listed(texts: Iterable[object]) -> str:
    """Things in a row, as the reader's language sets them."""
    rightward = current_language() in RIGHT_TO_LEFT
    return comma().join(str(_apart(text, rightward)) for text in texts)


def runs_right_to_left(text: str) -> bool:
    """Whether any letter of it does."""
    return not text.isascii() and any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def first_weekday() -> int:
    """The day that a week begins with where the language is spoken; 0 is Monday."""
    return SATURDAY if current_language() in WEEKS_FROM_SATURDAY else 0


def name_in(name: str, names: dict[str, str] | None, language: str | None = None) -> str:
    """The name in a language, falling back to the record's first name."""
    return (names.get(language or current_language()) if names else None) or name


def is_borrowed(name: str, names: dict[str, str] | None, language: str | None = None) -> bool:
    """Whether `name_in` must fall back to a name in letters that are not the language's."""
    language = language or current_language()
    if names and names.get(language):
        return False
    script = script_of(name)
    return bool(script) and script != SCRIPT_OF_LANGUAGE.get(language, "Latn")


def script_of(text: str) -> str:
    """The script of its first letter as ISO 15924 names it, such as "Cyrl"; else empty."""
    for character in text:
        if character.isalpha():
            return SCRIPTS.get(unicodedata.name(character, "").split(" ")[0], "")
    return ""
