"""People without an account: one name is found among many alike, and goes from reports too."""

import pytest
from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.core.errors import NotFound
from aidtrack.partners import services as partners
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.services import PartnerDetails
from aidtrack.privacy import named
from aidtrack.shipments.models import Delivery, FieldReport
from tests.factories.shipments import confirm, hand_over, make_dispatched
from tests.factories.world import make_item, make_stock


def make_contact(world, name):
    partners.add_partner(
        PartnerDetails(kind=PartnerKind.DONOR, name=f"Donor of {name}", contact=name),
        organisation_id=world.organisation_id,
        actor=world.admin,
    )


def test_a_name_that_many_others_hold_is_erased_alone(world):
    for number in range(named.NAMES_MAX + 5):
        make_contact(world, f"Abdul Ali {number:02}")
    make_contact(world, "Ali")
    assert named.one("Ali", world.organisation_id).name == "Ali"
    assert named.erase("Ali", "Ali", actor=world.admin) == 1
    assert len(named.search("Abdul Ali", world.organisation_id)) == named.NAMES_MAX
    for gone in ("Ali", ""):
        with pytest.raises(NotFound):
            named.one(gone, world.organisation_id)


def test_what_the_phone_said_forgets_who_received_and_nothing_else(world):
    item_id = make_item()
    make_stock(world, item_id, 50)
    shipment_id = make_dispatched(world, (item_id, 10))
    confirm(world, hand_over(shipment_id, receiver_name="Zulfiya Tashbaeva", note="All dry"))
    named.erase("Zulfiya Tashbaeva", "Zulfiya Tashbaeva", actor=world.admin)
    db.session.expire_all()
    assert db.session.scalars(select(Delivery.receiver_name)).all() == [""]
    (content,) = db.session.scalars(select(FieldReport.content))
    assert "Zulfiya" not in str(content)
    assert content["said"]["note"] == "All dry"
    assert content["said"]["lines"][0]["good"] == 10
