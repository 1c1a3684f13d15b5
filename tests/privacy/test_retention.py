"""What was kept long enough goes, and every quantity stays as it was."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import func, select

from aidtrack.core import audit, clock, files
from aidtrack.core.audit import AuditEntry, Channel, Origin
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.documents.layouts.donor_report import DonorReport
from aidtrack.documents.models import Paper
from aidtrack.identity import journeys
from aidtrack.identity import services as identity
from aidtrack.identity.journeys import NamedDriver
from aidtrack.identity.models import User
from aidtrack.privacy import queries, services
from aidtrack.remarks import services as remarks
from aidtrack.remarks.models import Attachment
from aidtrack.remarks.services import Brought
from aidtrack.sealing import seals, verification
from aidtrack.shipments.models import Delivery, FieldReport, Shipment
from tests.factories.reports import issue
from tests.factories.shipments import confirm, deliver, hand_over, make_dispatched
from tests.factories.world import make_item, make_stock, make_world
from tests.remarks.samples import jpeg_of_a_phone

LATER = timedelta(days=8 * 366)
WHEN = ("as_of", "written_on", "period")


def remove_later(span: timedelta = LATER) -> dict[str, int]:
    """What the daily job takes out when it runs years from now."""
    with clock.telling(clock.now() + span):
        removed = services.apply_to_all()
    db.session.expire_all()
    return removed


def told(paper_id: int) -> dict[str, object]:
    """What a donor's report says, without the moment that it says it of."""
    db.session.expire_all()
    facts = msgspec.json.decode(db.session.get_one(Paper, paper_id).facts, type=DonorReport)
    return {name: value for name, value in msgspec.to_builtins(facts).items() if name not in WHEN}


def add_photo(world, shipment_id: int, content: bytes) -> int:
    remark_id = remarks.add(
        "shipment",
        shipment_id,
        words="At the gate",
        brought=[Brought("photo", "gate.jpg", content)],
        key=uuid4(),
        actor=world.logistician,
        at=clock.now(),
    )
    return db.session.scalars(select(Attachment.id).filter_by(remark_id=remark_id)).one()


def test_names_and_phones_go_and_every_quantity_stays(world, story, signed_in):
    hired = {"driver_id": None, "driver_name": "Ysmaiyl Toktoev", "driver_phone": "+996 555 010"}
    make_stock(world, item := make_item(), 20)
    driven = make_dispatched(world, (item, 10), **hired)
    deliver(world, hand_over(driven))
    before = told(issue(world))
    assert remove_later()["names"] == 3
    assert set(db.session.scalars(select(Delivery.receiver_name))) == {""}
    shipment = db.session.get_one(Shipment, driven)
    assert (shipment.driver_name, shipment.driver_phone) == ("", "")
    assert told(issue(world)) == before
    assert verification.verify().holds
    page = signed_in(world.logistician).get(f"/shipments/{story.shipment_id}").text
    assert "Name removed after its time" in page
    assert "Gulnara" not in page
    assert "Gulnara" not in str(db.session.scalars(select(AuditEntry.facts)).all())


def test_nothing_goes_before_its_time(world, story):
    assert remove_later(timedelta(days=30)) == {}
    assert db.session.scalars(select(Delivery.receiver_name)).all() == ["Gulnara Asanova"]


def test_what_is_still_on_the_road_keeps_its_driver(world):
    make_stock(world, item := make_item(), 20)
    shipment_id = make_dispatched(world, (item, 10), driver_id=None, driver_name="Ysmaiyl Toktoev")
    remove_later()
    assert db.session.get_one(Shipment, shipment_id).driver_name == "Ysmaiyl Toktoev"


def test_what_a_phone_sent_is_emptied_and_may_be_sent_again(world):
    make_stock(world, item := make_item(), 20)
    said = hand_over(make_dispatched(world, (item, 10)))
    key = uuid4()
    first = confirm(world, said, key=key, content={"position": [42.8, 74.6]})
    assert remove_later()["reports"] == 1
    report = db.session.get_one(FieldReport, first.report_id)
    assert report.content == {}
    again = confirm(world, said, key=key)
    assert (again.report_id, again.delivery_id) == (first.report_id, first.delivery_id)


def test_a_photo_goes_once_no_record_needs_it(world, story):
    content = jpeg_of_a_phone()
    old = add_photo(world, story.shipment_id, content)
    with clock.telling(clock.now() + LATER):
        young = add_photo(world, story.shipment_id, content)
    name = db.session.get_one(Attachment, old).sha256
    assert remove_later()["photos"] == 1
    assert db.session.get_one(Attachment, young).removed_at is None
    assert files.read(name) is not None
    assert remove_later(2 * LATER)["photos"] == 1
    assert files.read(name) is None


