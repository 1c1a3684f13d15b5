"""Unguessable codes that a person can read aloud over a bad line."""

import secrets

# Neither 0 and O nor 1 and I, which look alike on paper. 32 letters: 5 bits each.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10


def new_code(letters: int = LENGTH) -> str:
    """Letters of five bits each from the system's random source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(letters))


def spoken(code: str) -> str:
    """K7TM4WPX9R as K7TM-4WPX-9R, the way papers print it."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def cleaned(text: str, letters: int = LENGTH) -> str:
    """What a person typed or scanned, as stored; empty when it cannot be a code."""
    code = "".join(text.split()).replace("-", "").upper()
    return code if len(code) == letters and set(code) <= set(ALPHABET) else ""
