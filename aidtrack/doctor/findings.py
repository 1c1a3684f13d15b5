"""What the doctor says of one thing that was looked at."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    GOOD = "good"
    WEAK = "weak"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its name for programs, how it is, and what to do when not good."""

    check: str
    health: Health
    sentence: str


def good(check: str, sentence: str) -> Finding:
    return Finding(check, Health.GOOD, sentence)


def weak(check: str, sentence: str) -> Finding:
    return Finding(check, Health.WEAK, sentence)


def wrong(check: str, sentence: str) -> Finding:
    return Finding(check, Health.WRONG, sentence)
