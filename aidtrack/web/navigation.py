"""The ways through AidTrack, shown to whoever may take them once they exist."""

from dataclasses import dataclass

from flask import current_app, request

from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Way:
    """A page of the main navigation; `also` are further places that belong to it."""

    path: str
    label: object
    icon: str
    permission: Permission
    also: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        return any(
            request.path == start or request.path.startswith(f"{start}/")
            for start in (self.path, *self.also)
        )


P = Permission
WAYS = (
    Way("/home", lazy("Today"), "home", P.VIEW_HOME),
    Way("/stock", lazy("Stock"), "box", P.VIEW_STOCK, also=("/lots",)),
    Way("/donations", lazy("Receive"), "in", P.VIEW_DONATIONS, also=("/receipts",)),
    Way("/shipments", lazy("Shipments"), "truck", P.VIEW_SHIPMENTS),
    Way("/distributions", lazy("Distributions"), "hands", P.VIEW_DISTRIBUTIONS),
    Way("/areas", lazy("Areas"), "map", P.VIEW_AREAS),
    Way("/items", lazy("Items"), "tag", P.VIEW_ITEMS),
    Way("/places", lazy("Places"), "place", P.VIEW_PLACES),
    Way("/partners", lazy("Partners"), "heart", P.VIEW_PARTNERS),
    Way("/imports", lazy("Imports"), "upload", P.RUN_IMPORTS),
    Way("/reports", lazy("Reports"), "chart", P.VIEW_REPORTS),
    Way("/people", lazy("People"), "people", P.MANAGE_PEOPLE),
    Way("/admin", lazy("Administration"), "gear", P.MANAGE_PEOPLE),
    Way("/donor", lazy("My donations"), "heart", P.VIEW_OWN_DONATIONS),
    Way("/d", lazy("My stops"), "truck", P.DRIVE),
)
UNDER_THE_THUMB = 4


def ways(actor: Actor | None) -> list[Way]:
    """The pages this person may open, of those that this installation has."""
    if actor is None:
        return []
    return [way for way in WAYS if actor.may(way.permission) and page_exists(way.path)]


def page_exists(path: str) -> bool:
    """Whether a page answers at exactly this path."""
    known = current_app.extensions.get("aidtrack_pages")
    if known is None:
        known = frozenset(rule.rule.rstrip("/") or "/" for rule in current_app.url_map.iter_rules())
        current_app.extensions["aidtrack_pages"] = known
    return path in known
