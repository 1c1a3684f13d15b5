"""What people can be told of, and whom each kind concerns."""

from dataclasses import dataclass

from aidtrack.alerts.models import AlertKind, Way
from aidtrack.core import acts
from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Permission, Role

K, P = AlertKind, Permission
_KEEPERS = frozenset({Role.LOGISTICIAN})
_OFFICE = frozenset({Role.LOGISTICIAN, Role.COORDINATOR})
_PLANNERS = frozenset({Role.COORDINATOR})
_EVERYONE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Concern:
    """A kind of alert: its words, whom it concerns, and how they are told unless they say.

    Whoever has one of the `roles` where it happened, and the `permission` to see it there. When
    nobody has, it falls to the administrators. `is_personal`: told to the one it is about.
    """

    label: object
    hint: object
    icon: str
    tone: str
    permission: Permission
    roles: frozenset[Role]
    way: Way
    is_personal: bool = False


CONCERNS: dict[AlertKind, Concern] = {
    K.DIFFERENCE: Concern(
        lazy("Differences to settle"),
        lazy("Not everything came good, and someone must say what became of the rest."),
        "alert", "bad", P.SETTLE_SHIPMENTS, _KEEPERS, Way.NOW,
    ),
    K.PHONE_REPORT: Concern(
        lazy("Phones’ reports that wait"),
        lazy("A driver’s report could not be applied."),
        "phone", "bad", P.SETTLE_SHIPMENTS, _KEEPERS, Way.NOW,
    ),
    K.RECALL: Concern(
        lazy("Recalls"),
        lazy("Goods that lie where you work must not be sent or handed out."),
        "alert", "bad", P.VIEW_STOCK, _OFFICE, Way.NOW,
    ),
    K.WRITE_OFF: Concern(
        lazy("Write-offs"),
        lazy("One waits for your approval, or yours was decided."),
        "alert", "wait", P.APPROVE_WRITE_OFFS, _KEEPERS | {Role.ADMINISTRATOR}, Way.NOW,
    ),
    K.COUNT: Concern(
        lazy("Counts"),
        lazy("One waits for your approval, or yours was decided."),
        "count", "wait", P.APPROVE_COUNTS, _KEEPERS | {Role.ADMINISTRATOR}, Way.NOW,
    ),
    K.ARRIVAL: Concern(
        lazy("Shipments on the way, and arrived"),
        lazy("To and from the places where you work."),
        "truck", "go", P.VIEW_SHIPMENTS, _OFFICE, Way.INBOX,
    ),
    K.LATE: Concern(
        lazy("Late shipments"),
        lazy("Still on the road after the time when they were expected."),
        "clock", "wait", P.VIEW_SHIPMENTS, _OFFICE, Way.DIGEST,
    ),
    K.PHONE_SILENT: Concern(
        lazy("Phones that say nothing"),
        lazy("A driver is on the road, overdue, and their phone has not synced."),
        "phone", "wait", P.DISPATCH_SHIPMENTS, _KEEPERS, Way.DIGEST,
    ),
    K.EXPIRY: Concern(
        lazy("Lots that expire"),
        lazy("270 and 90 days before, and once they have expired."),
        "hour", "wait", P.VIEW_STOCK, _OFFICE, Way.DIGEST,
    ),
    K.MINIMUM: Concern(
        lazy("Below minimum"),
        lazy("Less of an item is free than its minimum level."),
        "flag", "wait", P.VIEW_STOCK, _OFFICE, Way.DIGEST,
    ),
    K.DONATION: Concern(
        lazy("Donations"),
        lazy("Goods are promised, or have come."),
        "in", "go", P.VIEW_DONATIONS, _OFFICE | {Role.DONOR}, Way.DIGEST,
    ),
    K.DISTRIBUTION: Concern(
        lazy("Distributions"),
        lazy("Goods were handed out."),
        "hands", "ok", P.VIEW_DISTRIBUTIONS, _PLANNERS, Way.INBOX,
    ),
    K.PAPER: Concern(
        lazy("Papers"),
        lazy("A donor report was issued, or a paper was declared void."),
        "paper", "idle", P.VIEW_PAPERS, _OFFICE | {Role.DONOR}, Way.DIGEST,
    ),
    K.SHARING: Concern(
        lazy("Sharing"),
        lazy("A partner shows you a record, or shows it no longer."),
        "link", "go", P.VIEW_HOME, _OFFICE | {Role.ADMINISTRATOR}, Way.INBOX,
    ),
    K.JOB: Concern(
        lazy("Your long work"),
        lazy("An import or an export is done, or has failed."),
        "hour", "idle", P.MANAGE_OWN_ACCOUNT, _OFFICE | {Role.ADMINISTRATOR}, Way.INBOX, True,
    ),
    K.RIGHTS: Concern(
        lazy("What you may do"),
        lazy("A role was given to you or taken, or your password was set anew."),
        "lock", "idle", P.MANAGE_OWN_ACCOUNT, _EVERYONE, Way.NOW, True,
    ),
    K.RIGHTS_OF_OTHERS: Concern(
        lazy("What others may do"),
        lazy("Another administrator changed the rights or the keys of somebody."),
        "lock", "wait", P.MANAGE_PEOPLE, frozenset({Role.ADMINISTRATOR}), Way.INBOX,
    ),
    K.MAIL: Concern(
        lazy("Mail that could not be sent"),
        lazy("It was tried for four days."),
        "alert", "bad", P.MANAGE_ORGANISATION, frozenset({Role.ADMINISTRATOR}), Way.INBOX,
    ),
}  # fmt: skip
acts.register_fields("user", {str(kind): concern.label for kind, concern in CONCERNS.items()})
# Mail about mail that cannot be sent cannot be sent either.
NEVER_MAILED = frozenset({K.MAIL})
# What a donor may see of an alert is their own; the permission behind it is another.
FOR_DONORS = frozenset({K.DONATION, K.PAPER})


def kinds_for(roles: frozenset[Role]) -> list[AlertKind]:
    """What somebody with these roles can be told, in the order of the page.

    Everything else falls to administrators when there is nobody nearer.
    """
    if Role.ADMINISTRATOR in roles:
        return list(CONCERNS)
    return [kind for kind, concern in CONCERNS.items() if concern.roles & roles]
