"""What belongs to another organisation does not exist: not by its page, not by its number."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from tests.policy.bodies import filters_of, flat, form_of, form_with, names_one, whose
from tests.policy.walk import Walk, address, names_records, nowhere

pytestmark = pytest.mark.pages
# Both sides know it; who may change it is in the matrix.
OF_BOTH = {"share_id"}
# All organisations share them: seen by everyone, so not hidden. Kept by whoever added them.
COMMON = {"item_id", "category_id", "area_id", "pack_id", "earmark_area_id", "parent_id"}
# Facts from the road are kept before they are judged, each answered by itself.
KEPT_FIRST = "shipments_api.send_field_reports"
ASKING = ("other admin", "other logistician", "other donor")


def rules_with_records(walk: Walk) -> Iterator[tuple[str, Rule]]:
    for method, rule in walk.routes():
        if names_records(rule) and not (rule.arguments & (OF_BOTH | COMMON)):
            yield method, rule


def said(answer: Any) -> tuple[object, ...]:
    """What an answer says, without the numbers that were asked for."""
    leads_to = re.sub(r"\d+", "N", answer.headers.get("Location", ""))
    words = ""
    if answer.status_code >= 400 and answer.mimetype == "application/json":
        words = answer.json["error"]["message"]
    elif answer.status_code in {403, 404}:
        words = re.search(r"<h1>(.*?)</h1>", answer.text, re.DOTALL)[1]
    return answer.status_code, leads_to, words


def test_a_strangers_record_answers_like_one_that_nobody_has(walk: Walk):
    wrong = []
    for method, rule in rules_with_records(walk):
        path, none = address(rule, walk.own.ids), nowhere(rule, walk.own.ids)
        body = walk.body(rule, walk.other.ids)
        for who in ASKING:
            answer, wrote = walk.ask(who, method, path, body)
            like, _wrote = walk.ask(who, method, none, body)
            if said(answer) != said(like):
                wrong.append(f"{who}: {method} {rule.rule}: {said(answer)} but {said(like)}")
            if wrote or answer.status_code < 300:
                wrong.append(f"{who}: {method} {rule.rule} {answer.status}, {wrote=}")
    assert not wrong, "\n".join(wrong)


def fields_with_ids(walk: Walk) -> Iterator[tuple[str, Rule, dict[str, Any], list[str]]]:
    """Each route that reads numbers of records, a body of our own, and where they stand in it."""
    for method, rule in walk.routes():
        form = form_of(walk.app.view_functions[rule.endpoint])
        if method == "GET" or form is None or rule.endpoint == KEPT_FIRST:
            continue
        body = walk.body(rule, walk.own.ids)
        named = [name for name in flat(body) if names_one(name.rpartition("-")[2])]
        if named:
            yield method, rule, body, named


def swapped(body: Any, path: str, value: object) -> Any:
    """The body with another value at `lines-0-lot_id`."""
    first, _dash, rest = path.partition("-")
    if isinstance(body, list):
        return [
            swapped(each, rest, value) if str(n) == first else each for n, each in enumerate(body)
        ]
    return body | {first: swapped(body[first], rest, value) if rest else value}


def test_another_organisations_ids_are_refused_in_every_field(walk: Walk):
    wrong, tried, fitting = [], 0, 0
    for method, rule, body, named in fields_with_ids(walk):
        path = address(rule, walk.own.ids)
        fits = walk.ask("own admin", method, path, body)[1]
        form = form_of(walk.app.view_functions[rule.endpoint])
        for name in named:
            field = name.rpartition("-")[2]
            meant = whose(field, form_with(form, name) if form else None)
            theirs, ours = walk.other.ids.get(meant), walk.own.ids.get(meant)
            if meant in COMMON or field in COMMON - {"parent_id"} or theirs in {None, ours}:
                continue
            tried, fitting = tried + 1, fitting + fits
            value = [theirs] if field.endswith("_ids") else theirs
            answer, wrote = walk.ask("own admin", method, path, swapped(body, name, value))
            if wrote or answer.status_code < 400:
                wrong.append(f"{method} {rule.rule} {name}: {answer.status}, {wrote=}")
    assert not wrong, "\n".join(wrong)
    # Bodies that are taken with our own ids show that it is the stranger's that is refused.
    assert (tried > 60, fitting > 30) == (True, True), (tried, fitting)


READABLE = {"text/html", "text/csv", "application/json", "image/svg+xml"}


def test_no_list_shows_what_another_organisation_keeps(walk: Walk):
    """Not as it is, not searched by its name, not filtered by its numbers, not as a file."""
    wrong = []
    ids = walk.other.ids
    searched = f"?q=zeta&words=zeta&code={ids['lot_code']}&of={ids['lot_code']}"
    for method, rule in walk.routes():
        if method != "GET" or rule.arguments - {"name"} or rule.endpoint == "static":
            continue
        named = filters_of(walk.app.view_functions[rule.endpoint])
        narrowed = [f"?{name}={ids.get(whose(name, None))}" for name in named]
        for query in ("", searched, *narrowed):
            answer, _wrote = walk.ask("own admin", "GET", address(rule, ids) + query)
            if answer.mimetype in READABLE and "Zeta" in answer.text:
                wrong.append(f"{rule.rule}{query}")
    assert not wrong, "\n".join(wrong)
