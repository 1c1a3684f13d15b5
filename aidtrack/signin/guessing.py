"""How often a password may be guessed, counted for every process and machine together.

A guess is counted before it is looked at, so that however many are sent at once, no more than
allowed are tried; one that was right is taken back. Counting ends by itself: nobody is locked
for good, or whoever knows an address could lock its owner out. A browser in which the person
has signed in before has guesses of its own, so that strangers cannot use them up.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from aidtrack.core import clock, guesses
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import ngettext

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Wrong guesses of one address, and at one person from wherever they come.
BY_ADDRESS = ((MINUTE, 10), (HOUR, 100))
AT_PERSON = ((HOUR, 30),)
# After so many wrong guesses at a person within the hour they are told.
ALARM = 10


class TooManyGuesses(RuleBroken):
    """Said of everyone alike, whether there is such a person or not."""

    code = "too_many_guesses"
    status = 429


class Guess:
    """One guess that is being looked at; `number` is which of the person's it is."""

    def __init__(self, number: int) -> None:
        self.number = number

    @property
    def is_alarming(self) -> bool:
        """Once in each hour of many."""
        return self.number == ALARM


@contextmanager
def guessing(who: str, *, address: str, browser: str = "") -> Iterator[Guess]:
    """Look at a guess inside; what is raised there says that it was wrong.

    `who` is guessed at, from an `address`; `browser` is what a browser proves that they have
    signed in with before. Raises TooManyGuesses without looking.
    """
    target, place = browser or who, guesses.place_of(address)
    spans = {count_key("from", place, span): (span, most) for span, most in BY_ADDRESS}
    spans |= {count_key("at", target, span): (span, most) for span, most in AT_PERSON}
    counts = guesses.add({key: span for key, (span, _most) in spans.items()})
    full = [
        counts[key].expires_at for key, (_span, most) in spans.items() if counts[key].number > most
    ]
    if full:
        raise too_many(max(full))
    at_person = counts[count_key("at", target, AT_PERSON[0][0])]
    yield Guess(at_person.number)
    guesses.take_back(list(spans))


def too_many(until: datetime) -> TooManyGuesses:
    """The refusal, with how long it will last."""
    minutes = max(int((until - clock.now()).total_seconds() + 59) // 60, 1)
    return TooManyGuesses(
        ngettext(
            "Too many wrong tries. Wait %(num)s minute, then try again.",
            "Too many wrong tries. Wait %(num)s minutes, then try again.",
            minutes,
        ),
        minutes=minutes,
    )


def count_key(kind: str, who: str, span: timedelta) -> str:
    """Hashed: people type their password where the address belongs."""
    digest = hashlib.sha256(who.encode()).hexdigest()[:32]
    return f"sign-in:{kind}:{digest}:{int(span.total_seconds())}"
