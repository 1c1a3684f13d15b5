"""The world of these tests: one donation of blankets, promised and not yet here."""

import pytest

from aidtrack.donations.services import PledgedLine
from tests.factories.donations import lines_of, make_pledge
from tests.factories.world import make_item


@pytest.fixture
def item(world) -> int:
    """An item in bales of ten."""
    return make_item()


@pytest.fixture
def donation(world, item) -> int:
    """400 of the item, promised."""
    return make_pledge(world, PledgedLine(item, 400))


@pytest.fixture
def line(donation) -> int:
    """The only line of the donation."""
    return lines_of(donation)[0]


@pytest.fixture
def browser(signed_in, world):
    return signed_in(world.logistician)
