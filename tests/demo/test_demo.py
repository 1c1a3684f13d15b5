"""The demo: believable, in order, and the same each time."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from aidtrack import demo
from aidtrack.catalogue.models import Item
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.donations.models import Donation, DonationStatus
from aidtrack.identity.models import Organisation, User
from aidtrack.identity.passwords import is_right
from aidtrack.identity.queries import actor_of
from aidtrack.partners.models import Partner, PartnerKind
from aidtrack.places.models import Place, PlaceKind
from aidtrack.scanning.barcodes import barcodes_of
from aidtrack.scanning.finding import read
from aidtrack.sealing import verification
from aidtrack.sharing import queries as sharing
from aidtrack.sharing.queries import ShareView
from aidtrack.shipments.models import FieldReport, FieldReportState, Shipment, ShipmentStatus
from aidtrack.stock.models import Lot, Reason, StockLine, StockMovement


def count(column, *conditions) -> int:
    return db.session.scalar(select(func.count(column)).where(*conditions))


def test_it_has_what_a_relief_operation_has(told):
    assert count(Organisation.id) == 3
    assert count(Place.id, Place.kind == PlaceKind.WAREHOUSE) == 4
    assert count(Place.id, Place.kind == PlaceKind.DISTRIBUTION_POINT) == 12
    assert count(Item.id) == 61
    assert count(Partner.id, Partner.kind == PartnerKind.DONOR) == 6
    expect_codes_that_are_nobodys()


def expect_codes_that_are_nobodys():
    email = "logistician@demo.aidtrack.example"
    logistician = actor_of(db.session.scalars(select(User).filter_by(email=email)).one())
    for item_id in db.session.scalars(select(Item.id).limit(5)):
        code = barcodes_of(item_id, logistician)[0].code
        assert code.startswith("29")
        assert {hit.item_id for hit in read(code, logistician).hits} == {item_id}


def test_shipments_stand_in_every_state(told):
    states = Counter(db.session.scalars(select(Shipment.status)))
    assert set(states) == set(ShipmentStatus)
    assert 38 <= states.total() <= 48


def test_it_has_losses_damage_an_expiring_lot_and_a_partial_receipt(told):
    reasons = set(db.session.scalars(select(StockLine.reason).distinct()))
    assert {Reason.DAMAGED, Reason.MISSING, Reason.WET, Reason.STOLEN} <= reasons
    today = clock.today()
    soon = Lot.expires_on.between(today, today + timedelta(days=90))
    assert count(Lot.id, soon) >= 1
    assert count(Lot.id, Lot.expires_on < today) == 1
    assert count(Donation.id, Donation.status == DonationStatus.RECEIVING) >= 1
    waiting = FieldReport.state == FieldReportState.NEEDS_ATTENTION
    assert count(FieldReport.id, waiting) == 1


def test_its_ledger_verifies_and_nothing_happens_in_the_future(told):
    assert verification.verify().holds
    assert db.session.scalar(select(func.max(StockMovement.recorded_at))) <= clock.now()


def test_it_is_the_same_each_time(told, test_database):
    sums = select(func.sum(StockLine.quantity), func.count(StockLine.id), func.max(Lot.id))
    first = db.session.execute(sums.select_from(StockLine).join(Lot)).one()
    db.session.remove()
    test_database.reset()
    demo.tell()
    assert db.session.execute(sums.select_from(StockLine).join(Lot)).one() == first


def test_a_second_organisation_is_shown_one_truck_and_one_point(told):
    partner = demo.logins()[-1][1]
    actor = actor_of(db.session.scalars(select(User).where(User.email == partner)).one())
    rows = sharing.shares(actor, ShareView.WITH_US).rows
    assert sorted(row.record_kind for row in rows) == ["place", "shipment"]
    assert all(row.organisation == "Tian Shan Relief" for row in rows)


def test_one_person_a_role_can_sign_in(told):
    people = demo.logins()
    assert [role for role, _email in people] == [
        "administrator", "logistician", "coordinator", "driver", "donor", "auditor",
        "partner",
    ]  # fmt: skip
    for _role, email in people:
        user = db.session.scalars(select(User).where(User.email == email)).one()
        assert is_right(demo.PASSWORD, user.password_hash)
