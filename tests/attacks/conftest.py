"""A world with something of every kind, for attackers to reach at."""

import pytest

from tests.factories.reports import Story, issue, make_story
from tests.factories.world import World, make_world


@pytest.fixture
def world(app) -> World:
    return make_world()


@pytest.fixture
def story(world) -> Story:
    made = make_story(world)
    issue(world)
    return made
