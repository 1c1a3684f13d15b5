"""Two organisations: one that shares, and one that is shown."""

import pytest

from tests.factories.world import World, make_world


@pytest.fixture
def world(database) -> World:
    return make_world("Lenders")


@pytest.fixture
def other(world) -> World:
    return make_world("Readers")
