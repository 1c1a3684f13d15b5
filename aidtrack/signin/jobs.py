"""Sweeps what has ended: counts of guesses, sessions and links."""

from aidtrack.core import guesses
from aidtrack.identity import sessions
from aidtrack.jobs.progress import Progress
from aidtrack.jobs.work import every
from aidtrack.signin import links

HOUR_MINUTES = 60


@every("signin.sweep", minutes=HOUR_MINUTES)
def sweep(_progress: Progress) -> None:
    guesses.forget_old()
    sessions.forget_old()
    links.forget_old()
