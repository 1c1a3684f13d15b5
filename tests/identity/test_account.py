"""One's own account: name, language, password and tokens."""

import re

import pytest

from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotFound
from aidtrack.identity import queries, services
from aidtrack.identity.models import ApiToken, User
from aidtrack.identity.services import TooManyTokens
from tests.factories.world import PASSWORD, World, make_world

NEW = "quite another secret"


@pytest.fixture
def world(database) -> World:
    return make_world()


def test_name_phone_and_language_are_ones_own(signed_in, world):
    browser = signed_in(world.driver)
    data = {"name": "Aigul", "phone": "+996 555", "language": "ru"}
    assert browser.post("/account", data=data).status_code == 303
    assert '<html lang="ru"' in browser.get("/account").text
    account = queries.account(world.driver)
    assert (account.name, account.phone, account.language) == ("Aigul", "+996 555", "ru")


def test_an_unknown_language_is_refused(signed_in, world):
    answer = signed_in(world.driver).post("/account", data={"name": "A", "language": "xx"})
    assert answer.status_code == 422
    with pytest.raises(Invalid):
        services.choose_language("xx", actor=world.driver)


def test_a_changed_password_signs_other_devices_out_and_this_one_not(signed_in, world):
    here, elsewhere = signed_in(world.driver), signed_in(world.driver)
    data = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert here.post("/account/password", data=data).status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    email = db.session.get_one(User, world.driver.user_id).email
    assert services.check_password(email, NEW).id == world.driver.user_id


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("wrong", NEW, NEW), "present password is not right"),
        ((PASSWORD, "brief-one", "brief-one"), "at least 10"),
        ((PASSWORD, NEW, NEW + "!"), "not the same"),
        ((PASSWORD, "password123", "password123"), "easy to guess"),
        ((PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa"), "easy to guess"),
    ],
)
def test_a_password_is_refused_with_the_reason(signed_in, world, typed, sentence):
    data = dict(zip(("old", "new", "again"), typed, strict=True))
    answer = signed_in(world.driver).post("/account/password", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed[1] not in answer.text


def test_signing_out_elsewhere_leaves_this_device(signed_in, world):
    here, elsewhere = signed_in(world.driver), signed_in(world.driver)
    assert here.post("/account/sign-out-elsewhere").status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_a_token_is_shown_once_and_kept_as_a_hash(signed_in, world):
    browser = signed_in(world.logistician)
    page = browser.post("/account/tokens", data={"name": "Dashboard"}).text
    token = re.search(r"aidtrack_[\w-]+", page)[0]
    assert token not in browser.get("/account/tokens").text
    assert "Dashboard" in browser.get("/account/tokens").text
    kept = db.session.query(ApiToken).one()
    assert token not in (kept.token_hash, kept.name)


def test_a_token_opens_the_api_until_it_is_revoked(client, signed_in, world):
    token = services.create_token(name="Sheet", actor=world.logistician)
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/items", headers=bearer).status_code == 200
    assert client.get("/account", headers=bearer).status_code == 303
    (row,) = queries.tokens(world.logistician)
    answer = signed_in(world.logistician).post(f"/account/tokens/{row.id}/revoke")
    assert answer.status_code == 303
    assert client.get("/api/v1/items", headers=bearer).status_code == 401


def test_a_locked_out_persons_token_opens_nothing(client, world):
    token = services.create_token(name="Sheet", actor=world.logistician)
    services.disable_user(world.logistician.user_id, actor=world.admin)
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/items", headers=bearer).status_code == 401


def test_nobody_revokes_somebody_elses_token(signed_in, world):
    services.create_token(name="Sheet", actor=world.logistician)
    (row,) = queries.tokens(world.logistician)
    with pytest.raises(NotFound):
        services.revoke_token(row.id, actor=world.admin)
    assert signed_in(world.admin).post(f"/account/tokens/{row.id}/revoke").status_code == 404


def test_tokens_have_an_end(world, monkeypatch):
    monkeypatch.setattr(services, "TOKENS_MAX", 2)
    for name in ("one", "two"):
        services.create_token(name=name, actor=world.driver)
    with pytest.raises(TooManyTokens):
        services.create_token(name="three", actor=world.driver)


def test_programs_look_after_tokens_too(api, world):
    program = api(world.logistician)
    made = program.post("/api/v1/tokens", json={"name": "Second"})
    assert made.status_code == 201
    assert made.json["token"].startswith("aidtrack_")
    row = next(x for x in program.get("/api/v1/tokens").json if x["name"] == "Second")
    assert "token_hash" not in row
    gone = program.delete(f"/api/v1/tokens/{row['id']}")
    assert gone.json["revoked_at"] is not None
    assert program.post("/api/v1/tokens", json={"name": ""}).status_code == 422


@pytest.mark.parametrize("path", ["/account", "/account/password", "/account/tokens"])
def test_an_account_needs_someone_signed_in(client, world, path):
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")
