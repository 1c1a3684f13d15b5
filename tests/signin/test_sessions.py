"""Sessions: each browser by itself, seen, ended, and ending of itself."""

from datetime import timedelta

from sqlalchemy import update

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.identity import queries, services, sessions
from aidtrack.identity.models import Method, User, UserSession
from aidtrack.identity.permissions import Role
from tests.factories.world import PASSWORD, make_world

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


def sign_in(client, person, **more):
    email = db.session.get_one(User, person.user_id).email
    return client.post("/sign-in", data={"email": email, "password": PASSWORD, **more})


def cookie_of(client) -> str:
    return client.get_cookie("aidtrack").value


def is_in(client) -> bool:
    return client.get("/account").status_code == 200


def later(**span) -> object:
    return clock.telling(clock.now() + timedelta(**span))


def test_a_copied_cookie_dies_when_its_owner_signs_out(app, client, world):
    sign_in(client, world.logistician)
    thief = app.test_client()
    thief.set_cookie("aidtrack", cookie_of(client))
    assert is_in(thief)
    client.post("/sign-out")
    assert not is_in(thief)


def test_a_cookie_of_before_is_worth_nothing_after_signing_in(app, client, world):
    client.post("/language", data={"language": "en"})
    planted = cookie_of(client)
    sign_in(client, world.logistician)
    attacker = app.test_client()
    attacker.set_cookie("aidtrack", planted)
    assert not is_in(attacker)


def test_signing_in_again_ends_the_session_of_before(app, client, world):
    sign_in(client, world.logistician)
    earlier = app.test_client()
    earlier.set_cookie("aidtrack", cookie_of(client))
    sign_in(client, world.logistician)
    assert not is_in(earlier)
    assert is_in(client)


def test_the_secret_is_kept_as_a_hash(client, world):
    sign_in(client, world.logistician)
    with client.session_transaction() as session:
        secret = session["_user_id"]
    row = db.session.query(UserSession).one()
    assert secret not in vars(row).values()
    assert len(secret) >= 43


def test_an_unused_session_ends_after_half_a_day(client, world):
    sign_in(client, world.logistician)
    with later(hours=11, minutes=59):
        assert is_in(client)
    with later(hours=24):
        assert not is_in(client)


def test_use_keeps_a_session_open_and_is_noted_once_in_a_while(client, world, statements):
    sign_in(client, world.logistician)
    with statements() as seen:
        client.get("/account")
    assert not any("UPDATE user_session" in statement for statement in seen)
    for hours in (8, 16, 24):
        with later(hours=hours):
            assert is_in(client)


def test_staying_signed_in_lasts_two_weeks_unused_and_thirty_days_in_all(client, world):
    sign_in(client, world.logistician, stay="true")
    for days in (13, 26, 29):
        with later(days=days):
            assert is_in(client)
    with later(days=30, minutes=1):
        assert not is_in(client)


def test_a_session_that_was_told_its_end_lasts_until_then(world):
    ends = clock.now() + timedelta(days=3)
    secret = sessions.begin(
        world.driver.user_id, method=Method.LINK, address="", device="", stay=False, expires_at=ends
    )
    with later(days=2, hours=23):
        assert sessions.opened(secret)
    with later(days=3, minutes=1):
        assert sessions.opened(secret) is None


def test_a_request_reads_session_and_person_in_one_statement(client, world, statements):
    sign_in(client, world.logistician)
    with statements() as seen:
        client.get("/account/sessions")
    asked = [x for x in seen if "user_session.secret_hash = " in x]
    assert len(asked) == 1
    assert "user_account" in asked[0]


def test_one_sees_where_one_is_signed_in_and_ends_one(app, world):
    here, phone = app.test_client(), app.test_client()
    here.environ_base["HTTP_USER_AGENT"] = FIREFOX
    phone.environ_base["HTTP_USER_AGENT"] = PHONE
    sign_in(here, world.logistician)
    sign_in(phone, world.logistician)
    page = here.get("/account/sessions").text
    assert "Firefox · Linux" in page
    assert "Chrome · Android" in page
    assert page.count("This device") == 1
    other = db.session.query(UserSession).filter_by(device="Chrome · Android").one().id
    assert here.post(f"/account/sessions/{other}/end").status_code == 303
    assert not is_in(phone)
    assert is_in(here)
    assert here.post(f"/account/sessions/{other}/end").status_code == 404


