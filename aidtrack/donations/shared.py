"""What another organisation reads of a donation that is shared with it.

Whose gift it is, what was promised and what came of it. Money is shown to whoever reports to
the donor; notes, people and the donor's address are not.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement

from aidtrack.donations.models import Donation
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.sharing import queries as sharing
from aidtrack.sharing.models import Purpose
from aidtrack.sharing.queries import OpenShare

if TYPE_CHECKING:
    from aidtrack.donations.queries import DonationDetail, DonationRow

MAY = Permission.VIEW_DONATIONS


def shown(actor: Actor) -> ColumnElement[bool]:
    """The WHERE on `donation`: what other organisations share with the actor's."""
    return Donation.id.in_(sharing.shared_ids("donation", actor, MAY))


def shared(actor: Actor, donation_id: int) -> OpenShare | None:
    """How a donation of another organisation is open to the actor, if it is."""
    return sharing.shared_with("donation", donation_id, actor, MAY)


def as_shared(donation: "DonationDetail", share: OpenShare) -> "DonationDetail":
    """The donation as the other organisation may see it; nothing of it can be changed."""
    is_reported = share.purpose == Purpose.REPORT
    return replace(
        donation,
        shared=share,
        note="",
        grant_reference=donation.grant_reference if is_reported else "",
        value_minor=donation.value_minor if is_reported else None,
        lines=[
            replace(line, note="", unit_value_minor=line.unit_value_minor if is_reported else None)
            for line in donation.lines
        ],
        receipts=[replace(receipt, recorded_by="") for receipt in donation.receipts],
    )


def row_as_shared(row: "DonationRow") -> "DonationRow":
    return replace(row, grant_reference="", value_minor=None)
