"""The same request is known again, also after an update that asks more."""

from aidtrack.core.idempotency import fingerprint


def test_a_question_that_older_versions_did_not_ask_changes_nothing_unanswered():
    before = {"donation": 4, "arrival": {"note": "", "lots": [1]}}
    after = {"donation": 4, "arrival": {"note": "", "lots": [1], "languages": []}}
    assert fingerprint(after) == fingerprint(before)


def test_an_answer_to_it_makes_another_request():
    plain = fingerprint({"id": 4, "languages": ()})
    assert fingerprint({"id": 4, "languages": ("ru", "ar")}) != plain
    assert fingerprint({"id": 4, "note": ""}) != fingerprint({"id": 4})
