"""What every paper says alike: names in its languages, parties, days and moments as text.

A paper speaks the language or two chosen where it is issued, else those of the organisation
that issues it. A text that is the same in both stands once.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from aidtrack.core.i18n import name_in, speaking
from aidtrack.documents.layouts.facts import PageSize, Party, Texts
from aidtrack.identity.models import Organisation

LANGUAGES_MAX = 2


class Named(Protocol):
    """Anything with a name in several languages: a place, an area, an item."""

    def name_in(self, language: str | None = None) -> str: ...


class Area(Named, Protocol):
    @property
    def pcode(self) -> str: ...


def languages_of(organisation: Organisation, asked: Sequence[str] = ()) -> tuple[str, ...]:
    """One language, or two side by side: those asked for, else the organisation's."""
    chosen = asked or (organisation.language, organisation.second_language)
    return tuple(dict.fromkeys(language for language in chosen if language))[:LANGUAGES_MAX]


def page_size_of(organisation: Organisation) -> PageSize:
    return "Letter" if organisation.page_size == "Letter" else "A4"


def names(name: str, others: dict[str, str] | None, languages: Sequence[str]) -> Texts:
    """A name in each language, falling back to the first one."""
    return tuple(dict.fromkeys(name_in(name, others, language) for language in languages))


def names_of(record: Named, languages: Sequence[str]) -> Texts:
    return tuple(dict.fromkeys(record.name_in(language) for language in languages))


def in_each(languages: Sequence[str], word: Callable[[], str]) -> Texts:
    """A translated word in each language."""
    texts = []
    for language in languages:
        with speaking(language):
            texts.append(word())
    return tuple(dict.fromkeys(texts))


def lines(*texts: str | None) -> tuple[str, ...]:
    """Every line of the texts that says something."""
    return tuple(
        line.strip() for text in texts if text for line in text.splitlines() if line.strip()
    )


def own_party(organisation: Organisation) -> Party:
    return Party(name=(organisation.name,), lines=lines(organisation.address, organisation.contact))


def area_line(area: Area | None, language: str) -> str:
    """ "Batken (KG05000000000)"; empty without an area."""
    return f"{area.name_in(language)} ({area.pcode})" if area else ""


def local_day(at: datetime, organisation: Organisation) -> date:
    """The day it was where the organisation works."""
    return at.astimezone(ZoneInfo(organisation.time_zone)).date()


def local_moment(at: datetime | None, organisation: Organisation) -> str:
    """2026-11-14 06:30 UTC+6, in the zone of the organisation, as it is printed for ever."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(organisation.time_zone))
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "−"
    zone = f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"
    return f"{local:%Y-%m-%d %H:%M} {zone}"
