"""Writes words of any script in the same few small Latin letters, so that they can be compared.

Cyrillic and Arabic letters are told by their sound, accents and vowel marks are left out:
"Ёлка", "елка" and "elka" are the same word. The database keeps what is searched in this form.
"""

import unicodedata

BETWEEN = "\x1f"  # Stands between the fields of a record; in what is kept it is BORDER.
BORDER = "^"

CYRILLIC = dict(
    zip(
        "абвгдеёзийклмнопрстуфыэіґўөүұқғңҷӣӯәһ",
        "abvgdeeziyklmnoprstufyeigwouuqgnjiuah",
        strict=True,
    )
) | {
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "",
    "ю": "yu", "я": "ya", "є": "ye", "ї": "yi", "ҳ": "h", "ѓ": "g", "ќ": "k", "ј": "j",
    "љ": "l", "њ": "n", "ђ": "d", "ћ": "c", "џ": "dz", "ѕ": "z",
}  # fmt: skip
ARABIC = dict(
    zip("ابتجحدذرزسصضطظفقكلمنهوىيةگکپیۀہےؤئ", "abtjhddrzssdtzfqklmnhwyyhgkpyhhywy", strict=True)
) | {
    "أ": "a", "إ": "a", "آ": "a", "ٱ": "a", "ث": "th", "خ": "kh", "ش": "sh", "ع": "a",
    "غ": "gh", "ء": "", "ـ": "", "چ": "ch", "ژ": "zh", "ڤ": "v", "ں": "n", "ھ": "h",
}  # fmt: skip
LATIN = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l",
    "ı": "i", "ə": "a", "ŋ": "n", "’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-",
    "—": "-", "‐": "-", "‑": "-", "№": "no",
}  # fmt: skip
SOUNDS = CYRILLIC | ARABIC | LATIN

# Keys of the same place on an English keyboard, and on a Russian or an Arabic one.
RUSSIAN_KEYS = ("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё")
ARABIC_KEYS = ("qwertyuiop[]asdfghjkl;'zxcvnm,./`", "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظذ")
# Of the letters beyond ASCII these hold all that have a simpler form.
SIMPLER = (
    (0x00, 0x0250), (0x02B0, 0x0590), (0x05B0, 0x05C8), (0x0610, 0x0700), (0x1680, 0x1681),
    (0x1E00, 0x2020), (0x2028, 0x2030), (0x205F, 0x2065), (0x2116, 0x2117), (0x3000, 0x3001),
    (0xFE70, 0xFF00), (0xFF01, 0xFF5F),
)  # fmt: skip
LETTER_MAX = 8  # A sign that stands for a whole sentence is no letter.


def fold(text: str) -> str:
    """The text in small letters of few kinds, with one space between words."""
    return " ".join(text.translate(_FOLDED).split())


def other_keys(text: str) -> list[str]:
    """What the same keys write on the keyboards of other languages."""
    return [swapped for keys in _KEYS if (swapped := text.lower().translate(keys)) != text.lower()]


def letters() -> dict[str, str]:
    """Every letter that `fold` changes, and what it becomes."""
    return {chr(code): simple for code, simple in _FOLDED.items()}


def _simple(letter: str) -> str:
    """What one letter becomes."""
    if letter in SOUNDS:
        return SOUNDS[letter]
    small = letter.lower()
    if small in SOUNDS:
        return SOUNDS[small]
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    kind = unicodedata.category(letter)
    if kind in ("Mn", "Me", "Cf", "Cs", "Lm", "Sk"):
        return ""
    if kind in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    parts = unicodedata.normalize("NFKD", letter)
    if parts in (letter, small):
        return small
    return "".join(_simple(part) for part in parts)


def _all_folded() -> dict[int, str]:
    simple = {code: _simple(chr(code)) for start, end in SIMPLER for code in range(start, end)}
    # A number is remembered by its parts: SHP/KG/2026/000123 is "shp 123".
    simple |= {ord(BORDER): " ", ord("/"): " ", ord(BETWEEN): f" {BORDER} "}
    return {
        code: text for code, text in simple.items() if text != chr(code) and len(text) <= LETTER_MAX
    }


_FOLDED = _all_folded()
_KEYS = tuple(
    str.maketrans(own, other)
    for english, their in (RUSSIAN_KEYS, ARABIC_KEYS)
    for own, other in ((english, their), (their, english))
)
