"""Requests that a browser was tricked into, and requests that are sent again."""

from uuid import uuid4

import pytest

from tests.policy.walk import Walk, address

pytestmark = pytest.mark.pages
# Opened by a secret in the address or the body: nobody else can forge them (see the view).
CARRY_PROOF = {"alerts.unsubscribe"}


@pytest.fixture
def guarded(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """As outside tests: forms without a token are refused."""
    monkeypatch.setitem(walk.app.config, "WTF_CSRF_METHODS", {"POST", "PUT", "PATCH", "DELETE"})
    return walk


@pytest.mark.parametrize("proof", ["", "forged"])
def test_no_form_is_taken_without_its_token(guarded: Walk, proof: str):
    wrong = []
    for method, rule in guarded.routes():
        if method == "GET" or rule.endpoint in CARRY_PROOF:
            continue
        body = guarded.body(rule, guarded.own.ids) | ({"csrf_token": proof} if proof else {})
        path = address(rule, guarded.own.ids)
        for who in ("own admin", "own logistician"):
            answer, wrote = guarded.ask(who, method, path, body)
            if wrote or answer.status_code != 400:
                wrong.append(f"{who}: {method} {rule.rule}: {answer.status}, {wrote=}")
    assert not wrong, "\n".join(wrong)


def test_what_needs_no_token_of_a_form_needs_another_proof(walk: Walk):
    found = {
        endpoint
        for endpoint, view in walk.app.view_functions.items()
        if getattr(view, "carries_proof", False)
    }
    assert found == CARRY_PROOF


def pledge(walk: Walk, who: str, key: str):
    made = walk.own if who.startswith("own") else walk.other
    ids = made.ids
    body = {
        "donor_id": ids["donor_id"],
        "lines": [{"item_id": ids["item_id"], "quantity": 5}],
    }  # fmt: skip
    client = walk.app.test_client(use_cookies=False)
    headers = {"Cookie": walk.cookies[who], "Idempotency-Key": key}
    return client.post("/api/v1/donations", json=body, headers=headers)


def test_the_same_request_counts_once_and_answers_the_same(walk: Walk):
    key = str(uuid4())
    first, again = pledge(walk, "own logistician", key), pledge(walk, "own logistician", key)
    assert first.status_code == again.status_code == 201, first.text
    assert first.json == again.json


def test_a_key_tells_nobody_else_what_it_was_used_for(walk: Walk):
    key = str(uuid4())
    first = pledge(walk, "own logistician", key)
    assert first.status_code == 201, first.text
    for who in ("other logistician", "other admin"):
        stolen = pledge(walk, who, key)
        assert stolen.status_code == 409
        assert stolen.json["error"]["code"] == "key_reused"
        assert first.json["number"] not in stolen.text
