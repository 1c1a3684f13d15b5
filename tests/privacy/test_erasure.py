"""A person is erased for ever: nothing of theirs is left, and everything they did is."""

import io
import json
import zipfile
from uuid import uuid4

import pytest
from sqlalchemy import select

from aidtrack.alerts.models import Alert, AlertKind
from aidtrack.core import audit, clock, outbox
from aidtrack.core.audit import AuditEntry, Channel, Origin
from aidtrack.core.db import Base, db, transaction
from aidtrack.core.errors import NotAllowed, NotFound
from aidtrack.identity import services as identity
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Role
from aidtrack.identity.roles import LastAdministrator, RoleAt
from aidtrack.privacy import erasure, holdings
from aidtrack.remarks import services as remarks
from aidtrack.sealing import seals, verification
from aidtrack.shipments.models import Delivery
from tests.factories.shipments import deliver, hand_over, make_dispatched
from tests.factories.world import actor_of, make_item, make_person, make_stock, make_world
from tests.privacy.kept import everything, last_act

RARE = "Zhyldyzbek Qurmanov"
PHONE = "+996 700 919 293"
MAIL = "zhyldyzbek@example.org"


@pytest.fixture
def rare(world):
    """A logistician with a name that nothing else holds, who did and left many things."""
    boss = identity.system_actor(world.organisation_id)
    user_id = identity.add_user(
        email=MAIL,
        name=RARE,
        phone=PHONE,
        password="a long enough secret",
        roles=[RoleAt(role, world.organisation_id) for role in (Role.LOGISTICIAN, Role.DRIVER)],
        actor=boss,
    )
    actor = actor_of(user_id)
    item = make_item()
    make_stock(world, item, 50)
    shipment_id = make_dispatched(world, (item, 10), driver_id=user_id)
    with audit.coming_from(Origin(Channel.BROWSER, "192.0.2.44", "Firefox on Linux")):
        deliver(world, hand_over(shipment_id), actor=actor)
        remarks.add(
            "shipment", shipment_id, words="All counted twice", brought=[], key=uuid4(),
            actor=actor, at=clock.now(),
        )  # fmt: skip
        identity.create_token(name="dashboard", actor=actor)
        identity.change_account(name=RARE, phone="+996 700 919 294", language="ru", actor=actor)
        identity.change_account(name=RARE, phone=PHONE, language="ru", actor=actor)
        outbox.post(MAIL, language="en", subject="Hello", text=f"Dear {RARE}", user_id=user_id)
    seals.seal_now()
    return actor


def test_nothing_of_the_person_is_left_and_what_they_did_is(world, rare):
    assert RARE in everything()
    label = erasure.erase(rare.user_id, RARE, actor=world.admin)
    assert label == f"Erased person {rare.user_id}"
    left = everything()
    for trace in (RARE, MAIL, PHONE, "192.0.2.44", "919 294"):
        assert trace not in left, trace
    assert "All counted twice" in left
    assert db.session.scalars(select(Delivery.recorded_by_id)).all() == [rare.user_id]
    verdict = verification.verify()
    assert verdict.holds, verdict.disagreements


def test_every_table_that_names_people_says_what_happens_to_it(app):
    naming = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "user_account"
    }
    unsaid = naming - set(erasure.GOES) - set(erasure.STAYS)
    assert not unsaid, f"say in privacy/erasure.py whether it goes or stays, and why: {unsaid}"
    assert not set(erasure.GOES) & set(erasure.STAYS)
    assert set(erasure.GOES) | set(erasure.STAYS) <= naming, "take what is gone off the lists"


def test_the_name_must_be_typed_as_it_is(world, rare, signed_in):
    browser = signed_in(world.admin)
    path = f"/people/{rare.user_id}/erase"
    assert RARE in browser.get(path).text
    wrong = browser.post(path, data={"name": "Zhyldyz"})
    assert wrong.status_code == 422
    assert "This is not the name" in wrong.text
    assert browser.post(path, data={"name": f" {RARE} "}).status_code == 303
    assert browser.get(f"/people/{rare.user_id}").status_code == 404


def test_the_last_administrator_oneself_and_strangers_are_not_erased(world, signed_in):
    with pytest.raises(NotAllowed):
        erasure.erase(world.admin.user_id, world.admin.name, actor=world.admin)
    boss = make_person(Role.ADMINISTRATOR, world.organisation_id)
    erasure.erase(boss.user_id, boss.name, actor=world.admin)
    system = identity.system_actor(world.organisation_id)
    with pytest.raises(LastAdministrator):
        erasure.erase(world.admin.user_id, world.admin.name, actor=system)
    stranger = make_world("Other")
    with pytest.raises(NotFound):
        erasure.erase(world.driver.user_id, world.driver.name, actor=stranger.admin)
    assert signed_in(world.logistician).get(f"/people/{boss.user_id}/erase").status_code == 403


