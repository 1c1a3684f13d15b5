"""A driver's link: made by the office, opened by one phone, and what ends it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from aidtrack.core import clock
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.driver.models import JourneyLink
from aidtrack.identity import records
from aidtrack.identity.journeys import LATE_REPORTS, NamedDriver
from aidtrack.identity.models import User, UserSession
from aidtrack.identity.permissions import Role
from aidtrack.shipments import services as shipments
from aidtrack.shipments.models import Delivery, FieldReport, FieldReportState, Shipment
from tests.driver.test_stop import form_of
from tests.factories.driver_links import begin, make_link
from tests.factories.shipments import (
    dispatch,
    loads_of,
    make_dispatched,
    make_draft,
    make_ready,
)
from tests.factories.world import held, make_item, make_person, make_stock, make_world


@pytest.fixture
def world(database):
    return make_world()


@pytest.fixture
def item(world):
    return make_item("Blanket", pack=10)


@pytest.fixture
def lot(world, item):
    return make_stock(world, item, 500)


@pytest.fixture
def shipment_id(world, item, lot):
    return make_dispatched(world, (item, 150))


@pytest.fixture
def phone(app):
    """Makes phones that nobody has signed in."""
    return app.test_client


def told(shipment_id: int, action: str) -> list[AuditEntry]:
    db.session.rollback()
    entries = select(AuditEntry).filter_by(
        action=f"journey_link.{action}", record_kind="shipment", record_id=shipment_id
    )
    return list(db.session.scalars(entries))


def end_links() -> None:
    """As if the link's time had passed, with its session's."""
    past = clock.now() - timedelta(minutes=1)
    db.session.execute(update(JourneyLink).values(expires_at=past))
    db.session.execute(update(UserSession).values(expires_at=past + LATE_REPORTS))
    db.session.commit()


def is_refused(answer) -> bool:
    return answer.status_code == 303 and answer.headers["Location"] == "/j"


def test_a_link_signs_the_driver_in_for_this_shipment(phone, world, shipment_id):
    one = phone()
    answer = begin(one, make_link(world, shipment_id).token)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/d/{shipment_id}"
    assert "School 4" in one.get(f"/d/{shipment_id}").text


def test_what_was_handed_over_is_the_drivers_word(phone, world, shipment_id, lot):
    one = phone()
    begin(one, make_link(world, shipment_id).token)
    form = form_of(one.get(f"/d/{shipment_id}").text)
    answer = one.post(f"/d/{shipment_id}", data=form | {"receiver_name": "Gulnara"})
    assert answer.status_code == 303
    assert held(world.point_id, lot) == 150
    delivered = select(AuditEntry).filter_by(action="shipment.delivered")
    assert db.session.scalars(delivered).one().user_name == world.driver.name


def test_looking_at_a_link_does_not_open_it(phone, world, shipment_id):
    made = make_link(world, shipment_id)
    preview = phone().get(f"/j/{made.token}")
    assert preview.status_code == 200
    assert "Begin the journey" in preview.text
    assert "School 4" not in preview.text
    assert world.driver.name not in preview.text
    assert not told(shipment_id, "opened")
    assert begin(phone(), made.token).status_code == 303


def test_a_second_phone_is_refused_and_the_office_can_see_it(phone, world, shipment_id):
    made = make_link(world, shipment_id)
    begin(phone(), made.token)
    second = phone()
    answer = begin(second, made.token)
    assert answer.status_code == 403
    assert "opened on another phone" in answer.text
    assert second.get(f"/d/{shipment_id}").headers["Location"].startswith("/sign-in")
    assert len(told(shipment_id, "refused")) == 1


def test_the_same_phone_comes_back_by_the_link(phone, world, shipment_id):
    made, one = make_link(world, shipment_id), phone()
    begin(one, made.token)
    again = one.get(f"/j/{made.token}")
    assert (again.status_code, again.headers["Location"]) == (303, f"/d/{shipment_id}")
    assert len(told(shipment_id, "opened")) == 1


def test_a_double_tap_opens_it_once(phone, world, shipment_id):
    made, one = make_link(world, shipment_id), phone()
    one.get(f"/j/{made.token}")
    before = one.get_cookie("aidtrack").value
    assert one.post(f"/j/{made.token}").status_code == 303
    one.set_cookie("aidtrack", before)  # As the second tap was sent, before the first answer.
    assert one.post(f"/j/{made.token}").status_code == 303
    assert one.get(f"/d/{shipment_id}").status_code == 200
    assert len(told(shipment_id, "opened")) == 1


def test_no_other_shipment_exists_for_it(phone, world, item, shipment_id):
    other = make_dispatched(world, (item, 10))  # The same driver's.
    one = phone()
    begin(one, make_link(world, shipment_id).token)
    assert re.findall(r'href="/d/(\d+)"', one.get("/d").text) == [str(shipment_id)]
    for path in (f"/d/{other}", f"/remarks/shipment/{other}", f"/api/v1/shipments/{other}"):
        assert one.get(path).status_code == 404, path
    form = {"key": str(uuid4()), "receiver_name": "Gulnara"}
    assert one.post(f"/d/{other}", data=form).status_code == 404
    assert one.get(f"/remarks/shipment/{shipment_id}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/home", "/shipments", "/account", "/account/password", "/stock", "/search", "/inbox"]
)
def test_it_opens_no_page_of_the_office(phone, world, shipment_id, path):
    """Not even for somebody who is a logistician besides."""
    shipments_driver = make_person(Role.LOGISTICIAN, world.organisation_id)
    assign_driver(world, shipments_driver.user_id)
    one = phone()
    made = make_link(world, shipment_id, driver_id=shipments_driver.user_id)
    assert begin(one, made.token).status_code == 303
    assert one.get("/d").status_code == 200
    assert one.get(path).status_code in {403, 404}


def assign_driver(world, user_id):
    from aidtrack.identity import services as identity
    from aidtrack.identity.services import RoleAt

    identity.assign_role(user_id, RoleAt(Role.DRIVER, world.organisation_id), actor=world.admin)


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
    said = {
        "key": str(uuid4()),
        "shipment_id": shipment_id,
        "occurred_at": (clock.now() - timedelta(hours=2)).isoformat(),
        "receiver_name": "Gulnara",
        "lines": [{"load_id": x.id, "good": x.quantity} for x in loads_of(shipment_id)],
    }
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
    from aidtrack.identity import services as identity

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


def test_a_name_becomes_a_driver_who_signs_in_by_links_only(phone, world, item, lot):
    shipment_id = make_ready(
        world, (item, 10), driver_id=None, driver_name="Азамат", driver_phone="+996 555 1"
    )
    made = make_link(world, shipment_id)
    driver = db.session.get_one(User, made.driver_id)
    assert (driver.name, driver.phone) == ("Азамат", "+996 555 1")
    assert (driver.email, driver.password_hash) == (None, None)
    dispatch(world, shipment_id)
    one = phone()
    begin(one, made.token)
    form = form_of(one.get(f"/d/{shipment_id}").text) | {"receiver_name": "Gulnara"}
    one.post(f"/d/{shipment_id}", data=form)
    assert db.session.scalars(select(Delivery)).one().recorded_by_id == driver.id
    other = make_dispatched(world, (item, 10), driver_id=None)
    again = make_link(world, other, named=NamedDriver("Азамат", "+996 555 1"))
    assert again.driver_id == driver.id


def test_only_a_hash_of_the_token_is_kept(world, shipment_id):
    made = make_link(world, shipment_id)
    link = db.session.scalars(select(JourneyLink)).one()
    assert len(made.token) >= 43
    assert made.token not in {link.token_hash, link.device}
    facts = [str(entry.facts) for entry in db.session.scalars(select(AuditEntry))]
    assert not [x for x in facts if made.token in x]


def test_wrong_tokens_are_not_found_and_counted(phone, rate_limits, world):
    one = phone()
    answers = [one.get(f"/j/{'x' * 40}{number}").status_code for number in range(12)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_the_address_is_kept_from_others(phone, world, shipment_id):
    answer = phone().get(f"/j/{make_link(world, shipment_id).token}")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_forged_request_begins_nothing(phone, csrf_protection, world, shipment_id):
    made = make_link(world, shipment_id)
    assert phone().post(f"/j/{made.token}").status_code == 400
    assert not told(shipment_id, "opened")


def test_it_lasts_three_days_beyond_the_arrival(world, item, lot):
    soon = clock.now() + timedelta(days=4)
    made = make_link(world, make_dispatched(world, (item, 10), expected_at=soon))
    assert timedelta(days=3) <= made.expires_at - soon <= timedelta(days=4)
    far = clock.now() + timedelta(days=90)
    made = make_link(world, make_dispatched(world, (item, 10), expected_at=far))
    assert made.expires_at - clock.now() <= timedelta(days=31)


def test_a_draft_has_no_link(signed_in, world, item, lot):
    draft = make_draft(world, (item, 10))
    office = signed_in(world.logistician)
    answer = office.post(
        f"/shipments/{draft}/driver-link", data={"driver_id": world.driver.user_id}
    )
    assert answer.status_code == 422
    assert "a draft" in answer.text


def test_strangers_and_those_who_may_not_make_none(signed_in, world, shipment_id):
    path = f"/shipments/{shipment_id}/driver-link"
    assert signed_in(world.coordinator).get(path).status_code == 403
    assert signed_in(world.driver).post(path).status_code == 403
    stranger = make_world("Other Society").logistician
    assert signed_in(stranger).get(path).status_code == 404
    assert signed_in(stranger).post(f"{path}/revoke").status_code == 404


def test_the_office_sees_the_square_once(signed_in, phone, world, shipment_id):
    office, path = signed_in(world.logistician), f"/shipments/{shipment_id}/driver-link"
    assert path in office.get(f"/shipments/{shipment_id}").text
    made = office.post(path, data={"driver_id": world.driver.user_id}).text
    token = re.search(r"/j/([\w-]{43})<", made)[1]
    assert "<svg" in made
    assert "style=" not in made
    assert "sms:" in made
    assert token not in office.get(path).text
    assert "Not opened yet" in office.get(path).text
    one = phone()
    one.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile"
    begin(one, token)
    assert "Chrome · Android" in office.get(path).text


def test_whose_name_is_missing_is_asked_for(signed_in, world, item, lot):
    shipment_id = make_dispatched(world, (item, 10), driver_id=None)
    answer = signed_in(world.logistician).post(f"/shipments/{shipment_id}/driver-link", data={})
    assert answer.status_code == 422
    assert "Say who drives" in answer.text


def test_comments_are_read_on_the_shipment_only(phone, world, item, lot, shipment_id):
    one = phone()
    begin(one, make_link(world, shipment_id).token)
    near = {"item": item, "lot": lot, "partner": world.donor_id, "place": world.warehouse_id}
    found = {
        kind
        for kind in records.names()
        if one.get(f"/remarks/{kind}/{near.get(kind, shipment_id)}").status_code != 404
    }
    assert found == {"shipment"}
