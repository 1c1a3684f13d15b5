"""A driver's link: one phone opens it, for one shipment, and for nothing else."""

import re
from collections import Counter
from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.driver import services
from aidtrack.identity import records
from aidtrack.identity import services as identity
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import RoleAt
from aidtrack.remarks import services as remarks
from aidtrack.remarks.services import Brought
from tests.driver.test_stop import form_of
from tests.factories.driver_links import begin, late_report, make_link, told
from tests.factories.shipments import make_dispatched
from tests.factories.world import held, make_person
from tests.races import all_at_once
from tests.remarks.samples import jpeg


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


def test_a_second_phone_is_refused_and_the_office_can_see_it(phone, signed_in, world, shipment_id):
    made = make_link(world, shipment_id)
    begin(phone(), made.token)
    second = phone()
    answer = begin(second, made.token)
    assert answer.status_code == 403
    assert "opened on another phone" in answer.text
    assert second.get(f"/d/{shipment_id}").headers["Location"].startswith("/sign-in")
    (entry,) = told(shipment_id, "refused")
    assert (entry.user_id, entry.user_name) == (None, "")
    assert "driver" not in entry.personal
    office = signed_in(world.admin)
    for page in (
        "/audit?words=&action=",
        f"/audit/shipment/{shipment_id}",
        f"/shipments/{shipment_id}",
    ):
        assert "Somebody unknown" in office.get(page).text, page


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


def test_a_phone_changes_between_two_journeys_of_its_driver(phone, world, item, shipment_id):
    other = make_dispatched(world, (item, 10))
    one, links = phone(), {x: make_link(world, x) for x in (shipment_id, other)}
    for here, there in ((shipment_id, other), (other, shipment_id), (shipment_id, other)):
        assert begin(one, links[here].token).status_code == 303
        assert one.get(f"/d/{here}").status_code == 200
        assert one.get(f"/d/{there}").status_code == 404
    assert begin(phone(), links[other].token).status_code == 403


def test_what_waited_on_the_phone_finds_its_shipment_from_another_journey(
    phone, world, item, shipment_id
):
    other = make_dispatched(world, (item, 10))
    foreign = make_dispatched(world, (item, 10), driver_id=None)
    one = phone()
    begin(one, make_link(world, other).token)
    said = [late_report(x) for x in (shipment_id, foreign)]
    answer = one.post("/api/v1/field-reports", json={"reports": said})
    assert [(x["state"], x["shipment_id"]) for x in answer.json["results"]] == [
        ("needs_attention", shipment_id),
        ("needs_attention", None),
    ]


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


def test_it_shows_what_was_said_but_not_what_the_office_did_nor_who(phone, world, shipment_id):
    photo = Brought("photo", "gate.jpg", jpeg())
    for words, brought in (("Use the back gate", []), ("", [photo])):
        remarks.add(
            "shipment", shipment_id, words=words, brought=brought, key=uuid4(),
            actor=world.logistician, at=clock.now(),
        )  # fmt: skip
    one = phone()
    begin(one, make_link(world, shipment_id).token)
    own = {"words": "At the border", "key": str(uuid4())}
    assert one.post(f"/remarks/shipment/{shipment_id}", data=own).status_code == 303
    page = one.get(f"/remarks/shipment/{shipment_id}").text
    for seen in ("Use the back gate", 'alt="Photo"', "At the border", world.driver.name):
        assert seen in page, seen
    for unseen in (world.logistician.name, "Prepared", "link made", "What happened"):
        assert unseen not in page, unseen


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
    identity.assign_role(user_id, RoleAt(Role.DRIVER, world.organisation_id), actor=world.admin)


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


def test_eight_phones_open_it_at_once_and_one_has_it(app, world, shipment_id):
    made = make_link(world, shipment_id)

    def open_it(number: int) -> str:
        services.open_link(made.token, phone=f"phone {number}", device="", at=clock.now())
        return "begun"

    results = Counter(all_at_once(app, [lambda x=x: open_it(x) for x in range(8)]))
    assert results == {"begun": 1, "other_phone": 7}
    assert len(told(shipment_id, "opened")) == 1


def test_the_office_types_hand_overs_not_a_phone(phone, world, shipment_id):
    one = phone()
    begin(one, make_link(world, shipment_id).token)
    page, said = f"/shipments/{shipment_id}/deliver", late_report(shipment_id)
    assert one.get(page).status_code == 404
    assert one.post(page, data={}).status_code == 404
    answer = one.post(f"/api/v1/shipments/{shipment_id}/deliveries", json=said)
    assert answer.status_code == 403
