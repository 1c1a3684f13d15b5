"""Whether somebody else shall pay for a loss, and what came of it."""

from dataclasses import dataclass

from aidtrack.core import acts, audit
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, WrongStatus
from aidtrack.core.i18n import _, lazy
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.stock import loss_reports, write_offs
from aidtrack.stock.loss_models import ClaimState, WriteOff, WriteOffStatus

FIELDS = {
    "claim": lazy("Claim"),
    "claim_against": lazy("Against"),
    "claim_minor": lazy("Amount in small units"),
    "claim_note": lazy("Why"),
}
acts.register_fields("write_off", FIELDS)
CLAIMED = frozenset({WriteOffStatus.WAITING, WriteOffStatus.POSTED})


@dataclass(frozen=True, slots=True)
class Claim:
    """Against whom, how much in the write-off's currency, how it stands, and why or why not."""

    state: ClaimState
    against: str = ""
    amount_minor: int | None = None
    note: str = ""


def set_claim(write_off_id: int, claim: Claim, *, actor: Actor) -> None:
    """Say whether there is a claim, and how it stands. The loss report gets a new edition."""
    with transaction():
        kept = write_offs.locked(write_off_id, actor)
        require(
            actor, Permission.WRITE_OFF_STOCK,
            organisation_id=kept.organisation_id, site_id=kept.site_id,
        )  # fmt: skip
        if kept.act not in write_offs.REPORTED or kept.status not in CLAIMED:
            raise WrongStatus(_("There is no loss here that anybody could pay for."))
        if claim.state != ClaimState.NONE and not claim.against.strip():
            raise Invalid(_("Say who shall pay: a carrier, an insurer."), field="against")
        before = _described(kept)
        kept.claim = claim.state
        has_claim = claim.state != ClaimState.NONE
        kept.claim_against = claim.against.strip() if has_claim else ""
        kept.claim_minor = claim.amount_minor if has_claim else None
        kept.claim_note = claim.note.strip()
        changed = audit.changes(before, _described(kept))
        if not changed:
            return
        if kept.paper_id is not None:
            loss_reports.issue(kept, write_offs.lines_of(kept), actor=actor)
        _note(kept, changed, actor)


def note_opened(write_off_id: int, *, actor: Actor) -> None:
    """Record that a loss was claimed when it was written down, if it was."""
    kept = db.session.get_one(WriteOff, write_off_id)
    if kept.claim != ClaimState.NONE:
        nothing = {"claim": ClaimState.NONE.value, "claim_against": "", "claim_minor": None}
        _note(kept, audit.changes(nothing | {"claim_note": ""}, _described(kept)), actor)


def _note(kept: WriteOff, changed: dict[str, object], actor: Actor) -> None:
    audit.record(
        actor, "write_off.claim_changed", kind="write_off", record_id=kept.id, facts=changed
    )


def _described(kept: WriteOff) -> dict[str, object]:
    return {
        "claim": kept.claim.value,
        "claim_against": kept.claim_against,
        "claim_minor": kept.claim_minor,
        "claim_note": kept.claim_note,
    }