def test_a_removed_photo_is_told_and_cannot_be_opened(world, story, signed_in):
    photo = add_photo(world, story.shipment_id, jpeg_of_a_phone(80, 40))
    remove_later()
    browser = signed_in(world.logistician)
    page = browser.get(f"/remarks/shipment/{story.shipment_id}").text
    assert "1 photo was removed after its time" in page
    assert "At the gate" in page
    assert browser.get(f"/remarks/files/{photo}").status_code == 404


def test_addresses_and_devices_go_and_the_seals_hold(world):
    origin = audit.origin.set(Origin(Channel.BROWSER, "192.0.2.77", "Firefox on Windows"))
    make_stock(world, make_item(), 5)
    identity.change_account(name="A B", phone="", language="en", actor=world.coordinator)
    audit.origin.reset(origin)
    seals.seal_now()
    assert remove_later()["addresses"] >= 1
    seen = select(func.count(AuditEntry.id)).where(AuditEntry.address == "192.0.2.77")
    assert db.session.scalar(seen) == 0
    assert verification.verify().holds


def test_somebody_locked_out_for_long_is_erased(world):
    identity.disable_user(world.coordinator.user_id, actor=world.admin)
    assert "accounts" not in remove_later(timedelta(days=300))
    assert remove_later()["accounts"] == 1
    person = db.session.get_one(User, world.coordinator.user_id)
    assert (person.name, person.email) == (f"Erased person {person.id}", None)


def test_a_driver_by_link_is_erased_once_their_last_journey_is_long_over(world):
    make_stock(world, item := make_item(), 50)
    home, away = (driver_called(world, f"Driver {place}") for place in ("home", "away"))
    deliver(world, hand_over(make_dispatched(world, (item, 10), driver_id=home)))
    make_dispatched(world, (item, 10), driver_id=away)
    remove_later(timedelta(days=300))
    assert db.session.get_one(User, home).name == "Driver home"
    assert remove_later()["names"] >= 2
    left = [db.session.get_one(User, each) for each in (home, away, world.driver.user_id)]
    assert [(each.name, each.phone) for each in left[:2]] == [
        (f"Erased person {home}", ""), ("Driver away", "+996 700 100"),
    ]  # fmt: skip
    assert left[2].name == world.driver.name
    assert "names" not in remove_later()


def driver_called(world, name: str) -> int:
    """Whom the office knows by name and telephone number only."""
    return journeys.driver_called(
        NamedDriver(name, "+996 700 100"),
        organisation_id=world.organisation_id,
        site_id=world.warehouse_id,
        actor=world.logistician,
    )


def test_what_was_removed_is_counted_in_the_audit(world, story):
    removed = remove_later()
    entry = db.session.scalars(select(AuditEntry).filter_by(action="retention.applied")).one()
    assert entry.facts["removed"] == removed
    assert remove_later() == {}


def test_statements_do_not_grow_with_what_is_removed(world, story, statements):
    with clock.telling(clock.now() + LATER), statements() as few:
        services.apply(world.organisation_id)
    make_stock(world, item := make_item(), 50)
    for _number in range(3):
        confirm(world, hand_over(make_dispatched(world, (item, 10))))
    with clock.telling(clock.now() + LATER), statements() as many:
        services.apply(world.organisation_id)
    assert len(many) <= len(few) + 6


def test_the_page_shows_and_saves_the_months(world, signed_in):
    browser = signed_in(world.admin)
    path = f"/organisations/{world.organisation_id}/retention"
    assert 'value="24"' in browser.get(path).text
    months = queries.periods(world.organisation_id) | {"photos": 12}
    assert browser.post(path, data=months).status_code == 303
    assert queries.periods(world.organisation_id)["photos"] == 12
    page = browser.get(path).text
    assert "60 → 12" in page
    refused = browser.post(path, data=months | {"photos": 5})
    assert refused.status_code == 422


def test_months_out_of_bounds_and_strangers_are_refused(world):
    with pytest.raises(Invalid):
        services.set_periods(world.organisation_id, {"names": 2}, actor=world.admin)
    with pytest.raises(NotAllowed):
        services.set_periods(world.organisation_id, {"names": 12}, actor=world.logistician)
    stranger = make_world("Other")
    with pytest.raises(NotFound):
        services.set_periods(world.organisation_id, {"names": 12}, actor=stranger.admin)
