"""The proof over JSON: the newest seal."""

from dataclasses import dataclass

from flask import Blueprint
from werkzeug import Response

from aidtrack.identity.permissions import Permission
from aidtrack.sealing import seals
from aidtrack.web.access import requires
from aidtrack.web.answers import json_answer
from aidtrack.web.openapi import documented

bp = Blueprint("sealing_api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class LatestSeal:
    """The newest seal of the ledger; its hash covers every movement and act up to the last."""

    number: int
    last_movement_id: int
    last_entry_id: int
    hash: str
    sealed_at: str


@bp.get("/ledger/seal")
@documented(summary="The newest seal of the ledger", returns=LatestSeal)
@requires(Permission.VIEW_STOCK)
def latest_seal() -> Response:
    seal = seals.latest_seal()
    if seal is None:
        return json_answer(LatestSeal(0, 0, 0, seals.GENESIS, ""))
    return json_answer(
        LatestSeal(
            seal.id,
            seal.last_movement_id,
            seal.last_entry_id,
            seal.hash,
            seal.sealed_at.isoformat(),
        )
    )
