"""Checkpoints by the clock, so that reports of long ago stay quick."""

from aidtrack.jobs.progress import Progress
from aidtrack.jobs.work import every
from aidtrack.stock_reports import checkpoints


@every("stock_reports.checkpoints", minutes=15)
def keep(_progress: Progress) -> None:
    checkpoints.keep()
