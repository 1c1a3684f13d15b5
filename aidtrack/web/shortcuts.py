"""What the keyboard does, as the page that lists it says."""

from dataclasses import dataclass

from aidtrack.core.i18n import _
from aidtrack.web.navigation import Way

COOKIE = "keys"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys, pressed one after the other or together, and what they do."""

    keys: tuple[str, ...]
    meaning: str
    together: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    shortcuts: list[Shortcut]


def groups(ways: list[Way]) -> list[Group]:
    """All of them; the pages are those that the reader may open."""
    pages = [Shortcut(("g", way.key), str(way.label)) for way in ways if way.key]
    return [
        Group(_("Everywhere"), _everywhere()),
        Group(_("In lists"), _in_lists()),
        Group(_("In forms"), _in_forms()),
        *([Group(_("Go to a page"), pages)] if pages else []),
    ]


def _everywhere() -> list[Shortcut]:
    return [
        Shortcut(("Ctrl", "K"), _("Find anything, or do something"), together=True),
        Shortcut(("/",), _("Find anything, or do something")),
        Shortcut(("?",), _("Show these shortcuts")),
        Shortcut(("n",), _("Press the main button of the page")),
        Shortcut(("Esc",), _("Close what is open")),
    ]


def _in_lists() -> list[Shortcut]:
    return [
        Shortcut(("j",), _("Next row")),
        Shortcut(("k",), _("Row before")),
        Shortcut(("Enter",), _("Open the row")),
        Shortcut(("x",), _("Tick the row")),
        Shortcut(("f",), _("Search in the list")),
    ]


def _in_forms() -> list[Shortcut]:
    return [
        Shortcut(("Enter",), _("In lines: on to the next box")),
        Shortcut(("Ctrl", "Enter"), _("Send the form"), together=True),
        Shortcut(("Ctrl", "V"), _("Paste cells of a spreadsheet into lines"), together=True),
        Shortcut(("t",), _("In a day: today")),
        Shortcut(("+3",), _("In a day: in three days; +2w, +3m and +1y are weeks, months, years")),
        Shortcut(("12/2027",), _("In a day: the last day of that month")),
        Shortcut(("12*24",), _("In a quantity: a small sum, here 288")),
    ]
