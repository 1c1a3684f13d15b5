"""What is asked of a catalogue, as questions that answer with what is wrong."""

import re
from collections.abc import Iterable, Iterator

from babel.messages.catalog import Catalog, Message

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
# Names, codes and signs that everybody writes in Latin letters.
LATIN_EVERYWHERE = re.compile(
    r"""AidTrack | aidtrack\ \w+ | API | OpenAPI | JSON | UUID | PDF | CSV | XLSX | DOCX | Excel
    | JPEG | PNG | WebP | HEIC | Unicode | UTF | SHA | \.xlsx
    | HXL | OCHA | IATI | CMR | AWB | EAN | UPC | GTIN | SSCC | USD | DOS | Windows | KOI8 | Letter
    | \w+\.(?:pem|txt)
    | SMTP | STARTTLS | TLS | MAIL_URL | SMS | https | ZIP
    | Ctrl | Shift | Enter | Esc | \bK\b
    | Authorization:\ Bearer | Idempotency-Key | next_cursor | cursor | rows | null | true | false
    | name@example\.org | \w+@example\.org
    | \b[A-Z0-9]+(?:-[A-Z0-9]+)+\b | \b[A-Z]{2}[0-9]+\b""",
    re.VERBOSE,
)
# Numbers that a word may say: "one box", where the form serves no other number.
COUNTED = {"%(num)s", "%(num)d", "%(count)s"}
ENDS = {".": ".", "?": "?؟", "!": "!", ":": ":", "…": "…"}
# Shortened words end in a dot that ends no sentence.
SHORTENED = re.compile(r"\b(?:уп|шт|мес|тыс|дн)\.$")
NO_NONE = 3  # Languages of more forms have one for none.
EASTERN_DIGITS = re.compile(r"[٠-٩۰-۹]")
LATIN_SIGNS = re.compile(r"[?;]|(?<=[\u0600-\u06ff]),|[\"“”]")


def sentences(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def originals(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def told(message: Message) -> str:
    places = ", ".join(f"{file}:{line}" for file, line in message.locations)
    return f"{places or 'the catalogue'}: {originals(message)[0]!r}"


def untranslated(template: Catalog, catalogue: Catalog) -> list[str]:
    """Sentences of the code that the catalogue lacks, or says by halves."""
    wrong = []
    for message in sentences(template):
        known = catalogue.get(message.id)
        if known is None or known.fuzzy or not all(form.strip() for form in forms(known)):
            wrong.append(told(message))
    return wrong


def no_longer_said(template: Catalog, catalogue: Catalog) -> list[str]:
    """Sentences that the catalogue still has and the code no longer says."""
    return [told(message) for message in sentences(catalogue) if template.get(message.id) is None]


def placeholders_lost(catalogue: Catalog) -> list[str]:
    """Forms that do not name exactly what English names in one form or the other.

    The count may be left out of a form only where others of the same sentence have it.
    """
    wrong = []
    for message in sentences(catalogue):
        wanted = {name for text in originals(message) for name in PLACEHOLDER.findall(text)}
        spared = COUNTED if message.pluralizable and len(forms(message)) > 3 else set()
        wrong += [
            f"{told(message)} became {form!r}"
            for form in forms(message)
            if set(PLACEHOLDER.findall(form)) | (wanted & spared) != wanted
        ]
        if spared and not any(wanted <= set(PLACEHOLDER.findall(form)) for form in forms(message)):
            wrong.append(f"{told(message)} never names its number")
    return wrong


def left_in_latin(catalogue: Catalog) -> list[str]:
    wrong = []
    for message in sentences(catalogue):
        for form in forms(message):
            rest = LATIN_EVERYWHERE.sub(" ", PLACEHOLDER.sub(" ", form))
            if words := LATIN_WORD.findall(rest):
                wrong.append(f"{told(message)} became {form!r}: {', '.join(words)}")
    return wrong


def edges_lost(catalogue: Catalog) -> list[str]:
    """Spaces at either end, and the sign that ends a sentence, are part of it."""
    wrong = []
    for message in sentences(catalogue):
        english = originals(message)[0]
        wrong += [
            f"{told(message)} became {form!r}"
            for form in forms(message)
            if (english[:1] == " ") != (form[:1] == " ") or _ends_otherwise(english, form)
        ]
    return wrong


def _ends_otherwise(english: str, form: str) -> bool:
    last, own = english.rstrip()[-1:], form.rstrip()[-1:]
    if last in ENDS:
        return own not in ENDS[last]
    return own in ENDS and not SHORTENED.search(form)


def signs_of_others(catalogue: Catalog) -> list[str]:
    """Arabic has its own comma, question mark and quotation marks; digits are Latin."""
    wrong = []
    for message in sentences(catalogue):
        for form in forms(message):
            rest = LATIN_EVERYWHERE.sub("", PLACEHOLDER.sub("", form))
            rest = rest.replace("“”", "")  # Around a command that is typed.
            if EASTERN_DIGITS.search(form) or LATIN_SIGNS.search(rest):
                wrong.append(f"{told(message)} became {form!r}")
    return wrong


def other_words(catalogue: Catalog, glossary: Iterable[tuple[str, str]]) -> list[str]:
    """Sentences that name a thing of the glossary in English, and another in the language.

    Several words that fit are parted by " / ". Arabic has a form for none, which may leave the
    thing out.
    """
    wrong = []
    for term, words in glossary:
        english = re.compile(rf"\b{term}\b", re.IGNORECASE)
        known = [word.strip() for word in words.split("/")]
        wrong += [
            f"{told(message)}: {term!r} became {form!r}, not {words}"
            for message in sentences(catalogue)
            if any(english.search(PLACEHOLDER.sub("", text)) for text in originals(message)[:1])
            for form in forms(message)[len(forms(message)) > NO_NONE :]
            if not any(word in form.casefold() for word in known)
        ]
    return wrong
