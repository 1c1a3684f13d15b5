"""How quickly goods leave, from what was issued in whole months. Pure; base units."""

MONTHS_BACK = 6


def monthly(issued: int) -> int:
    """Average issues a month, rounded; at least one where there were any."""
    return max(1, (2 * issued + MONTHS_BACK) // (2 * MONTHS_BACK)) if issued else 0


def tenths_of_months(held: int, issued: int) -> int | None:
    """How long stock lasts, in tenths of months rounded down; None where nothing was issued."""
    return 10 * MONTHS_BACK * held // issued if issued else None