def test_nobody_ends_the_session_of_a_colleague(app, world, signed_in):
    victim = app.test_client()
    sign_in(victim, world.logistician)
    theirs = db.session.query(UserSession).one().id
    assert signed_in(world.driver).post(f"/account/sessions/{theirs}/end").status_code == 404
    assert is_in(victim)


def test_an_administrator_ends_the_sessions_of_their_people_only(app, world, signed_in):
    victim = app.test_client()
    victim.environ_base["HTTP_USER_AGENT"] = FIREFOX
    sign_in(victim, world.logistician)
    path = f"/people/{world.logistician.user_id}"
    stranger = signed_in(make_world("Other").admin)
    assert stranger.post(f"{path}/sessions/end").status_code == 404
    assert is_in(victim)
    admin = signed_in(world.admin)
    assert "Firefox · Linux" in admin.get(path).text
    assert admin.post(f"{path}/sessions/end").status_code == 303
    assert not is_in(victim)
    titles = [entry.title for entry in queries.person_history(world.logistician.user_id)]
    assert titles[0] == "Was signed out everywhere"


def test_one_employer_does_not_see_where_somebody_of_two_is(app, world, signed_in):
    other = make_world("Other")
    services.assign_role(
        world.logistician.user_id,
        services.RoleAt(Role.AUDITOR, other.organisation_id),
        actor=services.system_actor(other.organisation_id),
    )
    victim = app.test_client()
    victim.environ_base["HTTP_USER_AGENT"] = FIREFOX
    sign_in(victim, world.logistician)
    path = f"/people/{world.logistician.user_id}"
    assert "Firefox" not in signed_in(world.admin).get(path).text
    assert signed_in(world.admin).post(f"{path}/sessions/end").status_code == 403
    assert is_in(victim)


def test_what_ends_a_person_ends_their_sessions(app, world):
    client = app.test_client()
    sign_in(client, world.logistician)
    services.disable_user(world.logistician.user_id, actor=world.admin)
    services.enable_user(world.logistician.user_id, actor=world.admin)
    assert not is_in(client)


def test_sessions_that_ended_long_ago_are_forgotten(client, world):
    sign_in(client, world.logistician)
    sign_in(client, world.driver)
    assert sessions.forget_old() == 0
    with later(days=61):
        assert sessions.forget_old() == 2


def test_a_dangerous_act_waits_for_a_proof_and_is_then_done(client, world):
    """What was sent is sent on after the right password, and is not done before."""
    sign_in(client, world.admin)
    db.session.execute(
        update(UserSession).values(proved_at=clock.now() - sessions.FRESH - timedelta(minutes=1))
    )
    db.session.commit()
    path = f"/people/{world.driver.user_id}/disable"
    asked = client.post(path)
    assert asked.status_code == 307
    page = client.post(asked.location, data={"reason": "left us"})
    assert 'name="reason" value="left us"' in page.text
    assert db.session.get_one(User, world.driver.user_id).is_enabled
    again = {"reason": "left us", "again_next": path, "again_password": "wrong"}
    assert client.post("/sign-in/again", data=again).status_code == 422
    answer = client.post("/sign-in/again", data=again | {"again_password": PASSWORD})
    assert (answer.status_code, answer.location) == (307, path)
    assert client.post(path, data={"reason": "left us"}).status_code == 303
    db.session.rollback()
    assert not db.session.get_one(User, world.driver.user_id).is_enabled


def test_a_proof_leads_nowhere_else(client, world):
    sign_in(client, world.admin)
    again = {"again_next": "//example.org/", "again_password": PASSWORD}
    assert client.post("/sign-in/again", data=again).location == "/"
