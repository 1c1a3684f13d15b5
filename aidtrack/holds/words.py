"""Kinds of holds in the reader's words, each with its tone and icon."""

from aidtrack.core.i18n import lazy
from aidtrack.holds.models import HoldKind

LABELS = {
    HoldKind.QUARANTINE: lazy("Quarantine"),
    HoldKind.DAMAGED: lazy("Damaged"),
    HoldKind.EXPIRED: lazy("Expired"),
    HoldKind.INSPECTION: lazy("Under inspection"),
    HoldKind.OTHER: lazy("Other reason"),
}


def choices() -> list[tuple[str, object]]:
    return [(kind.value, label) for kind, label in LABELS.items()]
