"""What is said of shares: kinds, purposes, and what happened to them."""

from collections.abc import Callable

from aidtrack.core import acts
from aidtrack.core.audit import AuditEntry
from aidtrack.core.i18n import _, lazy
from aidtrack.identity.history import Happening
from aidtrack.identity.records import Told
from aidtrack.sharing.models import Purpose

KINDS = {
    "shipment": lazy("Shipment"),
    "donation": lazy("Donation"),
    "place": lazy("Place"),
}
PURPOSES = {
    Purpose.FOLLOW: lazy("to follow the delivery"),
    Purpose.RECEIVE: lazy("to receive here"),
    Purpose.REPORT: lazy("to report to a donor"),
    Purpose.PLAN: lazy("to plan together"),
    Purpose.OTHER: lazy("for another purpose"),
}
# What each kind of record is shared for, as the form offers it, and what that shows.
OFFERED = {
    "shipment": {
        Purpose.FOLLOW: lazy("Goods and progress; no people, no plates."),
        Purpose.RECEIVE: lazy("Also the driver, phones and the waybill."),
        Purpose.REPORT: "",
        Purpose.PLAN: "",
        Purpose.OTHER: "",
    },
    "donation": {
        Purpose.FOLLOW: lazy("What was promised and what came of it; no money."),
        Purpose.REPORT: lazy("Also the grant and what it is worth."),
        Purpose.PLAN: "",
        Purpose.OTHER: "",
    },
    "place": {
        Purpose.RECEIVE: lazy("They may send goods there, and see whom to ring."),
        Purpose.PLAN: lazy("Where it is; no people, no stock."),
        Purpose.OTHER: "",
    },
}
SHARED, CHANGED, ENDED = "record.shared", "record.share_changed", "record.unshared"
TITLES = {
    SHARED: lazy("Shared"),
    CHANGED: lazy("Last day of sharing changed"),
    ENDED: lazy("Shared no longer"),
}
acts.register(TITLES, acts.Topic.RIGHTS)


def purpose_said(purpose: Purpose, note: str) -> str:
    """The purpose in words; another one in those of whoever shared."""
    return note if purpose == Purpose.OTHER and note else str(PURPOSES[purpose])


def tell(entry: AuditEntry) -> Happening:
    """One act of sharing in words, on the record's page and on the share's own."""
    facts = entry.facts
    said = [str(facts.get("with", ""))]
    if entry.action == SHARED:
        said.append(purpose_said(Purpose(str(facts["purpose"])), str(facts.get("note", ""))))
    if entry.action in (SHARED, CHANGED):
        until = facts.get("ends_on")
        said.append(_("until %(day)s", day=until) if until else _("until it is revoked"))
    return Happening(
        at=entry.recorded_at,
        title=str(TITLES[entry.action]),
        who=entry.user_name,
        detail=" · ".join(filter(None, said)),
    )


def too(tell_own: Callable[[AuditEntry], Told]) -> Callable[[AuditEntry], Told]:
    """For a kind of record: its own acts in its own words, those of sharing in these."""

    def told(entry: AuditEntry) -> Told:
        return tell(entry) if entry.action in TITLES else tell_own(entry)

    return told
