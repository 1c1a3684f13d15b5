"""What can happen to donations: pledged, changed, received, undone, closed, cancelled."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, exists, insert, select

from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core import audit, idempotency, numbering
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Invalid, NotFound, WrongStatus
from aidtrack.core.i18n import _
from aidtrack.documents import wording
from aidtrack.donations import landing, pledges, receiving
from aidtrack.donations.arrivals import Arrival, ReceivedLot
from aidtrack.donations.models import Donation, DonationLine, DonationStatus, GoodsReceipt
from aidtrack.donations.pledges import Pledge, PledgedLine
from aidtrack.donations.receiving import GoodsHaveGoneOn
from aidtrack.donations.told import told
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.places.models import Area

__all__ = ["Arrival", "GoodsHaveGoneOn", "Pledge", "PledgedLine", "ReceivedLot"]

OPEN = frozenset({DonationStatus.PLEDGED, DonationStatus.RECEIVING, DonationStatus.RECEIVED})


def pledge(details: Pledge, *, organisation_id: int, actor: Actor, key: UUID, at: datetime) -> int:
    """A donor promises goods. Returns the donation's id."""
    require(actor, Permission.MANAGE_DONATIONS, organisation_id=organisation_id)
    with transaction() as session:
        request = {"organisation": organisation_id, "pledge": msgspec.to_builtins(details)}
        earlier = idempotency.earlier_result(key, "donation.pledge", request)
        if earlier is not None:
            return earlier
        organisation = session.get_one(Organisation, organisation_id)
        _expect_possible(details, organisation_id)
        donation = Donation(
            organisation_id=organisation_id,
            number=numbering.next_number(
                "DON", organisation_id=organisation_id, country=organisation.country
            ),
            status=DonationStatus.PLEDGED,
            pledged_on=wording.local_day(at, organisation),
        )
        _describe(donation, details, organisation)
        session.add(donation)
        session.flush()
        _write_lines(donation.id, details.lines)
        _record(actor, "pledged", donation.id, lines=len(details.lines))
        idempotency.remember(key, "donation.pledge", request, donation.id)
        return donation.id


def change_pledge(donation_id: int, details: Pledge, *, actor: Actor) -> None:
    """Change what was promised, as long as nothing of it has come.

    After a receipt that was undone, lots refer to the donor and the lines: these stay then,
    and only figures change.
    """
    with transaction() as session:
        donation = _own(donation_id, actor)
        if donation.status != DonationStatus.PLEDGED:
            raise WrongStatus(_("Goods have come already, so the promise stays as it was made."))
        _expect_possible(details, donation.organisation_id)
        known = session.scalars(
            select(DonationLine).filter_by(donation_id=donation_id).order_by("line_number")
        ).all()
        if session.scalar(select(exists().where(GoodsReceipt.donation_id == donation_id))):
            _expect_same_goods(donation, details, [line.item_id for line in known])
        before = told(donation_id)
        for line, wanted in zip(known, details.lines, strict=False):
            line.item_id, line.pack_id = wanted.item_id, wanted.pack_id
            line.quantity, line.note = wanted.quantity, wanted.note
            line.unit_value_minor = wanted.unit_value_minor
        surplus = [line.id for line in known[len(details.lines) :]]
        session.flush()
        if surplus:
            session.execute(delete(DonationLine).where(DonationLine.id.in_(surplus)))
        _write_lines(donation_id, details.lines, start=len(known))
        _describe(donation, details, session.get_one(Organisation, donation.organisation_id))
        session.flush()
        _record(actor, "changed", donation_id, **audit.changes(before, told(donation_id)))


def cancel(donation_id: int, *, reason: str, actor: Actor) -> None:
    """The donor will not give after all. Only while nothing has come."""
    with transaction():
        donation = _own(donation_id, actor)
        if donation.status != DonationStatus.PLEDGED:
            raise WrongStatus(
                _("Only a promise of which nothing has come can be cancelled. Close it instead.")
            )
        if not reason.strip():
            raise Invalid(_("Say why it is cancelled."), field="reason")
        donation.status = DonationStatus.CANCELLED
        _record(actor, "cancelled", donation_id, reason=reason)


def close(donation_id: int, *, reason: str = "", actor: Actor) -> None:
    """Everything has come, or the rest will not (then with a reason). No receipt after this."""
    with transaction():
        donation = _own(donation_id, actor)
        if donation.status not in {DonationStatus.RECEIVING, DonationStatus.RECEIVED}:
            raise WrongStatus(_("Only a donation of which something has come can be closed."))
        if donation.status == DonationStatus.RECEIVING and not reason.strip():
            raise Invalid(_("Say why the rest will not come."), field="reason")
        donation.status = DonationStatus.CLOSED
        _record(actor, "closed", donation_id, reason=reason)


def reopen(donation_id: int, *, actor: Actor) -> None:
    """Goods may come again for a donation that was closed or cancelled."""
    with transaction():
        donation = _own(donation_id, actor)
        if donation.status in OPEN:
            raise WrongStatus(_("This donation is open already."))
        donation.status = receiving.status_of(donation_id)
        _record(actor, "reopened", donation_id)


