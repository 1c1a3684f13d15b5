"""Between the password and the pages: nothing opens before the second factor was right."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.core.outbox import Mail
from aidtrack.identity import services as identity
from aidtrack.identity.models import User
from aidtrack.signin import recovery
from tests.factories.world import PASSWORD, make_world
from tests.signin.factors import OFFICE, set_codes_up

PAGES = ("/home", "/account", "/account/security", "/stock", "/api/v1/stock", "/people")


@pytest.fixture
def phone(app, world):
    """The phone of the administrator, who has codes on."""
    return set_codes_up(app, world.admin)


@pytest.fixture
def half(client, world, phone):
    """A browser in which the administrator's password was right."""
    email = db.session.get_one(User, world.admin.user_id).email
    answer = client.post("/sign-in", data={"email": email, "password": PASSWORD, "next": "/items"})
    assert (answer.status_code, answer.location) == (303, "/sign-in/second")
    return client


def next_code(phone) -> str:
    """The one after the code that was shown when they were switched on."""
    return phone.at(clock.now() + timedelta(seconds=30))


def acts(action: str) -> int:
    db.session.rollback()
    return len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all())


def test_nothing_opens_between_the_password_and_the_code(half):
    for path in PAGES:
        assert half.get(path).status_code in {303, 401}, path
    assert half.post("/account/security/codes/off").status_code == 303
    assert acts("user.codes_off") == acts("user.signed_in") == 0


def test_the_code_opens_the_page_that_was_wanted(half, phone):
    answer = half.post("/sign-in/second", data={"code": next_code(phone)})
    assert (answer.status_code, answer.location) == (303, "/items")
    assert half.get("/account").status_code == 200
    assert acts("user.signed_in") == 1


def test_a_code_that_was_used_opens_nothing_more(app, half, phone, world):
    code = next_code(phone)
    assert half.post("/sign-in/second", data={"code": code}).status_code == 303
    other = app.test_client()
    email = db.session.get_one(User, world.admin.user_id).email
    other.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert other.post("/sign-in/second", data={"code": code}).status_code == 422
    assert other.get("/account").status_code == 303


def test_a_wrong_code_is_said_beside_its_box_and_kept(half):
    answer = half.post("/sign-in/second", data={"code": "000000"})
    assert answer.status_code == 422
    assert "This code is not right." in answer.text
    assert acts("user.second_step_failed") == 1


def test_a_recovery_code_opens_once(app, half, world):
    code = recovery.make(office=OFFICE, actor=world.admin)[0]
    assert half.post("/sign-in/second", data={"recovery_code": code}).location == "/items"
    half.post("/sign-out")
    email = db.session.get_one(User, world.admin.user_id).email
    half.post("/sign-in", data={"email": email, "password": PASSWORD})
    answer = half.post("/sign-in/second", data={"recovery_code": code})
    assert answer.status_code == 422
    assert "was used before" in answer.text


def test_guesses_end_after_a_few_and_the_person_is_told(half, phone):
    for _number in range(10):
        half.post("/sign-in/second", data={"code": "000000"})
    refused = half.post("/sign-in/second", data={"code": next_code(phone)})
    assert refused.status_code == 429
    assert half.get("/account").status_code == 303
    subjects = db.session.scalars(select(Mail.subject)).all()
    assert "Somebody who knows your password tried to pass your second factor." in subjects


def test_the_right_password_waits_ten_minutes_for_the_code(half, phone):
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        answer = half.post("/sign-in/second", data={"code": next_code(phone)})
        assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_whoever_was_locked_out_meanwhile_stays_out(half, phone, world):
    boss = identity.system_actor(world.organisation_id)
    db.session.get_one(User, world.admin.user_id)
    db.session.rollback()
    other = make_world("Others")
    del other
    identity.assign_role(
        world.logistician.user_id,
        identity.RoleAt(identity.Role.ADMINISTRATOR, world.organisation_id),
        actor=boss,
    )
    identity.disable_user(world.admin.user_id, actor=boss)
    assert half.post("/sign-in/second", data={"code": next_code(phone)}).status_code == 422
    assert half.get("/account").status_code == 303


def test_without_the_password_there_is_no_second_step(client, world, phone):
    for answer in (
        client.get("/sign-in/second"),
        client.post("/sign-in/second", data={"code": next_code(phone)}),
    ):
        assert (answer.status_code, answer.location) == (303, "/sign-in")


@pytest.mark.parametrize(
    "sent",
    [{"answer": "{}"}, {"answer": "[1]"}, {"answer": "{" * 9000}, {"answer": ""}, {"code": ""},
     {"recovery_code": "\x00"}, {"answer": '{"id": 1, "response": 7}'}, {}],
)  # fmt: skip
def test_nonsense_is_refused_in_words(half, sent):
    answer = half.post("/sign-in/second", data=sent)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert half.get("/account").status_code == 303
