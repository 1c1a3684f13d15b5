"""What a person may do next, found by words: "send", "dispatch", "new item"."""

from dataclasses import dataclass
from functools import lru_cache

from aidtrack.core.full_text import words_of
from aidtrack.core.i18n import current_language, lazy, speaking
from aidtrack.core.letters import fold
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.web.navigation import WAYS, page_exists


@dataclass(frozen=True, slots=True)
class Action:
    """A page where something is done or seen. `also` are other words for it."""

    path: str
    label: object
    icon: str
    permission: Permission
    also: object = ""


P = Permission
DEEDS = (
    Action(
        "/donations", lazy("Receive goods"), "in", P.RECEIVE_GOODS,
        lazy("goods in, arrival, unload, take in, receipt, GRN"),
    ),
    Action(
        "/shipments/new", lazy("Send goods"), "truck", P.PREPARE_SHIPMENTS,
        lazy("new shipment, dispatch, load, truck, transfer, move, waybill"),
    ),
    Action(
        "/distributions/new", lazy("Record a distribution"), "hands", P.RECORD_DISTRIBUTIONS,
        lazy("hand out, new distribution, give, people, households"),
    ),
    Action(
        "/donations/new", lazy("Write down a donation"), "heart", P.MANAGE_DONATIONS,
        lazy("new donation, pledge, gift, grant"),
    ),
    Action(
        "/items/new", lazy("Add an item"), "tag", P.MANAGE_ITEMS,
        lazy("new item, goods, product, article"),
    ),
    Action(
        "/places/new", lazy("Open a place"), "place", P.OPEN_PLACES,
        lazy("new place, warehouse, store, distribution point"),
    ),
    Action(
        "/partners/new", lazy("Add a partner"), "heart", P.MANAGE_PARTNERS,
        lazy("new partner, donor, supplier"),
    ),
    Action(
        "/people/new", lazy("Add a person"), "person", P.MANAGE_PEOPLE,
        lazy("new person, user, invite, role"),
    ),
    Action(
        "/imports", lazy("Take in a spreadsheet"), "upload", P.RUN_IMPORTS,
        lazy("import, upload, Excel, CSV, list"),
    ),
    Action(
        "/stock/write-offs", lazy("Write-offs"), "alert", P.VIEW_STOCK,
        lazy("lost, damaged, expired, approve, loss"),
    ),
    Action(
        "/v", lazy("Check a paper"), "paper", P.VIEW_HOME,
        lazy("verify, genuine, code, waybill, document"),
    ),
)  # fmt: skip
PAGES = tuple(Action(way.path, way.label, way.icon, way.permission) for way in WAYS)
KNOWN = (*DEEDS, *PAGES)


def actions(typed: str, actor: Actor) -> list[Action]:
    """What the actor may do that is called so, in their language or in English.

    Each word begins a word of it. Nothing typed finds what is done, not every page.
    """
    words = words_of(typed)
    names = _names(current_language())
    found = [
        action
        for action, name in zip(KNOWN, names, strict=True)
        if all(f" {word}" in name for word in words)
        and actor.may(action.permission)
        and page_exists(action.path)
    ]
    return found if words else [action for action in found if action in DEEDS]


@lru_cache(maxsize=16)
def _names(language: str) -> tuple[str, ...]:
    """All the words for each action, folded, a space before each."""
    told = [""] * len(KNOWN)
    for each in dict.fromkeys((language, "en")):
        with speaking(each):
            for at, action in enumerate(KNOWN):
                told[at] += f" {action.label} {action.also}"
    return tuple(f" {fold(text)}" for text in told)
