"""Why goods did not go where they should, in the reader's words."""

from aidtrack.core.i18n import lazy
from aidtrack.stock.models import Reason

LABELS = {
    Reason.DAMAGED: lazy("Damaged"),
    Reason.MISSING: lazy("Missing"),
    Reason.EXPIRED: lazy("Expired"),
    Reason.STOLEN: lazy("Stolen"),
    Reason.WET: lazy("Wet"),
    Reason.REFUSED: lazy("Refused"),
    Reason.NOT_NEEDED: lazy("Not needed"),
    Reason.WRONG_GOODS: lazy("Wrong goods"),
    Reason.UNSAFE: lazy("Unsafe"),
    Reason.OTHER: lazy("Other reason"),
}


def reason_label(reason: Reason | None) -> str:
    """The reason in words; nothing when none was given."""
    return str(LABELS[reason]) if reason else ""


def choices(*reasons: Reason) -> list[tuple[str, object]]:
    """(value, label) of some reasons, or of all, for a form; labels are lazy."""
    return [(reason.value, LABELS[reason]) for reason in reasons or LABELS]
