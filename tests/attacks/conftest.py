"""A world with something of every kind, for attackers to reach at."""

import pytest

from tests.factories.reports import Story, issue, make_story


@pytest.fixture
def story(world) -> Story:
    made = make_story(world)
    issue(world)
    return made
