"""Tokens for programs: what they may do, until when, and who ends them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from limits import parse

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid, NotFound
from aidtrack.identity import scopes, services, tokens
from aidtrack.identity.models import ApiToken
from aidtrack.identity.permissions import Permission
from aidtrack.identity.scopes import NEVER, SCOPES, Scope
from aidtrack.identity.tokens import TooManyTokens
from aidtrack.web import limits
from tests.factories.world import make_world

MADE = {"name": "Dashboard", "scopes": ["read"], "days": "30"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_is_shown_once_and_kept_as_a_hash(signed_in, world):
    browser = signed_in(world.logistician)
    token = re.search(r"aidtrack_[\w-]{40,}", browser.post("/account/tokens/new", data=MADE).text)[
        0
    ]
    kept = db.session.query(ApiToken).one()
    assert token not in (kept.token_hash, kept.name, kept.prefix)
    page = browser.get("/account/tokens").text
    assert token not in page
    assert "Dashboard" in page
    assert token[:13] in page
    assert "never used" in page


def test_a_token_that_was_shown_is_not_made_again_by_a_reload(signed_in, world):
    browser = signed_in(world.logistician)
    made = MADE | {"key": str(uuid4())}
    assert "aidtrack_" in browser.post("/account/tokens/new", data=made).text
    again = browser.post("/account/tokens/new", data=made)
    assert (again.status_code, again.location) == (303, "/account/tokens")
    assert "shown once already" in browser.get(again.location).text
    assert len(tokens.own(world.logistician)) == 1


def test_what_it_may_do_is_chosen(signed_in, world):
    for wrong in ({"scopes": []}, {"scopes": ["all"]}, {"days": "4000"}, {"name": ""}):
        answer = signed_in(world.logistician).post("/account/tokens/new", data=MADE | wrong)
        assert answer.status_code == 422
    assert tokens.own(world.logistician) == []
    for days in (0, 366):
        with pytest.raises(Invalid):
            tokens.create_token(name="x", days=days, actor=world.logistician)


def test_it_opens_the_api_until_it_is_revoked(client, signed_in, world):
    token = tokens.create_token(name="Sheet", actor=world.logistician)
    assert client.get("/api/v1/items", headers=bearer(token)).status_code == 200
    assert client.get("/account", headers=bearer(token)).status_code == 303
    (row,) = tokens.own(world.logistician)
    answer = signed_in(world.logistician).post(f"/account/tokens/{row.id}/revoke")
    assert answer.status_code == 303
    assert client.get("/api/v1/items", headers=bearer(token)).status_code == 401


def test_it_expires(client, world):
    token = tokens.create_token(name="Sheet", days=1, actor=world.logistician)
    assert client.get("/api/v1/items", headers=bearer(token)).status_code == 200
    row = db.session.query(ApiToken).one()
    row.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    assert client.get("/api/v1/items", headers=bearer(token)).status_code == 401
    assert tokens.own(world.logistician)[0].state == "expired"


def test_a_locked_out_persons_token_opens_nothing(client, world):
    token = tokens.create_token(name="Sheet", actor=world.logistician)
    services.disable_user(world.logistician.user_id, actor=world.admin)
    assert client.get("/api/v1/items", headers=bearer(token)).status_code == 401


def test_when_and_from_where_it_was_used_is_known(client, signed_in, world):
    token = tokens.create_token(name="Sheet", actor=world.logistician)
    client.get("/api/v1/items", headers=bearer(token)).close()
    (row,) = tokens.own(world.logistician)
    assert row.last_used_at is not None
    assert row.last_address == "127.0.0.1"
    assert "from 127.0.0.1" in signed_in(world.logistician).get("/account/tokens").text
    client.get("/api/v1/items", headers=bearer(token)).close()
    assert tokens.own(world.logistician) == [row], "written again within five minutes"


def test_a_missing_scope_is_named(client, world):
    token = tokens.create_token(name="Sheet", scopes=[Scope.READ], actor=world.logistician)
    assert client.get("/api/v1/stock", headers=bearer(token)).status_code == 200
    refused = client.post("/api/v1/stock/moves", json={}, headers=bearer(token))
    assert refused.status_code == 403
    error = refused.json["error"]
    assert error["code"] == "missing_scope"
    assert error["scopes"] == ["stock", "everything"]
    assert "Stock and receiving" in error["message"]


def test_it_never_does_more_than_its_person(client, world):
    token = tokens.create_token(name="Sheet", actor=world.auditor)
    refused = client.post("/api/v1/stock/moves", json={}, headers=bearer(token))
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/tokens"),
        ("POST", "/api/v1/tokens"),
        ("GET", "/api/v1/people"),
        ("POST", "/api/v1/people"),
        ("PUT", "/api/v1/organisations/1"),
    ],
)
def test_no_token_makes_tokens_or_changes_people(api, world, method, path):
    refused = api(world.admin).open(path, method=method, json={} if method != "GET" else None)
    assert refused.status_code == 403
    assert refused.json["error"] == {
        "code": "missing_scope",
        "message": "No token may do this. Sign in and use its page.",
        "field": None,
        "permission": refused.json["error"]["permission"],
        "scopes": [],
    }


def test_every_permission_is_in_a_scope_or_in_none_for_good():
    given = frozenset().union(*SCOPES.values())
    assert given | NEVER == frozenset(Permission)
    assert not given & NEVER
    assert set(SCOPES) == set(scopes.LABELS) == set(scopes.HINTS) == set(Scope)


def test_reading_changes_nothing():
    assert {each.value for each in SCOPES[Scope.READ] if not each.value.endswith(".view")} == {
        "donor.own"
    }


def test_nobody_revokes_a_colleagues_token_but_their_administrator(signed_in, world):
    stranger = make_world("Other Society").admin
    tokens.create_token(name="Sheet", actor=world.logistician)
    (row,) = tokens.own(world.logistician)
    for person in (stranger, world.coordinator):
        with pytest.raises(NotFound):
            tokens.revoke_token(row.id, actor=person)
    assert signed_in(world.admin).post(f"/account/tokens/{row.id}/revoke").status_code == 404
    assert signed_in(stranger).post(f"/people/tokens/{row.id}/revoke").status_code == 404
    page = signed_in(world.admin).get("/people/tokens").text
    assert "Sheet" in page
    assert signed_in(world.admin).post(f"/people/tokens/{row.id}/revoke").status_code == 303
    assert tokens.own(world.logistician)[0].state == "revoked"
    assert "Sheet" not in signed_in(world.admin).get("/people/tokens").text


def test_an_administrator_sees_no_strangers_tokens(signed_in, world):
    tokens.create_token(name="Sheet", actor=make_world("Other Society").admin)
    assert tokens.of_people(world.admin).rows == []
    assert "Sheet" not in signed_in(world.admin).get("/people/tokens").text


def test_tokens_have_an_end(world, monkeypatch):
    monkeypatch.setattr(tokens, "TOKENS_MAX", 2)
    for name in ("one", "two"):
        tokens.create_token(name=name, actor=world.driver)
    with pytest.raises(TooManyTokens):
        tokens.create_token(name="three", actor=world.driver)


def test_a_session_looks_after_tokens_through_the_api(signed_in, world):
    browser = signed_in(world.logistician)
    made = browser.post("/api/v1/tokens", json={"name": "Second", "scopes": ["read"], "days": 7})
    assert made.status_code == 201
    assert made.json["token"].startswith("aidtrack_")
    (row,) = browser.get("/api/v1/tokens").json
    assert "token_hash" not in row
    assert (row["name"], row["scopes"]) == ("Second", ["read"])
    gone = browser.delete(f"/api/v1/tokens/{row['id']}")
    assert gone.json["state"] == "revoked"


def test_a_program_that_asks_without_end_is_told_to_wait(client, world, rate_limits, monkeypatch):
    monkeypatch.setattr(limits, "PROGRAMS", parse("3 per minute"))
    token = tokens.create_token(name="Sheet", actor=world.logistician)
    other = tokens.create_token(name="Other", actor=world.logistician)
    answers = [client.get("/api/v1/tokens", headers=bearer(token)) for _ in range(4)]
    assert [each.status_code for each in answers] == [403, 403, 403, 429]
    assert answers[-1].json["error"]["code"] == "too_many_requests"
    assert answers[-1].headers["Retry-After"] == "60"
    assert client.get("/api/v1/tokens", headers=bearer(other)).status_code == 403
