"""What happened to a donation or a receipt, in words for its page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aidtrack.core import acts
from aidtrack.core.audit import AuditEntry
from aidtrack.core.i18n import _, lazy, listed
from aidtrack.donations.told import FIELDS
from aidtrack.identity.history import changed

TITLES = {
    "donation.pledged": lazy("Promised"),
    "donation.changed": lazy("Promise changed"),
    "donation.received": lazy("Goods received"),
    "donation.receipt_undone": lazy("Receipt undone"),
    "donation.corrected": lazy("Corrected: what counts as given changed"),
    "donation.closed": lazy("Closed"),
    "donation.cancelled": lazy("Cancelled"),
    "donation.reopened": lazy("Opened again"),
    "paper.issued": lazy("Paper issued"),
    "paper.voided": lazy("Paper declared void"),
}
acts.register(TITLES, acts.Topic.GOODS)
acts.register_fields("donation", FIELDS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act, as the `history` part shows it."""

    at: datetime
    title: str
    who: str
    detail: str


def tell(act: AuditEntry) -> Entry:
    return Entry(
        at=act.recorded_at,
        title=str(TITLES.get(act.action, act.action)),
        who=act.user_name,
        detail=_detail(act.facts),
    )


def _detail(facts: dict[str, Any]) -> str:
    """What changed, or the paper, the reason, how many lines: what the facts hold."""
    words: dict[str, Callable[[Any], str]] = {
        "paper": str,
        "reason": lambda reason: _("“%(reason)s”", reason=reason),
        "lines": lambda count: _("%(count)s lines", count=count),
    }
    if what_changed := changed(facts, FIELDS):
        return what_changed
    return listed(say(facts[name]) for name, say in words.items() if facts.get(name))
