"""docs/security.md speaks of each requirement once, and names tests that exist."""

import re

from tests.architecture.source import ROOT

ROW = re.compile(r"^\| (V\d+\.\d+\.\d+) \| (.+?) \| (.*?) \| (.*?) ?\|$", re.MULTILINE)
TEST = re.compile(r"`([\w/.]+?)(?:::(\w+))?`")
STATES = {"met", "**not met**", "does not apply"}
# OWASP ASVS 5.0.0 has so many requirements of levels 1 and 2.
REQUIREMENTS = 253


def named(cell: str) -> list[tuple[str, str]]:
    """The file and, where it is said, the function of each test that a row names."""
    tests = TEST.findall(cell)
    assert not cell or ", ".join(f"`{file}{'::' * bool(one)}{one}`" for file, one in tests) == cell
    return tests


def stands(test: tuple[str, str]) -> bool:
    file, function = ROOT / "tests" / test[0], test[1]
    return file.is_file() and (not function or f"def {function}(" in file.read_text("utf-8"))


def test_what_a_row_names_is_looked_for():
    assert named("`a/test_b.py`, `c.py::test_d`") == [("a/test_b.py", ""), ("c.py", "test_d")]
    here = "architecture/test_security_table.py"
    assert stands((here, ""))
    assert stands((here, "test_what_a_row_names_is_looked_for"))
    assert not stands((here, "test_of_nothing"))
    assert not stands(("architecture/test_of_nothing.py", ""))


def test_every_requirement_is_answered_once_with_a_test_that_exists():
    text = (ROOT / "docs" / "security.md").read_text()
    rows = ROW.findall(text)
    assert len({number for number, *_rest in rows}) == len(rows) == REQUIREMENTS
    assert {state for _number, state, _how, _test in rows} == STATES
    absent = [number for number, _state, _how, tests in rows if not all(map(stands, named(tests)))]
    assert not absent, f"these tests are gone; say what holds it now: {absent}"
    unsaid = [number for number, _state, how, _test in rows if len(how) < 8]
    assert not unsaid, f"say how, or why not: {unsaid}"
    for state, words in (("met", "are met"), ("**not met**", "are not")):
        count = sum(1 for row in rows if row[1] == state)
        assert f"{count} {words}" in text, "count anew in the first lines"
