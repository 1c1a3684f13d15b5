"""People without an account: one name is found among many alike, and goes from reports too."""

import io
import zipfile

import pytest
from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotFound
from aidtrack.partners import services as partners
from aidtrack.partners.models import PartnerKind
from aidtrack.partners.services import PartnerDetails
from aidtrack.privacy import named
from aidtrack.shipments.models import Delivery, FieldReport, Shipment
from tests.factories.shipments import confirm, deliver, hand_over, make_dispatched
from tests.factories.world import make_item, make_stock, make_world
from tests.privacy.kept import everything, last_act


@pytest.fixture
def received(world):
    """Goods that Gulnara Asanova received, whom nothing else names."""
    make_stock(world, item := make_item(), 50)
    deliver(world, hand_over(make_dispatched(world, (item, 10))))


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


def test_a_receiver_is_found_given_their_data_and_erased(world, received, signed_in):
    browser = signed_in(world.admin)
    page = browser.get("/people/named?name=Gulnara").text
    assert "Gulnara Asanova" in page
    archive = zipfile.ZipFile(io.BytesIO(browser.get("/people/named/Gulnara%20Asanova/data").data))
    assert "Gulnara Asanova" in archive.read("delivery_0.json").decode()
    assert last_act("organisation", world.organisation_id) == "named_person.data_given"
    path = "/people/named/Gulnara%20Asanova/erase"
    assert browser.post(path, data={"name": "Gulnara"}).status_code == 422
    assert browser.post(path, data={"name": "Gulnara Asanova"}).status_code == 303
    assert "Gulnara" not in everything()
    assert browser.get(path).status_code == 404


def test_another_organisations_records_are_not_found_or_changed(world, received, signed_in):
    other = make_world("Other")
    assert named.search("Gulnara", other.organisation_id) == []
    path = "/people/named/Gulnara%20Asanova/erase"
    assert signed_in(other.admin).post(path, data={"name": "x"}).status_code == 404
    assert "Gulnara" in everything()


def test_the_name_must_be_typed(world, received):
    with pytest.raises(Invalid):
        named.erase("Gulnara Asanova", "Gulnara", actor=world.admin)


def test_a_driver_without_an_account_loses_name_and_phone(world):
    make_stock(world, item := make_item(), 20)
    shipment_id = make_dispatched(
        world, (item, 10), driver_id=None, driver_name="Zhyldyzbek", driver_phone="700 919 293"
    )
    named.erase("Zhyldyzbek", "Zhyldyzbek", actor=world.admin)
    shipment = db.session.get_one(Shipment, shipment_id)
    assert (shipment.driver_name, shipment.driver_phone) == ("", "")
