"""An organisation asks for a second factor: nothing else opens for whoever has none."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from aidtrack.core import clock
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import NotAllowed, NotFound
from aidtrack.core.outbox import Mail
from aidtrack.identity import queries
from aidtrack.identity.models import User, UserSession
from aidtrack.signin import codes, factors, recovery
from aidtrack.signin.factor_answers import ELSEWHERE
from aidtrack.signin.factors import LastFactor
from tests.clients import signed_in_client
from tests.factories.world import PASSWORD, make_world
from tests.signin.factors import OFFICE, set_codes_up

SETTING_UP = "/account/security"


@pytest.fixture
def asked(world):
    """The organisation asks; its administrator did so."""
    factors.require_second_factor(world.organisation_id, required=True, actor=world.admin)
    return world


@pytest.mark.parametrize("who", ["admin", "logistician"])
def test_whoever_has_none_is_led_to_set_one_up(asked, signed_in, who):
    browser = signed_in(getattr(asked, who))
    for path in ("/home", "/stock", "/account", "/people", "/account/tokens"):
        answer = browser.get(path)
        assert answer.status_code == 303, path
        assert answer.location == SETTING_UP, path
    assert browser.post("/places/new", data={}).location == SETTING_UP
    page = browser.get(SETTING_UP)
    assert page.status_code == 200
    assert "Your organisation asks for a second factor." in page.text
    assert browser.post("/sign-out").status_code == 303


@pytest.mark.parametrize("who", ["coordinator", "auditor", "driver", "donor"])
def test_others_go_on_as_before(asked, signed_in, who):
    assert signed_in(getattr(asked, who)).get("/account").status_code == 200


def test_once_it_is_set_up_everything_opens(asked, signed_in, app):
    browser = signed_in(asked.logistician)
    assert browser.post("/account/security/codes/begin").status_code == 303
    assert browser.get("/account/security/codes").status_code == 200
    assert browser.get("/items").status_code == 303
    phone = set_codes_up(app, asked.logistician)
    assert phone
    assert browser.get("/items").status_code == 200


def test_once_it_is_set_up_a_button_leads_on(asked, signed_in, app):
    browser = signed_in(asked.logistician)
    assert browser.get("/stock").location == SETTING_UP
    assert "Go on</a>" not in browser.get(SETTING_UP).text
    set_codes_up(app, asked.logistician)
    page = browser.get(SETTING_UP).text
    assert re.search(r'href="/">.*Go on</a>', page)
    assert browser.get("/stock").status_code == 200
    assert "Go on</a>" not in browser.get(SETTING_UP).text


def test_the_last_factor_is_not_offered_to_go(asked, signed_in, app):
    set_codes_up(app, asked.logistician)
    browser = signed_in(asked.logistician)
    assert "/codes/off" not in browser.get(SETTING_UP).text
    factors.require_second_factor(asked.organisation_id, required=False, actor=asked.admin)
    assert "/codes/off" in browser.get(SETTING_UP).text


def test_a_program_with_their_token_waits_too(asked, api, app):
    program = api(asked.logistician)
    refused = program.get("/api/v1/items")
    assert refused.status_code == 403
    assert refused.json["error"]["code"] == "second_factor_due"
    set_codes_up(app, asked.logistician)
    assert program.get("/api/v1/items").status_code == 200


def test_a_cookie_of_somebody_else_proves_nothing_for_a_token(asked, api):
    program = api(asked.logistician)
    with program.session_transaction() as kept:
        kept[ELSEWHERE] = True
    assert program.get("/api/v1/items").status_code == 403


def test_the_last_factor_cannot_go_while_it_is_asked_for(asked, app):
    set_codes_up(app, asked.logistician)
    with pytest.raises(LastFactor):
        codes.switch_off(office=OFFICE, actor=asked.logistician)
    assert factors.factors_of(asked.logistician.user_id).codes
    factors.require_second_factor(asked.organisation_id, required=False, actor=asked.admin)
    codes.switch_off(office=OFFICE, actor=asked.logistician)


def test_the_page_names_who_has_none_and_records_the_change(world, signed_in):
    browser = signed_in(world.admin)
    path = f"/organisations/{world.organisation_id}/sign-in"
    page = browser.get(path)
    assert world.logistician.name in page.text
    assert world.auditor.name not in page.text
    answer = browser.post(path, data={"requires_second_factor": "true"})
    assert answer.status_code == 303
    (newest, *_older) = queries.organisation_history(world.organisation_id)
    assert (newest.title, newest.detail) == (
        "Changed how people sign in",
        "Second factor needed: no → yes",
    )


def test_another_organisation_is_not_theirs_to_ask(world, signed_in):
    other = make_world("Others")
    path = f"/organisations/{other.organisation_id}/sign-in"
    assert signed_in(world.admin).get(path).status_code == 404
    assert signed_in(world.admin).post(path, data={}).status_code == 404
    assert signed_in(other.logistician).get(path).status_code == 403
    with pytest.raises(NotFound):
        factors.require_second_factor(other.organisation_id, required=True, actor=world.admin)
    with pytest.raises(NotAllowed):
        factors.require_second_factor(world.organisation_id, required=True, actor=world.auditor)


def test_a_lost_phone_is_mended_by_an_administrator(world, signed_in, app):
    set_codes_up(app, world.logistician)
    recovery.make(office=OFFICE, actor=world.logistician)
    theirs = signed_in(world.logistician)
    path = f"/people/{world.logistician.user_id}/reset-factors"
    browser = signed_in(world.admin)
    assert "Take away the second factors" in browser.get(path).text
    assert browser.post(path).status_code == 303
    has = factors.factors_of(world.logistician.user_id)
    assert has == factors.Factors(codes=False, passkeys=False, recovery=False)
    assert theirs.get("/account").status_code == 303
    assert queries.person_history(world.logistician.user_id)[0].title == (
        "Their second factors were taken away"
    )
    newest = db.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    email = db.session.get_one(User, world.logistician.user_id).email
    assert (newest.to_address, newest.subject) == (
        email,
        "An administrator took away your second factors and signed you out.",
    )


def test_nobody_resets_a_strangers_factors_or_their_own(world, signed_in, app):
    other = make_world("Others")
    set_codes_up(app, other.admin)
    path = f"/people/{other.admin.user_id}/reset-factors"
    assert signed_in(world.admin).post(path).status_code == 404
    assert factors.factors_of(other.admin.user_id).codes
    assert signed_in(other.admin).post(path).status_code == 422
    assert factors.factors_of(other.admin.user_id).codes


def test_recovery_codes_that_were_shown_stay_through_a_reload(world, signed_in, app):
    set_codes_up(app, world.logistician)
    browser, path = signed_in(world.logistician), f"{SETTING_UP}/recovery-codes"
    key = re.search(r'name="key" value="([^"]+)"', browser.get(SETTING_UP).text)[1]
    shown = re.findall(
        r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", browser.post(path, data={"key": key}).text
    )
    again = browser.post(path, data={"key": key})
    assert (again.status_code, again.location) == (303, SETTING_UP)
    assert "shown once already" in browser.get(SETTING_UP).text
    with transaction():
        recovery.use(world.logistician.user_id, shown[0], office=OFFICE, actor=world.logistician)


def test_keys_are_changed_only_by_who_has_just_proved_themselves(world, app, client):
    set_codes_up(app, world.logistician)
    browser = signed_in_long_ago(app, world.logistician)
    for path in (
        "/account/security/codes/off", "/account/security/codes/begin",
        "/account/security/recovery-codes", "/account/security/passkeys/1/remove",
    ):  # fmt: skip
        answer = browser.post(path)
        assert answer.status_code == 307, path
        assert answer.location.startswith("/sign-in/again?"), path
    assert factors.factors_of(world.logistician.user_id).codes


def test_a_key_changes_after_the_password_was_shown_again(world, app):
    set_codes_up(app, world.logistician)
    browser = signed_in_long_ago(app, world.logistician)
    asked = browser.post("/account/security/codes/off")
    again = browser.post(asked.location, data={})
    assert "needs your password once more" in again.text
    with_back = browser.post(
        asked.location, data={}, headers={"Referer": "http://localhost/account/security"}
    )
    cancel = re.compile(r'href="([^"]+)">Cancel')
    assert cancel.search(with_back.text)[1] == SETTING_UP
    away = {"Referer": "http://evil.example/account/security"}
    assert cancel.search(browser.post(asked.location, data={}, headers=away).text)[1] == "/"
    wrong = {"again_password": "x", "again_next": "/", "again_back": "//evil.example"}
    assert cancel.search(browser.post("/sign-in/again", data=wrong).text)[1] == "/"
    proved = browser.post(
        "/sign-in/again", data={"again_password": PASSWORD, "again_next": "/account/security"}
    )
    assert proved.location == "/account/security"
    assert browser.post("/account/security/codes/off").status_code == 303
    assert not factors.factors_of(world.logistician.user_id).any


def signed_in_long_ago(app, person):
    """A browser whose session is an hour old."""
    browser = signed_in_client(app, person)
    db.session.execute(update(UserSession).values(proved_at=clock.now() - timedelta(hours=1)))
    db.session.commit()
    return browser
