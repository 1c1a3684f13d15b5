"""Telling people by the clock: what happened, what time brings, digests, letters that wait."""

from aidtrack.alerts import sending, telling, watching
from aidtrack.jobs.progress import Progress
from aidtrack.jobs.work import every
from aidtrack.web.post import post_office

ONE_DAY_MINUTES = 24 * 60


@every("alerts.tell", minutes=1)
def tell(_progress: Progress) -> None:
    telling.tell_news(post_office())


@every("alerts.mail", minutes=1)
def send_mail(_progress: Progress) -> None:
    sending.send_letters(post_office())


@every("alerts.watch", minutes=30)
def watch(_progress: Progress) -> None:
    watching.watch(post_office())


@every("alerts.digests", minutes=10)
def send_digests(_progress: Progress) -> None:
    sending.send_digests(post_office())


@every("alerts.tidy", minutes=ONE_DAY_MINUTES)
def tidy(_progress: Progress) -> None:
    sending.tidy()


def once() -> str:
    """All of it in turn, for who runs it by cron; what was done, in one line."""
    office = post_office()
    told = telling.tell_news(office) + watching.watch(office)
    digests = sending.send_digests(office)
    letters = sending.send_letters(office)
    sending.tidy()
    return (
        f"{told} told, {digests} digests; mail: {letters.sent} sent, {letters.delayed} delayed,"
        f" {letters.given_up} given up."
    )
