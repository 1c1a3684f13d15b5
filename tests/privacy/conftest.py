"""A world whose goods went every way, told by people with rare names."""

import pytest

from tests.factories.reports import Story, make_story


@pytest.fixture
def story(world) -> Story:
    return make_story(world)