def test_another_organisation_that_gave_a_role_has_a_say(world):
    other = make_world("Other")
    identity.assign_role(
        world.driver.user_id,
        RoleAt(Role.DRIVER, other.organisation_id),
        actor=identity.system_actor(other.organisation_id),
    )
    with pytest.raises(NotAllowed):
        erasure.erase(world.driver.user_id, world.driver.name, actor=world.admin)


def test_a_name_that_is_a_word_takes_nothing_from_others(world):
    """Or whoever calls a colleague "Lost" and erases them takes away what is said of losses."""
    other = make_world("Other")
    driver = make_person(Role.DRIVER, world.organisation_id)
    identity.change_user(driver.user_id, name="Lost", phone="7", actor=world.admin)
    notes = {"theirs": "Lost at the river", "ours": "Losting 777 bags", "named": "Given by Lost."}
    with transaction():
        for name, note in notes.items():
            actor = other.admin if name == "theirs" else world.admin
            facts = {"note": note}
            audit.record(actor, "item.changed", kind="item", record_id=1, facts=facts)
        for each in (other, world):
            db.session.add(
                Alert(
                    user_id=each.admin.user_id, organisation_id=each.organisation_id,
                    kind=AlertKind.WRITE_OFF, key="write-off", path="/",
                    facts={"note": "Lost at the river"}, created_at=clock.now(),
                )
            )  # fmt: skip
    erasure.erase(driver.user_id, "Lost", actor=world.admin)
    kept = db.session.scalars(
        select(AuditEntry.facts).filter_by(action="item.changed").order_by(AuditEntry.id)
    ).all()
    assert kept == [{"note": notes["theirs"]}, {"note": notes["ours"]}, {}]
    assert db.session.scalars(select(Alert.user_id)).all() == [other.admin.user_id]


def test_an_erased_person_opens_nothing(world, rare, signed_in):
    browser = signed_in(rare)
    assert browser.get("/home").status_code == 200
    erasure.erase(rare.user_id, RARE, actor=world.admin)
    assert browser.get("/home").status_code == 303
    person = db.session.get_one(User, rare.user_id)
    assert (person.password_hash, person.is_enabled) == (None, False)


class TestData:
    def test_a_person_takes_out_what_is_held_on_them_and_nobody_else(self, world, rare, signed_in):
        answer = signed_in(rare).get("/account/data")
        assert answer.mimetype == "application/zip"
        archive = zipfile.ZipFile(io.BytesIO(answer.data))
        names = archive.namelist()
        for table in ("user_account", "role_assignment", "audit_entry", "remark", "api_token"):
            assert {f"{table}.json", f"{table}.csv", f"{table}.html"} <= set(names)
        said = {name: archive.read(name).decode() for name in names}
        account = json.loads(said["user_account.json"])[0]
        assert (account["name"], account["email"]) == (RARE, MAIL)
        assert "192.0.2.44" in said["audit_entry.csv"]
        assert "All counted twice" in said["remark.html"]
        together = "\n".join(said.values())
        assert "Gulnara" not in together
        assert world.logistician.name not in together
        assert "argon2" not in together

    def test_an_administrator_gives_it_out_and_a_stranger_does_not(self, world, rare, signed_in):
        path = f"/people/{rare.user_id}/data"
        assert signed_in(world.admin).get(path).status_code == 200
        assert signed_in(world.logistician).get(path).status_code == 403
        assert signed_in(make_world("Other").admin).get(path).status_code == 404

    def test_no_secret_is_among_the_columns(self, app):
        for table in Base.metadata.sorted_tables:
            for column in holdings.readable_columns(table):
                assert "hash" not in column
                assert "secret" not in column


def test_an_administrator_who_takes_data_out_leaves_an_act(world, rare, signed_in):
    signed_in(rare).get("/account/data")
    assert last_act("user", rare.user_id) != "user.data_given"
    signed_in(world.admin).get(f"/people/{rare.user_id}/data")
    assert last_act("user", rare.user_id) == "user.data_given"


def test_each_erasure_is_an_act_of_its_own(world, rare):
    erasure.erase(rare.user_id, RARE, actor=world.admin)
    entry = db.session.scalars(select(AuditEntry).filter_by(action="user.erased")).one()
    assert (entry.record_id, entry.user_id) == (rare.user_id, world.admin.user_id)


def test_letters_that_wait_with_a_link_to_sign_in_are_not_given_out():
    letters = holdings.readable_columns(Base.metadata.tables["mail_outbox"])
    assert "subject" in letters
    assert not {"body_text", "body_html", "unsubscribe_url"} & set(letters)
