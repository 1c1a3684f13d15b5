"""What ends a driver's link, and what a phone may still tell afterwards."""

from uuid import uuid4

from sqlalchemy import func, select, update

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity import services as identity
from aidtrack.identity.models import UserSession
from aidtrack.identity.permissions import Role
from aidtrack.shipments import services as shipments
from aidtrack.shipments.models import FieldReport, FieldReportState, Shipment
from tests.driver.test_stop import form_of
from tests.factories.driver_links import begin, end_links, is_refused, late_report, make_link, told
from tests.factories.shipments import (
    make_ready,
)
from tests.factories.world import held, make_person


def test_a_revoked_link_ends_in_the_middle_of_the_journey(phone, signed_in, world, shipment_id):
    made, one = make_link(world, shipment_id), phone()
    begin(one, made.token)
    form = form_of(one.get(f"/d/{shipment_id}").text) | {"receiver_name": "Gulnara"}
    office = signed_in(world.logistician)
    assert office.post(f"/shipments/{shipment_id}/driver-link/revoke").status_code == 303
    assert is_refused(one.get(f"/d/{shipment_id}"))
    assert is_refused(one.post(f"/d/{shipment_id}", data=form))
    assert "has ended" in one.get("/j").text
    assert one.get(f"/j/{made.token}").status_code == 410
    assert one.get("/api/v1/journeys").status_code == 401
    assert db.session.scalar(select(func.count(FieldReport.id))) == 0


def test_another_link_ends_the_one_before(phone, world, shipment_id):
    old, one = make_link(world, shipment_id), phone()
    begin(one, old.token)
    new = make_link(world, shipment_id)
    assert is_refused(one.get("/d"))
    assert phone().get(f"/j/{old.token}").status_code == 410
    assert begin(one, new.token).status_code == 303


def test_an_ended_link_opens_nowhere(phone, world, shipment_id):
    made = make_link(world, shipment_id)
    end_links()
    answer = phone().get(f"/j/{made.token}")
    assert answer.status_code == 410
    assert "Ask the office for a new one" in answer.text


def test_after_its_end_a_phone_shows_nothing_but_may_still_report(phone, world, shipment_id, lot):
    one = phone()
    begin(one, make_link(world, shipment_id).token)
    form = form_of(one.get(f"/d/{shipment_id}").text) | {"receiver_name": "Gulnara"}
    end_links()
    for path in ("/d", f"/d/{shipment_id}", f"/remarks/shipment/{shipment_id}"):
        assert is_refused(one.get(path)), path
    assert is_refused(one.post(f"/d/{shipment_id}", data={}))
    assert one.get(f"/shipments/{shipment_id}/deliver").status_code == 404
    assert one.get(f"/api/v1/shipments/{shipment_id}").status_code == 401
    assert one.post(f"/d/{shipment_id}", data=form).status_code == 303
    assert "the office will look at it" in one.get("/j").text
    report = db.session.scalars(select(FieldReport)).one()
    assert (report.state, report.refusal_code) == (
        FieldReportState.NEEDS_ATTENTION, "journey_over",
    )  # fmt: skip
    assert report.shipment_id == shipment_id
    assert held(world.point_id, lot) == 0


def test_what_happened_before_its_end_counts_when_it_is_sent_late(phone, world, shipment_id, lot):
    one = phone()
    begin(one, make_link(world, shipment_id).token)
    said = late_report(shipment_id)
    end_links()
    answer = one.post("/api/v1/field-reports", json={"reports": [said]})
    assert [x["state"] for x in answer.json["results"]] == ["applied"]
    assert held(world.point_id, lot) == 150


def test_a_link_that_ended_long_ago_takes_nothing(phone, world, shipment_id):
    one = phone()
    begin(one, make_link(world, shipment_id).token)
    db.session.execute(update(UserSession).values(expires_at=clock.now()))
    db.session.commit()
    answer = one.post("/api/v1/field-reports", json={"reports": []})
    assert answer.status_code == 401
    assert "has ended" in answer.json["error"]["message"]


def test_another_driver_ends_the_link(phone, world, shipment_id):
    one = phone()
    begin(one, make_link(world, shipment_id).token)
    other = make_person(Role.DRIVER, world.organisation_id)
    made = make_link(world, shipment_id, driver_id=other.user_id)
    assert is_refused(one.get(f"/d/{shipment_id}"))
    assert begin(phone(), made.token).status_code == 303
    assert db.session.get_one(Shipment, shipment_id).driver_id == other.user_id


def test_a_draft_given_to_another_driver_ends_the_link(phone, world, item, lot):
    shipment_id = make_ready(world, (item, 10))
    made = make_link(world, shipment_id)
    shipments.reopen(shipment_id, key=uuid4(), actor=world.logistician)
    assert begin(phone(), made.token).status_code == 409
    details = shipments.ShipmentDetails(
        origin_id=world.warehouse_id, destination_id=world.point_id, driver_name="Somebody"
    )
    lines = [shipments.WantedLine(item, 10)]
    shipments.change(shipment_id, details, lines, key=uuid4(), actor=world.logistician)
    assert phone().get(f"/j/{made.token}").status_code == 410


def test_a_cancelled_shipment_ends_the_link(phone, world, item, lot):
    shipment_id = make_ready(world, (item, 10))
    one = phone()
    begin(one, make_link(world, shipment_id).token)
    assert one.get(f"/d/{shipment_id}").status_code == 200
    shipments.cancel(shipment_id, reason="Road closed", key=uuid4(), actor=world.logistician)
    assert is_refused(one.get(f"/d/{shipment_id}"))


def test_a_driver_who_is_locked_out_cannot_begin(phone, world, shipment_id):
    made = make_link(world, shipment_id)
    identity.disable_user(world.driver.user_id, actor=world.admin)
    assert begin(phone(), made.token).status_code == 410


def test_whoever_leaves_needs_a_new_link(phone, world, shipment_id):
    made, one = make_link(world, shipment_id), phone()
    begin(one, made.token)
    assert "opens no second time" in one.get("/d/leave").text
    assert is_refused(one.post("/d/leave"))
    assert one.get(f"/j/{made.token}").status_code == 410
    assert [x.user_id for x in told(shipment_id, "revoked")] == [world.driver.user_id]
