"""The proof over JSON: the newest seal."""

from dataclasses import dataclass

from flask import Blueprint
from werkzeug import Response

from aidtrack.core.errors import NotFound
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Permission
from aidtrack.sealing import checks, queries, seals
from aidtrack.sealing.queries import SealProof
from aidtrack.web.access import public, requires
from aidtrack.web.answers import json_answer
from aidtrack.web.limits import READING_CODES, limiter
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


@dataclass(frozen=True, slots=True)
class LastCheck:
    """When the whole ledger was computed again, and what disagreed: [table, key, sentence]."""

    ended_at: str
    holds: bool
    movements: int
    lines: int
    acts: int
    seals: int
    signatures: int
    disagreements: list[list[str]]


@bp.get("/ledger/check")
@documented(summary="The last check of the whole ledger", returns=LastCheck)
@requires(Permission.VIEW_AUDIT)
def last_check() -> Response:
    found = checks.latest()
    if found is None:
        raise NotFound(_("The ledger was not checked yet."))
    return json_answer(
        LastCheck(
            found.ended_at.isoformat(),
            found.holds,
            found.movements,
            found.lines,
            found.acts,
            found.seals,
            found.signatures,
            found.disagreements,
        )
    )


@bp.get("/verify/seals/<int:number>")
@documented(summary="A seal with its signatures, for anyone to check", returns=SealProof)
@public
@limiter.limit(READING_CODES)
def seal_proof(number: int) -> Response:
    return json_answer(queries.proof(number))
