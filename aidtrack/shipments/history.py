"""What happened to a shipment, in sentences."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aidtrack.core import acts
from aidtrack.core.audit import AuditEntry
from aidtrack.core.i18n import _, lazy
from aidtrack.identity.history import changed, who
from aidtrack.shipments.told import FIELDS

TITLES = {
    "shipment.prepared": lazy("Prepared"),
    "shipment.changed": lazy("Changed"),
    "shipment.loads_picked": lazy("Lots chosen"),
    "shipment.ready": lazy("Ready: the goods are kept for it"),
    "shipment.reopened": lazy("Made a draft again: the goods are free"),
    "shipment.cancelled": lazy("Cancelled"),
    "shipment.dispatched": lazy("Left"),
    "shipment.driver_changed": lazy("Given to another driver"),
    "shipment.dispatch_undone": lazy("Departure undone"),
    "shipment.delivered": lazy("Handed over"),
    "shipment.delivery_undone": lazy("Hand-over undone"),
    "shipment.returned": lazy("Goods came back"),
    "shipment.lost": lazy("Goods reported lost"),
    "shipment.loss_waits": lazy("Goods reported lost: waits for approval"),
    "field_report.needs_attention": lazy("A phone’s report could not be applied"),
    "field_report.dismissed": lazy("A phone’s report was dismissed"),
    "journey_link.made": lazy("Driver’s link made"),
    "journey_link.opened": lazy("Driver’s link opened"),
    "journey_link.refused": lazy("Driver’s link refused on another phone"),
    "journey_link.revoked": lazy("Driver’s link revoked"),
    "paper.issued": lazy("Paper issued"),
    "paper.voided": lazy("Paper declared void"),
}
acts.register(
    TITLES,
    acts.Topic.GOODS,
    {acts.Topic.RIGHTS: [each for each in TITLES if each.startswith("journey_link.")]},
)
acts.register_fields("shipment", FIELDS)
# Facts that a person wants to read beside the title, in this order.
TOLD = (
    "number", "waybill", "paper", "seal_number", "device", "receiver", "reason", "note", "why",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when, what, who, and the detail that matters."""

    at: datetime
    title: str
    who: str
    detail: str


def tell(entry: AuditEntry) -> Entry:
    return Entry(
        at=entry.recorded_at,
        title=str(TITLES.get(entry.action) or entry.action),
        who=who(entry),
        detail=_detail(entry.facts),
    )


def _detail(facts: dict[str, Any]) -> str:
    told = [str(facts[name]) for name in TOLD if facts.get(name)]
    if facts.get("bad_lines"):
        told.append(_("something damaged or missing"))
    if what_changed := changed(facts, FIELDS):
        told.append(what_changed)
    return " · ".join(told)
