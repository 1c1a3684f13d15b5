"""How wide text will be, near enough to leave room for it whatever font the reader has."""

import unicodedata
from functools import lru_cache

ELLIPSIS = "…"
NARROW = frozenset("iljtfrI.,:;'|!()[]·- \u00a0\u202f")
WIDE = frozenset("mwMWЖШЩЮФМЫжшщюфмы@%&—…")


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """A little more than the text takes in a common sans serif font of this size."""
    return _ems(text) * size * (1.13 if bold else 1.0)


def fitted(text: str, room: float, size: float, *, lines: int = 1, bold: bool = False) -> list[str]:
    """The text in at most so many lines; what does not fit ends in an ellipsis."""
    found: list[str] = []
    rest = text.split()
    while rest and len(found) < lines:
        is_last = len(found) == lines - 1
        count = _words_in(rest, room, size, bold)
        if is_last and count < len(rest):
            found.append(_cut(" ".join(rest), room, size, bold))
            return found
        found.append(" ".join(rest[:count]) if count else _cut(rest[0], room, size, bold))
        rest = rest[max(1, count) :]
    return found


def _words_in(words: list[str], room: float, size: float, bold: bool) -> int:
    for count in range(len(words), 0, -1):
        if width_of(" ".join(words[:count]), size, bold=bold) <= room:
            return count
    return 0


def _cut(text: str, room: float, size: float, bold: bool) -> str:
    if width_of(text, size, bold=bold) <= room:
        return text
    while text and width_of(text + ELLIPSIS, size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip(" ,·") + ELLIPSIS


@lru_cache(maxsize=5_000)
def _ems(text: str) -> float:
    return sum(_em(character) for character in text)


def _em(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0.0
    if character in NARROW:
        return 0.36
    if character in WIDE:
        return 0.95
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return 0.72 if character.isupper() else 0.61
