"""How hard a password is to guess, and in which words to say that it is too easy.

The measure is zxcvbn's: how many guesses someone needs who knows the usual words and habits.
Names of the person and their organisation, which stand on our own papers, count for nothing.
"""

import re
from collections.abc import Iterable

from aidtrack.core.i18n import lazy

SCORE_MIN = 3  # Of 4: a hundred million guesses.
# zxcvbn takes ever longer for longer ones; whatever is in the first letters decides.
MEASURED_LETTERS_MAX = 72
WORD_LETTERS_MIN = 3
REST_LETTERS_MIN = 6
# What its lists do not hold: other alphabets, and what our own users would think of first.
COMMON = (
    "aidtrack", "password", "relief", "redcross", "redcrescent", "unhcr", "unicef", "humanitarian",
    "logistics", "warehouse", "donation", "welcome", "changeme", "пароль", "йцукен", "йцукенг",
    "йцукенгшщзхъ", "фывапролдж", "ячсмить", "привет", "склад", "помощь", "логистика",
    "красныйкрест", "كلمة", "السر", "مرحبا", "مستودع", "إغاثة", "الهلال",
)  # fmt: skip
ADVICE = lazy("Use several words that do not belong together.")
REASONS = {
    "person": lazy("It is made of your name, your address or your organisation."),
    "dictionary": lazy("It is made of words or passwords that many people use."),
    "spatial": lazy("Keys that lie beside each other are guessed first."),
    "repeat": lazy("It repeats the same letters."),
    "sequence": lazy("Letters or numbers in their usual order are guessed first."),
    "date": lazy("Days and years are guessed first."),
    "bruteforce": lazy("It is too easy to guess."),
}


def weakness(password: str, about: Iterable[str] = ()) -> str | None:
    """Why it is too easy to guess, and what to do; None when it is not.

    `about` are names that belong to the person: their own, their address, their organisation.
    """
    score, habit = measured(password)
    if is_personal(password, about):
        score, habit = 0, "person"
    return None if score >= SCORE_MIN else f"{REASONS[habit]} {ADVICE}"


def measured(password: str) -> tuple[int, str]:
    """The score from 0 to 4, and the habit that makes most of it easy."""
    from zxcvbn import zxcvbn  # Its lists take a while to read, and few requests need them.

    measure = zxcvbn(password[:MEASURED_LETTERS_MAX], user_inputs=list(COMMON))
    habits = [match for match in measure["sequence"] if match["pattern"] != "bruteforce"]
    if not habits:
        return measure["score"], "bruteforce"
    longest = max(habits, key=lambda match: len(match["token"]))
    return measure["score"], str(longest["pattern"])


def is_personal(password: str, about: Iterable[str]) -> bool:
    """Whether little is left of it without the words of the person's names."""
    rest = password.casefold()
    for word in personal_words(about):
        rest = rest.replace(word, "")
    is_shorter = len(rest) < len(password)
    return is_shorter and sum(map(str.isalnum, rest)) < REST_LETTERS_MIN


def personal_words(about: Iterable[str]) -> list[str]:
    """The words of names, in small letters, the longer first."""
    words = {word for name in about for word in [name.casefold(), *_split(name)]}
    return sorted((w for w in words if len(w) >= WORD_LETTERS_MIN), key=lambda w: (-len(w), w))


def _split(name: str) -> list[str]:
    """The words of a name; of an e-mail address those before its @."""
    return re.findall(r"[^\W_]+", name.partition("@")[0].casefold())
