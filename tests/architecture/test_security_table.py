"""docs/security.md speaks of each requirement once, and names tests that exist."""

import re

from tests.architecture.source import ROOT

ROW = re.compile(r"^\| (V\d+\.\d+\.\d+) \| (.+?) \| (.*?) \| (?:`(.+?)`)? ?\|$", re.MULTILINE)
STATES = {"met", "**not met**", "does not apply"}
# OWASP ASVS 5.0.0 has so many requirements of levels 1 and 2.
REQUIREMENTS = 253


def test_every_requirement_is_answered_once_with_a_test_that_exists():
    text = (ROOT / "docs" / "security.md").read_text()
    rows = ROW.findall(text)
    assert len({number for number, *_rest in rows}) == len(rows) == REQUIREMENTS
    assert {state for _number, state, _how, _test in rows} == STATES
    absent = {test for *_rest, test in rows if test and not (ROOT / "tests" / test).is_file()}
    assert not absent, f"these tests are gone; say what holds it now: {absent}"
    unsaid = [number for number, _state, how, _test in rows if len(how) < 8]
    assert not unsaid, f"say how, or why not: {unsaid}"
    for state, words in (("met", "are met"), ("**not met**", "are not")):
        count = sum(1 for row in rows if row[1] == state)
        assert f"{count} {words}" in text, "count anew in the first lines"
