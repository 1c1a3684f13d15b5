"""Signing in and out: one answer for every failure, a fresh session, no way elsewhere."""

import re

import pytest
from argon2 import PasswordHasher, extract_parameters
from werkzeug.test import create_environ

from aidtrack.app import create_app
from aidtrack.core.db import db
from aidtrack.identity import passwords, queries, services
from aidtrack.identity.models import User
from aidtrack.identity.permissions import Role
from tests.factories.world import PASSWORD, make_person, make_world

WRONG = "The e-mail address or the password is not right."


def email_of(person) -> str:
    return db.session.get_one(User, person.user_id).email


def sign_in(client, email: str, password: str = PASSWORD, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def session_cookie_of(answer) -> str:
    cookies = answer.headers.getlist("Set-Cookie")
    return next(cookie for cookie in cookies if cookie.startswith("aidtrack="))


def test_a_right_password_opens_the_first_page_of_the_role(client, world):
    answer = sign_in(client, email_of(world.logistician))
    assert answer.status_code == 303
    assert client.get("/account").status_code == 200


def test_capitals_and_spaces_of_an_address_do_not_matter(client, world):
    assert sign_in(client, f"  {email_of(world.logistician).upper()} ").status_code == 303


def test_every_failure_reads_the_same(client, world):
    services.disable_user(world.driver.user_id, actor=world.admin)
    answers = [
        sign_in(client, "nobody@example.org"),
        sign_in(client, email_of(world.logistician), "not the password"),
        sign_in(client, email_of(world.driver)),
    ]
    assert {answer.status_code for answer in answers} == {422}
    texts = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(texts) == 1
    assert WRONG in texts.pop()


def test_a_stranger_costs_as_much_as_a_member(client, world, monkeypatch):
    checked = []

    class Watching(PasswordHasher):
        def verify(self, kept, password):
            checked.append(extract_parameters(kept))
            return super().verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Watching(time_cost=1, memory_cost=8, parallelism=1))
    sign_in(client, email_of(world.admin), "not the password")
    sign_in(client, "nobody@example.org", "not the password")
    assert len(checked) == 2
    assert checked[0] == checked[1]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)",
        "\thttps://example.org", "/%0d%0aSet-Cookie:x", "http:///example.org", "example.org",
    ],
)  # fmt: skip
def test_next_leads_nowhere_else(client, world, elsewhere):
    answer = sign_in(client, email_of(world.logistician), next=elsewhere)
    where = answer.headers.get("Location", "/")
    assert where.startswith("/")
    assert not where.startswith(("//", "/\\"))
    assert "example.org" not in where
    assert "Set-Cookie:x" not in answer.headers


def test_next_leads_back_to_the_page_that_was_wanted(client, world):
    wanted = client.get("/places?q=osh")
    assert wanted.status_code == 303
    page = client.get(wanted.headers["Location"])
    assert 'value="/places?q=osh"' in page.text
    answer = sign_in(client, email_of(world.logistician), next="/places?q=osh")
    assert answer.headers["Location"] == "/places?q=osh"


def test_whoever_is_signed_in_already_goes_on(signed_in, world):
    answer = signed_in(world.logistician).get("/sign-in?next=/items")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/items")


def test_the_session_of_before_does_not_outlive_signing_in(client, world):
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["language"] = "ru"
    sign_in(client, email_of(world.logistician))
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["language"] == "ru"


def test_a_session_ends_with_the_browser_unless_asked_to_stay(client, world):
    cookie = session_cookie_of(sign_in(client, email_of(world.driver)))
    assert "Expires" not in cookie
    assert "HttpOnly" in cookie
    stays = session_cookie_of(sign_in(client, email_of(world.driver), stay="true"))
    assert "Expires" in stays


def test_signing_out_needs_a_post_and_forgets_everything(client, world):
    sign_in(client, email_of(world.logistician))
    assert client.get("/sign-out").status_code == 405
    answer = client.post("/sign-out")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/account").status_code == 303


