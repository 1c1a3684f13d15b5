"""Which way text runs: the Unicode bidirectional algorithm (UAX #9), by python-bidi."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bidi.algorithm import (
    explicit_embed_and_overrides,
    get_empty_storage,
    resolve_implicit_levels,
    resolve_neutral_types,
    resolve_weak_types,
)

JOINERS = "\u200c\u200d"
LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK = "\u200e", "\u200f"
EMBED_LEFT_TO_RIGHT, EMBED_RIGHT_TO_LEFT, END_EMBEDDING = "\u202a", "\u202b", "\u202c"
DIRECTION_MARKS = (
    LEFT_TO_RIGHT_MARK
    + RIGHT_TO_LEFT_MARK
    + EMBED_LEFT_TO_RIGHT
    + EMBED_RIGHT_TO_LEFT
    + END_EMBEDDING
)
WITHOUT_MARKS = str.maketrans("", "", DIRECTION_MARKS)


def isolated(text: str) -> str:
    """A value that keeps its order inside a right-to-left sentence ("−3", "2026-11-14")."""
    if is_right_to_left(text):
        return text
    return f"{LEFT_TO_RIGHT_MARK}{text}{LEFT_TO_RIGHT_MARK}"


def beside(parts: Sequence[str], separator: str = " · ") -> str:
    """Texts one after the other, each in its own direction, the first leading."""
    if not any(map(is_right_to_left, parts)):
        return separator.join(parts)
    mark = RIGHT_TO_LEFT_MARK if is_right_to_left(parts[0]) else LEFT_TO_RIGHT_MARK
    others = (f"{_embedded(part)}{mark}" for part in parts[1:])
    return f"{mark}{separator}".join((parts[0], *others))


def _embedded(text: str) -> str:
    start = EMBED_RIGHT_TO_LEFT if is_right_to_left(text) else EMBED_LEFT_TO_RIGHT
    return f"{start}{text}{END_EMBEDDING}"


def is_right_to_left(text: str) -> bool:
    """Direction of the first letter that has one (rules P2 and P3 of UAX #9)."""
    if text.isascii():
        return False
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return False


def levels(text: str, right_to_left: bool) -> list[tuple[int, int]]:
    """(position in the text, embedding level) of each character that is drawn."""
    storage = get_empty_storage()
    base = int(right_to_left)
    storage["base_level"], storage["base_dir"] = base, "R" if right_to_left else "L"
    kind = "ON"
    for position, character in enumerate(text):
        # Rule X9 would drop joiners, which HarfBuzz needs: they follow their neighbour.
        kind = kind if character in JOINERS else unicodedata.bidirectional(character)
        storage["chars"].append(
            {"ch": character, "level": base, "type": kind, "orig": kind, "position": position}
        )
    explicit_embed_and_overrides(storage)
    resolve_weak_types(storage)
    resolve_neutral_types(storage, debug=False)
    resolve_implicit_levels(storage, debug=False)
    return [(character["position"], character["level"]) for character in storage["chars"]]


def reordered(parts: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Rule L2 of UAX #9, on parts instead of characters."""
    for depth in range(max((part[0] for part in parts), default=0), 0, -1):
        start = 0
        while start < len(parts):
            end = start
            while end < len(parts) and parts[end][0] >= depth:
                end += 1
            parts[start:end] = parts[start:end][::-1]
            start = max(end, start + 1)
    return parts
