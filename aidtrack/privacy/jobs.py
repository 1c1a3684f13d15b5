"""Removing by the clock what was kept long enough."""

from aidtrack.jobs.progress import Progress
from aidtrack.jobs.work import every
from aidtrack.privacy import services

ONE_DAY_MINUTES = 24 * 60


@every("privacy.retention", minutes=ONE_DAY_MINUTES)
def remove_what_is_past(progress: Progress) -> None:
    services.apply_to_all(progress.step)
