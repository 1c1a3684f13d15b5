"""Names of many bins from two: A-01 … A-24. Pure."""

import re
from collections.abc import Iterator

RANGE = re.compile(r"(.+?)\s*(?:…|\.{2,3})\s*(.+)")
NUMBERED = re.compile(r"(.*?)(\d{1,6})(\D*)")
LETTERED = re.compile(r"(.*?)([A-Z])")
NAMES_MAX = 1_000


def spread(line: str) -> list[str]:
    """The names that a line stands for: those of a range, or the line itself.

    The ends of a range differ in one number, or in one capital letter at the end. A range that
    goes backwards or on and on is only a strange name.
    """
    match = RANGE.fullmatch(line)
    if not match:
        return [line]
    names = list(_numbers(match[1], match[2]) or _letters(match[1], match[2]))
    return names or [line]


def _numbers(first: str, last: str) -> list[str]:
    start, end = NUMBERED.fullmatch(first), NUMBERED.fullmatch(last)
    if not start or not end or (start[1], start[3]) != (end[1], end[3]):
        return []
    low, high = int(start[2]), int(end[2])
    if not 0 <= high - low < NAMES_MAX:
        return []
    width = len(start[2])
    return [f"{start[1]}{number:0{width}d}{start[3]}" for number in range(low, high + 1)]


def _letters(first: str, last: str) -> Iterator[str]:
    start, end = LETTERED.fullmatch(first), LETTERED.fullmatch(last)
    if start and end and start[1] == end[1]:
        for letter in range(ord(start[2]), ord(end[2]) + 1):
            yield f"{start[1]}{chr(letter)}"
