"""What goes to the driver: the link as a square to scan, and how to use it in their language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from markupsafe import Markup

from aidtrack.core.i18n import LANGUAGES, RIGHT_TO_LEFT, _, speaking
from aidtrack.web.filters import FIRM_SPACE, day

# Readable across a table, and still when a fifth of it is dirty or folded.
QR_ERRORS, QR_QUIET = "m", 4
LANGUAGES_MAX = 2


@dataclass(frozen=True, slots=True)
class Words:
    """How to use a link, in one language; `message` goes out by phone with it."""

    language: str
    direction: str
    title: str
    steps: tuple[str, ...]
    until: str
    lost: str
    message: str


def words_in(
    languages: Iterable[str], *, number: str, last_day: date, url: str, office: str
) -> list[Words]:
    """In the first two languages that we speak. `office` is a number to ring, if there is one."""
    spoken = [x for x in dict.fromkeys(languages) if x in LANGUAGES] or ["en"]
    office = office.strip().replace(" ", FIRM_SPACE)
    return [_words(x, number, last_day, url, office) for x in spoken[:LANGUAGES_MAX]]


def square(url: str) -> Markup:
    """The QR as SVG, dark on white whatever the page wears. It scales with what holds it."""
    import segno

    code = segno.make(url, error=QR_ERRORS, micro=False)
    drawn = code.svg_inline(
        border=QR_QUIET, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
    return Markup(drawn)  # noqa: S704 - numbers and the colours named here


def by_text(phone: str, message: str) -> str:
    """An address that opens the phone's own messages with this text (RFC 5724)."""
    digits = re.sub(r"[^\d+]", "", phone)
    return f"sms:{digits}?body={quote(message)}"


def _words(language: str, number: str, last_day: date, url: str, office: str) -> Words:
    with speaking(language):
        return Words(
            language=language,
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
            title=_("Your journey %(number)s", number=number),
            steps=(
                _("Point your phone's camera at the square, or open the link."),
                _("Tap “Begin the journey”. From then on it works on this phone only."),
                _("At the stop, tap what you hand over. You need no password."),
            ),
            until=_("Last day: %(day)s", day=day(last_day)),
            lost=_("Lost the phone? Ring the office: %(phone)s", phone=office) if office else "",
            message=_("AidTrack, journey %(number)s. Open this on your phone:", number=number)
            + f" {url}",
        )
