"""Which way text runs: the Unicode bidirectional algorithm (UAX #9), by python-bidi."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from bidi.algorithm import (
    explicit_embed_and_overrides,
    get_empty_storage,
    resolve_implicit_levels,
    resolve_neutral_types,
    resolve_weak_types,
)

BRACKETS = {"(": ")", "[": "]", "{": "}"}
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
# What the catalogues put around a fact (UAX #9, X5c): the algorithm here knows embeddings only.
ISOLATED = re.compile("\u2068([^\u2068\u2069]*)\u2069")
TELEPHONE = re.compile(r"\+\d[\d ()-]{5,18}\d")
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


def with_embeddings(text: str) -> str:
    """Isolates of a translated sentence as embeddings, which come out the same on paper.

    A telephone number that somebody typed is kept in one piece too.
    """
    if "\u2068" not in text and not (TELEPHONE.search(text) and is_right_to_left(text)):
        return text
    sentence = ISOLATED.sub("", text)
    first = sentence if any(map(str.isalpha, sentence)) else text
    mark = RIGHT_TO_LEFT_MARK if is_right_to_left(first) else LEFT_TO_RIGHT_MARK
    if mark == RIGHT_TO_LEFT_MARK:
        text = TELEPHONE.sub(lambda found: f"{_embedded(found[0])}{mark}", text)
    while ISOLATED.search(text):
        text = ISOLATED.sub(lambda found: f"{mark}{_embedded(found[1])}{mark}", text)
    return text


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
    for run in storage["runs"]:
        _pair_brackets(storage["chars"][run["start"] : run["start"] + run["length"]], run["sor"])
    resolve_neutral_types(storage, debug=False)
    resolve_implicit_levels(storage, debug=False)
    return [(character["position"], character["level"]) for character in storage["chars"]]


def _pair_brackets(characters: list[dict[str, Any]], before: str) -> None:
    """Both brackets of a pair go with what stands in them (rule N0), which python-bidi lacks."""
    for opening, closing in _pairs(characters):
        embedding = "R" if characters[opening]["level"] % 2 else "L"
        inside = {_strong(x) for x in characters[opening + 1 : closing]} - {""}
        if not inside:
            continue
        side = embedding
        if embedding not in inside:
            context = [before, *(_strong(x) for x in characters[:opening])]
            side = next(kind for kind in reversed(context) if kind)
        for position in (opening, closing):
            characters[position]["type"] = side


def _pairs(characters: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Positions of the brackets that belong together, in the order of the first of each."""
    found, waiting = [], list[tuple[str, int]]()
    for position, character in enumerate(characters):
        sign = character["ch"]
        if character["type"] != "ON":
            continue
        if sign in BRACKETS:
            waiting.append((BRACKETS[sign], position))
        elif any(sign == closing for closing, _opening in waiting):
            while waiting:
                closing, opening = waiting.pop()
                if closing == sign:
                    found.append((opening, position))
                    break
    return sorted(found)


def _strong(character: dict[str, Any]) -> str:
    """ "L" or "R"; numbers count as R, neutral characters as nothing."""
    kind = character["type"]
    return kind if kind in ("L", "R") else "R" if kind in ("AL", "AN", "EN") else ""


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
