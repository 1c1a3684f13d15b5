"""Alerts as letters: one at once, or many in a digest, in the person's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from itsdangerous import BadSignature, URLSafeSerializer

from aidtrack.alerts import wording
from aidtrack.alerts.kinds import CONCERNS
from aidtrack.alerts.models import Alert, AlertKind
from aidtrack.alerts.people import Person
from aidtrack.core import outbox
from aidtrack.core.i18n import LANGUAGES, RIGHT_TO_LEFT, _, ngettext, speaking
from aidtrack.core.mail import PostOffice

SALT = "unsubscribe"
DIGEST = "digest"
DIGEST_ALERTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One alert in a letter: its words and where it leads."""

    heading: str
    title: str
    lines: tuple[str, ...]
    url: str


def post_now(alert: Alert, person: Person, office: PostOffice, now: datetime) -> None:
    """Write a letter about one alert, for when the person is not to be left in quiet."""
    with speaking(_language(person)):
        part = _part(alert, person, office)
    _post(
        [part], part.title, str(alert.kind), person, office,
        not_before=after_quiet(person, now), organisation_id=alert.organisation_id,
    )  # fmt: skip


def post_digest(alerts: Sequence[Alert], person: Person, office: PostOffice) -> None:
    """Write one letter about many alerts, those of a kind together."""
    order = list(CONCERNS)
    known = sorted(alerts, key=lambda alert: (order.index(alert.kind), alert.id))
    shown = known[:DIGEST_ALERTS_MAX]
    with speaking(_language(person)):
        parts = [_part(alert, person, office) for alert in shown]
        subject = ngettext("%(num)s thing you should know", "%(num)s things you should know",
                           len(known))  # fmt: skip
    told_by = {alert.organisation_id for alert in shown}
    one = told_by.pop() if len(told_by) == 1 else None
    more = len(known) - len(shown)
    _post(parts, subject, DIGEST, person, office, more=more, organisation_id=one)


def after_quiet(person: Person, now: datetime) -> datetime:
    """Now, or the end of the person's quiet hours when it is one of them."""
    times = person.times
    if times is None or times.quiet_from is None or times.quiet_until is None:
        return now
    there = now.astimezone(ZoneInfo(person.time_zone))
    begins, ends, hour = times.quiet_from, times.quiet_until, there.hour
    is_quiet = begins <= hour < ends if begins <= ends else hour >= begins or hour < ends
    if not is_quiet:
        return now
    end = there.replace(hour=ends, minute=0, second=0, microsecond=0)
    return end if end > there else end + timedelta(days=1)


def digest_due(person: Person, now: datetime) -> datetime:
    """The latest moment that has passed at which a digest should go to the person."""
    times = person.times
    hour = times.digest_hour if times else 7
    there = now.astimezone(ZoneInfo(person.time_zone))
    due = there.replace(hour=hour, minute=0, second=0, microsecond=0)
    if due > there:
        due -= timedelta(days=1)
    if times is not None and times.rhythm == "weekly":
        due -= timedelta(days=(due.weekday() - times.weekday) % 7)
    return due


def unsubscribe_token(secret: str, user_id: int, what: str) -> str:
    """A word that lets whoever has the letter end letters like it, and nothing else."""
    return URLSafeSerializer(secret, salt=SALT).dumps([user_id, what])


def read_token(secret: str, token: str) -> tuple[int, str] | None:
    """The person and the kind of alert, or "digest", of a token that we made."""
    try:
        user_id, what = URLSafeSerializer(secret, salt=SALT).loads(token)
        known = what == DIGEST or AlertKind(what)
    except (BadSignature, ValueError, TypeError):
        return None
    return (user_id, what) if known else None


def _post(
    parts: list[Part],
    subject: str,
    what: str,
    person: Person,
    office: PostOffice,
    *,
    organisation_id: int | None,
    not_before: datetime | None = None,
    more: int = 0,
) -> None:
    token = unsubscribe_token(office.secret, person.user_id, what)
    unsubscribe_url = f"{office.public_url}/mail/unsubscribe/{token}"
    language = _language(person)
    with speaking(language):
        rest = ngettext("and %(num)s more in your inbox", "and %(num)s more in your inbox", more)
    facts: dict[str, object] = {
        "parts": parts,
        "rest": rest if more else "",
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "subject": subject,
        "inbox_url": f"{office.public_url}/inbox",
        "settings_url": f"{office.public_url}/account/alerts",
        "unsubscribe_url": unsubscribe_url,
    }
    outbox.post(
        person.email,
        language=language,
        subject=subject,
        text=office.draw("emails/alert.txt", language, facts),
        html=office.draw("emails/alert.html", language, facts),
        user_id=person.user_id,
        organisation_id=organisation_id,
        not_before=not_before,
        unsubscribe_url=unsubscribe_url,
    )


def _part(alert: Alert, person: Person, office: PostOffice) -> Part:
    said = wording.told(alert.kind, alert.facts, person.time_zone)
    return Part(
        heading=str(CONCERNS[alert.kind].label),
        title=said.title,
        lines=said.lines,
        url=f"{office.public_url}{alert.path}",
    )


def _language(person: Person) -> str:
    return person.language if person.language in LANGUAGES else "en"


def kind_in_words(what: str) -> str:
    """What a letter's token names, for the page that says it is ended."""
    return _("Digests") if what == DIGEST else str(CONCERNS[AlertKind(what)].label)
