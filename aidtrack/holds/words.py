"""Kinds of holds, states of recalls and where pieces went, in the reader's words."""

from aidtrack.core.i18n import _, lazy
from aidtrack.holds.models import HoldKind, RecallStatus
from aidtrack.holds.pieces import Piece, Pieces, Whereabout
from aidtrack.places.models import PlaceKind

LABELS = {
    HoldKind.QUARANTINE: lazy("Quarantine"),
    HoldKind.DAMAGED: lazy("Damaged"),
    HoldKind.EXPIRED: lazy("Expired"),
    HoldKind.INSPECTION: lazy("Under inspection"),
    HoldKind.OTHER: lazy("Other reason"),
}

RECALL_LABELS = {
    RecallStatus.OPEN: lazy("Recalled"),
    RecallStatus.CLOSED: lazy("Closed: stays locked"),
    RecallStatus.LIFTED: lazy("Lifted"),
}
WHEREABOUTS = {
    Whereabout.IN_STOCK: lazy("In stock"),
    Whereabout.AT_PARTNERS: lazy("At partners"),
    Whereabout.ON_THE_ROAD: lazy("On the road"),
    Whereabout.HANDED_OUT: lazy("Handed out"),
    Whereabout.LOST: lazy("Lost"),
    Whereabout.RETURNED: lazy("Given back to the donor"),
}
STAGES = {
    PlaceKind.LOST_IN_TRANSPORT: lazy("Lost in transport"),
    PlaceKind.LOST_IN_WAREHOUSE: lazy("Lost in the warehouse"),
    PlaceKind.LOST_AT_DISTRIBUTION: lazy("Lost at distribution"),
}

WENT_TO = STAGES | {PlaceKind.RETURNED: lazy("Given back to the donor")}


def where_of(piece: Piece) -> str:
    """Where a piece is, or where it went: a bin, a truck's end, a hand-out, a stage of loss."""
    if piece.stage is not None:
        return str(STAGES[piece.stage])
    return " · ".join(each for each in (piece.keeper, piece.site, piece.place) if each)


def as_table(found: Pieces) -> tuple[list[str], list[list[object]]]:
    """The headings of a file of pieces, and its lines: every place, then what was given."""
    headings = [
        _("Where"), _("Place, partner or hand-out"), _("Paper"), _("Day"), _("Households"),
        _("Driver"), _("Recorded after the recall"), _("Pieces"), _("Of them inside kits"),
    ]  # fmt: skip
    lines: list[list[object]] = [
        [
            str(WHEREABOUTS[piece.whereabout]),
            where_of(piece),
            piece.record,
            piece.on and piece.on.isoformat(),
            piece.households,
            piece.contact,
            piece.told_late and f"{piece.told_late.isoformat(timespec='minutes')} {piece.told_by}",
            piece.quantity,
            piece.inside,
        ]
        for piece in found.pieces
    ]
    total: list[object] = [_("Given"), "", "", None, None, "", None, found.given, None]
    return headings, [*lines, total]


def choices() -> list[tuple[str, object]]:
    return [(kind.value, label) for kind, label in LABELS.items()]
