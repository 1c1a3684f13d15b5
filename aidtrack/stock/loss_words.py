"""What happens to lost goods, in words: acts, stages in the chain, states of a claim."""

from aidtrack.core.i18n import lazy
from aidtrack.places.models import PlaceKind
from aidtrack.stock.loss_models import ClaimState, LossAct

ACTS = {
    LossAct.LOSS: lazy("Lost"),
    LossAct.DESTRUCTION: lazy("Destroyed"),
    LossAct.ADJUSTMENT: lazy("Books corrected"),
    LossAct.RETURN: lazy("Given back"),
    LossAct.FOUND: lazy("Found"),
}
STAGES = {
    PlaceKind.LOST_IN_TRANSPORT: lazy("Transport"),
    PlaceKind.LOST_IN_WAREHOUSE: lazy("Warehouse"),
    PlaceKind.LOST_AT_DISTRIBUTION: lazy("Distribution"),
    PlaceKind.RETURNED: lazy("Given back to the donor"),
}
CLAIMS = {
    ClaimState.NONE: lazy("No claim"),
    ClaimState.OPEN: lazy("Claim open"),
    ClaimState.PAID: lazy("Claim paid"),
    ClaimState.REFUSED: lazy("Claim refused"),
}
