"""What a token for programs may do: a few scopes that a person understands."""

from collections.abc import Iterable
from enum import StrEnum

from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Permission

P = Permission


class Scope(StrEnum):
    READ = "read"
    STOCK = "stock"
    SHIPMENTS = "shipments"
    LISTS = "lists"
    REPORTS = "reports"
    EVERYTHING = "everything"


LABELS = {
    Scope.READ: lazy("Read"),
    Scope.STOCK: lazy("Stock and receiving"),
    Scope.SHIPMENTS: lazy("Shipments, deliveries and distributions"),
    Scope.LISTS: lazy("Lists and imports"),
    Scope.REPORTS: lazy("Reports"),
    Scope.EVERYTHING: lazy("Everything a program may do for you"),
}
HINTS = {
    Scope.READ: lazy("Everything you may read. It changes nothing."),
    Scope.STOCK: lazy("Receive, move, write off; record donations."),
    Scope.SHIPMENTS: lazy("Prepare, send, deliver and settle; record what was handed out."),
    Scope.LISTS: lazy("Items, places, partners and areas, by hand or from a spreadsheet."),
    Scope.REPORTS: lazy("Read figures and papers, issue donor reports."),
    Scope.EVERYTHING: lazy("All of the above. Never people, roles, keys or settings."),
}

# Whatever its person may do: a program opens AidTrack to nobody else, and decides nothing
# that two people must decide.
NEVER = frozenset(
    {
        P.MANAGE_OWN_ACCOUNT, P.MANAGE_PEOPLE, P.PROTECT_PEOPLE, P.MANAGE_ORGANISATION,
        P.LINK_DRIVERS, P.SHARE_RECORDS, P.APPROVE_WRITE_OFFS, P.APPROVE_COUNTS,
    }
)  # fmt: skip
_THINGS = frozenset({P.VIEW_ITEMS, P.VIEW_PLACES, P.VIEW_PARTNERS, P.VIEW_AREAS})
SCOPES: dict[Scope, frozenset[Permission]] = {
    Scope.READ: _THINGS | {
        P.VIEW_HOME, P.VIEW_STOCK, P.VIEW_DONATIONS, P.VIEW_SHIPMENTS, P.VIEW_DISTRIBUTIONS,
        P.VIEW_REPORTS, P.VIEW_OWN_DONATIONS, P.VIEW_PAPERS, P.VIEW_REMARKS, P.VIEW_JOBS,
        P.VIEW_AUDIT,
    },
    Scope.STOCK: _THINGS | {
        P.VIEW_STOCK, P.VIEW_DONATIONS, P.VIEW_PAPERS, P.MOVE_STOCK, P.WRITE_OFF_STOCK,
        P.REVERSE_MOVEMENTS, P.SET_MINIMUMS, P.RECEIVE_GOODS, P.MANAGE_DONATIONS,
        P.HOLD_STOCK, P.RECALL_LOTS, P.COUNT_STOCK, P.BUILD_KITS, P.CORRECT_STOCK,
    },
    Scope.SHIPMENTS: _THINGS | {
        P.VIEW_STOCK, P.VIEW_SHIPMENTS, P.VIEW_DISTRIBUTIONS, P.VIEW_PAPERS, P.PREPARE_SHIPMENTS,
        P.DISPATCH_SHIPMENTS, P.CONFIRM_DELIVERIES, P.SETTLE_SHIPMENTS, P.REVERSE_MOVEMENTS,
        P.DRIVE, P.RECORD_DISTRIBUTIONS,
    },
    Scope.LISTS: _THINGS | {
        P.MANAGE_ITEMS, P.MANAGE_PLACES, P.OPEN_PLACES, P.MANAGE_PARTNERS, P.MANAGE_AREAS,
        P.RUN_IMPORTS,
        P.VIEW_JOBS,
    },
    Scope.REPORTS: _THINGS | {
        P.VIEW_HOME, P.VIEW_REPORTS, P.VIEW_DONATIONS, P.VIEW_OWN_DONATIONS, P.VIEW_PAPERS,
        P.ISSUE_DONOR_REPORTS,
    },
    Scope.EVERYTHING: frozenset(Permission) - NEVER,
}  # fmt: skip


def permitted(scopes: Iterable[Scope]) -> frozenset[Permission]:
    """What a token with these scopes leaves of its person's grants."""
    return frozenset().union(*(SCOPES[scope] for scope in scopes)) - NEVER


def scopes_for(permission: Permission) -> list[Scope]:
    """The scopes that give it, the narrowest first; none for what no token may do."""
    if permission in NEVER:
        return []
    having = [scope for scope, given in SCOPES.items() if permission in given]
    return sorted(having, key=lambda scope: len(SCOPES[scope]))
