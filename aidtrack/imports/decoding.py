"""From bytes to text: which of the world's encodings a list was saved in."""

import codecs
import re
from dataclasses import dataclass
from typing import Any

from charset_normalizer import from_bytes

from aidtrack.core.errors import Invalid
from aidtrack.core.i18n import _, lazy


class Unreadable(Invalid):
    """The file as a whole cannot be read as a list; nothing in it was looked at."""

    code = "unreadable_file"


# What a person may choose when the guess is wrong: Python's name and what it is called.
ENCODINGS: dict[str, Any] = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "cp1252": lazy("Western (Windows-1252)"),
    "cp1250": lazy("Central European (Windows-1250)"),
    "cp1251": lazy("Cyrillic (Windows-1251)"),
    "koi8_r": lazy("Cyrillic (KOI8-R)"),
    "cp866": lazy("Cyrillic (DOS 866)"),
    "cp1254": lazy("Turkish (Windows-1254)"),
    "cp1256": lazy("Arabic (Windows-1256)"),
}
_NOT_LATIN = ["cp1251", "koi8_r", "cp866", "cp1256"]
_LATIN = ["cp1252", "cp1250", "cp1254"]
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # Before UTF-16: it begins with the same two bytes.
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 64 * 1024
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_HIGH_WORD = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the encoding it was in, and whether that is a guess a person should check."""

    text: str
    encoding: str
    guessed: bool


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """The text of a file. `encoding` is what the person chose; None lets us find out.

    Raises Unreadable for what is not text, or not text in the chosen encoding.
    """
    if encoding:
        return Decoded(_strict(data, encoding), encoding, guessed=False)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Decoded(_strict(data, name), name, guessed=False)
    sample = data[:_SAMPLE_BYTES]
    wide = _utf16_without_mark(sample)
    if wide:
        return Decoded(_strict(data, wide), wide, guessed=True)
    if len(_CONTROL.findall(sample)) > len(sample) // 200 or sample.count(0) > len(sample) // 20:
        raise Unreadable(
            _("This is not a list: it is neither text nor a spreadsheet. Save it as CSV or .xlsx.")
        )
    try:
        return Decoded(data.decode("utf-8"), "utf-8", guessed=False)
    except UnicodeDecodeError:
        name = _eight_bit_encoding(data)
        return Decoded(data.decode(name, errors="replace"), name, guessed=True)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding).lstrip("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable(
            _("The file is not %(encoding)s text.", encoding=ENCODINGS.get(encoding, encoding)),
            field="encoding",
        ) from error


def _utf16_without_mark(sample: bytes) -> str | None:
    """Latin text in UTF-16 has a zero in every other byte."""
    pairs = len(sample) // 2
    if pairs < 4:
        return None
    zeros_first = sample[0 : pairs * 2 : 2].count(0)
    zeros_second = sample[1 : pairs * 2 : 2].count(0)
    if zeros_second > pairs * 0.4 and zeros_first < pairs * 0.1:
        return "utf-16-le"
    if zeros_first > pairs * 0.4 and zeros_second < pairs * 0.1:
        return "utf-16-be"
    return None


def _eight_bit_encoding(data: bytes) -> str:
    """Letters beyond ASCII stand alone in Latin words and together in Cyrillic and Arabic."""
    lines = [line for line in data.splitlines() if not line.isascii()]
    telling = b"\n".join(lines)[:_SAMPLE_BYTES]
    words = _HIGH_WORD.findall(telling.replace(b"\xa0", b" "))
    in_long_words = sum(len(word) for word in words if len(word) > 2)
    not_latin = in_long_words > sum(map(len, words)) / 2
    guesses = from_bytes(telling, cp_isolation=_NOT_LATIN if not_latin else _LATIN)
    names = [match.encoding for match in guesses]
    if not_latin:
        return names[0] if names else "cp1251"
    # Western lists are by far the most common, and only a few bytes tell them from the rest.
    return "cp1252" if "cp1252" in names or not names else names[0]
