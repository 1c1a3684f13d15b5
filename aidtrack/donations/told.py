"""What a promise says, in words that the audit keeps before and after a change."""

from sqlalchemy import select

from aidtrack.catalogue.models import Item
from aidtrack.core.db import db
from aidtrack.core.i18n import lazy
from aidtrack.donations.models import Donation, DonationLine
from aidtrack.partners.models import Partner
from aidtrack.places.models import Area

FIELDS = {
    "donor": lazy("Donor"),
    "goods": lazy("Goods"),
    "value_minor": lazy("Value of the whole, in the smallest coin"),
    "currency": lazy("Currency"),
    "grant_reference": lazy("Grant or reference"),
    "earmark": lazy("Meant for"),
    "earmark_area": lazy("Meant for the area"),
    "expected_on": lazy("Expected on"),
    "eligible_until": lazy("To be spent until"),
    "note": lazy("Note"),
}


def told(donation_id: int) -> dict[str, object]:
    """Every field of the promise as it stands in the database now."""
    row = db.session.execute(
        select(Donation, Partner.name.label("donor"), Area.name.label("area"))
        .join(Partner, Partner.id == Donation.donor_id)
        .outerjoin(Area, Area.id == Donation.earmark_area_id)
        .where(Donation.id == donation_id)
    ).one()
    kept = row.Donation
    lines = db.session.execute(
        select(Item.name, DonationLine.quantity, DonationLine.unit_value_minor)
        .join(Item, Item.id == DonationLine.item_id)
        .where(DonationLine.donation_id == donation_id)
        .order_by(DonationLine.line_number)
    )
    return {
        "donor": row.donor,
        "goods": "; ".join(
            f"{line.name} × {line.quantity}"
            + (f" @ {line.unit_value_minor}" if line.unit_value_minor else "")
            for line in lines
        ),
        "value_minor": kept.value_minor,
        "currency": kept.currency,
        "grant_reference": kept.grant_reference,
        "earmark": kept.earmark,
        "earmark_area": row.area,
        "expected_on": kept.expected_on and kept.expected_on.isoformat(),
        "eligible_until": kept.eligible_until and kept.eligible_until.isoformat(),
        "note": kept.note,
    }
