"""The same form as JSON: whatever is sent, the answer says what is wrong with it."""

import pytest

LINE = {"item_id": 1, "quantity": 40}


def problems(answer) -> dict[str, str]:
    return {x["field"]: x["message"] for x in answer.json["error"]["problems"]}


def test_what_is_right_is_done(call):
    answer = call({"name": "Osh", "lines": [LINE]})
    assert answer.status_code == 201
    assert answer.json == {
        "name": "Osh",
        "lines": [{"item_id": 1, "quantity": 40, "pack_id": None}],
    }


def test_every_problem_is_named_by_its_path(call):
    answer = call({"name": 5, "kind": "sea", "colour": 1, "lines": [{}, {"quantity": 1.5}, 3]})
    assert answer.status_code == 422
    assert problems(answer) == {
        "name": "This must be text.",
        "kind": "Choose one from the list.",
        "colour": "There is no such field.",
        "lines[0].item_id": "This is needed.",
        "lines[0].quantity": "This is needed.",
        "lines[1].item_id": "This is needed.",
        "lines[1].quantity": "This must be a whole number.",
        "lines[2]": "This must be an object.",
    }


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("name", ["a"]),
        ("name", {"a": 1}),
        ("name", True),
        ("urgent", "yes"),
        ("urgent", 1),
        ("leaves_on", 20261231),
        ("lines", "many"),
        ("lines", {"0": LINE}),
        ("lines", [LINE] * 4),
        ("lines", [{"item_id": True, "quantity": 1}]),
        ("lines", [{"item_id": "1", "quantity": 1}]),
        ("lines", [{"item_id": 1, "quantity": "40"}]),
        ("lines", [{"item_id": 10**40, "quantity": 1}]),
        ("lines", [{"item_id": 1, "quantity": -1}]),
        ("lines", [{"item_id": 1, "quantity": [[[]]]}]),
        ("name", "\ud800"),
        ("name", "a\x00b"),
    ],
)
def test_a_wrong_type_or_value_is_refused_by_name(call, name, wrong):
    answer = call({"name": "Osh", "lines": [LINE]} | {name: wrong})
    assert answer.status_code == 422
    assert all(path.startswith(name) for path in problems(answer))


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"text"', b"null", b"\xff\xfe", b"[" * 50_000, b'{"name": NaN}',
     b'{"lines": [{"quantity": ' + b"1" * 6000 + b"}]}"],
)  # fmt: skip
def test_what_is_no_json_object_is_a_bad_request(call, body):
    answer = call(data=body, content_type="application/json")
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_json")


def test_another_content_type_is_refused(call):
    assert call(data=b"name=Osh", content_type="text/plain").status_code == 415


def test_a_body_over_the_limit_is_refused(call):
    answer = call(data=b" " * 200_000, content_type="application/json")
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


def test_null_is_the_same_as_leaving_it_out(call):
    assert call({"name": "Osh", "leaves_on": None, "lines": [LINE]}).status_code == 201


def test_a_call_without_a_key_is_told_to_send_one(stranger):
    answer = stranger.post("/api/v1/send", json={"name": "Osh", "lines": [LINE]})
    assert "Idempotency-Key" in problems(answer)["key"]


def test_a_key_that_is_none_is_refused(call):
    answer = call({"name": "Osh", "lines": [LINE]}, headers={"Idempotency-Key": "again"})
    assert problems(answer) == {"key": "This must be a UUID."}


def test_two_keys_that_differ_are_refused(call):
    other = "5f0c1f4e-7a35-4bde-9d6e-2f6f0d1f1c11"
    assert "differ" in problems(call({"key": other, "name": "Osh", "lines": [LINE]}))["key"]


def test_a_refusal_carries_its_field_and_facts(call):
    answer = call({"name": "short", "lines": [LINE]})
    assert answer.status_code == 409
    assert answer.json["error"] == {
        "code": "rule_broken",
        "message": "Only 40 are free.",
        "field": "lines[0].quantity",
        "free": 40,
    }


def test_a_list_has_a_limit(logistician):
    assert len(logistician.get("/api/v1/sent?limit=7&cursor=x").json["rows"]) == 7
    for wrong in ("0", "-1", "9999", "ten", "1e3", "²"):
        assert logistician.get(f"/api/v1/sent?limit={wrong}").status_code == 422
