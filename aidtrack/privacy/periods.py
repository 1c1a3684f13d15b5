"""What of people is kept for a while only: each kind with its usual time, least and most."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aidtrack.core.i18n import lazy

DAYS_OF_A_MONTH = 365.25 / 12
# What an office cannot choose: it is of no use to anybody once it has ended.
ACCESS_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Period:
    """One kind of data about people. Times are in months."""

    name: str
    label: object
    hint: object
    usual: int
    least: int
    most: int


PERIODS = (
    Period(
        "names",
        lazy("Names and phones of drivers and receivers"),
        lazy("Months after goods arrived. The shipment, its goods and its papers stay."),
        24, 3, 120,
    ),
    Period(
        "reports",
        lazy("What phones sent, with the place"),
        lazy("Months after it was dealt with. What it changed in stock stays."),
        24, 3, 120,
    ),
    Period(
        "photos",
        lazy("Photos beside records"),
        lazy("Months after they were added. Comments and files such as PDF stay."),
        60, 6, 240,
    ),
    Period(
        "addresses",
        lazy("From which address and device people acted"),
        lazy("Months. Who did what, and when, stays."),
        12, 1, 36,
    ),
    Period(
        "accounts",
        lazy("Accounts of people who are locked out"),
        lazy("Months after they were locked out. Then the person is erased."),
        24, 6, 120,
    ),
)  # fmt: skip
BY_NAME = {period.name: period for period in PERIODS}


def before(months: int, now: datetime) -> datetime:
    """Whatever ended earlier has been kept for so many months."""
    return now - timedelta(days=round(months * DAYS_OF_A_MONTH))
