"""Everybody asks for everything: the answers are those of the table beside this file."""

import re
from pathlib import Path

import pytest

from tests.policy.walk import AT_HOME, EVERYBODY, GROUPS, Walk, address, letter, names_records

pytestmark = pytest.mark.pages
TABLE = Path(__file__).with_name("matrix.txt")
LINE = re.compile(r"(GET|POST|PUT|DELETE) +(\S+) +([-+0s= ]+)")


def written() -> dict[tuple[str, str], str]:
    """The table's lines: (method, route) and the letters of everybody."""
    lines = TABLE.read_text().splitlines() if TABLE.exists() else []
    found = [LINE.fullmatch(line.strip()) for line in lines if line and line[0] in "GPD"]
    return {(each[1], each[2]): each[3].strip() for each in found if each}


def line_of(method: str, route: str, letters: str) -> str:
    return f"{method:6} {route:66} {letters}"


def grouped(answers: dict[str, str]) -> str:
    """One letter each; = where no record is named, so that another's cannot be."""
    return " ".join("".join(answers.get(who, "=") for who in group) for group in GROUPS.values())


def test_every_route_answers_everybody_as_the_table_says(walk: Walk):
    known, wrong, seen = written(), [], set()
    for method, rule in walk.routes():
        if rule.endpoint == "static":
            continue
        path, body = address(rule, walk.own.ids), walk.body(rule, walk.own.ids)
        asked = EVERYBODY if names_records(rule, body) else AT_HOME
        answers = {who: letter(walk.ask(who, method, path, body)[0]) for who in asked}
        seen.add((method, rule.rule))
        if known.get((method, rule.rule)) != grouped(answers):
            wrong.append(line_of(method, rule.rule, grouped(answers)))
    assert not wrong, "If this is right, write it into tests/policy/matrix.txt:\n" + "\n".join(
        wrong
    )
    assert set(known) <= seen, f"take out of matrix.txt: {set(known) - seen}"
