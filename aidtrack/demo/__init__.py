"""A made-up relief operation after an earthquake in southern Kyrgyzstan and Tajikistan.

Everything happens through the same services as in real use, dated relative to today, and
the same each time. Organisations, donors and people are invented; the districts are real.
"""

from datetime import UTC, datetime, time, timedelta

from aidtrack.core import clock
from aidtrack.demo import barcodes, cast, halls, story
from aidtrack.demo.cast import LOGINS, PASSWORD
from aidtrack.identity import queries as identity
from aidtrack.sealing import seals

__all__ = ["PASSWORD", "logins", "tell"]

FIRST_DAY = -45


def tell() -> None:
    """Fill an empty database with the story."""
    today = datetime.combine(clock.now().date(), time(), UTC)
    with clock.telling(today + timedelta(days=FIRST_DAY)):
        people = cast.gather()
        barcodes.give(people)
        halls.lay_out(people)
    story.tell(people, today, until=clock.now())
    halls.measure(people)
    halls.leave_at_dock(people)
    seals.seal_now()


def logins() -> list[tuple[str, str]]:
    """(what they do, e-mail address) of one person a role, when the demo is here."""
    return [(role, email) for role, email in LOGINS if identity.user_by_email(email)]
