"""The ways through AidTrack, shown to whoever may take them once they exist."""

from dataclasses import dataclass

from flask import current_app, request

from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Way:
    """A page of the main navigation; `also` are further places that belong to it.

    `key` is the letter that follows g on the keyboard.
    """

    path: str
    label: object
    icon: str
    permission: Permission
    key: str = ""
    also: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        return any(
            request.path == start or request.path.startswith(f"{start}/")
            for start in (self.path, *self.also)
        )


@dataclass(frozen=True, slots=True)
class SubPage:
    """A page of a section, in the row of links on top of each of the section's pages."""

    path: str
    label: object
    permission: Permission

    @property
    def is_current(self) -> bool:
        return request.path == self.path


P = Permission
# One line for each page of the stock section, in the order of a day in a warehouse. A page that
# does not exist yet, or that a person may not open, is left out.
STOCK_PAGES = (
    SubPage("/stock", lazy("In stock"), P.VIEW_STOCK),
    SubPage("/stock/put-away", lazy("Put away"), P.MOVE_STOCK),
    SubPage("/counts", lazy("Counts"), P.VIEW_STOCK),
    SubPage("/stock/holds", lazy("Held goods"), P.VIEW_STOCK),
    SubPage("/stock/recalls", lazy("Recalls"), P.VIEW_STOCK),
    SubPage("/kits", lazy("Kits"), P.VIEW_STOCK),
    SubPage("/stock/write-offs", lazy("Write-offs"), P.VIEW_STOCK),
    SubPage("/stock/corrections", lazy("Corrections"), P.VIEW_STOCK),
    SubPage("/stock/minimums", lazy("Levels"), P.VIEW_STOCK),
    SubPage("/stock/reports", lazy("Stock reports"), P.VIEW_STOCK),
    SubPage("/labels", lazy("Labels"), P.VIEW_STOCK),
    SubPage("/scan", lazy("Scan"), P.VIEW_STOCK),
)
OF_STOCK = ("/lots", *(page.path for page in STOCK_PAGES))
WAYS = (
    Way("/home", lazy("Today"), "home", P.VIEW_HOME, "h"),
    Way("/stock", lazy("Stock"), "box", P.VIEW_STOCK, "s", also=OF_STOCK),
    Way("/donations", lazy("Donations"), "in", P.VIEW_DONATIONS, "r", also=("/receipts",)),
    Way("/shipments", lazy("Shipments"), "truck", P.VIEW_SHIPMENTS, "t"),
    Way("/distributions", lazy("Distributions"), "hands", P.VIEW_DISTRIBUTIONS, "d"),
    Way("/areas", lazy("Areas"), "map", P.VIEW_AREAS, "a"),
    Way("/items", lazy("Items"), "tag", P.VIEW_ITEMS, "i"),
    Way("/places", lazy("Places"), "place", P.VIEW_PLACES, "p"),
    Way("/partners", lazy("Partners"), "heart", P.VIEW_PARTNERS, "o"),
    Way("/sharing", lazy("Sharing"), "link", P.SHARE_RECORDS),
    Way("/imports", lazy("Imports"), "upload", P.RUN_IMPORTS, "u"),
    Way("/reports", lazy("Reports"), "chart", P.VIEW_REPORTS, "c"),
    Way("/jobs", lazy("Jobs"), "hour", P.VIEW_JOBS, "j"),
    Way("/audit", lazy("Audit"), "list", P.VIEW_AUDIT, "w", also=("/ledger",)),
    Way("/people", lazy("People"), "people", P.MANAGE_PEOPLE, "e"),
    Way("/admin", lazy("Administration"), "gear", P.MANAGE_PEOPLE, "m"),
    Way("/admin/mail", lazy("Mail"), "mail", P.MANAGE_ORGANISATION, "l"),
    Way("/donor", lazy("My donations"), "heart", P.VIEW_OWN_DONATIONS, "y"),
    Way("/d", lazy("My stops"), "truck", P.DRIVE, "v"),
)
UNDER_THE_THUMB = 4


def ways(actor: Actor | None) -> list[Way]:
    """The pages this person may open, of those that this installation has."""
    if actor is None:
        return []
    return [way for way in WAYS if actor.may(way.permission) and page_exists(way.path)]


def sub_pages(actor: Actor | None) -> list[SubPage]:
    """The pages beside the one asked for, where it is one of a section's; else none."""
    if actor is None or not any(page.is_current for page in STOCK_PAGES):
        return []
    return [page for page in STOCK_PAGES if actor.may(page.permission) and page_exists(page.path)]


def page_exists(path: str) -> bool:
    """Whether a page answers at exactly this path."""
    known = current_app.extensions.get("aidtrack_pages")
    if known is None:
        known = frozenset(rule.rule.rstrip("/") or "/" for rule in current_app.url_map.iter_rules())
        current_app.extensions["aidtrack_pages"] = known
    return path in known
