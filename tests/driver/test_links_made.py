"""The office makes a driver's link: for whom, until when, and who may."""

import re
from datetime import timedelta

from sqlalchemy import func, select

from aidtrack.core import clock
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.driver.models import JourneyLink
from aidtrack.identity.journeys import NamedDriver
from aidtrack.identity.models import User
from aidtrack.shipments.models import Delivery
from tests.driver.test_stop import form_of
from tests.factories.driver_links import begin, make_link
from tests.factories.shipments import (
    dispatch,
    make_dispatched,
    make_draft,
    make_ready,
)
from tests.factories.world import make_world
from tests.races import all_at_once


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


def test_a_reload_of_the_square_leaves_the_link_in_force(signed_in, phone, world, shipment_id):
    office, path = signed_in(world.logistician), f"/shipments/{shipment_id}/driver-link"
    form = {"driver_id": world.driver.user_id, "key": form_of(office.get(path).text)["key"]}
    token = re.search(r"/j/([\w-]{43})<", office.post(path, data=form).text)[1]
    again = office.post(path, data=form)
    assert (again.status_code, again.location) == (303, path)
    assert "shown once already" in office.get(path).text
    begin(phone(), token)
    assert "Not opened yet" not in office.get(path).text


def test_people_say_that_such_a_driver_signs_in_by_a_link(signed_in, world, shipment_id):
    driver_id = make_link(world, shipment_id, named=NamedDriver("Азамат")).driver_id
    office = signed_in(world.admin)
    own = office.get(f"/people/{driver_id}").text
    assert "By a link" in own
    assert "May sign in" not in own
    assert office.get("/people").text.count("By a link") == 1
    assert "May sign in" in office.get(f"/people/{world.driver.user_id}").text


def test_whose_name_is_missing_is_asked_for(signed_in, world, item, lot):
    shipment_id = make_dispatched(world, (item, 10), driver_id=None)
    answer = signed_in(world.logistician).post(f"/shipments/{shipment_id}/driver-link", data={})
    assert answer.status_code == 422
    assert "Say who drives" in answer.text


def test_a_link_made_eight_times_at_once_is_in_force_once(app, world, shipment_id):
    made = all_at_once(app, [lambda: make_link(world, shipment_id)] * 8)
    assert len({each.token for each in made}) == 8
    in_force = select(func.count(JourneyLink.id)).where(JourneyLink.revoked_at.is_(None))
    assert db.session.scalar(in_force) == 1
