"""A world whose goods went every way, told by people with rare names."""

import pytest

from tests.factories.reports import Story, make_story
from tests.factories.world import World, make_world


@pytest.fixture
def world(app) -> World:
    return make_world()


@pytest.fixture
def story(world) -> Story:
    return make_story(world)
