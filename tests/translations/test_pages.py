"""A driver who reads Russian meets no English; a paper of two languages carries both."""

from io import BytesIO
from uuid import uuid4

import msgspec
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.documents import services as documents
from aidtrack.documents.layouts.waybill import Waybill
from aidtrack.documents.models import Paper
from aidtrack.identity.models import Organisation, User
from aidtrack.places.models import Place
from tests.factories.shipments import confirm, hand_over, make_dispatched, make_ready
from tests.factories.world import World, make_item, make_stock
from tests.translations.reader import english_in

NAMES = {"Osh warehouse": "Склад Ош", "School 4": "Школа 4"}


@pytest.fixture
def world(world) -> World:
    """A world in which every name that somebody typed is Russian."""
    db.session.get_one(Organisation, world.organisation_id).name = "Общество помощи"
    person = db.session.get_one(User, world.driver.user_id)
    person.name, person.language = "Улан Садыков", "ru"
    for place in db.session.scalars(select(Place)):
        place.name = NAMES.get(place.name, place.name)
    db.session.commit()
    return world


@pytest.fixture
def goods(world) -> int:
    item_id = make_item("Одеяло", pack=10)
    make_stock(world, item_id, 500, batch_number="B-12")
    return item_id


@pytest.fixture
def phone(signed_in, world):
    return signed_in(world.driver)


def test_the_stops_of_a_russian_driver_are_russian(phone, world, goods):
    assert english_in(phone.get("/d").text) == []
    make_ready(world, (goods, 20), expected_at=clock.now())
    make_dispatched(world, (goods, 15), expected_at=clock.now())
    delivered = make_dispatched(world, (goods, 10))
    confirm(world, hand_over(delivered, receiver_name="Гульнара Асанова"))
    page = phone.get("/d").text
    assert "Впереди 1 рейс" in page
    assert english_in(page) == []


def test_the_stop_of_a_russian_driver_is_russian(phone, world, goods):
    to_load = make_ready(world, (goods, 20))
    going = make_dispatched(world, (goods, 20), vehicle_plate="01 KG 412")
    page = phone.get(f"/d/{going}").text
    assert "Сдайте 2 места" in page
    for address in (f"/d/{to_load}", f"/d/{going}", f"/d/{going}?lines=1"):
        assert english_in(phone.get(address).text) == []


def test_a_refusal_to_a_russian_driver_is_russian(phone, world, goods):
    going = make_dispatched(world, (goods, 10))
    refused = phone.post(f"/d/{going}", data={"key": str(uuid4())})
    assert refused.status_code == 422
    assert english_in(refused.text) == []
    foreign = make_dispatched(world, (goods, 10), driver_id=None)
    missing = phone.get(f"/d/{foreign}")
    assert missing.status_code == 404
    assert english_in(missing.text) == []


def test_what_is_left_in_english_is_found():
    page = '<main title="Sign out"><p>Сдайте груз<b> now</b> SHP/KG/2026/000001 B-12</p></main>'
    assert english_in(page) == ["Sign out", "now"]


def test_a_waybill_in_two_languages_carries_both(world, goods):
    organisation = db.session.get_one(Organisation, world.organisation_id)
    organisation.language, organisation.second_language = "en", "ru"
    db.session.commit()
    shipment_id = make_dispatched(world, (goods, 20))
    waybill = db.session.scalars(select(Paper).filter_by(source_id=shipment_id)).one()
    facts = msgspec.json.decode(waybill.facts, type=Waybill)
    assert facts.languages == ("en", "ru")
    assert facts.lines[0].unit == ("piece", "штука")
    content = documents.pdf(waybill.id, seal=lambda: "", public_url="https://aid.example.org")
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    for word in ("Waybill", "Накладная", "piece", "штука", "LOADED BY", "ПОГРУЗИЛ"):
        assert word in text