def test_a_person_locked_out_is_out_at_the_next_request(client, world):
    sign_in(client, email_of(world.logistician))
    services.disable_user(world.logistician.user_id, actor=world.admin)
    assert client.get("/account").status_code == 303


def test_one_person_who_signs_in_is_not_the_one_before(client, world):
    sign_in(client, email_of(world.logistician))
    sign_in(client, email_of(world.coordinator))
    assert email_of(world.coordinator) in client.get("/account").text


def test_ten_wrong_guesses_a_minute_are_enough(client, world, rate_limits):
    for _ in range(10):
        assert sign_in(client, email_of(world.admin), "wrong guess").status_code == 422
    assert sign_in(client, email_of(world.admin), "wrong guess").status_code == 429
    assert sign_in(client, email_of(world.admin)).status_code == 429


def test_an_office_that_signs_in_at_eight_is_not_taken_for_guessing(app, world, rate_limits):
    for _ in range(15):
        assert sign_in(app.test_client(), email_of(world.admin)).status_code == 303


def test_signing_in_is_recorded(client, world):
    sign_in(client, email_of(world.admin))
    assert queries.person_history(world.admin.user_id)[0].title == "Signed in"


@pytest.mark.parametrize(
    ("email", "password"),
    [("", ""), ("a@b", "x"), ("x" * 5000 + "@example.org", PASSWORD), ("a\x00@example.org", "p"),
     ("o@example.org", "p" * 5000), ("' OR 1=1 --@x.org", "\x00")],
)  # fmt: skip
def test_nonsense_is_refused_in_words(client, world, email, password):
    answer = sign_in(client, email, password)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_a_forged_form_signs_nobody_in(client, world, csrf_protection):
    assert sign_in(client, email_of(world.admin)).status_code == 400
    page = client.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    assert sign_in(client, email_of(world.admin), csrf_token=token).status_code == 303
    assert client.post("/sign-out").status_code == 400
    assert client.get("/account").status_code == 200


def test_the_language_is_chosen_before_anyone_signs_in(client, world):
    answer = client.post("/language", data={"language": "ru", "next": "/sign-in"})
    assert answer.headers["Location"] == "/sign-in"
    assert '<html lang="ru"' in client.get("/sign-in").text


def test_someone_of_two_organisations_works_for_the_first(database, client):
    first, second = make_world("First"), make_world("Second", "TJ")
    person = make_person(Role.COORDINATOR, first.organisation_id)
    services.assign_role(
        person.user_id,
        services.RoleAt(Role.AUDITOR, second.organisation_id),
        actor=services.system_actor(second.organisation_id),
    )
    sign_in(client, email_of(person))
    page = client.get("/account").text
    assert "First" in page
    assert "Second" in page


@pytest.fixture
def behind_a_proxy(app, monkeypatch, tmp_path):
    monkeypatch.setenv("AIDTRACK_PROXIES", "1")
    monkeypatch.setenv("AIDTRACK_INSTANCE", str(tmp_path))
    return create_app().wsgi_app


def asks_from(wsgi_app, address: str) -> str:
    seen = {}

    def answer(environ, start_response):
        seen.update(environ)
        return []

    wsgi_app.app = answer
    list(wsgi_app(create_environ(headers={"X-Forwarded-For": address}), lambda *_: None))
    return seen["REMOTE_ADDR"]


def test_behind_our_proxy_each_address_has_its_own_guesses(behind_a_proxy):
    assert asks_from(behind_a_proxy, "203.0.113.7") == "203.0.113.7"
    assert asks_from(behind_a_proxy, "6.6.6.6, 203.0.113.8") == "203.0.113.8"


def test_without_a_proxy_nobody_may_say_where_they_are(client, world, rate_limits):
    for number in range(11):
        answer = client.post(
            "/sign-in",
            data={"email": email_of(world.admin), "password": "wrong guess"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )
    assert answer.status_code == 429
