"""A group of fewer than ten is told to no donor, nor can be computed from what is told."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from aidtrack.core import clock
from aidtrack.distributions.counts import People
from aidtrack.identity.permissions import GRANTS, Role
from tests.factories.distributions import hand_out
from tests.factories.reports import issue, make_story
from tests.privacy.reading import told
from tests.privacy.test_names import words_of_addresses

# Figures that stand for nothing else; the women are too few to be told.
FEW = People(households=5003, women=7, men=54_321, girls=65_432, boys=76_543)
SHOWN = (54_321, 65_432, 76_543)
TOTAL = FEW.persons
ENOUGH = replace(FEW, women=30_011)
SECOND = People(households=2023, women=1117, men=1213, girls=1319, boys=1417)
FEW_HOUSEHOLDS = People(households=3, women=41, men=53, girls=0, boys=0)
GROUPING = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009,.'’](?=\d{3})")


def figures(said: str) -> set[int]:
    """Every whole number in a text, however it is grouped."""
    return {int(number) for number in re.findall(r"\d+", GROUPING.sub("", said))}


def of_donors(view: object) -> bool:
    """Whether donors may open it, or everybody."""
    needed = getattr(view, "required_permission", None)
    is_shared = getattr(view, "__module__", "").startswith(
        ("aidtrack.documents", "aidtrack.reports")
    )
    return is_shared or needed is None or needed in GRANTS[Role.DONOR]


@pytest.fixture
def reached(world):
    """A gift, of which one hand-out reached too few of one group; its report is out."""
    story = make_story(world, people=FEW)
    issue(world)
    return story.lot_id


def test_figures_are_read_however_they_are_grouped():
    assert figures("54 321 · 65,432 and 76\u202f543") == set(SHOWN)


@pytest.fixture(params=["signed_in", "api"])
def donor(request, world):
    """The donor, in a browser and by a program."""
    return request.getfixturevalue(request.param)(world.donor)


def test_enough_people_are_told(app, world, donor):
    make_story(world, people=ENOUGH)
    issue(world)
    answers = told(app, donor, words_of_addresses(), of_donors)
    assert {ENOUGH.households, ENOUGH.persons} <= set().union(*map(figures, answers.values()))


def test_of_a_group_with_too_few_nothing_is_told_that_gives_them_away(app, reached, donor):
    answers = told(app, donor, words_of_addresses(), of_donors)
    assert any("Thermal blanket" in said for said in answers.values())
    for path, said in answers.items():
        assert not figures(said) & {*SHOWN, TOTAL, TOTAL - FEW.women, FEW.households}, path


def test_few_households_are_not_told_either(app, world, signed_in):
    make_story(world, people=FEW_HOUSEHOLDS)
    issue(world)
    answers = told(app, signed_in(world.donor), words_of_addresses(), of_donors)
    for path, said in answers.items():
        assert not re.search(r"\b3 (households|families)\b", said), path


def test_a_later_report_does_not_give_the_few_away(app, world, reached, signed_in):
    """What was told after a second hand-out, less the second hand-out, would be the few."""
    hand_out(world, reached, 5, people=SECOND)
    with clock.telling(clock.now() + timedelta(days=1)):
        issue(world)
    answers = told(app, signed_in(world.donor), words_of_addresses(), of_donors)
    together = set().union(*map(figures, answers.values()))
    assert not together & {*SHOWN, TOTAL, FEW.households}
    sums = {TOTAL + SECOND.persons, FEW.households + SECOND.households}
    assert not (together & sums and together & {SECOND.persons, SECOND.households})
