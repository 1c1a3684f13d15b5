"""Words that were mistyped, or typed with the keyboard set to another language.

A word with one wrong letter still holds its first or its last half: the index finds records by
these, and what is left is compared letter by letter.
"""

from collections.abc import Iterable
from functools import lru_cache

from aidtrack.core.full_text import PART_LETTERS_MIN, WORD_LETTERS_MAX, WORDS_MAX, Looked, part
from aidtrack.core.letters import BORDER, fold, other_keys

HALVED_FROM = 4  # Shorter words are near to too many others.
SWAPPED_FROM = 3
TWO_WRONG_FROM = 7
SWAPPED_COSTS = 0.5
UNFINISHED_COSTS = 0.25


def looked(text: str, words: Iterable[str]) -> Looked:
    """For each word what records hold that may mean it. Empty when it cannot mean another.

    Numbers and codes mean what they say: a neighbour's would mislead.
    """
    ways = tuple(
        tuple(dict.fromkeys((part(word), *map(part, other), *_halves(word))))
        for word, other in zip(words, swapped(text), strict=False)
    )
    return ways if any(len(each) > 1 for each in ways) else ()


def swapped(text: str) -> list[list[str]]:
    """For each word what the same keys write in other languages, as the index writes it."""
    return [
        [
            each
            for other in other_keys(word)
            if len(each := fold(other)[:WORD_LETTERS_MAX]) >= SWAPPED_FROM
        ]
        for word in _told_apart(text)
    ]


def _told_apart(text: str) -> list[str]:
    """What was typed for each of the words that the index would look for."""
    return [word for word in text.replace("/", " ").split() if fold(word)][:WORDS_MAX]


def distance(record: str, words: tuple[str, ...], other: list[list[str]]) -> float | None:
    """How far a record, as the index writes it, is from the words; None if it is none of them."""
    own = [word for word in record.split() if word != BORDER]
    total = 0.0
    for at, word in enumerate(words):
        if part(word) in record:
            continue
        if any(part(each) in record for each in other[at]):
            total += SWAPPED_COSTS
            continue
        nearest = min(
            (far for each in own if (far := _apart(word, each)) is not None), default=None
        )
        if nearest is None:
            return None
        total += nearest
    return total


def _halves(word: str) -> tuple[str, ...]:
    """One wrong, missing or added letter, or two that changed places, leave one of these."""
    if len(word) < HALVED_FROM or not word.isalpha():
        return ()
    half = len(word) // 2
    after = half + 1 if len(word) > HALVED_FROM else half
    last = (word[half:],) if len(word) - half >= PART_LETTERS_MIN else ()
    return f" {word[:half]}", *last, f"{word[after:]} "


@lru_cache(maxsize=4096)
def _apart(word: str, other: str) -> float | None:
    """Letters to change, add, leave out or turn around; None when there are too many.

    The other word may go on: who searches while typing has not finished.
    """
    if not any(half.strip() in other for half in _halves(word)):
        return None
    allowed = 1 if len(word) < TWO_WRONG_FROM else 2
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(word, 1):
        last, row, before_last = row, [at], before
        for to, their in enumerate(other, 1):
            cost = min(last[to] + 1, row[to - 1] + 1, last[to - 1] + (letter != their))
            if before_last and to > 1 and letter == other[to - 2] and word[at - 2] == their:
                cost = min(cost, before_last[to - 2] + 1)
            row.append(cost)
        before = last
    if row[-1] <= allowed:
        return float(row[-1])
    return min(row) + UNFINISHED_COSTS if min(row) <= 1 else None
