"""What corrections take from gifts and add to them, beside what receipts say."""

from collections.abc import Iterable, Mapping

from sqlalchemy import insert, select

from aidtrack.core import audit
from aidtrack.core.db import db
from aidtrack.donations import receiving
from aidtrack.donations.models import Donation, DonationCorrection, DonationLine, DonationStatus
from aidtrack.identity.permissions import Actor

OPEN = frozenset({DonationStatus.PLEDGED, DonationStatus.RECEIVING, DonationStatus.RECEIVED})


def lock(line_ids: Iterable[int]) -> dict[int, Donation]:
    """The donations of some lines, by line and locked in the order of their numbers: as receipts
    are, before anything that they move.
    """
    wanted = set(line_ids)
    if not wanted:
        return {}
    of_line = dict(
        db.session.execute(
            select(DonationLine.id, DonationLine.donation_id).where(DonationLine.id.in_(wanted))
        ).all()
    )
    locked = db.session.scalars(
        select(Donation)
        .where(Donation.id.in_(set(of_line.values())))
        .order_by(Donation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    donations = {donation.id: donation for donation in locked}
    return {line_id: donations[donation_id] for line_id, donation_id in of_line.items()}


def count(
    correction_id: int,
    deltas: Mapping[int, int],
    donations: Mapping[int, Donation],
    *,
    number: str,
    reason: str,
    actor: Actor,
) -> None:
    """Count so much more (or less) on each line. The caller has locked the donations."""
    if not deltas:
        return
    db.session.execute(
        insert(DonationCorrection),
        [
            {"donation_line_id": line_id, "correction_id": correction_id, "quantity": quantity}
            for line_id, quantity in deltas.items()
        ],
    )
    for donation in {donations[line_id].id: donations[line_id] for line_id in deltas}.values():
        if donation.status in OPEN:
            donation.status = receiving.status_of(donation.id)
        audit.record(
            actor,
            "donation.corrected",
            kind="donation",
            record_id=donation.id,
            facts={"paper": number, "reason": reason},
        )
