"""Unguessable codes that a person can read aloud over a bad line."""

import secrets

# Neither 0 and O nor 1 and I, which look alike on paper. 32 letters: 5 bits each.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10


def new_code() -> str:
    """Ten letters, 50 bits from the system's random source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spoken(code: str) -> str:
    """K7TM4WPX9R as K7TM-4WPX-9R, the way papers print it."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def cleaned(text: str) -> str:
    """What a person typed or scanned, as stored; empty when it cannot be a code."""
    code = "".join(text.split()).replace("-", "").upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""
