"""Every picture by its name, and which of them can be narrowed to one site."""

from collections.abc import Callable
from dataclasses import dataclass

from aidtrack.core import clock
from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _, lazy
from aidtrack.identity.permissions import Actor
from aidtrack.pictures.picture import Picture
from aidtrack.reports.pictures import donations, expiry, flows, months, need, pipeline
from aidtrack.reports.pictures.scope import Scope, scope


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture in the list of pictures. `has_sites`: it can be narrowed to a site.

    The tab is a word or two, the title says it whole, the question is what it answers.
    """

    name: str
    tab: str
    title: str
    question: str
    icon: str
    make: Callable[[Scope], Picture]
    has_sites: bool = False


ENTRIES = {
    entry.name: entry
    for entry in (
        Entry(
            "donations",
            lazy("Donations"),
            lazy("Where donations are"),
            lazy("What of each donation reached people, and where the rest is."),
            "heart",
            donations.picture,
        ),
        Entry(
            "months",
            lazy("Months of stock"),
            lazy("Months of stock"),
            lazy("How long each item lasts, what runs out first on top."),
            "box",
            lambda wanted: months.picture(wanted, clock.today()),
            has_sites=True,
        ),
        Entry(
            "pipeline",
            lazy("Pipeline"),
            lazy("Pipeline"),
            lazy("What is left of each item at the end of each month, and what runs out when."),
            "hour",
            lambda wanted: pipeline.picture(wanted, clock.today()),
            has_sites=True,
        ),
        Entry(
            "expiry",
            lazy("Expiry"),
            lazy("Expiry calendar"),
            lazy("What of the goods in stock expires in which month."),
            "day",
            lambda wanted: expiry.picture(wanted, clock.today()),
            has_sites=True,
        ),
        Entry(
            "flow",
            lazy("Flow"),
            lazy("From donor to area"),
            lazy("Who gave, whom it reached, and where the rest is."),
            "map",
            flows.picture,
        ),
        Entry(
            "need",
            lazy("Need"),
            lazy("Need against delivery"),
            lazy("Households that plans named in each area, and those that were reached."),
            "people",
            lambda wanted: need.picture(wanted, clock.today()),
        ),
    )
}


def entry(name: str) -> Entry:
    """Raises NotFound."""
    found = ENTRIES.get(name)
    if found is None:
        raise NotFound(_("There is no such picture."))
    return found


def picture(name: str, actor: Actor, *, site_id: int | None = None) -> Picture:
    """Raises NotFound, also for a site that the reader does not see."""
    wanted = entry(name)
    return wanted.make(scope(actor, site_id if wanted.has_sites else None))