def receive(
    donation_id: int, arrival: Arrival, *, even_if_full: bool = False, actor: Actor, key: UUID
) -> int:
    """Goods of a donation arrive at a site of ours. Returns the receipt's id.

    Makes the lots, posts one movement (good to its bin, missing to what was lost on the way),
    writes off what came damaged, issues the goods received note. Raises Invalid naming
    everything wrong, and SiteFull or WouldOverfill unless `even_if_full`.
    """
    with transaction():
        parties = receiving.lock(donation_id)
        if parties is None or not receiving.may_see(parties.donation, actor):
            raise NotFound(_("There is no such donation."))
        require(
            actor,
            Permission.RECEIVE_GOODS,
            organisation_id=parties.donation.organisation_id,
            site_id=arrival.site_id,
        )
        request = {"donation": donation_id, "arrival": msgspec.to_builtins(arrival)}
        earlier = idempotency.earlier_result(key, "donation.receive", request)
        if earlier is not None:
            return earlier
        _expect_open(parties.donation)
        landing.expect(arrival, even_if_full=even_if_full)
        receipt_id = receiving.record(arrival, parties, actor=actor)
        idempotency.remember(key, "donation.receive", request, receipt_id)
        return receipt_id


def undo_receipt(receipt_id: int, *, reason: str, actor: Actor, key: UUID) -> None:
    """Take a receipt back: its movement is reversed, its note void, its donation open again.

    Raises GoodsHaveGoneOn, naming each lot, when something of it is no longer where it was put.
    """
    with transaction():
        receipt, parties = receiving.own_receipt(receipt_id, Permission.REVERSE_MOVEMENTS, actor)
        request: dict[str, object] = {"receipt": receipt_id}
        if idempotency.earlier_result(key, "receipt.undo", request) is not None:
            return
        if receipt.undone_at is not None:
            raise WrongStatus(_("This receipt was undone already."))
        if parties.donation.status not in OPEN:
            raise WrongStatus(_("This donation is closed. Open it again first."))
        receiving.take_back(receipt, parties, reason=reason, actor=actor)
        idempotency.remember(key, "receipt.undo", request, receipt_id)


def _own(donation_id: int, actor: Actor) -> Donation:
    """The donation, locked. Raises NotFound to strangers, NotAllowed to those who only look."""
    donation = db.session.get(Donation, donation_id, with_for_update=True, populate_existing=True)
    if donation is None or not receiving.may_see(donation, actor):
        raise NotFound(_("There is no such donation."))
    require(actor, Permission.MANAGE_DONATIONS, organisation_id=donation.organisation_id)
    return donation


def _expect_open(donation: Donation) -> None:
    if donation.status == DonationStatus.CANCELLED:
        raise WrongStatus(_("This donation was cancelled. Open it again to receive goods."))
    if donation.status == DonationStatus.CLOSED:
        raise WrongStatus(_("This donation is closed. Open it again to receive goods."))


def _expect_possible(details: Pledge, organisation_id: int) -> None:
    """Raise Invalid naming everything that is wrong with a pledge."""
    item_ids = {line.item_id for line in details.lines}
    pack_ids = {line.pack_id for line in details.lines if line.pack_id is not None}
    items = db.session.execute(select(Item.id, Item.is_active).where(Item.id.in_(item_ids)))
    packs = db.session.execute(
        select(ItemPack.id, ItemPack.item_id).where(ItemPack.id.in_(pack_ids))
    )
    problems = list(
        pledges.problems_of(
            details, {row.id: row for row in items}, {row.id: row.item_id for row in packs}
        )
    )
    donor = db.session.get(Partner, details.donor_id)
    is_theirs = donor is not None and donor.organisation_id == organisation_id
    if donor is None or not is_theirs or donor.kind != PartnerKind.DONOR:
        problems.append(pledges.problem("donor_id", _("There is no such donor.")))
    if details.earmark_area_id is not None and not db.session.get(Area, details.earmark_area_id):
        problems.append(pledges.problem("earmark_area_id", _("There is no such area.")))
    pledges.refuse(problems)


def _expect_same_goods(donation: Donation, details: Pledge, item_ids: list[int]) -> None:
    problems = []
    if details.donor_id != donation.donor_id:
        sentence = _("Lots of this donor exist already. Cancel this and pledge anew instead.")
        problems.append(pledges.problem("donor_id", sentence))
    wanted = [line.item_id for line in details.lines]
    if len(wanted) < len(item_ids):
        sentence = _("Lots of every line exist already. Keep the lines, change their figures.")
        problems.append(pledges.problem("lines", sentence))
    for index, (before, after) in enumerate(zip(item_ids, wanted, strict=False)):
        if before != after:
            sentence = _("Lots of this line exist already, so its item stays.")
            problems.append(pledges.problem(f"lines-{index}-item_id", sentence))
    pledges.refuse(problems)


def _describe(donation: Donation, details: Pledge, organisation: Organisation) -> None:
    donation.donor_id = details.donor_id
    donation.value_minor = details.value_minor
    donation.currency = details.currency or organisation.currency
    donation.grant_reference = details.grant_reference
    donation.earmark = details.earmark
    donation.earmark_area_id = details.earmark_area_id
    donation.expected_on = details.expected_on
    donation.eligible_until = details.eligible_until
    donation.note = details.note


def _write_lines(donation_id: int, lines: tuple[PledgedLine, ...], *, start: int = 0) -> None:
    """The lines from `start` on, in one statement."""
    rows = [
        {"donation_id": donation_id, "line_number": number, **asdict(line)}
        for number, line in enumerate(lines, start=1)
    ][start:]
    if rows:
        db.session.execute(insert(DonationLine), rows)


def _record(actor: Actor, act: str, donation_id: int, **facts: object) -> None:
    audit.record(
        actor, f"donation.{act}", kind="donation", record_id=donation_id, facts=dict(facts)
    )
